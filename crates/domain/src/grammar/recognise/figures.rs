//! Dates in figures: `14/4`, `4/14/2027`, `14.04.2027`, `2027/04/14`.

use jiff::civil::Date;

use super::need::Need;
use crate::grammar::context::{DateOrder, YEARS};
use crate::grammar::meaning::day::Day;
use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::Sense;

/// Fractions that people write with a slash and do not mean as a date.
const FRACTIONS: [(u32, u32); 6] = [(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (24, 7)];

/// Why a year is not valid.
const FAR: &str = "the year is outside 1900 to 2200";

/// The figures of a date as written.
struct Figures<'a> {
    mark: &'a str,
    first: u32,
    second: u32,
    third: Option<(u32, usize)>,
    next: usize,
}

/// A date in figures.
pub(crate) struct Read {
    /// The day, or why there is none.
    pub day: Result<Day, &'static str>,
    /// The day with both numbers the other way round, if that is one too.
    pub other: Option<Day>,
    /// The token after it.
    pub next: usize,
    /// What it needs around it.
    pub need: Need,
}

/// Reads a date in figures; what looks like one but does not exist comes back as the reason.
pub(crate) fn figures(tokens: &Tokens<'_>, at: usize, order: DateOrder) -> Option<Read> {
    let figures = parts(tokens, at)?;
    let next = figures.next;
    if tokens.get(at)?.text.len() == 4 {
        let (day, width) = figures.third?;
        (width <= 2).then_some(())?;
        let year = i16::try_from(figures.first).ok()?;
        let why = if YEARS.contains(&year) {
            "that day does not exist"
        } else {
            FAR
        };
        return Some(Read {
            day: date(year, figures.second, day).map(Day::On).ok_or(why),
            other: None,
            next,
            need: Need::NONE,
        });
    }
    let order = if figures.mark == "/" {
        order
    } else {
        // Points and dashes are written by people who put the day first.
        DateOrder::DayFirst
    };
    let (day, month) = match order {
        DateOrder::DayFirst => (figures.first, figures.second),
        DateOrder::MonthFirst => (figures.second, figures.first),
    };
    let mut need = Need::NONE;
    let year = match figures.third {
        Some((year, 4)) => Some(i16::try_from(year).ok()?),
        Some((year, 2)) if figures.mark == "/" || figures.mark == "." => {
            if figures.mark == "." {
                need = Need::LED | Need::AFTER;
            }
            Some(2000 + i16::try_from(year).ok()?)
        }
        Some(_) => return None,
        None => {
            need = without_year(tokens, at, &figures, (day, month))?;
            None
        }
    };
    let of = |day: u32, month: u32| match year {
        Some(year) => date(year, month, day).map(Day::On),
        // 2000 was a leap year, so 29 February passes.
        None => date(2000, month, day).map(|date| Day::Yearly(date.month(), date.day())),
    };
    let why = match order {
        _ if year.is_some_and(|year| !YEARS.contains(&year)) => FAR,
        DateOrder::DayFirst => "there is no such date with the day first",
        DateOrder::MonthFirst => "there is no such date with the month first",
    };
    Some(Read {
        day: of(day, month).ok_or(why),
        other: of(month, day).filter(|_| day != month && figures.mark == "/"),
        next,
        need,
    })
}

/// What figures without a year need around them, so that they are no fraction, score or version.
fn without_year(
    tokens: &Tokens<'_>,
    at: usize,
    figures: &Figures<'_>,
    date: (u32, u32),
) -> Option<Need> {
    match figures.mark {
        "/" => {
            let fraction = FRACTIONS.contains(&(figures.first, figures.second));
            let whole = at == 0 && figures.next == tokens.list.len();
            Some(if whole {
                Need::NONE
            } else if fraction {
                Need::LED | Need::AFTER | Need::CLOCK
            } else if is_plain_date(tokens, figures.next, date) {
                Need::NONE
            } else {
                Need::LED | Need::AFTER | Need::END | Need::BEFORE
            })
        }
        "." => tokens
            .is_mark(figures.next.saturating_sub(1), ".")
            .then_some(Need::LED | Need::AFTER | Need::CLOCK),
        _ => None,
    }
}

/// Whether only a date has these numbers, because one of them can be no month: `14/4` before any word.
fn is_plain_date(tokens: &Tokens<'_>, next: usize, (day, month): (u32, u32)) -> bool {
    let is_word = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|token| token.text.starts_with(char::is_alphabetic))
    };
    // "14/4 90m" too.
    let joined = tokens.joined_to_previous(next + 1) && is_word(next + 1);
    let word = tokens.get(next).is_some_and(|token| token.spaced) && (is_word(next) || joined);
    let counted = tokens.any(next, &[Sense::Counted, Sense::Of]);
    word && !counted && (13..=31).contains(&day) && (1..=12).contains(&month)
}

/// The token after a range of dates in figures without a year: `19/12 - 26/12`.
pub(crate) fn range_of_figures(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let first = slashed(tokens, at)?;
    let is_joint =
        tokens.is_mark(first, "-") || tokens.is_mark(first, "–") || tokens.is(first, Sense::To);
    let end = slashed(tokens, first + 1).filter(|_| is_joint)?;
    tokens.at_phrase_end(end).then_some(end)
}

/// The token after `19/12`, whatever stands around it.
pub(crate) fn slashed(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let number = |at: usize| {
        let token = tokens.get(at).filter(|token| token.text.len() <= 2)?;
        token.digits()
    };
    let is_slash = tokens.is_mark(at + 1, "/")
        && tokens.joined_to_previous(at + 1)
        && tokens.joined_to_previous(at + 2);
    let (first, second) = (number(at)?, number(at + 2)?);
    let is_date = first.min(second) <= 12 && first.max(second) <= 31 && first.min(second) > 0;
    (is_slash && is_date).then_some(at + 3)
}

/// The token after `15.1.` or `15.1`, whatever stands around it.
pub(crate) fn pointed(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let figures =
        parts(tokens, at).filter(|figures| figures.mark == "." && figures.third.is_none())?;
    // 2000 was a leap year.
    date(2000, figures.second, figures.first)?;
    (tokens.get(at)?.text.len() <= 2).then_some(figures.next)
}

fn date(year: i16, month: u32, day: u32) -> Option<Date> {
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    YEARS.contains(&date.year()).then_some(date)
}

fn parts<'a>(tokens: &Tokens<'a>, at: usize) -> Option<Figures<'a>> {
    let first = tokens.get(at)?.digits()?;
    let mark = tokens.get(at + 1).filter(|token| !token.spaced)?.text;
    if !matches!(mark, "/" | "." | "-") || !tokens.at_phrase_start(at) {
        return None;
    }
    let joined_number = |index: usize| {
        let token = tokens.get(index).filter(|token| !token.spaced)?;
        Some((token.digits()?, token.text.len()))
    };
    let (second, width) = joined_number(at + 2)?;
    (width <= 2).then_some(())?;
    let more = tokens.joined_to_previous(at + 3) && tokens.is_mark(at + 3, mark);
    let third = joined_number(at + 4).filter(|_| more);
    let next = match third {
        Some(_) => at + 5,
        // "14.4." has a point after the month too.
        None if more && mark == "." => at + 4,
        None => at + 3,
    };
    let ends = tokens.at_phrase_end(next)
        || (tokens.is_mark(next - 1, ".") && tokens.get(next).is_none_or(|token| token.spaced));
    ends.then_some(Figures {
        mark,
        first,
        second,
        third,
        next,
    })
}
