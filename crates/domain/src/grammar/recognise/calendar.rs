//! A day of a month in words: `1 dec`, `the 1st of december 2026`, `dec 1`.

use jiff::civil::Date;

use super::surroundings::{follows_preposition, is_free, stopped};
use super::word::{month, unit, weekday, worded_ordinal};
use crate::grammar::context::YEARS;
use crate::grammar::meaning::day::Day;
use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::Sense;

/// A month with a day and perhaps a year, as it was said; it need not exist.
#[derive(Clone, Copy)]
pub(crate) struct Named {
    pub month: i8,
    pub day: i8,
    pub year: Option<i16>,
}

impl Named {
    /// The day, if the month has it.
    pub(crate) fn day(self) -> Option<Day> {
        match self.year {
            Some(year) => Date::new(year, self.month, self.day).ok().map(Day::On),
            // 2000 was a leap year, so 29 February passes.
            None => Date::new(2000, self.month, self.day)
                .ok()
                .map(|_| Day::Yearly(self.month, self.day)),
        }
    }
}

/// `1 dec`, `the 1st of december 2026`, `dec 1`, `december 1st, 2026`.
pub(crate) fn month_day(tokens: &Tokens<'_>, at: usize) -> Option<(Named, usize)> {
    let (named, next) = day_then_month(tokens, at).or_else(|| month_then_day(tokens, at))?;
    // "15-jan-2027".
    let dashed = tokens.joined_to_previous(next)
        && tokens.is_mark(next, "-")
        && tokens.is_mark(next - 2, "-");
    if dashed {
        let year = tokens
            .get(next + 1)
            .filter(|token| !token.spaced && token.text.len() == 4)?;
        let year = i16::try_from(year.digits()?).ok()?;
        return Some((
            Named {
                year: Some(year),
                ..named
            },
            next + 2,
        ));
    }
    let after = if tokens.is_mark(next, ",") {
        next + 1
    } else {
        next
    };
    if let Some(year) = year(tokens, after) {
        let year = Some(year);
        return Some((Named { year, ..named }, after + 1));
    }
    Some(match short_year(tokens, next) {
        Some((year, next)) => (
            Named {
                year: Some(year),
                ..named
            },
            next,
        ),
        None => (named, next),
    })
}

/// A year in four figures. One out of reach counts too, so that the date is refused rather than moved to a year to
/// come; but `1 jan 1500 euro` says how much.
pub(crate) fn year(tokens: &Tokens<'_>, at: usize) -> Option<i16> {
    let token = tokens
        .get(at)
        .filter(|token| token.spaced && token.text.len() == 4 && tokens.at_phrase_end(at + 1))?;
    let year = i16::try_from(token.digits()?).ok()?;
    let alone = || {
        tokens.at_line_end(at + 1)
            || tokens.joined_to_previous(at + 1)
            || tokens.any(at + 1, &[Sense::At, Sense::Every, Sense::ClauseStart])
            || is_free(tokens, at + 1)
    };
    let far = || !token.text.starts_with('0') && alone();
    (YEARS.contains(&year) || far()).then_some(year)
}

/// A year in two figures behind a day: `15 jan '28`, and `15 jan 28` where the number can hardly be anything else.
fn short_year(tokens: &Tokens<'_>, at: usize) -> Option<(i16, usize)> {
    let mark = tokens.is_mark(at, "'") || tokens.is_mark(at, "’");
    let token = tokens
        .get(at + usize::from(mark))
        .filter(|token| token.text.len() == 2 && token.spaced != mark)?;
    let year = i16::try_from(token.digits()?).ok()?;
    let next = at + 1 + usize::from(mark);
    let alone = tokens.at_line_end(next) || tokens.is(next, Sense::At);
    let clear = mark || (alone && (25..=60).contains(&year));
    (clear && tokens.at_phrase_end(next)).then_some((2000 + year, next))
}

