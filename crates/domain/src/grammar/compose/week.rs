//! Weekdays that are a rule without `every`: `mon-fri at 8`, `mon, wed and fri`.

use super::chart::Chart;
use super::day_set;
use crate::grammar::meaning::day_set::{DaySpec, rules_of};
use crate::grammar::meaning::repeat::{Clause, Repeat};
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::surroundings::is_temporal;
use crate::grammar::recognise::word::{any_weekday, weekday};
use crate::grammar::token::lexicon::Sense;
use crate::recurrence::Frequency;

/// `mon-fri at 8`: a range of weekdays with a time repeats, one without may be a trip.
pub(super) fn week_span(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let last = day_set::span(chart, at)?;
    let blocked = at
        .checked_sub(1)
        .is_some_and(|last| chart.any(last, &[Sense::DateBlocker, Sense::NamePrefix]));
    let timed = clock(chart, at + 3, Setting::Behind);
    // "6am mon-fri" has its time before.
    let before = at
        .checked_sub(1)
        .is_some_and(|last| chart.any(last, &[Sense::Am, Sense::Pm]))
        || (at > 1 && chart.is(at - 2, Sense::At))
        || (at > 2 && chart.is_mark(at - 2, ":"));
    if blocked || !(timed.is_some() || (before && chart.at_line_end(at + 3))) {
        return None;
    }
    let (specs, next) = day_set::list(chart, at)?;
    repeat.clauses.push(Clause {
        rules: rules_of(&specs, None, 1)?,
        ..Clause::default()
    });
    repeat.doubts.push(format!(
        "read as every week from {} to {}",
        day_set::name(any_weekday(chart, at)?),
        day_set::name(last)
    ));
    Some(next)
}

/// `mon, wed and fri 6am`, `mon & thu`: one day could not stand for all of them. Two with nothing between them, or with
/// `or`, are days to choose from.
pub(super) fn week_list(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let start = at + usize::from(chart.is(at, Sense::On));
    weekday(chart, start)?;
    let ordinal = |sense| matches!(sense, Sense::Ordinal(_)).then_some(());
    let others = [
        Sense::DateBlocker,
        Sense::NamePrefix,
        Sense::Suffix,
        Sense::Or,
        Sense::This,
        Sense::Next,
    ];
    let is_other = at
        .checked_sub(1)
        .is_some_and(|last| chart.any(last, &others) || chart.sense(last, ordinal).is_some());
    let (specs, next) = day_set::list(chart, start)?;
    // "fri-sun" alone may be a trip.
    let is_span = day_set::span(chart, start).is_some() && next == start + 3;
    let days: Vec<&str> = specs
        .iter()
        .filter_map(|spec| match spec {
            DaySpec::Weekday(weekday) => Some(day_set::name(*weekday)),
            _ => None,
        })
        .collect();
    let has =
        |marks: &[&str]| (start..next).any(|at| marks.iter().any(|mark| chart.is_mark(at, mark)));
    let is_joined = (start..next).any(|at| chart.is(at, Sense::And)) || has(&["&", "+"]);
    let is_timed = || clock(chart, next, Setting::Behind).is_some();
    // "tue, thu 8am", but "fri/sat" are days to choose from.
    let is_clear = days.len() > 2 || is_joined || (has(&[",", "/"]) && is_timed());
    // "mon and tue next week", "mon and tue, 4 and 5 jan" and "mon or tue" name no week of every week.
    let comma = next + usize::from(chart.is_mark(next, ","));
    let is_once = chart.any(
        comma,
        &[Sense::Or, Sense::This, Sense::Next, Sense::Of, Sense::To],
    ) || (is_temporal(chart, comma) && !is_timed());
    let is_list = !is_span && days.len() > 1 && days.len() == specs.len();
    (is_list && is_clear && !is_other && !is_once).then_some(())?;
    repeat.clauses.push(Clause {
        rules: rules_of(&specs, None, 1)?,
        ..Clause::default()
    });
    repeat.doubts.push(format!(
        "read as every week on {}; write one day if it happens once",
        listed(&days)
    ));
    Some(next)
}

/// `2nd and 4th tuesday of the month`: one day could not stand for both.
pub(super) fn month_list(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let is_on = chart.is(at, Sense::On);
    let start = at + usize::from(is_on);
    let is_number = chart
        .get(start)
        .is_some_and(|token| token.digits().is_some());
    let is_blocked = at
        .checked_sub(1)
        .is_some_and(|last| chart.any(last, &[Sense::DateBlocker, Sense::NamePrefix, Sense::Or]));
    if !is_number || is_blocked {
        return None;
    }
    let (specs, next) = day_set::list(chart, start)?;
    let is_nth = |spec: &DaySpec| matches!(spec, DaySpec::Nth(..));
    (specs.len() > 1 && specs.iter().all(is_nth)).then_some(())?;
    let end = day_set::of_the_month(chart, next);
    let is_clear =
        end > next || chart.at_line_end(end) || clock(chart, end, Setting::Behind).is_some();
    is_clear.then_some(())?;
    let clause = Clause::of(rules_of(&specs, Some(Frequency::Monthly), 1)?);
    let words = chart.text.get(chart.span(&(start..next)))?;
    repeat.doubts.push(format!(
        "read as every month on the {words}; write one day if it happens once"
    ));
    repeat.clauses.push(clause);
    Some(end)
}

/// `monday, wednesday and friday`.
fn listed(days: &[&str]) -> String {
    match days {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => days.join(", "),
    }
}
