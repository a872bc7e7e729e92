//! Rules in words: `every monday at 9 until 1 june`, `every! 3 days`, `every mon at 8, tue at 9`.

use super::adverb::{adverb, alternate, follows_adverb};
use super::attribute::{apart, modifiers};
use super::beside_day::beside_day;
use super::chart::Chart;
use super::day_set;
use super::frequency::{counted, frequency, interval, pattern};
use super::leading::{Opened, leading};
use super::rate::once;
use super::refused;
use super::times::times;
use super::unit_edge::end_of_unit;
use super::week::{month_list, week_list, week_span};
use crate::grammar::meaning::day_set::{DaySpec, WEEKEND, WORKWEEK, quarterly, rules_of};
use crate::grammar::meaning::repeat::{Clause, Repeat};
use crate::grammar::recognise::exact;
use crate::grammar::recognise::surroundings::is_named;
use crate::grammar::recognise::word::{number, unit, weekday};
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::recurrence::{CatchUp, Frequency, RULES_MAX, Rule};

/// Where a rule is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// In a text that is one rule: `after 3 days` counts too, which in a sentence means something else.
    Whole,
    /// In a line.
    Line,
    /// In a line, directly behind a time: in `at 9 daily` the word is no adjective.
    BehindTime,
}

/// Reads a rule.
pub(crate) fn repeat(chart: &Chart<'_>, at: usize, place: Place) -> Option<(Repeat, usize)> {
    if !chart.at_phrase_start(at) {
        return None;
    }
    if let Some((recurrence, next)) = exact::recurrence(chart, at) {
        let repeat = Repeat {
            raw: Some(recurrence),
            ..Repeat::default()
        };
        return Some((repeat, next));
    }
    if let Some(found) = times_first(chart, at, place) {
        return Some(found);
    }
    let mut repeat = Repeat::default();
    let (opened, next) = every(chart, at, place == Place::Whole, &mut repeat)
        .map(|next| (Opened::Every, next))
        .or_else(|| adverb(chart, at, &mut repeat))
        .or_else(|| of_every(chart, at, &mut repeat).map(|next| (Opened::Every, next)))
        .or_else(|| after(chart, at, &mut repeat).map(|next| (Opened::After, next)))
        .or_else(|| leading(chart, at, &mut repeat))
        .or_else(|| once(chart, at, &mut repeat).map(|next| (Opened::Every, next)))
        .or_else(|| week_span(chart, at, &mut repeat).map(|next| (Opened::Every, next)))
        .or_else(|| week_list(chart, at, &mut repeat).map(|next| (Opened::Every, next)))
        .or_else(|| month_list(chart, at, &mut repeat).map(|next| (Opened::Every, next)))
        .or_else(|| alternate(chart, at, &mut repeat).map(|next| (Opened::Every, next)))
        .or_else(|| plural(chart, at, &mut repeat))?;
    let end = clauses(chart, next, &mut repeat)?;
    let clear = match opened {
        Opened::Every | Opened::Preposition => true,
        // `daily` ends a thought; in `daily report` it is an adjective.
        Opened::Adverb => end > next || chart.at_line_end(end) || follows_adverb(chart, end),
        Opened::Plural => end > next || chart.at_line_end(end),
        // "after 3 days of rain".
        Opened::After => chart.at_line_end(end),
    };
    // "daily 1001 times" is a rule, though a wrong one.
    let clear = clear
        || (place == Place::BehindTime && opened != Opened::After)
        || refused::invalid_bound(chart, end).is_some();
    let plain = chart.at_phrase_end(end) && clear && !refused::has_unparsed_tail(chart, end);
    (plain && share_times(&mut repeat)).then_some((repeat, end))
}

/// Reads what follows the first days: their times and ends, and more days with times of their own.
fn clauses(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let mut end = modifiers(chart, at, repeat)?;
    while repeat.clauses.len() < RULES_MAX {
        let next = day_set::separated(chart, end);
        if next == end {
            break;
        }
        let Some(after) = another(chart, next, repeat) else {
            break;
        };
        end = modifiers(chart, after, repeat)?;
    }
    Some(end)
}

