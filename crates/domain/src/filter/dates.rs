//! Days, times and periods in an expression.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan, ZonedDateTime};

use super::tree::Range;
use crate::grammar::{self, Context};
use crate::{Due, Zone};

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

/// Reads a day, a time, a period such as `next week`, or a distance such as `+7d`.
pub(super) fn span(text: &str, context: &Context) -> Option<Span> {
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
    if let Some(shifted) = shifted(&folded, &now) {
        return match shifted {
            Shifted::Day(date) => days(date, date.tomorrow().ok()?, &context.zone),
            Shifted::Time(at) => moment(at),
        };
    }
    match grammar::bound(text, context).ok()? {
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
    let number: i32 = number.parse().ok().filter(|number| *number <= 10_000)?;
    let number = sign * number;
    let today = now.date();
    let day = |span| today.checked_add(span).ok().map(Shifted::Day);
    match unit.trim() {
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
