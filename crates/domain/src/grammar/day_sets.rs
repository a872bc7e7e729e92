//! Which days a rule in words names: weekdays, days of the month, the 3rd Friday, the last workday, 14 January.

use jiff::civil::Weekday;

use super::lexicon::{NamedDay, Sense, Unit};
use super::monthdays::month_day;
use super::named_days::named_day;
use super::tokens::Tokens;
use super::values::{any_weekday, month, ordinal, unit, weekday};

pub(super) use super::named::rules;

/// Most days in one list.
const SPECS_MAX: usize = 64;

/// The days people work on.
pub(super) const WORKWEEK: [Weekday; 5] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];

/// One named day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum DaySpec {
    Weekday(Weekday),
    /// The nth day of the month, from the end when negative.
    MonthDay(i8),
    /// The same as a word, which alone may mean anything: `every second`.
    OrdinalWord(i8),
    /// The nth such weekday of the month.
    Nth(i16, Weekday),
    /// The nth workday of the month.
    Workday(i16),
    /// A day of the year: month and day.
    YearDay(i8, i8),
    /// The nth such weekday of a month.
    NthIn(i16, Weekday, i8),
    /// The day after the nth such weekday of a month, which is another weekday.
    AfterNth(i16, Weekday, i8),
}

/// Reads a list such as `mon, wed and fri` or `the 1st and 15th`.
pub(super) fn list(tokens: &Tokens<'_>, at: usize) -> Option<(Vec<DaySpec>, usize)> {
    let (mut specs, mut end) = one(tokens, at)?;
    while specs.len() < SPECS_MAX {
        let start = separated(tokens, end);
        // "mon wed fri" is a list; "monday 1st floor" is not.
        let is_unseparated = start == end && any_weekday(tokens, end).is_none();
        let Some((more, next)) = one(tokens, start).filter(|_| !is_unseparated) else {
            break;
        };
        if start == end && !matches!(specs.last(), Some(DaySpec::Weekday(_))) {
            break;
        }
        specs.extend(more);
        end = next;
    }
    share_weekday(&mut specs);
    let mut unique = Vec::new();
    for spec in specs {
        if !unique.contains(&spec) {
            unique.push(spec);
        }
    }
    Some((unique, end))
}

/// Reads days of the month as bare numbers; one alone would be an interval: `2, 15 and 27`.
pub(super) fn numbers(tokens: &Tokens<'_>, at: usize) -> Option<(Vec<DaySpec>, usize)> {
    let day = |at: usize| {
        let number = tokens
            .get(at)
            .filter(|token| token.text.len() <= 2)?
            .digits()?;
        let day = i8::try_from(number)
            .ok()
            .filter(|day| (1..=31).contains(day))?;
        (!tokens.is(at + 1, Sense::Suffix)).then_some(DaySpec::MonthDay(day))
    };
    let (mut specs, mut end) = (vec![day(at)?], at + 1);
    while specs.len() < SPECS_MAX {
        let next = separated(tokens, end);
        let Some(spec) = day(next).filter(|_| next > end) else {
            break;
        };
        if !specs.contains(&spec) {
            specs.push(spec);
        }
        end = next + 1;
    }
    let counts = unit(tokens, end).is_some() || tokens.is(end, Sense::Times);
    (specs.len() > 1 && !counts).then_some((specs, end))
}

/// The token after `,`, `and`, `, and`, `&`.
pub(super) fn separated(tokens: &Tokens<'_>, at: usize) -> usize {
    let comma = at + usize::from(tokens.is_mark(at, ",") || tokens.is_mark(at, ";"));
    let slash_or_plus = (tokens.is_mark(comma, "/") || tokens.is_mark(comma, "+"))
        && any_weekday(tokens, comma + 1).is_some();
    comma + usize::from(tokens.is(comma, Sense::And) || tokens.is_mark(comma, "&") || slash_or_plus)
}

/// In `1st and 3rd friday` both are Fridays.
fn share_weekday(specs: &mut [DaySpec]) {
    let Some(DaySpec::Nth(_, weekday)) = specs.last().copied() else {
        return;
    };
    let short = |spec: &DaySpec| {
        matches!(
            spec,
            DaySpec::MonthDay(1..=5) | DaySpec::OrdinalWord(_) | DaySpec::Nth(..)
        )
    };
    if specs.iter().all(short) {
        for spec in specs {
            if let DaySpec::MonthDay(day) | DaySpec::OrdinalWord(day) = *spec {
                *spec = DaySpec::Nth(i16::from(day), weekday);
            }
        }
    }
}

