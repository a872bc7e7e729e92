//! Which days a rule in words names: weekdays, days of the month, the 3rd Friday, the last workday, 14 January.

use jiff::civil::Weekday;

use super::chart::Chart;
use crate::grammar::meaning::day_set::{DaySpec, WORKWEEK};
use crate::grammar::recognise::calendar::month_day;
use crate::grammar::recognise::holiday::named_day;
use crate::grammar::recognise::word::{any_weekday, month, ordinal, unit, weekday};
use crate::grammar::token::lexicon::{NamedDay, Sense, Unit};

/// Most months in one list, even if some are said twice.
const MONTHS_MAX: usize = 12;
/// Most days in one list.
const SPECS_MAX: usize = 64;

/// Reads a list such as `mon, wed and fri` or `the 1st and 15th`.
pub(crate) fn list(chart: &Chart<'_>, at: usize) -> Option<(Vec<DaySpec>, usize)> {
    let (mut specs, mut end) = one(chart, at)?;
    while specs.len() < SPECS_MAX {
        let start = separated(chart, end);
        // "mon wed fri" is a list; "monday 1st floor" is not.
        let is_unseparated = start == end && any_weekday(chart, end).is_none();
        let Some((more, next)) = one(chart, start).filter(|_| !is_unseparated) else {
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
pub(crate) fn numbers(chart: &Chart<'_>, at: usize) -> Option<(Vec<DaySpec>, usize)> {
    let day = |at: usize| {
        let number = chart
            .get(at)
            .filter(|token| token.text.len() <= 2)?
            .digits()?;
        let day = i8::try_from(number)
            .ok()
            .filter(|day| (1..=31).contains(day))?;
        (!chart.is(at + 1, Sense::Suffix)).then_some(DaySpec::MonthDay(day))
    };
    let (mut specs, mut end) = (vec![day(at)?], at + 1);
    for _ in 1..SPECS_MAX {
        let next = separated(chart, end);
        let Some(spec) = day(next).filter(|_| next > end) else {
            break;
        };
        if !specs.contains(&spec) {
            specs.push(spec);
        }
        end = next + 1;
    }
    let counts = unit(chart, end).is_some() || chart.is(end, Sense::Times);
    (specs.len() > 1 && !counts).then_some((specs, end))
}

/// The token after `,`, `and`, `, and`, `&`.
pub(crate) fn separated(chart: &Chart<'_>, at: usize) -> usize {
    let comma = at + usize::from(chart.is_mark(at, ",") || chart.is_mark(at, ";"));
    let slash_or_plus = (chart.is_mark(comma, "/") || chart.is_mark(comma, "+"))
        && any_weekday(chart, comma + 1).is_some();
    comma + usize::from(chart.is(comma, Sense::And) || chart.is_mark(comma, "&") || slash_or_plus)
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

fn one(chart: &Chart<'_>, at: usize) -> Option<(Vec<DaySpec>, usize)> {
    if let Some(first) = any_weekday(chart, at) {
        return Some(weekdays(chart, at, first));
    }
    if let Some((named, next)) = month_day(chart, at).filter(|(named, _)| named.year.is_none()) {
        named.day()?;
        return Some((vec![DaySpec::YearDay(named.month, named.day)], next));
    }
    if let Some((named_day, next)) = named_day(chart, at) {
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
    let workweek = chart.is(at, Sense::Plural) && chart.is(at, Sense::Unit(Unit::Workday));
    if workweek {
        return Some((WORKWEEK.map(DaySpec::Weekday).to_vec(), at + 1));
    }
    let at = at + usize::from(chart.is(at, Sense::The));
    let (ordinal, next) = ordinal(chart, at)?;
    if let Some(weekday) = weekday(chart, next) {
        if !(-5..=5).contains(&ordinal) {
            return None;
        }
        let month_at = next + 1 + usize::from(chart.is(next + 1, Sense::Of));
        let (months, end) = months(chart, month_at);
        return Some(if months.is_empty() {
            (vec![DaySpec::Nth(ordinal, weekday)], next + 1)
        } else {
            let specs = months
                .into_iter()
                .map(|month| DaySpec::NthIn(ordinal, weekday, month));
            (specs.collect(), end)
        });
    }
    match unit(chart, next) {
        Some((Unit::Workday, next)) if (-23..=23).contains(&ordinal) => {
            Some((vec![DaySpec::Workday(ordinal)], next))
        }
        Some((Unit::Day, next)) => last_day(chart, next, ordinal),
        Some(_) => None,
        // "last" alone names nothing.
        None if ordinal < 0 => None,
        None => {
            let day = month_day_of(ordinal)?;
            let worded = chart.get(at)?.digits().is_none();
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
pub(crate) fn months(chart: &Chart<'_>, at: usize) -> (Vec<i8>, usize) {
    let (mut months, mut end) = (Vec::new(), at);
    for _ in 0..MONTHS_MAX {
        let next = if months.is_empty() {
            at
        } else {
            separated(chart, end)
        };
        let Some(another) = month(chart, next).filter(|_| month_day(chart, next).is_none()) else {
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
fn last_day(chart: &Chart<'_>, at: usize, ordinal: i16) -> Option<(Vec<DaySpec>, usize)> {
    let day = month_day_of(ordinal)?;
    // "last day of the quarter" or of the year.
    let unit_at = at + 1 + usize::from(chart.is(at + 1, Sense::The));
    let edge = chart.is(at, Sense::Of) && (ordinal == -1 || ordinal == 1);
    let months: &[i8] = match unit(chart, unit_at).filter(|_| edge) {
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
        match month(chart, at + 1).filter(|_| chart.is(at, Sense::Of)) {
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
fn weekdays(chart: &Chart<'_>, at: usize, first: Weekday) -> (Vec<DaySpec>, usize) {
    let Some(last) = span(chart, at) else {
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
pub(crate) fn span(chart: &Chart<'_>, at: usize) -> Option<Weekday> {
    let dash =
        chart.is_mark(at + 1, "-") || chart.is_mark(at + 1, "–") || chart.is(at + 1, Sense::To);
    any_weekday(chart, at)?;
    any_weekday(chart, at + 2).filter(|_| dash)
}

/// The token after `of the month` or `of each month`, or this one without it.
pub(crate) fn of_the_month(chart: &Chart<'_>, at: usize) -> usize {
    let of = chart.is(at, Sense::Of);
    let each = chart.any(at + 1, &[Sense::The, Sense::Every]);
    let unit = at + 1 + usize::from(each);
    let is_of_month = of && chart.is(unit, Sense::Unit(Unit::Month));
    if is_of_month { unit + 1 } else { at }
}

/// The English name of a weekday, as written within a sentence.
pub(crate) use crate::weekday::key as name;
