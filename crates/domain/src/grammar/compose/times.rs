//! The times of day of a rule: `at 9 and 17`, `in the morning and evening`, `between 9 and 17`.

use std::collections::BTreeMap;

use jiff::civil::Time;

use super::chart::Chart;
use super::day_set;
use crate::Zone;
use crate::grammar::meaning::repeat::Clause;
use crate::grammar::meaning::time::Clock;
use crate::grammar::recognise::clock::{Setting, bare_behind, clock, early, hour_of_rule};
use crate::grammar::recognise::part::{half_day, part};
use crate::grammar::recognise::range::range;
use crate::grammar::recognise::word::{month, unit};
use crate::grammar::recognise::zone::{doubt, zone_behind};
use crate::grammar::token::lexicon::Sense;
use crate::recurrence::{Frequency, Rule};

/// Most times of day of one rule, even if some are said twice.
const TIMES_MAX: usize = 24;
/// The minutes of a day.
const DAY_MINUTES: u32 = 24 * 60;

/// `at 9`, `at 9 and 17`, `9am, 1pm and 5pm`, `in the evening`, `always at 9`.
pub(crate) fn times(
    chart: &Chart<'_>,
    at: usize,
    clause: &mut Clause,
    within: &mut Option<Zone>,
) -> Option<usize> {
    let always = chart.is(at, Sense::Always);
    let start = at + usize::from(always);
    if clause.clocks.is_empty()
        && let Some((first, next)) = clock(chart, start, Setting::Behind)
            .or_else(|| hour_of_rule(chart, start))
            // "every friday night 8"
            .or_else(|| bare_behind(chart, start).filter(|_| clause.part.is_some()))
    {
        let mut found = vec![first];
        let mut end = next;
        for _ in 1..TIMES_MAX {
            let next = day_set::separated(chart, end);
            let Some((more, next)) = clock(chart, next, Setting::Behind)
                .or_else(|| bare_hour(chart, next))
                .filter(|(_, after)| next > end && chart.at_phrase_end(*after))
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
        let is_sharp = chart.is(end, Sense::Sharp) && chart.at_phrase_end(end + 1);
        end += usize::from(is_sharp);
        clause.zone_doubt = doubt(chart, end);
        if let Some((zone, next)) =
            zone_behind(chart, end).filter(|(_, next)| chart.at_phrase_end(*next))
        {
            *within = Some(zone);
            end = next;
        }
        return Some(end);
    }
    if clause.part.is_none()
        && !always
        && let Some((time, next)) = part(chart, at, true)
            // "every mon am"
            .or_else(|| half_day(chart, at).filter(|_| clause.clocks.is_empty()))
    {
        let (more, end) = parts(chart, next);
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
fn parts(chart: &Chart<'_>, at: usize) -> (Vec<Time>, usize) {
    let (mut times, mut end) = (Vec::new(), at);
    while times.len() < TIMES_MAX {
        let next = day_set::separated(chart, end);
        let Some((time, after)) = part(chart, next, true).filter(|_| next > end) else {
            break;
        };
        times.push(time);
        end = after;
    }
    (times, end)
}

/// The second hour of `at 9 and 17`.
fn bare_hour(chart: &Chart<'_>, at: usize) -> Option<(Clock, usize)> {
    let token = chart.get(at).filter(|token| token.text.len() <= 2)?;
    let hour = i8::try_from(token.digits()?).ok()?;
    let time = Time::new(hour, 0, 0, 0).ok()?;
    let counts = unit(chart, at + 1).is_some()
        || chart.any(at + 1, &[Sense::Times, Sense::Suffix])
        || month(chart, at + 1).is_some();
    let clock = Clock {
        time,
        open: (1..=12).contains(&hour),
        ..Clock::of(time)
    };
    let clock = early(chart, clock, token.text.starts_with('0'));
    (!counts && chart.at_phrase_end(at + 1)).then_some((clock, at + 1))
}

/// `between 9 and 17`, `from 9:30am to 4pm`, for a rule of hours or minutes: it becomes one of days that names each
/// time.
pub(super) fn window(chart: &Chart<'_>, at: usize, clause: &mut Clause) -> Option<usize> {
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
    let (first, last, next) = range(chart, at, true)?;
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
