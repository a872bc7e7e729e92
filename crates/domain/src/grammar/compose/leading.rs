//! Days of the month in front of their rule: `on the last workday every month`, `the 15th monthly`.

use super::attribute::shift;
use super::beside_day::beside_day;
use super::chart::Chart;
use super::day_set;
use super::frequency::interval;
use super::times::times;
use super::unit_edge::end_of_unit;
use crate::grammar::meaning::day_set::{DaySpec, rules_of};
use crate::grammar::meaning::repeat::{Clause, Repeat};
use crate::grammar::recognise::surroundings::is_named;
use crate::grammar::recognise::word::unit;
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::recurrence::{CatchUp, Frequency, INTERVAL_MAX, Rule};

/// How a rule began, which says what must follow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Opened {
    Every,
    Adverb,
    Plural,
    Preposition,
    After,
}

/// Reads such days with what moves them and their times, up to the end of `every month`.
pub(crate) fn leading(
    chart: &Chart<'_>,
    at: usize,
    repeat: &mut Repeat,
) -> Option<(Opened, usize)> {
    let start = at + usize::from(chart.is(at, Sense::Due));
    let has_preposition = chart.any(start, &[Sense::On, Sense::By, Sense::At]);
    let start = start + usize::from(has_preposition);
    let blocked = at
        .checked_sub(1)
        .is_some_and(|last| chart.is(last, Sense::DateBlocker));
    if blocked || (!has_preposition && is_named(chart, at)) {
        return None;
    }
    let (mut clause, next) = days(chart, start, has_preposition)?;
    let next = shift(chart, next, &mut clause).unwrap_or(next);
    let mut zone = None;
    let next = times(chart, next, &mut clause, &mut zone).unwrap_or(next);
    let next = next + usize::from(chart.is_mark(next, ","));
    let (opened, interval, completion, next) = months(chart, next)?;
    for rule in &mut clause.rules {
        rule.interval = interval;
    }
    repeat.clauses.push(clause);
    repeat.zone = zone;
    if completion {
        repeat.completion = true;
        repeat.catch_up = CatchUp::FromCompletion;
    }
    Some((opened, next))
}

/// The days as rules of each month.
fn days(chart: &Chart<'_>, at: usize, has_preposition: bool) -> Option<(Clause, usize)> {
    if let Some((clause, next)) = end_of_unit(chart, at) {
        let monthly = |rule: &Rule| rule.frequency == Frequency::Monthly;
        return clause.rules.iter().all(monthly).then_some((clause, next));
    }
    if let Some((specs, shift, next)) = beside_day(chart, at) {
        let rules = rules_of(&specs, Some(Frequency::Monthly), 1)?;
        return Some((Clause::shifted(rules, shift), next));
    }
    let (specs, next) = day_set::list(chart, at)?;
    let the = has_preposition || chart.is(at, Sense::The);
    let of_months = specs.iter().all(|spec| match spec {
        DaySpec::MonthDay(_) | DaySpec::Nth(..) | DaySpec::Workday(_) => true,
        DaySpec::OrdinalWord(_) => the,
        _ => false,
    });
    of_months.then_some(())?;
    let rules = rules_of(&specs, Some(Frequency::Monthly), 1)?;
    Some((
        Clause::shifted(rules, None),
        day_set::of_the_month(chart, next),
    ))
}

/// `every month`, `every 2 months`, `every! month`, `monthly`: how it begins, the months, and whether they count from
/// the completion.
fn months(chart: &Chart<'_>, at: usize) -> Option<(Opened, u32, bool, usize)> {
    let within = |interval: &u32| (1..=INTERVAL_MAX).contains(interval);
    if chart.is(at, Sense::Every) {
        let bang = chart.is_mark(at + 1, "!") && chart.joined_to_previous(at + 1);
        let (count, next) = interval(chart, at + 1 + usize::from(bang));
        let count = Some(count.unwrap_or(1)).filter(within)?;
        let (unit, next) = unit(chart, next)?;
        return (unit == Unit::Month).then_some((Opened::Every, count, bang, next));
    }
    let count = chart.sense(at, |sense| match sense {
        Sense::Adverb(Unit::Month, count) => Some(count),
        _ => None,
    });
    let count = count.filter(|_| !chart.is(at, Sense::Biweekly) && chart.at_phrase_start(at))?;
    Some((Opened::Adverb, count, false, at + 1))
}
