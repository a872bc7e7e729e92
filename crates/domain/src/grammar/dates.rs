//! Days in words: `tomorrow`, `next monday`, `1 dec`, `the 1st`, `in 3 days`, and the written form.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan};

use super::lexicon::Sense;
use super::relative::relative;
use super::tokens::Tokens;
use super::values::{month, unit, weekday};
use super::{Context, DateOrder};
use crate::{Due, Zone};

/// The last year in which anything is due, as for due values.
pub(super) const LAST_YEAR: i16 = 2200;

/// What "now" is for the person who wrote the line.
pub(super) struct Now {
    pub at: Timestamp,
    pub zone: Zone,
    pub week_start: Weekday,
    pub date_order: DateOrder,
    pub today: Date,
    pub time: Time,
}

impl Now {
    pub(super) fn new(context: &Context) -> Self {
        let local = context.now.to_zoned(context.zone.rules().clone());
        Self {
            at: context.now,
            zone: context.zone.clone(),
            week_start: context.week_start,
            date_order: context.date_order,
            today: local.date(),
            time: local.time(),
        }
    }

    /// Whether a time of day is over today.
    pub(super) fn is_past(&self, time: Option<Time>) -> bool {
        time.is_some_and(|time| time <= self.time)
    }
}

/// A day as it was said. Some depend on the time that may stand elsewhere in the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Day {
    On(Date),
    /// The next such weekday; today counts unless the time is past.
    Weekday(Weekday),
    /// The next such day of the year.
    Yearly(i8, i8),
    /// The next month that has this day.
    Monthly(i8),
}

impl Day {
    /// The date that is meant, the next one to come.
    pub(super) fn resolve(self, now: &Now, time: Option<Time>) -> Option<Date> {
        let from = if now.is_past(time) {
            now.today.tomorrow().ok()?
        } else {
            now.today
        };
        let found = match self {
            Self::On(date) => Some(date),
            Self::Weekday(weekday) => from
                .checked_add(i32::from(from.weekday().until(weekday)).days())
                .ok(),
            Self::Yearly(month, day) => (from.year()..=from.year() + 8)
                .filter_map(|year| Date::new(year, month, day).ok())
                .find(|date| *date >= from),
            Self::Monthly(day) => (0..3_i32)
                .filter_map(|ahead| {
                    let first = from.first_of_month().checked_add(ahead.months()).ok()?;
                    first.with().day(day).build().ok()
                })
                .find(|date| *date >= from),
        };
        found.filter(|date| date.year() <= LAST_YEAR)
    }
}

/// Something that stands for a date, and the token after it.
pub(super) enum Dated {
    Day(Day),
    /// Today, with an hour that a stated time replaces.
    Tonight,
    /// A complete due value.
    Whole(Due),
}

/// Reads a day.
pub(super) fn day(tokens: &Tokens<'_>, at: usize, now: &Now) -> Option<(Dated, usize)> {
    let plain = |day: Day, next: usize| Some((Dated::Day(day), next));
    if let Some((due, next)) = written(tokens, at) {
        let dated = match due.ok()? {
            Due::Date(date) => Dated::Day(Day::On(date)),
            timed => Dated::Whole(timed),
        };
        return Some((dated, next));
    }
    if tokens.is(at, Sense::Today) {
        return plain(Day::On(now.today), at + 1);
    }
    if tokens.is(at, Sense::Tonight) {
        return Some((Dated::Tonight, at + 1));
    }
    if tokens.is(at, Sense::Tomorrow) {
        return plain(Day::On(now.today.tomorrow().ok()?), at + 1);
    }
    relative(tokens, at, now)
        .or_else(|| {
            let (named, next) = month_day(tokens, at)?;
            Some((Dated::Day(named.day()?), next))
        })
        .or_else(|| bare_ordinal(tokens, at).map(|(day, next)| (Dated::Day(day), next)))
        .or_else(|| bare_weekday(tokens, at).map(|(day, next)| (Dated::Day(day), next)))
}

/// `2026-12-01` and longer forms; what looks like one but is not comes back as the reason.
pub(super) fn written(
    tokens: &Tokens<'_>,
    at: usize,
) -> Option<(Result<Due, crate::Invalid>, usize)> {
    let (chunk, next) = tokens.chunk(at)?;
    looks_written(chunk).then(|| (Due::parse(chunk), next))
}