fn day_then_month(tokens: &Tokens<'_>, at: usize) -> Option<(Named, usize)> {
    let at = if tokens.is(at, Sense::The) {
        at + 1
    } else {
        at
    };
    let (day, next) = month_day_number(tokens, at)?;
    if is_range_end(tokens, at) {
        return None;
    }
    let dashed = tokens.is_mark(next, "-")
        && tokens.joined_to_previous(next)
        && tokens.joined_to_previous(next + 1);
    // "8. Apr 9:30", "15.jan"; "1. may be late" is an item of a list.
    let is_point = tokens.is_mark(next, ".") && tokens.joined_to_previous(next);
    let pointed = is_point
        && month(tokens, next + 1).is_some()
        && (tokens.joined_to_previous(next + 1) || {
            let behind = stopped(tokens, next + 2);
            tokens.at_line_end(behind)
                || tokens
                    .get(behind)
                    .is_some_and(|token| token.digits().is_some())
        });
    let month_at = if tokens.is(next, Sense::Of) || dashed || pointed {
        next + 1
    } else {
        next
    };
    let month = month(tokens, month_at)?;
    if tokens.is(month_at, Sense::Ambiguous) && tokens.is(month_at + 1, Sense::Verbal) {
        return None;
    }
    Some((
        Named {
            month,
            day,
            year: None,
        },
        stopped(tokens, month_at + 1),
    ))
}

/// Whether a number before makes this the end of a range: `10 - 12 jan`, `between 10 and 12 jan`.
fn is_range_end(tokens: &Tokens<'_>, at: usize) -> bool {
    let (Some(joint), Some(first)) = (at.checked_sub(1), at.checked_sub(2)) else {
        return false;
    };
    let dash = tokens.is_mark(joint, "-") || tokens.is_mark(joint, "–");
    let between = tokens.is(joint, Sense::And)
        && first
            .checked_sub(1)
            .is_some_and(|last| tokens.is(last, Sense::Between));
    // "17:30 - 1 feb", "at 17 - 1 feb".
    let is_time = first.checked_sub(1).is_some_and(|last| {
        // "17:30 - 1 feb", "half past 9 - 1 feb", "15h30 - 1 feb"
        tokens.any(last, &[Sense::At, Sense::Past, Sense::To])
            || tokens.is_mark(last, "h")
            || (tokens.is_mark(last, ":") && tokens.joined_to_previous(first))
    });
    (dash || between) && !is_time && month_day_number(tokens, first).is_some()
}

fn month_then_day(tokens: &Tokens<'_>, at: usize) -> Option<(Named, usize)> {
    let month = month(tokens, at)?;
    // "Dec. 1" has a full stop, "jan/15" a slash.
    let slash = tokens.is_mark(at + 1, "/") && tokens.joined_to_previous(at + 2);
    let stop = tokens.is_mark(at + 1, ".") || slash;
    let day_at = if stop && tokens.joined_to_previous(at + 1) {
        at + 2
    } else {
        at + 1
    };
    let worded = |sense| matches!(sense, Sense::Ordinal(_)).then_some(());
    let nth = tokens.is(day_at + 2, Sense::Suffix) || worded_ordinal(tokens, day_at + 1).is_some();
    let the = tokens.is(day_at, Sense::The) && nth;
    let day_at = day_at + usize::from(the);
    let (day, next) = month_day_number(tokens, day_at)?;
    // In "may 5 pm" and "may 5 days" the number belongs to what follows.
    // In "june first monday" it counts the Mondays.
    let is_counted = tokens.sense(day_at, worded).is_some()
        && (weekday(tokens, next).is_some() || tokens.is(next, Sense::Business));
    let taken = is_counted
        || tokens.is(next, Sense::Am)
        || tokens.is(next, Sense::Pm)
        || tokens.is(next, Sense::Times)
        || (unit(tokens, next).is_some()
            && !tokens.joined_to_previous(next)
            // "feb 13 quarter to 8"
            && !tokens.any(next + 1, &[Sense::To, Sense::Past]));
    // "march 5 miles" is a verb with its distance, "mar 5" is not.
    let is_mar = month == 3 && tokens.get(at)?.text.len() == 3;
    let is_short = is_mar && !tokens.is(next, Sense::Foreign);
    // "in the evening may 3 ring"
    let part = |sense| matches!(sense, Sense::Part(_) | Sense::Am | Sense::Pm).then_some(());
    let is_behind_part = at
        .checked_sub(1)
        .is_some_and(|last| tokens.sense(last, part).is_some());
    let verbal = tokens.is(at, Sense::Ambiguous)
        && !(is_short
            || is_behind_part
            || follows_preposition(tokens, at)
            || tokens.at_line_end(next)
            || tokens.is(next, Sense::ClauseStart)
            || (at == 0 && !is_mar && is_free(tokens, next))
            || tokens.get(next).is_some_and(|token| {
                token.digits().is_some()
                    || matches!(
                        token.text,
                        "," | "." | ")" | ";" | ":" | "(" | "-" | "–" | "—"
                    )
            }));
    (!taken && !verbal && tokens.at_phrase_end(next)).then_some((
        Named {
            month,
            day,
            year: None,
        },
        next,
    ))
}

