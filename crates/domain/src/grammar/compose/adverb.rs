//! Frequencies as one word: `monthly on the 1st`, `nightly`, `alternate tuesdays`.

use jiff::civil::Time;

use super::chart::Chart;
use super::day_set;
use super::frequency::counted;
use super::leading::Opened;
use crate::grammar::meaning::day_set::rules_of;
use crate::grammar::meaning::repeat::{Clause, Repeat};
use crate::grammar::recognise::surroundings::is_named;
use crate::grammar::recognise::word::unit;
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::recurrence::Frequency;

/// `daily` ends a thought; in `daily report` it is an adjective.
pub(super) fn follows_adverb(chart: &Chart<'_>, at: usize) -> bool {
    chart.any(at, &[Sense::ClauseStart, Sense::Today, Sense::Tomorrow])
        || chart
            .get(at)
            .is_some_and(|token| matches!(token.text, "," | "." | ")" | ":"))
}

/// `monthly on the 1st`.
pub(super) fn adverb(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<(Opened, usize)> {
    let named = is_named(chart, at);
    // "bi-weekly".
    let bi = chart.is(at, Sense::Bi)
        && chart.joined_to_previous(at + 1)
        && chart.is_mark(at + 1, "-")
        && chart.joined_to_previous(at + 2);
    let at = if bi { at + 2 } else { at };
    let (unit, interval) = chart.sense(at, |sense| match sense {
        Sense::Adverb(unit, interval) => Some((unit, interval)),
        _ => None,
    })?;
    let bi = bi && interval == 1 && matches!(unit, Unit::Week | Unit::Month);
    if named || (chart.joined_to_previous(at) && !bi && at > 0 && !chart.at_phrase_start(at)) {
        return None;
    }
    let interval = if bi { 2 } else { interval };
    let (mut clause, next) = counted(chart, at + 1, unit, interval)?;
    clause.part = clause.part.or_else(|| {
        chart.sense(at, |sense| match sense {
            Sense::Nightly(hour) => Time::new(hour, 0, 0, 0).ok(),
            _ => None,
        })
    });
    if bi || chart.is(at, Sense::Biweekly) {
        let every = if unit == Unit::Week {
            "2 weeks"
        } else {
            "2 months"
        };
        repeat.doubts.push(format!(
            "read as every {every}; it can also mean twice per period"
        ));
    }
    repeat.clauses.push(clause);
    // With its days it is a rule before any word: "monthly on the 1st pay rent".
    let opened = if next > at + 1 {
        Opened::Preposition
    } else {
        Opened::Adverb
    };
    Some((opened, next))
}

/// `alternate tuesdays`, `on alternate weeks`.
pub(super) fn alternate(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let start = at + usize::from(chart.is(at, Sense::On));
    if !chart.is(start, Sense::Alternate) || is_named(chart, at) {
        return None;
    }
    let (clause, next) = if let Some((unit, next)) = unit(chart, start + 1) {
        counted(chart, next, unit, 2)?
    } else {
        let (specs, next) = day_set::list(chart, start + 1)?;
        let rules = rules_of(&specs, Some(Frequency::Weekly), 2)?;
        (Clause::of(rules), next)
    };
    repeat.clauses.push(clause);
    Some(next)
}
