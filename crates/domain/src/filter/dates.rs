//! Days, times and periods in an expression.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan, ZonedDateTime};

use super::tree::Range;
use crate::grammar::{self, Context};
use crate::text::clip;
use crate::{Due, Zone};

/// Longest distance, in its unit.
const DISTANCE_MAX: i32 = 10_000;

/// From one instant, up to another that no longer belongs to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    pub(super) first: Timestamp,
    pub(super) after: Timestamp,
}

impl From<Span> for Range {
    fn from(span: Span) -> Self {
        Self {
            from: Some(span.first),
            before: Some(span.after),
        }
    }
}

/// The first instant of a day in a zone.
pub fn day_start(date: Date, zone: &Zone) -> Option<Timestamp> {
    Due::Floating(DateTime::from(date)).instant(zone)
}

/// In which direction a day without a year, a weekday and a time alone are looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Direction {
    /// The next one, for when something is due.
    Ahead,
    /// The last one, for what has happened.
    Back,
}

/// Reads a day, a time, a period such as `next week`, or a distance such as `+7d`.
pub(super) fn span(text: &str, direction: Direction, context: &Context) -> Option<Span> {
    let text = text.trim();
    if let Ok(first) = text.parse::<Timestamp>() {
        return moment(first);
    }
    let now = context.now.to_zoned_datetime(context.zone.rules().clone());
    let folded = text.to_lowercase();
    if folded == "now" {
        return moment(context.now);
    }
    if let Some((first, after)) = period(&folded, now.date(), context) {
        return days(first, after, &context.zone);
    }
    if let Some(span) = counted(&folded, &now, &context.zone) {
        return Some(span);
    }
    if let Some(shifted) = shifted(&folded, &now) {
        return match shifted {
            Shifted::Day(date) => days(date, date.tomorrow().ok()?, &context.zone),
            Shifted::Time(at) => moment(at),
        };
    }
    let bound = match direction {
        Direction::Ahead => grammar::bound(text, context),
        Direction::Back => grammar::past_bound(text, context),
    };
    match bound.ok()? {
        Due::Date(date) => days(date, date.tomorrow().ok()?, &context.zone),
        timed => moment(timed.instant(&context.zone)?),
    }
}

fn moment(first: Timestamp) -> Option<Span> {
    let after = first.checked_add(1.microsecond()).ok()?;
    Some(Span { first, after })
}

fn days(first: Date, after: Date, zone: &Zone) -> Option<Span> {
    let first = day_start(first, zone)?;
    let after = day_start(after, zone)?;
    Some(Span { first, after })
}

/// A week, month or year: its first day, and the one after its last.
fn period(text: &str, today: Date, context: &Context) -> Option<(Date, Date)> {
    let (which, unit) = text.split_once(' ')?;
    let steps: i32 = match which {
        "this" => 0,
        "next" => 1,
        "last" => -1,
        _ => return None,
    };
    match unit.trim_start() {
        "week" => {
            let into = i32::from(context.week_start.until(today.weekday()));
            let first = today.checked_sub(into.days()).ok()?;
            let first = first.checked_add((7 * steps).days()).ok()?;
            Some((first, first.checked_add(7.days()).ok()?))
        }
        "month" => {
            let first = today.first_of_month().checked_add(steps.months()).ok()?;
            Some((first, first.checked_add(1.month()).ok()?))
        }
        "year" => {
            let first = today.first_of_year().checked_add(steps.years()).ok()?;
            Some((first, first.checked_add(1.year()).ok()?))
        }
        _ => None,
    }
}

/// A number of days, weeks, months or years from today on, or up to today, which is one of them: `next 7 days`. One of
/// hours begins or ends now.
fn counted(text: &str, now: &ZonedDateTime, zone: &Zone) -> Option<Span> {
    let (which, rest) = text.split_once(' ')?;
    let is_ahead = match which {
        "next" => true,
        "last" | "past" => false,
        _ => return None,
    };
    let (number, unit) = rest.trim_start().split_once(' ')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: i32 = number
        .parse()
        .ok()
        .filter(|number| is_number && (1..=DISTANCE_MAX).contains(number))?;
    let sign = if is_ahead { 1 } else { -1 };
    match distance(sign * number, unit.trim(), now)? {
        Shifted::Time(at) if is_ahead => Some(Span {
            first: now.timestamp(),
            after: at,
        }),
        Shifted::Time(at) => Some(Span {
            first: at,
            after: now.timestamp(),
        }),
        Shifted::Day(date) if is_ahead => days(now.date(), date, zone),
        Shifted::Day(date) => days(date.tomorrow().ok()?, now.date().tomorrow().ok()?, zone),
    }
}

/// What is wrong with a text that is written like a date or a distance, and none.
pub(super) fn mistake(text: &str, context: &Context) -> Option<(String, String)> {
    let text = text.trim();
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() < text.len() && unit.len() < rest.len() && is_unit(unit.trim()) {
        return Some((
            format!("{:?} is out of range.", clip(text)),
            format!("Write a smaller number, at most {DISTANCE_MAX}."),
        ));
    }
    let digits = rest.len() - unit.len();
    let is_written = rest.len() == text.len() && digits >= 4 && unit.starts_with('-');
    let is_written = is_written && unit.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    if !is_written {
        return None;
    }
    let refused = grammar::bound(text, context).err();
    let detail = refused.map(|why| why.detail)?;
    Some((
        format!("{:?} is not a date: {detail}", clip(text)),
        "Write a day that exists, such as 2026-12-01, between the years 1900 and 2200.".to_owned(),
    ))
}

fn is_unit(text: &str) -> bool {
    let units = [
        "d", "day", "days", "w", "week", "weeks", "m", "mo", "month", "months", "y", "year",
        "years", "h", "hour", "hours",
    ];
    units.contains(&text.to_lowercase().as_str())
}

enum Shifted {
    Day(Date),
    Time(Timestamp),
}

/// `+7d`, `-2w`, `+1m`, `-3h`.
fn shifted(text: &str, now: &ZonedDateTime) -> Option<Shifted> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = rest.split_at(end);
    let number: i32 = number
        .parse()
        .ok()
        .filter(|number| *number <= DISTANCE_MAX)?;
    distance(sign * number, unit.trim(), now)
}

fn distance(number: i32, unit: &str, now: &ZonedDateTime) -> Option<Shifted> {
    let today = now.date();
    let day = |span| today.checked_add(span).ok().map(Shifted::Day);
    match unit {
        "d" | "day" | "days" => day(number.days()),
        "w" | "week" | "weeks" => day(number.weeks()),
        "m" | "mo" | "month" | "months" => day(number.months()),
        "y" | "year" | "years" => day(number.years()),
        "h" | "hour" | "hours" => {
            let at = now.timestamp().checked_add(number.hours()).ok()?;
            Some(Shifted::Time(at))
        }
        _ => None,
    }
}
