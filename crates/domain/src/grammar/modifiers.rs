//! Modifiers after the days of a rule: times, a start, months, a move to workdays, policies.

use std::collections::BTreeMap;

use jiff::civil::Weekday;

use super::dates::{DateExpr, Day, ParseContext, day};
use super::day_sets::{self, DaySpec};
use super::lexicon::{Sense, Unit};
use super::rule_bounds;
use super::rules::{Clause, Repeat};
use super::time_zones::{doubt, zone};
use super::times::{Clock, clock, hour_of_rule, part, range};
use super::tokens::Tokens;
use super::values::{amount, any_weekday, month, number, unit};
use crate::Zone;
use crate::recurrence::{ByDay, CatchUp, Frequency, Overflow, Rule, Shift};

/// The minutes of a day.
const DAY_MINUTES: u32 = 24 * 60;

/// Reads times and ends in any order; none when they contradict each other.
pub(super) fn modifiers(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    repeat: &mut Repeat,
) -> Option<usize> {
    let mut end = at;
    loop {
        let start = end + usize::from(tokens.is_mark(end, ","));
        let Some(next) =
            modifier(tokens, start, now, repeat).filter(|next| tokens.at_phrase_end(*next))
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

fn modifier(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    repeat: &mut Repeat,
) -> Option<usize> {
    let Repeat { clauses, zone, .. } = repeat;
    let clause = clauses.last_mut()?;
    if let Some(next) = window(tokens, at, clause)
        .or_else(|| times(tokens, at, clause, zone))
        .or_else(|| days_of_hours(tokens, at, clause))
        .or_else(|| shift(tokens, at, clause))
    {
        return Some(next);
    }
    if tokens.is(at, Sense::In) {
        return in_months(tokens, at + 1, &mut clause.rules);
    }
    if let Some(next) = month_range(tokens, at, &mut clause.rules) {
        return Some(next);
    }
    if tokens.is(at, Sense::Unit(Unit::Week)) && tokens.is(at + 1, Sense::From) {
        clause.week_start = Some(any_weekday(tokens, at + 2)?);
        return Some(at + 3);
    }
    start(tokens, at, now, repeat)
        .or_else(|| policy(tokens, at, repeat))
        .or_else(|| rule_bounds::item(tokens, at, now, repeat))
}

/// `at 9`, `at 9 and 17`, `9am, 1pm and 5pm`, `in the evening`, `always at 9`.
pub(super) fn times(
    tokens: &Tokens<'_>,
    at: usize,
    clause: &mut Clause,
    within: &mut Option<Zone>,
) -> Option<usize> {
    let always = tokens.is(at, Sense::Always);
    let start = at + usize::from(always);
    if clause.clocks.is_empty()
        && let Some((first, next)) =
            clock(tokens, start, true).or_else(|| hour_of_rule(tokens, start))
    {
        let mut found = vec![first];
        let mut end = next;
        while found.len() < 24 {
            let next = day_sets::separated(tokens, end);
            let Some((more, next)) = clock(tokens, next, true)
                .or_else(|| bare_hour(tokens, next))
                .filter(|(_, after)| next > end && tokens.at_phrase_end(*after))
            else {
                break;
            };
            if !found.iter().any(|clock| clock.time == more.time) {
                found.push(more);
            }
            end = next;
        }
        clause.clocks = found;
        clause.fixed = always;
        clause.zone_doubt = doubt(tokens, end);
        if let Some((zone, next)) =
            zone(tokens, end).filter(|(_, next)| tokens.at_phrase_end(*next))
        {
            *within = Some(zone);
            end = next;
        }
        return Some(end);
    }
    if clause.part.is_none()
        && !always
        && let Some((time, next)) = part(tokens, at, true)
    {
        let (more, end) = parts(tokens, next);
        if more.is_empty() {
            clause.part = Some(time);
            return Some(next);
        }
        if !clause.clocks.is_empty() {
            return None;
        }
        let all = std::iter::once(time).chain(more);
        clause.clocks = all.map(Clock::of).collect();
        return Some(end);
    }
    None
}

/// More parts of the day: `and evening`, `and in the evening`.
fn parts(tokens: &Tokens<'_>, at: usize) -> (Vec<jiff::civil::Time>, usize) {
    let (mut times, mut end) = (Vec::new(), at);
    loop {
        let next = day_sets::separated(tokens, end);
        let Some((time, after)) = part(tokens, next, true).filter(|_| next > end) else {
            return (times, end);
        };
        times.push(time);
        end = after;
    }
}

/// The second hour of `at 9 and 17`.
fn bare_hour(tokens: &Tokens<'_>, at: usize) -> Option<(Clock, usize)> {
    let token = tokens.get(at).filter(|token| token.text.len() <= 2)?;
    let hour = i8::try_from(token.digits()?).ok()?;
    let time = jiff::civil::Time::new(hour, 0, 0, 0).ok()?;
    let counts = unit(tokens, at + 1).is_some()
        || tokens.any(at + 1, &[Sense::Times, Sense::Suffix])
        || month(tokens, at + 1).is_some();
    let clock = Clock {
        time,
        open: (1..=12).contains(&hour),
        doubt: None,
    };
    (!counts && tokens.at_phrase_end(at + 1)).then_some((clock, at + 1))
}

/// `between 9 and 17`, `from 9:30am to 4pm`, for a rule of hours or minutes: it becomes one of days that names each
/// time.
fn window(tokens: &Tokens<'_>, at: usize, clause: &mut Clause) -> Option<usize> {
    let [rule] = clause.rules.as_slice() else {
        return None;
    };
    let step = match rule.frequency {
        Frequency::Hourly => rule.interval.checked_mul(60)?,
        Frequency::Minutely => rule.interval,
        _ => return None,
    };
    if !clause.clocks.is_empty() || step >= DAY_MINUTES {
        return None;
    }
    let (first, last, next) = range(tokens, at, true)?;
    let minutes = |clock: &Clock| {
        let (hour, minute) = (clock.time.hour(), clock.time.minute());
        u32::try_from(i32::from(hour) * 60 + i32::from(minute)).ok()
    };
    let (from, mut to) = (minutes(&first)?, minutes(&last)?);
    if last.time.hour() < first.time.hour() {
        // "9-5" ends in the afternoon; "from 22 to 2" goes past midnight.
        let is_afternoon = first.open && last.open && last.time.hour() < 12;
        to += if is_afternoon && to + DAY_MINUTES / 2 >= from {
            DAY_MINUTES / 2
        } else {
            DAY_MINUTES
        };
    }
    let mut hours_of: BTreeMap<i8, Vec<i8>> = BTreeMap::new();
    for at in (from..=to).step_by(usize::try_from(step).ok()?) {
        let minute = i8::try_from(at % 60).ok()?;
        let hour = i8::try_from(at / 60 % 24).ok()?;
        hours_of.entry(minute).or_default().push(hour);
    }
    (!hours_of.is_empty()).then_some(())?;
    let frequency = if rule.by_day.is_empty() {
        Frequency::Daily
    } else {
        Frequency::Weekly
    };
    let rules = hours_of.into_iter().map(|(minute, by_hour)| Rule {
        by_hour,
        by_minute: vec![minute],
        by_day: rule.by_day.clone(),
        by_month: rule.by_month.clone(),
        ..Rule::every(frequency, 1)
    });
    clause.rules = rules.collect();
    Some(next)
}

/// `on weekdays`, `on monday and friday`, for a rule of hours.
fn days_of_hours(tokens: &Tokens<'_>, at: usize, clause: &mut Clause) -> Option<usize> {
    let fits = |rule: &Rule| {
        let is_hourly = rule.frequency < Frequency::Daily
            || (rule.frequency == Frequency::Daily && !rule.by_hour.is_empty());
        is_hourly && rule.by_day.is_empty()
    };
    if !clause.rules.iter().all(fits) || !tokens.is(at, Sense::On) {
        return None;
    }
    let (specs, next) = match unit(tokens, at + 1) {
        Some((Unit::Workday, next)) => (day_sets::WORKWEEK.map(DaySpec::Weekday).to_vec(), next),
        Some((Unit::Weekend, next)) => (
            [Weekday::Saturday, Weekday::Sunday]
                .map(DaySpec::Weekday)
                .to_vec(),
            next,
        ),
        _ => day_sets::list(tokens, at + 1)?,
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
pub(super) fn shift(tokens: &Tokens<'_>, at: usize, clause: &mut Clause) -> Option<usize> {
    let fits = |rule: &Rule| rule.shift.is_none() && rule.frequency >= Frequency::Daily;
    if !clause.rules.iter().all(fits) {
        return None;
    }
    let (shift, next) = if tokens.is(at, Sense::Or) {
        let start = at + 1;
        let start = start + usize::from(tokens.is(start, Sense::On));
        let start = start + usize::from(tokens.is(start, Sense::The));
        let named = tokens.sense(start, |sense| match sense {
            Sense::Next | Sense::Following => Some(Shift::Next),
            Sense::Previous | Sense::Last => Some(Shift::Previous),
            Sense::Nearest => Some(Shift::Nearest),
            _ => None,
        });
        let (unit, next) = unit(tokens, start + usize::from(named.is_some()))?;
        (unit == Unit::Workday).then_some(())?;
        match named {
            Some(shift) => {
                // "the last workday before" is the one before.
                let more = shift == Shift::Previous && tokens.is(next, Sense::Before)
                    || shift == Shift::Next && tokens.is(next, Sense::After);
                (shift, next + usize::from(more))
            }
            None if tokens.is(next, Sense::Before) => (Shift::Previous, next + 1),
            None if tokens.is(next, Sense::After) => (Shift::Next, next + 1),
            None => return None,
        }
    } else {
        let count = number(tokens, at).filter(|count| (1..=30).contains(count))?;
        let (unit, next) = unit(tokens, at + 1)?;
        (unit == Unit::Workday).then_some(())?;
        let count = i8::try_from(count).ok()?;
        if tokens.is(next, Sense::Earlier) {
            (Shift::Workdays(-count), next + 1)
        } else if tokens.is(next, Sense::Later) {
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
fn in_months(tokens: &Tokens<'_>, at: usize, rules: &mut [Rule]) -> Option<usize> {
    if rules.iter().any(|rule| !rule.by_month.is_empty()) {
        return None;
    }
    let (months, end) = day_sets::months(tokens, at);
    // "in june 2027" is no month of every year; "in june 5 times" is.
    let number = tokens
        .get(end)
        .is_some_and(|token| token.digits().is_some());
    let counts = tokens.is(end + 1, Sense::Times) || unit(tokens, end + 1).is_some();
    let has_time = clock(tokens, end, true).is_some();
    if months.is_empty() || (number && !counts && !has_time) {
        return None;
    }
    for rule in rules {
        rule.by_month.clone_from(&months);
    }
    Some(end)
}

/// `from june to august`: the months of every year.
fn month_range(tokens: &Tokens<'_>, at: usize, rules: &mut [Rule]) -> Option<usize> {
    let is_range = tokens.is(at, Sense::From)
        && tokens.any(at + 2, &[Sense::To, Sense::Until])
        && rules.iter().all(|rule| rule.by_month.is_empty());
    let (first, last) = (month(tokens, at + 1)?, month(tokens, at + 3)?);
    if !is_range || super::monthdays::month_day(tokens, at + 3).is_some() {
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

/// `starting tomorrow`, `from 1 feb`, `starting in march`.
pub(super) fn begin(
    tokens: &Tokens<'_>,
    at: usize,
    now: &ParseContext,
    repeat: &mut Repeat,
) -> Option<usize> {
    if !tokens.any(at, &[Sense::Starting, Sense::From]) {
        return None;
    }
    let is_starting = tokens.is(at, Sense::Starting);
    let skip = usize::from(tokens.any(at + 1, &[Sense::On, Sense::From, Sense::In]));
    let skip = if tokens.is(at + 1, Sense::In) && amount(tokens, at + 2).is_some() {
        0
    } else {
        skip
    };
    if repeat.start.is_none()
        && let Some((start, next)) = day_expr(tokens, at + 1 + skip, now)
    {
        repeat.start = Some(start);
        return Some(next);
    }
    if repeat.start.is_none() && is_starting && tokens.is(at + 1, Sense::Now) {
        repeat.start = Some(Day::On(now.today));
        return Some(at + 2);
    }
    // "starting in march" means its first day.
    if repeat.start.is_none()
        && is_starting
        && let Some(month) = month(tokens, at + 1 + skip)
    {
        repeat.start = Some(Day::Yearly(month, 1));
        return Some(at + 2 + skip);
    }
    None
}

/// A start as a day, or as a time of day: `starting at 9pm`.
fn start(tokens: &Tokens<'_>, at: usize, now: &ParseContext, repeat: &mut Repeat) -> Option<usize> {
    if let Some(next) = begin(tokens, at, now, repeat) {
        return Some(next);
    }
    let is_starting = tokens.is(at, Sense::Starting);
    if !is_starting && !tokens.is(at, Sense::From) {
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
        return times(tokens, at + 1, clause, zone);
    }
    None
}

/// `skip short months`, `roll short months over`, `catch up`, `restarting when late`.
fn policy(tokens: &Tokens<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    let months = tokens.is(at + 1, Sense::Short) && tokens.is(at + 2, Sense::Unit(Unit::Month));
    if months && tokens.is(at, Sense::Skip) {
        repeat.overflow = Overflow::Skip;
        return Some(at + 3);
    }
    if months && tokens.is(at, Sense::RollOver) && tokens.is(at + 3, Sense::Over) {
        repeat.overflow = Overflow::Forward;
        return Some(at + 4);
    }
    if repeat.catch_up != CatchUp::NextFuture {
        return None;
    }
    if tokens.is(at, Sense::Catch) && tokens.is(at + 1, Sense::Up) {
        repeat.catch_up = CatchUp::OneStep;
        return Some(at + 2);
    }
    if tokens.is(at, Sense::Restart)
        && tokens.is(at + 1, Sense::When)
        && tokens.is(at + 2, Sense::Late)
    {
        repeat.catch_up = CatchUp::FromCompletion;
        return Some(at + 3);
    }
    None
}

/// A day that the words name; no time.
pub(super) fn day_expr(tokens: &Tokens<'_>, at: usize, now: &ParseContext) -> Option<(Day, usize)> {
    let parsed = day(tokens, at, now, true)?;
    match parsed.dated {
        DateExpr::Day(day) => Some((day, parsed.next)),
        _ => None,
    }
}
