//! How often something happens in a unit: `once a week`, `twice a day at 8 and 18`, and rates that name no days.

use super::chart::Chart;
use super::day_set;
use super::frequency::{counted, interval};
use super::times::times;
use crate::Zone;
use crate::grammar::meaning::day_set::rules_of;
use crate::grammar::meaning::repeat::{Clause, Repeat};
use crate::grammar::recognise::surroundings::{is_named, is_temporal};
use crate::grammar::recognise::word::{number, unit};
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::recurrence::{Frequency, Rule};

/// `once a week`, `once every 2 months`.
pub(crate) fn once(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    if is_named(chart, at) {
        return None;
    }
    let twice = chart.is(at, Sense::Rate(2)) || chart.is(at, Sense::Rate(3));
    if twice && chart.is(at + 1, Sense::Adverb(Unit::Day, 1)) {
        let count = if chart.is(at, Sense::Rate(2)) { 2 } else { 3 };
        let (clause, next) = daily_times(chart, at + 2, &mut repeat.zone)?;
        (clause.clocks.len() == count).then_some(())?;
        repeat.clauses.push(clause);
        return Some(next);
    }
    let (times, next) = rate(chart, at)?;
    if times != 1 {
        return often(chart, next, times, repeat);
    }
    let (interval, unit_at) = interval(chart, next);
    let (unit, next) = unit(chart, unit_at)?;
    let (clause, next) = counted(chart, next, unit, interval.unwrap_or(1))?;
    repeat.clauses.push(clause);
    Some(next)
}

/// `twice a day at 8 and 18`, `3 times a week on mon, wed and fri`: as many as are named.
fn often(chart: &Chart<'_>, at: usize, count: u32, repeat: &mut Repeat) -> Option<usize> {
    let (unit, next) = unit(chart, at)?;
    let mut clause = Clause::default();
    let (named, next) = match unit {
        Unit::Day => {
            let (parsed, next) = daily_times(chart, next, &mut repeat.zone)?;
            clause = parsed;
            (clause.clocks.len(), next)
        }
        Unit::Week if chart.is(next, Sense::On) => {
            let (specs, next) = day_set::list(chart, next + 1)?;
            clause.rules = rules_of(&specs, Some(Frequency::Weekly), 1)?;
            (specs.len(), next)
        }
        Unit::Month if chart.is(next, Sense::On) => {
            let (specs, next) = day_set::list(chart, next + 1)?;
            clause.rules = rules_of(&specs, Some(Frequency::Monthly), 1)?;
            (specs.len(), next)
        }
        _ => return None,
    };
    (usize::try_from(count) == Ok(named)).then_some(())?;
    repeat.clauses.push(clause);
    Some(next)
}

/// Every day at the times at this token.
fn daily_times(chart: &Chart<'_>, at: usize, zone: &mut Option<Zone>) -> Option<(Clause, usize)> {
    let mut clause = Clause {
        rules: vec![Rule::every(Frequency::Daily, 1)],
        ..Clause::default()
    };
    let next = times(chart, at, &mut clause, zone)?;
    Some((clause, next))
}

/// `twice a …`, `3 times per …`: how often, and the token of the unit.
fn rate(chart: &Chart<'_>, at: usize) -> Option<(u32, usize)> {
    let word = chart.sense(at, |sense| match sense {
        Sense::Rate(times) => Some(times),
        _ => None,
    });
    let (times, next) = match word {
        Some(times) => (times, at + 1),
        None if chart.is(at + 1, Sense::Times) => (number(chart, at)?, at + 2),
        None => return None,
    };
    let per = chart.any(next, &[Sense::Per, Sense::Every])
        || (chart.is(next, Sense::Number(1)) && chart.get(next)?.digits().is_none());
    per.then_some((times, next + 1))
}

/// The token after a rate that names no days, such as `3 times a week`: it is not a rule.
pub(crate) fn dayless(chart: &Chart<'_>, at: usize) -> Option<usize> {
    let often = |sense| matches!(sense, Sense::Rate(2..)).then_some(());
    let adverb = |sense| matches!(sense, Sense::Adverb(..)).then_some(());
    let daily = chart.sense(at, often).and(chart.sense(at + 1, adverb));
    let counted = number(chart, at).is_some()
        && chart.is(at + 1, Sense::Times)
        && chart.sense(at + 2, adverb).is_some();
    let next = if counted {
        at + 3
    } else if daily.is_some() {
        at + 2
    } else {
        let (times, next) = rate(chart, at)?;
        let (_, after) = unit(chart, next)?;
        // "once a month on friday" does not say which.
        let on = chart.is(after, Sense::On) && is_temporal(chart, after + 1);
        (times > 1 || on).then_some(after)?
    };
    chart.at_phrase_start(at).then_some(next)
}
