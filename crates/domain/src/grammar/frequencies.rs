//! How often something happens in a unit: `once a week`, `twice a day at 8 and 18`, and rates that name no days.

use super::day_sets;
use super::lexicon::{Sense, Unit};
use super::modifiers::times;
use super::pattern::{counted, interval};
use super::rules::{Clause, Repeat, is_named};
use super::tokens::Tokens;
use super::unparsed;
use super::values::{number, unit};
use crate::Zone;
use crate::recurrence::{Frequency, Rule};

/// `once a week`, `once every 2 months`.
pub(super) fn once(tokens: &Tokens<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    if is_named(tokens, at) {
        return None;
    }
    let twice = tokens.is(at, Sense::Rate(2)) || tokens.is(at, Sense::Rate(3));
    if twice && tokens.is(at + 1, Sense::Adverb(Unit::Day, 1)) {
        let count = if tokens.is(at, Sense::Rate(2)) { 2 } else { 3 };
        let (clause, next) = daily_times(tokens, at + 2, &mut repeat.zone)?;
        (clause.clocks.len() == count).then_some(())?;
        repeat.clauses.push(clause);
        return Some(next);
    }
    let (times, next) = rate(tokens, at)?;
    if times != 1 {
        return often(tokens, next, times, repeat);
    }
    let (interval, unit_at) = interval(tokens, next);
    let (unit, next) = unit(tokens, unit_at)?;
    let (clause, next) = counted(tokens, next, unit, interval.unwrap_or(1))?;
    repeat.clauses.push(clause);
    Some(next)
}

/// `twice a day at 8 and 18`, `3 times a week on mon, wed and fri`: as many as are named.
fn often(tokens: &Tokens<'_>, at: usize, count: u32, repeat: &mut Repeat) -> Option<usize> {
    let (unit, next) = unit(tokens, at)?;
    let mut clause = Clause::default();
    let (named, next) = match unit {
        Unit::Day => {
            let (parsed, next) = daily_times(tokens, next, &mut repeat.zone)?;
            clause = parsed;
            (clause.clocks.len(), next)
        }
        Unit::Week if tokens.is(next, Sense::On) => {
            let (specs, next) = day_sets::list(tokens, next + 1)?;
            clause.rules = day_sets::rules(&specs, Some(Frequency::Weekly), 1)?;
            (specs.len(), next)
        }
        Unit::Month if tokens.is(next, Sense::On) => {
            let (specs, next) = day_sets::list(tokens, next + 1)?;
            clause.rules = day_sets::rules(&specs, Some(Frequency::Monthly), 1)?;
            (specs.len(), next)
        }
        _ => return None,
    };
    (usize::try_from(count) == Ok(named)).then_some(())?;
    repeat.clauses.push(clause);
    Some(next)
}

/// Every day at the times at this token.
fn daily_times(tokens: &Tokens<'_>, at: usize, zone: &mut Option<Zone>) -> Option<(Clause, usize)> {
    let mut clause = Clause {
        rules: vec![Rule::every(Frequency::Daily, 1)],
        ..Clause::default()
    };
    let next = times(tokens, at, &mut clause, zone)?;
    Some((clause, next))
}

/// `twice a …`, `3 times per …`: how often, and the token of the unit.
fn rate(tokens: &Tokens<'_>, at: usize) -> Option<(u32, usize)> {
    let word = tokens.sense(at, |sense| match sense {
        Sense::Rate(times) => Some(times),
        _ => None,
    });
    let (times, next) = match word {
        Some(times) => (times, at + 1),
        None if tokens.is(at + 1, Sense::Times) => (number(tokens, at)?, at + 2),
        None => return None,
    };
    let per = tokens.any(next, &[Sense::Per, Sense::Every])
        || (tokens.is(next, Sense::Number(1)) && tokens.get(next)?.digits().is_none());
    per.then_some((times, next + 1))
}

/// The token after a rate that names no days, such as `3 times a week`: it is not a rule.
pub(super) fn dayless(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let often = |sense| matches!(sense, Sense::Rate(2..)).then_some(());
    let adverb = |sense| matches!(sense, Sense::Adverb(..)).then_some(());
    let daily = tokens.sense(at, often).and(tokens.sense(at + 1, adverb));
    let next = if daily.is_some() {
        at + 2
    } else {
        let (times, next) = rate(tokens, at)?;
        let (_, after) = unit(tokens, next)?;
        // "once a month on friday" does not say which.
        let on = tokens.is(after, Sense::On) && unparsed::is_temporal(tokens, after + 1);
        (times > 1 || on).then_some(after)?
    };
    tokens.at_phrase_start(at).then_some(next)
}
