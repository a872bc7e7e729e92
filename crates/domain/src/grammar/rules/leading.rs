//! Days of the month in front of their rule: `on the last workday every month`, `the 15th monthly`.

use super::super::day_sets::{self, DaySpec};
use super::super::lexicon::{Sense, Unit};
use super::super::modifiers::{shift, times};
use super::super::pattern::{beside_day, end_of_unit, interval, shifted};
use super::super::tokens::Tokens;
use super::super::values::unit;
use super::{Clause, Opened, Repeat, is_named};
use crate::recurrence::{CatchUp, Frequency, INTERVAL_MAX};

/// Reads such days with what moves them and their times, up to the end of `every month`.
pub(super) fn leading(
    tokens: &Tokens<'_>,
    at: usize,
    repeat: &mut Repeat,
) -> Option<(Opened, usize)> {
    let start = at + usize::from(tokens.is(at, Sense::Due));
    let has_preposition = tokens.any(start, &[Sense::On, Sense::By, Sense::At]);
    let start = start + usize::from(has_preposition);
    let blocked = at
        .checked_sub(1)
        .is_some_and(|last| tokens.is(last, Sense::DateBlocker));
    if blocked || (!has_preposition && is_named(tokens, at)) {
        return None;
    }
    let (mut clause, next) = days(tokens, start, has_preposition)?;
    let next = shift(tokens, next, &mut clause).unwrap_or(next);
    let mut zone = None;
    let next = times(tokens, next, &mut clause, &mut zone).unwrap_or(next);
    let next = next + usize::from(tokens.is_mark(next, ","));
    let (opened, interval, completion, next) = months(tokens, next)?;
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
fn days(tokens: &Tokens<'_>, at: usize, has_preposition: bool) -> Option<(Clause, usize)> {
    if let Some((clause, next)) = end_of_unit(tokens, at) {
        let monthly = |rule: &crate::recurrence::Rule| rule.frequency == Frequency::Monthly;
        return clause.rules.iter().all(monthly).then_some((clause, next));
    }
    if let Some((specs, shift, next)) = beside_day(tokens, at) {
        let rules = day_sets::rules(&specs, Some(Frequency::Monthly), 1)?;
        return Some((shifted(rules, shift), next));
    }
    let (specs, next) = day_sets::list(tokens, at)?;
    let the = has_preposition || tokens.is(at, Sense::The);
    let of_months = specs.iter().all(|spec| match spec {
        DaySpec::MonthDay(_) | DaySpec::Nth(..) | DaySpec::Workday(_) => true,
        DaySpec::OrdinalWord(_) => the,
        _ => false,
    });
    of_months.then_some(())?;
    let rules = day_sets::rules(&specs, Some(Frequency::Monthly), 1)?;
    Some((shifted(rules, None), day_sets::of_the_month(tokens, next)))
}

/// `every month`, `every 2 months`, `every! month`, `monthly`: how it begins, the months, and whether they count from
/// the completion.
fn months(tokens: &Tokens<'_>, at: usize) -> Option<(Opened, u32, bool, usize)> {
    let within = |interval: &u32| (1..=INTERVAL_MAX).contains(interval);
    if tokens.is(at, Sense::Every) {
        let bang = tokens.is_mark(at + 1, "!") && tokens.joined_to_previous(at + 1);
        let (count, next) = interval(tokens, at + 1 + usize::from(bang));
        let count = Some(count.unwrap_or(1)).filter(within)?;
        let (unit, next) = unit(tokens, next)?;
        return (unit == Unit::Month).then_some((Opened::Every, count, bang, next));
    }
    let count = tokens.sense(at, |sense| match sense {
        Sense::Adverb(Unit::Month, count) => Some(count),
        _ => None,
    });
    let count = count.filter(|_| !tokens.is(at, Sense::Biweekly) && tokens.at_phrase_start(at))?;
    Some((Opened::Adverb, count, false, at + 1))
}