/// Whether text begins like `2026-12-`.
pub(super) fn looks_written(text: &str) -> bool {
    text.bytes()
        .zip(b"0000-0")
        .take(6)
        .filter(|(byte, form)| {
            if **form == b'-' {
                *byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        })
        .count()
        == 6
}

/// A month with a day and perhaps a year, as it was said; it need not exist.
#[derive(Clone, Copy)]
pub(super) struct Named {
    pub month: i8,
    pub day: i8,
    pub year: Option<i16>,
}

impl Named {
    /// The day, if the month has it.
    pub(super) fn day(self) -> Option<Day> {
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
pub(super) fn month_day(tokens: &Tokens<'_>, at: usize) -> Option<(Named, usize)> {
    let (named, next) = day_then_month(tokens, at).or_else(|| month_then_day(tokens, at))?;
    let after = if tokens.mark(next, ",") {
        next + 1
    } else {
        next
    };
    let year = tokens
        .get(after)
        .filter(|token| token.spaced && token.text.len() == 4 && tokens.closes(after + 1))
        .and_then(|token| i16::try_from(token.digits()?).ok())
        .filter(|year| (1900..=LAST_YEAR).contains(year));
    Some(match year {
        Some(_) => (Named { year, ..named }, after + 1),
        None => (named, next),
    })
}

fn day_then_month(tokens: &Tokens<'_>, at: usize) -> Option<(Named, usize)> {
    let at = if tokens.is(at, Sense::The) {
        at + 1
    } else {
        at
    };
    let (day, next) = month_day_number(tokens, at)?;
    let month_at = if tokens.is(next, Sense::Of) {
        next + 1
    } else {
        next
    };
    let month = month(tokens, month_at)?;
    if tokens.is(month_at, Sense::Guarded) && tokens.is(month_at + 1, Sense::Verbal) {
        return None;
    }
    Some((
        Named {
            month,
            day,
            year: None,
        },
        month_at + 1,
    ))
}

fn month_then_day(tokens: &Tokens<'_>, at: usize) -> Option<(Named, usize)> {
    let month = month(tokens, at)?;
    // "Dec. 1" has a full stop.
    let day_at = if tokens.mark(at + 1, ".") && tokens.glued(at + 1) {
        at + 2
    } else {
        at + 1
    };
    let (day, next) = month_day_number(tokens, day_at)?;
    // In "may 5 pm" and "may 5 days" the number belongs to what follows.
    let taken = tokens.is(next, Sense::Am)
        || tokens.is(next, Sense::Pm)
        || tokens.is(next, Sense::Times)
        || (unit(tokens, next).is_some() && !tokens.glued(next));
    (!taken && tokens.closes(next)).then_some((
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
        Some(number) if tokens.is(at + 1, Sense::Suffix) && tokens.glued(at + 1) => {
            (number, at + 2)
        }
        Some(number) if tokens.get(at)?.text.len() <= 2 => (number, at + 1),
        Some(_) => return None,
        None => {
            let ordinal = tokens.sense(at, |sense| match sense {
                Sense::Ordinal(ordinal) => u32::try_from(ordinal).ok(),
                _ => None,
            })?;
            (ordinal, at + 1)
        }
    };
    let day = i8::try_from(number)
        .ok()
        .filter(|day| (1..=31).contains(day))?;
    Some((day, next))
}

/// `1st`, `the 27th`: a date only where nothing is counted.
fn bare_ordinal(tokens: &Tokens<'_>, at: usize) -> Option<(Day, usize)> {
    let led = is_led(tokens, at);
    let number_at = if tokens.is(at, Sense::The) {
        at + 1
    } else {
        at
    };
    let day = tokens.get(number_at)?.digits()?;
    if !(tokens.is(number_at + 1, Sense::Suffix) && tokens.glued(number_at + 1)) {
        return None;
    }
    let next = number_at + 2;
    let day = i8::try_from(day)
        .ok()
        .filter(|day| (1..=31).contains(day))?;
    let counts = tokens.is(next, Sense::Counted) || weekday(tokens, next).is_some();
    let clear = tokens.ends(next) || tokens.is(next, Sense::At) || (led && !counts);
    (clear && tokens.closes(next)).then_some((Day::Monthly(day), next))
}

/// Whether a word before the token leads to a date.
pub(super) fn is_led(tokens: &Tokens<'_>, at: usize) -> bool {
    let leads = [
        Sense::On,
        Sense::By,
        Sense::Due,
        Sense::At,
        Sense::Until,
        Sense::Starting,
    ];
    at.checked_sub(1)
        .is_some_and(|last| leads.iter().any(|sense| tokens.is(last, *sense)))
}

/// A weekday by itself, where it is not a name and counts nothing.
fn bare_weekday(tokens: &Tokens<'_>, at: usize) -> Option<(Day, usize)> {
    let weekday = weekday(tokens, at)?;
    let last = at.checked_sub(1);
    let named = [Sense::Names, Sense::Suffix, Sense::Last];
    let counted = |last| {
        tokens
            .sense(last, |sense| {
                matches!(sense, Sense::Ordinal(_)).then_some(())
            })
            .is_some()
            || named.iter().any(|sense| tokens.is(last, *sense))
    };
    if last.is_some_and(counted) {
        return None;
    }
    if tokens.is(at, Sense::Guarded) {
        let beside = |index: usize| {
            tokens
                .get(index)
                .is_some_and(|token| token.digits().is_some())
                || tokens.is(index, Sense::At)
                || tokens
                    .sense(index, |sense| {
                        matches!(sense, Sense::Part(_) | Sense::Hour(_)).then_some(())
                    })
                    .is_some()
                || tokens.is(index, Sense::Pm)
                || tokens.is(index, Sense::Am)
        };
        let clear =
            is_led(tokens, at) || last.is_some_and(beside) || beside(at + 1) || tokens.ends(at + 1);
        clear.then_some(())?;
    }
    Some((Day::Weekday(weekday), at + 1))
}
