//! What is said of a rule besides its days: times, a start, months, a move to workdays, policies and an end, in any
//! order.

use super::bound;
use super::chart::Chart;
use super::day_set;
use super::link::is_separator;
use super::start::begin;
use super::times::{times, window};
use crate::grammar::meaning::day_set::{DaySpec, WEEKEND, WORKWEEK};
use crate::grammar::meaning::repeat::{Clause, Repeat};
use crate::grammar::recognise::calendar::month_day;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::surroundings::continues_beyond;
use crate::grammar::recognise::word::{any_weekday, month, number, unit};
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::recurrence::{ByDay, CatchUp, Frequency, Overflow, Rule, Shift};

/// Most of them behind one clause; a policy may be said again.
const MODIFIERS_MAX: usize = 32;

/// Reads times and ends in any order; none when they contradict each other.
pub(crate) fn modifiers(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let mut end = at;
    for _ in 0..MODIFIERS_MAX {
        let start = end + usize::from(chart.is_mark(end, ",") || chart.is_mark(end, ";"));
        let Some(next) = modifier(chart, start, repeat).filter(|next| chart.at_phrase_end(*next))
        else {
            break;
        };
        end = next;
    }
    let ends = [
        repeat.until.is_some(),
        repeat.length.is_some(),
        repeat.count.is_some(),
    ];
    (ends.into_iter().filter(|end| *end).count() <= 1).then_some(end)
}

/// Reads what can only belong to a rule that stands elsewhere in the line: several times of day, exceptions, a move to
/// workdays, policies. A start, an end and a single time may stand alone too, so they are found without the rule.
pub(crate) fn apart(chart: &Chart<'_>, at: usize, rule: &Repeat) -> Option<(Repeat, usize)> {
    let mut repeat = rule.clone();
    let mut end = at;
    for _ in 0..MODIFIERS_MAX {
        let start = end + usize::from(end > at && chart.is_mark(end, ","));
        let Some(next) =
            modifier_apart(chart, start, &mut repeat).filter(|next| chart.at_phrase_end(*next))
        else {
            break;
        };
        end = next;
    }
    (end > at && chart.at_phrase_start(at)).then_some((repeat, end))
}

fn modifier_apart(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let Repeat { clauses, zone, .. } = repeat;
    let clause = clauses.last_mut()?;
    let mut timed = clause.clone();
    if let Some(next) = times(chart, at, &mut timed, zone).filter(|next| {
        // "at 9 and 3 friends".
        let is_bare = chart
            .get(next - 1)
            .is_some_and(|token| token.digits().is_some() && token.spaced);
        let several = clause.part.is_none() && timed.clocks.len() > 1;
        several && (!is_bare || continues_beyond(chart, *next))
    }) {
        *clause = timed;
        return Some(next);
    }
    if let Some(next) = window(chart, at, clause).or_else(|| shift(chart, at, clause)) {
        return Some(next);
    }
    policy_apart(chart, at, repeat).or_else(|| bound::addition(chart, at, repeat))
}

fn modifier(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let Repeat { clauses, zone, .. } = repeat;
    let clause = clauses.last_mut()?;
    if let Some(next) = window(chart, at, clause)
        .or_else(|| times(chart, at, clause, zone))
        .or_else(|| days_of_hours(chart, at, clause))
        .or_else(|| shift(chart, at, clause))
    {
        return Some(next);
    }
    if chart.is(at, Sense::In) {
        return in_months(chart, at + 1, &mut clause.rules);
    }
    if let Some(next) = month_range(chart, at, &mut clause.rules) {
        return Some(next);
    }
    if chart.is(at, Sense::Unit(Unit::Week)) && chart.is(at + 1, Sense::From) {
        clause.week_start = Some(any_weekday(chart, at + 2)?);
        return Some(at + 3);
    }
    start(chart, at, repeat)
        .or_else(|| policy(chart, at, repeat))
        .or_else(|| bound::item(chart, at, repeat))
}

