//! Which days a rule in words names: weekdays, days of the month, the 3rd Friday, the last workday, 14 January.

use jiff::civil::Weekday;

use super::dates::{Day, month_day};
use super::lexicon::{Sense, Unit};
use super::relative::feast;
use super::tokens::Tokens;
use super::values::{month, unit, weekday};
use crate::recurrence::{ByDay, Frequency, Rule};

/// Most days in one list.
const SPECS_MAX: usize = 31;

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
pub(super) enum Spec {
    Weekday(Weekday),
    /// The nth day of the month, from the end when negative.
    MonthDay(i8),
    /// The same as a word, which alone may mean anything: `every second`.
    Worded(i8),
    /// The nth such weekday of the month.
    Nth(i16, Weekday),
    /// The nth workday of the month.
    Workday(i16),
    /// A day of the year: month and day.
    YearDay(i8, i8),
    /// The nth such weekday of a month.
    NthIn(i16, Weekday, i8),
}

/// Reads a list such as `mon, wed and fri` or `the 1st and 15th`.
pub(super) fn list(tokens: &Tokens<'_>, at: usize) -> Option<(Vec<Spec>, usize)> {
    let (mut specs, mut end) = one(tokens, at)?;
    while specs.len() < SPECS_MAX {
        let Some((more, next)) = one(tokens, separated(tokens, end)) else {
            break;
        };
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
pub(super) fn numbers(tokens: &Tokens<'_>, at: usize) -> Option<(Vec<Spec>, usize)> {
    let day = |at: usize| {
        let number = tokens
            .get(at)
            .filter(|token| token.text.len() <= 2)?
            .digits()?;
        let day = i8::try_from(number)
            .ok()
            .filter(|day| (1..=31).contains(day))?;
        (!tokens.is(at + 1, Sense::Suffix)).then_some(Spec::MonthDay(day))
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
    let comma = at + usize::from(tokens.mark(at, ","));
    comma + usize::from(tokens.is(comma, Sense::And) || tokens.mark(comma, "&"))
}

/// In `1st and 3rd friday` both are Fridays.
fn share_weekday(specs: &mut [Spec]) {
    let Some(Spec::Nth(_, weekday)) = specs.last().copied() else {
        return;
    };
    let short = |spec: &Spec| {
        matches!(
            spec,
            Spec::MonthDay(1..=5) | Spec::Worded(_) | Spec::Nth(..)
        )
    };
    if specs.iter().all(short) {
        for spec in specs {
            if let Spec::MonthDay(day) | Spec::Worded(day) = *spec {
                *spec = Spec::Nth(i16::from(day), weekday);
            }
        }
    }
}

fn one(tokens: &Tokens<'_>, at: usize) -> Option<(Vec<Spec>, usize)> {
    if let Some(first) = weekday(tokens, at) {
        return Some(weekdays(tokens, at, first));
    }
    if let Some((named, next)) = month_day(tokens, at).filter(|(named, _)| named.year.is_none()) {
        named.day()?;
        return Some((vec![Spec::YearDay(named.month, named.day)], next));
    }
    if let Some((Day::Yearly(month, day), next)) = feast(tokens, at) {
        return Some((vec![Spec::YearDay(month, day)], next));
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
            (vec![Spec::Nth(ordinal, weekday)], next + 1)
        } else {
            let specs = months
                .into_iter()
                .map(|month| Spec::NthIn(ordinal, weekday, month));
            (specs.collect(), end)
        });
    }
    match unit(tokens, next) {
        Some(Unit::Workday) if (-23..=23).contains(&ordinal) => {
            Some((vec![Spec::Workday(ordinal)], next + 1))
        }
        Some(Unit::Day) => last_day(tokens, next + 1, ordinal),
        Some(_) => None,
        // "last" alone names nothing.
        None if ordinal < 0 => None,
        None => {
            let day = month_day_of(ordinal)?;
            let worded = tokens.get(at)?.digits().is_none();
            let spec = if worded {
                Spec::Worded(day)
            } else {
                Spec::MonthDay(day)
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
fn last_day(tokens: &Tokens<'_>, at: usize, ordinal: i16) -> Option<(Vec<Spec>, usize)> {
    let day = month_day_of(ordinal)?;
    Some(
        match month(tokens, at + 1).filter(|_| tokens.is(at, Sense::Of)) {
            Some(month) => (vec![Spec::YearDay(month, day)], at + 2),
            None => (vec![Spec::MonthDay(day)], at),
        },
    )
}

fn month_day_of(ordinal: i16) -> Option<i8> {
    i8::try_from(ordinal)
        .ok()
        .filter(|day| *day != 0 && (-31..=31).contains(day))
}

/// One weekday, or a range such as `mon-fri` or `monday to friday`.
fn weekdays(tokens: &Tokens<'_>, at: usize, first: Weekday) -> (Vec<Spec>, usize) {
    let dash = tokens.mark(at + 1, "-") || tokens.mark(at + 1, "–") || tokens.is(at + 1, Sense::To);
    let Some(last) = weekday(tokens, at + 2).filter(|_| dash) else {
        return (vec![Spec::Weekday(first)], at + 1);
    };
    let length = usize::try_from(first.until(last)).unwrap_or_default() + 1;
    (
        first
            .cycle_forward()
            .take(length)
            .map(Spec::Weekday)
            .collect(),
        at + 3,
    )
}

/// `3rd`, `third`, `last`, `2nd last`.
pub(super) fn ordinal(tokens: &Tokens<'_>, at: usize) -> Option<(i16, usize)> {
    if tokens.is(at, Sense::Last) {
        return Some((-1, at + 1));
    }
    let (number, next) = match tokens.get(at)?.digits() {
        Some(number) if tokens.is(at + 1, Sense::Suffix) && tokens.glued(at + 1) => {
            (i16::try_from(number).ok()?, at + 2)
        }
        Some(_) => return None,
        None => (
            tokens.sense(at, |sense| match sense {
                Sense::Ordinal(number) => Some(number),
                _ => None,
            })?,
            at + 1,
        ),
    };
    if tokens.is(next, Sense::Last) {
        Some((-number, next + 1))
    } else {
        Some((number, next))
    }
}

/// The rule that names these days, if they go together and with the unit.
pub(super) fn rule(specs: &[Spec], unit: Option<Frequency>, interval: u32) -> Option<Rule> {
    let frequency = match specs.first()? {
        Spec::Weekday(_) => Frequency::Weekly,
        Spec::Worded(_) if unit.is_none() => return None,
        Spec::MonthDay(_) | Spec::Worded(_) | Spec::Nth(..) | Spec::Workday(_) => {
            Frequency::Monthly
        }
        Spec::YearDay(..) | Spec::NthIn(..) => Frequency::Yearly,
    };
    if unit.is_some_and(|unit| unit != frequency) {
        return None;
    }
    let mut rule = Rule::every(frequency, interval);
    match specs.first()? {
        Spec::Weekday(_) => {
            rule.by_day = all(specs, |spec| match spec {
                Spec::Weekday(weekday) => Some(ByDay::each(weekday)),
                _ => None,
            })?;
        }
        Spec::MonthDay(_) | Spec::Worded(_) => {
            rule.by_month_day = all(specs, |spec| match spec {
                Spec::MonthDay(day) => Some(day),
                Spec::Worded(day) if unit.is_some() => Some(day),
                _ => None,
            })?;
        }
        Spec::Nth(..) => {
            rule.by_day = all(specs, |spec| match spec {
                Spec::Nth(ordinal, weekday) => Some(ByDay {
                    ordinal: Some(ordinal),
                    weekday,
                }),
                _ => None,
            })?;
        }
        Spec::Workday(_) => {
            rule.by_day = WORKWEEK.map(ByDay::each).to_vec();
            rule.by_set_pos = all(specs, |spec| match spec {
                Spec::Workday(ordinal) => Some(ordinal),
                _ => None,
            })?;
        }
        Spec::YearDay(..) => {
            let pairs = all(specs, |spec| match spec {
                Spec::YearDay(month, day) => Some((month, day)),
                _ => None,
            })?;
            (rule.by_month, rule.by_month_day) = product(&pairs)?;
        }
        Spec::NthIn(..) => {
            let pairs = all(specs, |spec| match spec {
                Spec::NthIn(ordinal, weekday, month) => Some((
                    month,
                    ByDay {
                        ordinal: Some(ordinal),
                        weekday,
                    },
                )),
                _ => None,
            })?;
            (rule.by_month, rule.by_day) = product(&pairs)?;
        }
    }
    Some(rule)
}

/// The weekdays of a list that names nothing else.
pub(super) fn weekdays_of(specs: &[Spec]) -> Option<Vec<Weekday>> {
    all(specs, |spec| match spec {
        Spec::Weekday(weekday) => Some(weekday),
        _ => None,
    })
}

fn all<T>(specs: &[Spec], pick: impl Fn(Spec) -> Option<T>) -> Option<Vec<T>> {
    specs.iter().copied().map(pick).collect()
}

/// The months and days whose every combination is in the list; one rule cannot say anything else.
fn product<T: PartialEq + Copy>(pairs: &[(i8, T)]) -> Option<(Vec<i8>, Vec<T>)> {
    let (mut months, mut days) = (Vec::new(), Vec::new());
    for (month, day) in pairs {
        if !months.contains(month) {
            months.push(*month);
        }
        if !days.contains(day) {
            days.push(*day);
        }
    }
    (months.len() * days.len() == pairs.len()).then_some((months, days))
}