/// One more clause: `every tuesday`, or behind a clause with a time `tue at 9`.
fn another(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    if chart.is(at, Sense::Every) {
        let bang = chart.is_mark(at + 1, "!") && chart.joined_to_previous(at + 1);
        (bang == repeat.completion || !bang).then_some(())?;
        let (clause, next) = pattern(chart, at + 1 + usize::from(bang), &mut repeat.doubts)?;
        repeat.clauses.push(clause);
        return Some(next);
    }
    let before = repeat.clauses.last()?;
    let [rule] = before.rules.as_slice() else {
        return None;
    };
    let (frequency, interval) = (rule.frequency, rule.interval);
    if before.clocks.is_empty() && before.part.is_none() {
        return None;
    }
    let (specs, next) = day_set::list(chart, at)?;
    let rules = rules_of(&specs, None, interval)?;
    let alike = rules.iter().all(|rule| rule.frequency == frequency);
    let mut clause = Clause {
        rules,
        ..Clause::default()
    };
    times(chart, next, &mut clause, &mut None)?;
    (alike || interval == 1).then_some(())?;
    repeat.clauses.push(Clause {
        clocks: Vec::new(),
        part: None,
        ..clause
    });
    Some(next)
}

/// Reads what belongs to a rule elsewhere in the line, where the two make a rule.
pub(crate) fn more(chart: &Chart<'_>, at: usize, rule: &Repeat) -> Option<(Repeat, usize)> {
    let (mut repeat, next) = apart(chart, at, rule)?;
    share_times(&mut repeat).then_some((repeat, next))
}

/// Whether the clauses' times go together: each has its own, or the last has one for all.
fn share_times(repeat: &mut Repeat) -> bool {
    let rules = repeat.rule_count();
    if rules > RULES_MAX || (rules > 1 && repeat.count.is_some()) {
        return false;
    }
    let fine = |rule: &Rule| rule.frequency < Frequency::Daily;
    let is_consistent = repeat
        .clauses
        .iter()
        .all(|clause| !(clause.rules.iter().any(fine) && clause.clocks.len() > 1));
    if repeat.clauses.len() < 2 {
        return is_consistent;
    }
    let timed = |clause: &Clause| {
        clause.fixed
            || !clause.clocks.is_empty()
            || clause.part.is_some()
            || clause.rules.iter().any(Rule::sets_time)
    };
    let fixed = repeat.clauses.iter().any(|clause| clause.fixed);
    let all = repeat.clauses.iter().all(timed);
    let Some((last, before)) = repeat.clauses.split_last_mut() else {
        return is_consistent;
    };
    if all && !fixed {
        for clause in before.iter_mut().chain([last]) {
            let parsed = !clause.clocks.is_empty() || clause.part.is_some();
            clause.fixed = parsed && !clause.rules.iter().any(fine);
        }
        return is_consistent;
    }
    // A rule of hours has no need of a time.
    let own = |clause: &Clause| clause.fixed || clause.rules.iter().all(Rule::sets_time);
    is_consistent && before.iter().all(|clause| own(clause) || !timed(clause))
}

/// `every …` without its modifiers.
fn every(chart: &Chart<'_>, at: usize, whole: bool, repeat: &mut Repeat) -> Option<usize> {
    let (completion, next) = if chart.is(at, Sense::Every) {
        let completion = chart.is_mark(at + 1, "!") && chart.joined_to_previous(at + 1);
        (completion, at + 1 + usize::from(completion))
    } else if whole && chart.is(at, Sense::After) && number(chart, at + 1).is_some() {
        (true, at + 1)
    } else {
        return None;
    };
    let (clause, next) = pattern(chart, next, &mut repeat.doubts)?;
    repeat.clauses.push(clause);
    if completion {
        repeat.completion = true;
        repeat.catch_up = CatchUp::FromCompletion;
    }
    Some(next)
}

/// `water plants after 10 days`: as other lists read it, so many days after each completion.
fn after(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let last = at.checked_sub(1)?;
    let blocked = chart.any(last, &[Sense::DateBlocker, Sense::NamePrefix]);
    if blocked || !chart.is(at, Sense::After) {
        return None;
    }
    let count = chart.get(at + 1)?.digits()?;
    let (unit, next) = unit(chart, at + 2)?;
    // "take a break after 2 hours" happens once.
    let long = !matches!(
        unit,
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Weekend
    );
    let (clause, next) = counted(chart, next, unit, count).filter(|_| long)?;
    repeat.clauses.push(clause);
    repeat.completion = true;
    repeat.catch_up = CatchUp::FromCompletion;
    repeat.doubts.push(
        "read as a rule that counts from each completion; quote it if it happens only once"
            .to_owned(),
    );
    Some(next)
}