fn one(tokens: &Tokens<'_>, at: usize) -> Option<(Vec<DaySpec>, usize)> {
    if let Some(first) = any_weekday(tokens, at) {
        return Some(weekdays(tokens, at, first));
    }
    if let Some((named, next)) = month_day(tokens, at).filter(|(named, _)| named.year.is_none()) {
        named.day()?;
        return Some((vec![DaySpec::YearDay(named.month, named.day)], next));
    }
    if let Some((named_day, next)) = named_day(tokens, at) {
        let spec = match named_day {
            NamedDay::Fixed(month, day) => DaySpec::YearDay(month, day),
            NamedDay::Nth(ordinal, weekday, month) => DaySpec::NthIn(ordinal, weekday, month),
            NamedDay::DayAfter(ordinal, weekday, month) => {
                DaySpec::AfterNth(ordinal, weekday, month)
            }
            // An RRULE cannot express Easter, whose date depends on the moon.
            NamedDay::Easter(_) => return None,
        };
        return Some((vec![spec], next));
    }
    let workweek = tokens.is(at, Sense::Plural) && tokens.is(at, Sense::Unit(Unit::Workday));
    if workweek {
        return Some((WORKWEEK.map(DaySpec::Weekday).to_vec(), at + 1));
    }
    let at = at + usize::from(tokens.is(at, Sense::The));
    let (ordinal, next) = ordinal(tokens, at)?;
    if let Some(weekday) = weekday(tokens, next) {
        if !(-5..=5).contains(&ordinal) {
            return None;
        }
        let month_at = next + 1 + usize::from(tokens.is(next + 1, Sense::Of));
        let (months, end) = months(tokens, month_at);
        return Some(if months.is_empty() {
            (vec![DaySpec::Nth(ordinal, weekday)], next + 1)
        } else {
            let specs = months
                .into_iter()
                .map(|month| DaySpec::NthIn(ordinal, weekday, month));
            (specs.collect(), end)
        });
    }
    match unit(tokens, next) {
        Some((Unit::Workday, next)) if (-23..=23).contains(&ordinal) => {
            Some((vec![DaySpec::Workday(ordinal)], next))
        }
        Some((Unit::Day, next)) => last_day(tokens, next, ordinal),
        Some(_) => None,
        // "last" alone names nothing.
        None if ordinal < 0 => None,
        None => {
            let day = month_day_of(ordinal)?;
            let worded = tokens.get(at)?.digits().is_none();
            let spec = if worded {
                DaySpec::OrdinalWord(day)
            } else {
                DaySpec::MonthDay(day)
            };
            Some((vec![spec], next))
        }
    }
}

/// `january and july`, as far as no day of the month follows.
pub(super) fn months(tokens: &Tokens<'_>, at: usize) -> (Vec<i8>, usize) {
    let (mut months, mut end) = (Vec::new(), at);
    while months.len() < 12 {
        let next = if months.is_empty() {
            at
        } else {
            separated(tokens, end)
        };
        let Some(another) = month(tokens, next).filter(|_| month_day(tokens, next).is_none())
        else {
            break;
        };
        if !months.contains(&another) {
            months.push(another);
        }
        end = next + 1;
    }
    (months, end)
}

/// `last day`, `2nd last day`, `1st day`, perhaps `of february`.
fn last_day(tokens: &Tokens<'_>, at: usize, ordinal: i16) -> Option<(Vec<DaySpec>, usize)> {
    let day = month_day_of(ordinal)?;
    // "last day of the quarter" or of the year.
    let unit_at = at + 1 + usize::from(tokens.is(at + 1, Sense::The));
    let edge = tokens.is(at, Sense::Of) && (ordinal == -1 || ordinal == 1);
    let months: &[i8] = match unit(tokens, unit_at).filter(|_| edge) {
        Some((Unit::Quarter, _)) if ordinal < 0 => &[3, 6, 9, 12],
        Some((Unit::Quarter, _)) => &[1, 4, 7, 10],
        Some((Unit::Year, _)) if ordinal < 0 => &[12],
        Some((Unit::Year, _)) => &[1],
        _ => &[],
    };
    if !months.is_empty() {
        let days = months.iter().map(|month| DaySpec::YearDay(*month, day));
        return Some((days.collect(), unit_at + 1));
    }
    Some(
        match month(tokens, at + 1).filter(|_| tokens.is(at, Sense::Of)) {
            Some(month) => (vec![DaySpec::YearDay(month, day)], at + 2),
            None => (vec![DaySpec::MonthDay(day)], at),
        },
    )
}

fn month_day_of(ordinal: i16) -> Option<i8> {
    i8::try_from(ordinal)
        .ok()
        .filter(|day| *day != 0 && (-31..=31).contains(day))
}

/// One weekday, or a range such as `mon-fri` or `monday to friday`.
fn weekdays(tokens: &Tokens<'_>, at: usize, first: Weekday) -> (Vec<DaySpec>, usize) {
    let Some(last) = span(tokens, at) else {
        return (vec![DaySpec::Weekday(first)], at + 1);
    };
    let length = usize::try_from(first.until(last)).unwrap_or_default() + 1;
    (
        first
            .cycle_forward()
            .take(length)
            .map(DaySpec::Weekday)
            .collect(),
        at + 3,
    )
}

/// The last day of a range of weekdays that begins here.
pub(super) fn span(tokens: &Tokens<'_>, at: usize) -> Option<Weekday> {
    let dash =
        tokens.is_mark(at + 1, "-") || tokens.is_mark(at + 1, "–") || tokens.is(at + 1, Sense::To);
    any_weekday(tokens, at)?;
    any_weekday(tokens, at + 2).filter(|_| dash)
}

/// The token after `of the month` or `of each month`, or this one without it.
pub(super) fn of_the_month(tokens: &Tokens<'_>, at: usize) -> usize {
    let of = tokens.is(at, Sense::Of);
    let each = tokens.any(at + 1, &[Sense::The, Sense::Every]);
    let unit = at + 1 + usize::from(each);
    let is_of_month = of && tokens.is(unit, Sense::Unit(Unit::Month));
    if is_of_month { unit + 1 } else { at }
}

/// The English name of a weekday, as written within a sentence.
pub(super) use crate::weekday::key as name;
