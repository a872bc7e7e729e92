//! When a reminder fires, and whether it can be set.

use jiff::ToSpan;
use jiff::civil::{DateTime, Time};

use super::due;
use crate::due::resolve;
use crate::grammar::context::ParseContext;
use crate::grammar::meaning::day::Day;
use crate::grammar::meaning::when::When;
use crate::reminder::{DATE_ONLY_TIME, MINUTES_BEFORE_MAX};
use crate::{Due, Trigger};

/// When to remind, counted from the due value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lead {
    /// So many minutes before.
    Minutes(u32),
    /// So many days before, at this time.
    Days(u32, Time),
}

impl Lead {
    /// Minutes before the due value; none when the moment is after it or too far off.
    pub(crate) fn minutes(self, due: &Due) -> Option<u32> {
        let minutes = match self {
            Self::Minutes(minutes) => minutes,
            Self::Days(days, time) => {
                let base = match due.time() {
                    Some(_) => due.civil(),
                    None => due.date().to_datetime(DATE_ONLY_TIME),
                };
                let day = due.date().checked_sub(jiff::Span::new().days(days)).ok()?;
                u32::try_from(minutes_between(day.to_datetime(time), base)).ok()?
            }
        };
        (minutes <= MINUTES_BEFORE_MAX).then_some(minutes)
    }
}

fn minutes_between(from: DateTime, to: DateTime) -> i64 {
    to.duration_since(from).as_mins()
}

/// The trigger of a reminder at its own time for a task with a due value, and a note; the error says why it
/// cannot be set. A weekday or a time alone is the last one before the task is due.
pub(crate) fn own_time(
    when: &When,
    of: &Due,
    repeats: bool,
    now: &ParseContext,
) -> Result<(Trigger, Option<String>), &'static str> {
    const BEYOND: &str = "is no date within reach";
    if let Some((civil, moved)) = last_before(when, of, now) {
        let at = resolve(civil, of.zone_or(&now.zone).rules()).ok_or(BEYOND)?;
        let base = Trigger::Before(0)
            .instant(Some(of), &now.zone)
            .ok_or(BEYOND)?;
        let minutes = u32::try_from(base.duration_since(at).as_mins());
        return match minutes {
            Ok(minutes) if minutes <= MINUTES_BEFORE_MAX => {
                let doubt = moved.then(|| earlier_doubt(civil, when.day.is_some()));
                Ok((Trigger::Before(minutes), doubt))
            }
            _ if repeats => Err(
                "is after the time at which each task of the series is due; write that time in the rule",
            ),
            _ => Ok((Trigger::Local(civil), None)),
        };
    }
    let trigger = match due::due(when, now).ok_or(BEYOND)? {
        Due::Date(date) => Trigger::Local(date.to_datetime(DATE_ONLY_TIME)),
        Due::Floating(at) => Trigger::Local(at),
        zoned @ Due::Zoned(..) => Trigger::At(zoned.instant(&now.zone).ok_or(BEYOND)?),
    };
    let at = trigger.instant(None, &now.zone).ok_or(BEYOND)?;
    if at <= now.at {
        return Err("is in the past");
    }
    let base = Trigger::Before(0).instant(Some(of), &now.zone);
    let doubt = if repeats {
        Some("this reminder fires once, although the task repeats")
    } else if base.is_some_and(|base| at > base)
        // A date without a time is due on the whole day.
        && (of.time().is_some()
            || at.to_zoned_datetime(now.zone.rules().clone()).date() > of.date())
    {
        Some("this reminder comes after the task is due")
    } else {
        None
    };
    Ok((trigger, doubt.map(str::to_owned)))
}

/// The trigger for a weekday or a time alone, and a note, as [`own_time`] has it; none if another day is said, or if the
/// last one before the task is due has passed.
pub(crate) fn before_due(
    when: &When,
    of: &Due,
    repeats: bool,
    now: &ParseContext,
) -> Option<Result<(Trigger, Option<String>), &'static str>> {
    last_before(when, of, now).map(|_| own_time(when, of, repeats, now))
}

/// Why a reminder whose time on the day of the task is after it is due comes earlier.
fn earlier_doubt(at: DateTime, names_weekday: bool) -> String {
    let day = if names_weekday {
        "a week before"
    } else {
        "on the day before"
    };
    let time = at.strftime("%H:%M");
    format!("read as {time} {day}, because the task is due earlier than that time")
}

/// A weekday or a time alone, as the last one before a task is due, and whether that is not the one of the day on which
/// it is due; none if that has passed, or another day is said.
fn last_before(when: &When, of: &Due, now: &ParseContext) -> Option<(DateTime, bool)> {
    let (time, is_after) = when.time();
    let is_own = when.whole.is_some() || when.zone.is_some() || when.end_of_day || is_after;
    let (day, step) = match &when.day {
        _ if is_own => return None,
        None => (of.date(), 1),
        Some(Day::Weekday(weekday)) => {
            let back = i32::from(weekday.until(of.date().weekday()));
            (of.date().checked_sub(back.days()).ok()?, 7)
        }
        Some(_) => return None,
    };
    let mut at = day.to_datetime(time.unwrap_or(DATE_ONLY_TIME));
    let is_late = of.time().is_some() && at > of.civil();
    if is_late {
        at = at.checked_sub(step.days()).ok()?;
    }
    (at > now.today.to_datetime(now.time)).then_some((at, is_late))
}