/// `the last day of every month`, `1st of each month`.
fn of_every(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let start = at + usize::from(chart.is(at, Sense::Due));
    let has_preposition = chart.any(start, &[Sense::On, Sense::By, Sense::At]);
    let start = start + usize::from(has_preposition);
    // "at the end of every month".
    if let Some((clause, next)) =
        end_of_unit(chart, start).filter(|(_, next)| *next >= 2 && chart.is(next - 2, Sense::Every))
    {
        repeat.clauses.push(clause);
        return Some(next);
    }
    if let Some((specs, shift, next)) = beside_day(chart, start) {
        // "2 days before the end of every month" repeats, "of the month" does not.
        let every = next >= 2 && chart.is(next - 2, Sense::Every);
        every.then_some(())?;
        let rules = rules_of(&specs, Some(Frequency::Monthly), 1)?;
        repeat.clauses.push(Clause::shifted(rules, shift));
        return Some(next);
    }
    let (specs, next) = day_set::list(chart, start)?;
    if !(chart.is(next, Sense::Of) && chart.is(next + 1, Sense::Every)) {
        return None;
    }
    let (interval, unit_at) = interval(chart, next + 2);
    let (unit, next) = unit(chart, unit_at)?;
    if unit == Unit::Quarter && interval.is_none() {
        repeat.clauses.push(Clause::of(quarterly(&specs)?));
        return Some(next);
    }
    let (frequency, interval) = frequency(unit, interval.unwrap_or(1))?;
    let rules = rules_of(&specs, Some(frequency), interval)?;
    repeat.clauses.push(Clause::of(rules));
    Some(next)
}

/// `at 8 and 18 every day`: times before their rule, where one alone would be the line's.
fn times_first(chart: &Chart<'_>, at: usize, place: Place) -> Option<(Repeat, usize)> {
    let (mut parsed, mut within) = (Clause::default(), None);
    let next = times(chart, at, &mut parsed, &mut within).filter(|_| parsed.clocks.len() > 1)?;
    let adverb = |sense| matches!(sense, Sense::Adverb(..)).then_some(());
    (chart.is(next, Sense::Every) || chart.sense(next, adverb).is_some()).then_some(())?;
    let (mut rest, end) = repeat(chart, next, place)?;
    let [clause] = rest.clauses.as_mut_slice() else {
        return None;
    };
    if rest.raw.is_some() || !clause.clocks.is_empty() || clause.part.is_some() {
        return None;
    }
    clause.clocks = parsed.clocks;
    clause.zone_doubt = parsed.zone_doubt;
    rest.zone = within.or(rest.zone);
    share_times(&mut rest).then_some((rest, end))
}

/// `on mondays`, `mondays and thursdays`, `weekdays at 9`.
fn plural(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<(Opened, usize)> {
    let has_preposition = chart.is(at, Sense::On);
    let start = at + usize::from(has_preposition);
    // "monday mornings"
    let part = |sense| matches!(sense, Sense::Part(_)).then_some(());
    let are_parts = weekday(chart, start).is_some()
        && chart.sense(start + 1, part).is_some()
        && chart.get(start + 1)?.text.ends_with('s');
    if !(chart.is(start, Sense::Plural) || are_parts) || is_named(chart, at) {
        return None;
    }
    let blocked = at
        .checked_sub(1)
        .is_some_and(|last| chart.is(last, Sense::DateBlocker));
    if blocked {
        return None;
    }
    let (specs, next) = match unit(chart, start) {
        Some((Unit::Workday, next)) => (WORKWEEK.map(DaySpec::Weekday).to_vec(), next),
        Some((_, next)) => (WEEKEND.map(DaySpec::Weekday).to_vec(), next),
        None => day_set::list(chart, start)?,
    };
    // "tuesdays every 2 weeks".
    let (weeks, next) = every_weeks(chart, next).unwrap_or((1, next));
    let is_weekend = specs == WEEKEND.map(DaySpec::Weekday);
    repeat.clauses.push(if is_weekend {
        Clause::of_weekends(weeks)?
    } else {
        Clause::of(rules_of(&specs, None, weeks)?)
    });
    let opened = if has_preposition || weeks > 1 {
        Opened::Preposition
    } else {
        Opened::Plural
    };
    Some((opened, next))
}

/// `every 2 weeks`, `every other week` behind weekdays: the number of weeks.
fn every_weeks(chart: &Chart<'_>, at: usize) -> Option<(u32, usize)> {
    let every = chart.is(at, Sense::Every) && !chart.is_mark(at + 1, "!");
    let (count, unit_at) = interval(chart, at + 1);
    let (unit, next) = unit(chart, unit_at).filter(|_| every)?;
    let (unit, count) = frequency(unit, count.unwrap_or(1))?;
    (unit == Frequency::Weekly).then_some((count, next))
}