/// `on weekdays`, `on monday and friday`, for a rule of hours.
fn days_of_hours(chart: &Chart<'_>, at: usize, clause: &mut Clause) -> Option<usize> {
    let fits = |rule: &Rule| {
        let is_hourly = rule.frequency < Frequency::Daily
            || (rule.frequency == Frequency::Daily && !rule.by_hour.is_empty());
        is_hourly && rule.by_day.is_empty()
    };
    if !clause.rules.iter().all(fits) || !chart.is(at, Sense::On) {
        return None;
    }
    let (specs, next) = match unit(chart, at + 1) {
        Some((Unit::Workday, next)) => (WORKWEEK.map(DaySpec::Weekday).to_vec(), next),
        Some((Unit::Weekend, next)) => (WEEKEND.map(DaySpec::Weekday).to_vec(), next),
        _ => day_set::list(chart, at + 1)?,
    };
    let by_day: Vec<ByDay> = specs
        .into_iter()
        .map(|spec| match spec {
            DaySpec::Weekday(weekday) => Some(ByDay::each(weekday)),
            _ => None,
        })
        .collect::<Option<_>>()?;
    for rule in &mut clause.rules {
        rule.by_day.clone_from(&by_day);
        if rule.frequency == Frequency::Daily {
            rule.frequency = Frequency::Weekly;
        }
    }
    Some(next)
}

/// `or the next workday`, `or the workday before`, `or nearest workday`, `2 workdays earlier`.
pub(crate) fn shift(chart: &Chart<'_>, at: usize, clause: &mut Clause) -> Option<usize> {
    let fits = |rule: &Rule| rule.shift.is_none() && rule.frequency >= Frequency::Daily;
    if !clause.rules.iter().all(fits) {
        return None;
    }
    let (shift, next) = if chart.is(at, Sense::Or) {
        let start = at + 1;
        let start = start + usize::from(chart.is(start, Sense::On));
        let start = start + usize::from(chart.is(start, Sense::The));
        let named = chart.sense(start, |sense| match sense {
            Sense::Next | Sense::Following => Some(Shift::Next),
            Sense::Previous | Sense::Last => Some(Shift::Previous),
            Sense::Nearest => Some(Shift::Nearest),
            _ => None,
        });
        let (unit, next) = unit(chart, start + usize::from(named.is_some()))?;
        (unit == Unit::Workday).then_some(())?;
        match named {
            Some(shift) => {
                // "the last workday before" is the one before.
                let more = shift == Shift::Previous && chart.is(next, Sense::Before)
                    || shift == Shift::Next && chart.is(next, Sense::After);
                (shift, next + usize::from(more))
            }
            None if chart.is(next, Sense::Before) => (Shift::Previous, next + 1),
            None if chart.is(next, Sense::After) => (Shift::Next, next + 1),
            None => return None,
        }
    } else {
        let count = number(chart, at).filter(|count| (1..=30).contains(count))?;
        let (unit, next) = unit(chart, at + 1)?;
        (unit == Unit::Workday).then_some(())?;
        let count = i8::try_from(count).ok()?;
        if chart.is(next, Sense::Earlier) {
            (Shift::Workdays(-count), next + 1)
        } else if chart.is(next, Sense::Later) {
            (Shift::Workdays(count), next + 1)
        } else {
            return None;
        }
    };
    for rule in &mut clause.rules {
        rule.shift = Some(shift);
    }
    Some(next)
}

/// `in june and july`, for rules that do not yet name their months.
fn in_months(chart: &Chart<'_>, at: usize, rules: &mut [Rule]) -> Option<usize> {
    if rules.iter().any(|rule| !rule.by_month.is_empty()) {
        return None;
    }
    let (months, end) = day_set::months(chart, at);
    // "in june 2027" is no month of every year; "in june 5 times" is.
    let number = chart.get(end).is_some_and(|token| token.digits().is_some());
    let counts = chart.is(end + 1, Sense::Times) || unit(chart, end + 1).is_some();
    let has_time = clock(chart, end, Setting::Behind).is_some();
    if months.is_empty() || (number && !counts && !has_time) {
        return None;
    }
    for rule in rules {
        rule.by_month.clone_from(&months);
    }
    Some(end)
}

/// `from june to august`: the months of every year.
fn month_range(chart: &Chart<'_>, at: usize, rules: &mut [Rule]) -> Option<usize> {
    let is_range = chart.is(at, Sense::From)
        && chart.any(at + 2, &[Sense::To, Sense::Until])
        && rules.iter().all(|rule| rule.by_month.is_empty());
    let (first, last) = (month(chart, at + 1)?, month(chart, at + 3)?);
    if !is_range || month_day(chart, at + 3).is_some() {
        return None;
    }
    let length = (last + 12 - first) % 12 + 1;
    for rule in rules {
        rule.by_month = (first..first + length)
            .map(|month| (month - 1) % 12 + 1)
            .collect();
    }
    Some(at + 4)
}