/// `1`, `1st`, `first`, from 1 to 31.
fn month_day_number(tokens: &Tokens<'_>, at: usize) -> Option<(i8, usize)> {
    let (number, next) = match tokens.get(at)?.digits() {
        Some(number) if tokens.is(at + 1, Sense::Suffix) && tokens.joined_to_previous(at + 1) => {
            (number, at + 2)
        }
        Some(number) if tokens.get(at)?.text.len() <= 2 => (number, at + 1),
        Some(_) => return None,
        None => {
            let (ordinal, next) = worded_ordinal(tokens, at)?;
            (u32::try_from(ordinal).ok()?, next)
        }
    };
    let day = i8::try_from(number)
        .ok()
        .filter(|day| (1..=31).contains(day))?;
    Some((day, next))
}

/// The token after several days of a month: `13-15 july`, `july 13-15`, `10 to 12 jan`, `3, 10 and 17 dec`.
pub(crate) fn several_days(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    if let Some(end) = listed_days(tokens, at) {
        return Some(end);
    }
    let days = |at: usize| {
        let (first, joint) = month_day_number(tokens, at)?;
        let is_joint = tokens.is_mark(joint, "-")
            || tokens.is_mark(joint, "–")
            || tokens.is(joint, Sense::To)
            || (tokens.is(joint, Sense::And) && at > 0 && tokens.is(at - 1, Sense::Between));
        let (last, next) = month_day_number(tokens, joint + 1).filter(|_| is_joint)?;
        (first < last).then_some(next)
    };
    let end = if let Some(next) = days(at) {
        let of = next + usize::from(tokens.is(next, Sense::Of));
        month(tokens, of)?;
        // "5-10 may be late".
        let verbal = tokens.is(of, Sense::Ambiguous) && tokens.is(of + 1, Sense::Verbal);
        (!verbal).then_some(of + 1)?
    } else {
        month(tokens, at)?;
        let next = days(at + 1)?;
        // "march 5-10 miles" is an order.
        let verbal = tokens.is(at, Sense::Ambiguous) && !tokens.at_line_end(next);
        (!verbal || follows_preposition(tokens, at)).then_some(next)?
    };
    let end = end + usize::from(year(tokens, end).is_some());
    tokens.at_phrase_end(end).then_some(end)
}

/// The token after a list of days of one month: `3, 10 and 17 dec`, `3rd 10th 17th dec`.
fn listed_days(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let (mut last, mut next) = month_day_number(tokens, at)?;
    let mut is_list = false;
    loop {
        if let Some(month) = month(tokens, next).filter(|_| is_list) {
            let end = next + 1;
            let is_verb = month == 5 && tokens.is(end, Sense::Verbal);
            return (!is_verb && tokens.at_phrase_end(end)).then_some(end);
        }
        let comma = next + usize::from(tokens.is_mark(next, ","));
        let joint = comma + usize::from(tokens.is(comma, Sense::And) || tokens.is_mark(comma, "&"));
        let (day, after) = month_day_number(tokens, joint)?;
        // Without a mark between them only ordinals are a list.
        let is_ordinal = tokens.is(next - 1, Sense::Suffix) && tokens.is(after - 1, Sense::Suffix);
        (day > last && (joint > next || is_ordinal)).then_some(())?;
        (last, next, is_list) = (day, after, true);
    }
}
