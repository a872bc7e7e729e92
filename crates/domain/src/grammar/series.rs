//! From a rule in words to a recurrence with its first date.

use jiff::civil::Date;

use super::dates::{LAST_YEAR, Now};
use super::lexicon::Unit;
use super::rules::Repeat;
use super::when::When;
use crate::recurrence::{Anchor, Moment, Overflow, Rule};
use crate::{Due, Invalid, Recurrence};

/// The recurrence and its first date. A date or time from elsewhere in the line says where it starts.
pub(super) fn settle(
    repeat: &Repeat,
    beside: &When,
    now: &Now,
) -> Result<(Recurrence, Due), Invalid> {
    let mut recurrence = Recurrence {
        rules: vec![Rule {
            interval: 1,
            count: None,
            ..repeat.rule.clone()
        }],
        extra: Vec::new(),
        exclude: Vec::new(),
        anchor: if repeat.completion {
            Anchor::Completion
        } else {
            Anchor::Schedule
        },
        catch_up: repeat.catch_up,
        overflow: if repeat.skip {
            Overflow::Skip
        } else {
            Overflow::Clamp
        },
    };
    let out_of_range = || {
        Invalid::new(
            "/recurrence/text",
            "invalid_recurrence",
            "The rule leads beyond the year 2200.",
        )
        .hint("Send an earlier date.")
    };
    let start = start(repeat, beside, now).ok_or_else(out_of_range)?;
    // The first named day fixes the phase: "every 2 weeks on monday" begins next Monday, whatever week that is in.
    let due = recurrence.first(&start)?.due();
    recurrence.rules[0].interval = repeat.rule.interval;
    recurrence.rules[0].count = repeat.rule.count;
    recurrence.rules[0].until = match (repeat.until, repeat.length) {
        (Some(until), _) => Some(Moment::Date(
            until.resolve(now, None).ok_or_else(out_of_range)?,
        )),
        (None, Some((count, unit))) => Some(Moment::Date(
            last_of(due.date(), count, unit).ok_or_else(out_of_range)?,
        )),
        (None, None) => None,
    };
    let due = recurrence.first(&due)?.due();
    Ok((recurrence, due))
}

/// The value from which the first date is looked for.
fn start(repeat: &Repeat, beside: &When, now: &Now) -> Option<Due> {
    if repeat.start.is_none()
        && let Some(whole) = &beside.whole
    {
        return Some(match repeat.time() {
            Some(time) => whole.at(whole.date().to_datetime(time)),
            None => whole.clone(),
        });
    }
    let (time, after) = beside.time();
    let time = repeat.time().or(time);
    let date = match repeat.start.or(beside.day) {
        Some(day) => day.resolve(now, time)?,
        None if now.is_past(time) => now.today.tomorrow().ok()?,
        None => now.today,
    };
    let date = if after && repeat.time().is_none() {
        date.tomorrow().ok()?
    } else {
        date
    };
    Some(match time {
        Some(time) => Due::Floating(date.to_datetime(time)),
        None => Due::Date(date),
    })
}

/// The last day of so many units from the first date on.
fn last_of(first: Date, count: u32, unit: Unit) -> Option<Date> {
    unit.after(first, count)?
        .yesterday()
        .ok()
        .filter(|date| date.year() <= LAST_YEAR)
}