/// A start as a day, or as a time of day: `starting at 9pm`.
fn start(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    if let Some(next) = begin(chart, at, repeat) {
        return Some(next);
    }
    let is_starting = chart.is(at, Sense::Starting);
    if !is_starting && !chart.is(at, Sense::From) {
        return None;
    }
    let hourly = |clause: &Clause| {
        clause
            .rules
            .iter()
            .any(|rule| rule.frequency < Frequency::Daily)
    };
    let Repeat { clauses, zone, .. } = repeat;
    let clause = clauses.last_mut()?;
    if clause.clocks.is_empty() && (is_starting || hourly(clause)) {
        return times(chart, at + 1, clause, zone);
    }
    None
}

/// Words behind which, or instead of which, a rule counts from the completion.
const COMPLETIONS: [&str; 16] = [
    "when done",
    "when complete",
    "when completed",
    "when finished",
    "when it is done",
    "when it's done",
    "once done",
    "once completed",
    "once it's done",
    "after completion",
    "after completing",
    "after done",
    "after it is done",
    "after it's done",
    "from completion",
    "from when done",
];

/// Why words that may be about something else deserve a look.
const COMPLETION: &str =
    "read as counted from each completion; quote the words if they belong to the title";

/// `skip short months`, `roll short months over`, `catch up`, `restarting when late`.
fn policy(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let months = chart.is(at + 1, Sense::Short) && chart.is(at + 2, Sense::Unit(Unit::Month));
    if months && chart.is(at, Sense::Skip) {
        repeat.overflow = Overflow::Skip;
        return Some(at + 3);
    }
    if months && chart.is(at, Sense::RollOver) && chart.is(at + 3, Sense::Over) {
        repeat.overflow = Overflow::Forward;
        return Some(at + 4);
    }
    if repeat.catch_up != CatchUp::NextFuture {
        return None;
    }
    let may_complete = [Sense::When, Sense::After, Sense::From, Sense::Rate(1)];
    if chart.any(at, &may_complete)
        && let Some(next) = COMPLETIONS
            .iter()
            .find_map(|words| chart.match_name(at, words))
    {
        repeat.completion = true;
        repeat.catch_up = CatchUp::FromCompletion;
        return Some(next);
    }
    // "catch up with Bob" is what to do.
    if chart.is(at, Sense::Catch) && chart.is(at + 1, Sense::Up) && ends_policy(chart, at + 2) {
        repeat.catch_up = CatchUp::OneStep;
        return Some(at + 2);
    }
    if chart.is(at, Sense::Restart)
        && chart.is(at + 1, Sense::When)
        && chart.is(at + 2, Sense::Late)
    {
        repeat.catch_up = CatchUp::FromCompletion;
        return Some(at + 3);
    }
    None
}

/// Whether what follows a policy can be no part of it: the end of the line, a mark, or more of the rule.
fn ends_policy(chart: &Chart<'_>, at: usize) -> bool {
    let more = [
        Sense::Until,
        Sense::Starting,
        Sense::Except,
        Sense::Skip,
        Sense::RollOver,
        Sense::Restart,
        Sense::Plus,
        Sense::Catch,
        Sense::Every,
    ];
    let is_count = number(chart, at).is_some() && chart.is(at + 1, Sense::Times);
    chart.at_line_end(at)
        || is_separator(chart, at)
        || chart.is_mark(at, ".")
        || chart.any(at, &more)
        || is_count
}

/// Reads a policy that is apart from its rule. One that mostly says something else stands between marks there, or has a
/// doubt.
fn policy_apart(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let is_catch_up = chart.is(at, Sense::Catch);
    let is_marked = at
        .checked_sub(1)
        .is_none_or(|last| is_separator(chart, last));
    // "call Ann to catch up".
    if is_catch_up && !is_marked {
        return None;
    }
    let was_completion = repeat.completion;
    let next = policy(chart, at, repeat)?;
    if repeat.completion && !was_completion && !(is_marked && ends_policy(chart, next)) {
        repeat.doubts.push(COMPLETION.to_owned());
    }
    Some(next)
}

/// Reads what belongs to a rule that comes later in the line: exceptions and policies.
pub(crate) fn ahead(chart: &Chart<'_>, at: usize) -> Option<(Repeat, usize)> {
    let mut repeat = Repeat::default();
    let next =
        policy_apart(chart, at, &mut repeat).or_else(|| bound::addition(chart, at, &mut repeat))?;
    (chart.at_phrase_start(at) && chart.at_phrase_end(next)).then_some((repeat, next))
}
