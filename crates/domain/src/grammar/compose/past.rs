//! Days that have passed: `yesterday`, `3 days ago`, `last friday`. Nothing is due on them, but a list may begin there.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::Date;

use super::chart::Chart;
use crate::Due;
use crate::due::resolve;
use crate::grammar::context::YEARS;
use crate::grammar::meaning::day::{Edge, Side};
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::length::length;
use crate::grammar::recognise::surroundings::follows_preposition;
use crate::grammar::recognise::word::{amount, unit, weekday};
use crate::grammar::resolve::day::{after, edge_of_period, period_of};
use crate::grammar::token::lexicon::{Sense, Unit};

/// Where a day that has passed is said in a line as if something were due then.
pub(crate) fn in_line(chart: &Chart<'_>, at: usize) -> Option<Range<usize>> {
    let before = at.checked_sub(1);
    let is_other = before.is_some_and(|last| {
        let others = [
            Sense::DateBlocker,
            Sense::The,
            Sense::NamePrefix,
            Sense::About,
        ];
        chart.any(last, &others)
    });
    if is_other {
        return None;
    }
    let is_yesterday = chart.is(at, Sense::Yesterday);
    // "last week" and "last minute" usually mean something else.
    let is_unit = chart.is(at, Sense::Last) && weekday(chart, at + 1).is_none();
    let timed = |end: &usize| clock(chart, *end, Setting::Behind).is_some();
    // "day before yesterday"
    let is_second = chart.is(at, Sense::Unit(Unit::Day))
        && chart.is(at + 1, Sense::Before)
        && chart.is(at + 2, Sense::Yesterday);
    let end = if is_yesterday {
        at + 1
    } else if is_second {
        at + 3
    } else {
        relative_date(chart, at).filter(|end| !is_unit || timed(end))?
    };
    let end = clock(chart, end, Setting::Behind).map_or(end, |(_, next)| next);
    let is_date = chart.at_line_end(end) || is_yesterday && follows_preposition(chart, at);
    (is_date && chart.at_phrase_end(end)).then_some(at..end)
}

/// The token after `3 days ago` or `last friday`.
fn relative_date(chart: &Chart<'_>, at: usize) -> Option<usize> {
    if chart.is(at, Sense::Last) {
        let is_day = weekday(chart, at + 1).is_some() || unit(chart, at + 1).is_some();
        return is_day.then_some(at + 2);
    }
    let (_, _, unit_at) = amount(chart, at)?;
    let (_, ago) = unit(chart, unit_at)?;
    chart.is(ago, Sense::Ago).then_some(ago + 1)
}

/// The first or middle day of the present week, month, quarter or year, once it has passed: `the start of this month`;
/// and the token after it.
pub(crate) fn edge_of_this(chart: &Chart<'_>, at: usize) -> Option<(Date, usize)> {
    let start = at + usize::from(chart.is(at, Sense::The));
    let edge = if chart.is(start, Sense::Start) {
        Edge::Start
    } else if chart.is(start, Sense::Mid) {
        Edge::Mid
    } else {
        return None;
    };
    let this = start + 1 + usize::from(chart.is(start + 1, Sense::Of));
    let (unit, next) = unit(chart, this + 1).filter(|_| chart.is(this, Sense::This))?;
    let date = edge_of_period(edge, unit, 0, chart.now)?;
    (date < chart.now.today).then_some((date, next))
}

/// `2 hours ago` as a whole text.
fn elapsed(chart: &Chart<'_>) -> Option<Due> {
    let (length, next) = length(chart, 0, true).filter(|(length, _)| length.minutes > 0)?;
    (chart.is(next, Sense::Ago) && next + 1 == chart.list.len()).then_some(())?;
    let now = chart.now;
    let day = after(&length, now.today, Side::Before)?;
    let from = if day == now.today {
        now.at
    } else {
        resolve(day.to_datetime(now.time), now.zone.rules())?
    };
    let at = from.checked_sub(length.minutes.minutes()).ok()?;
    let local = at.to_zoned_datetime(now.zone.rules().clone()).datetime();
    YEARS
        .contains(&local.year())
        .then_some(Due::Floating(local))
}

/// `now`, which has passed when it has been said.
fn present(chart: &Chart<'_>) -> Option<Due> {
    let at = chart.match_name(0, "right").unwrap_or(0);
    let is_present = chart.is(at, Sense::Now) && at + 1 == chart.list.len();
    let now = chart.now;
    is_present.then(|| Due::Floating(now.today.to_datetime(now.time)))
}

/// The day that the whole text means, with its time.
pub(crate) fn day(chart: &Chart<'_>) -> Option<Due> {
    if let Some(due) = present(chart).or_else(|| elapsed(chart)) {
        return Some(due);
    }
    let (date, next) = date(chart)?;
    let date = Some(date).filter(|date| YEARS.contains(&date.year()))?;
    let end = chart.list.len();
    if next == end {
        return Some(Due::Date(date));
    }
    let (clock, next) = clock(chart, next, Setting::Behind)?;
    (next == end).then(|| Due::Floating(date.to_datetime(clock.likely())))
}

/// The day, or the first one of a week, month or year; and the token after it.
fn date(chart: &Chart<'_>) -> Option<(Date, usize)> {
    if chart.is(0, Sense::Yesterday) {
        return Some((chart.now.today.yesterday().ok()?, 1));
    }
    let at = usize::from(chart.any(0, &[Sense::At, Sense::From]));
    if let Some(found) = edge_of_this(chart, at) {
        return Some(found);
    }
    let next = relative_date(chart, 0)?;
    if chart.is(0, Sense::Last) {
        if let Some(weekday) = weekday(chart, 1) {
            let back = match i32::from(weekday.until(chart.now.today.weekday())) {
                0 => 7,
                back => back,
            };
            return Some((chart.now.today.checked_sub(back.days()).ok()?, next));
        }
        let (unit, _) = unit(chart, 1)?;
        return Some((period_of(unit, -1, chart.now)?.0, next));
    }
    let (count, is_rough, unit_at) = amount(chart, 0)?;
    let count = i32::try_from(count)
        .ok()
        .filter(|count| !is_rough && *count <= 10_000)?;
    let span = match unit(chart, unit_at)?.0 {
        Unit::Day => count.days(),
        Unit::Week => count.weeks(),
        Unit::Fortnight => count.checked_mul(2)?.weeks(),
        Unit::Month => count.months(),
        Unit::Year => count.years(),
        _ => return None,
    };
    Some((chart.now.today.checked_sub(span).ok()?, next))
}

/// The token after `monday of this week` once that day has passed.
pub(crate) fn of_this_week(chart: &Chart<'_>, at: usize) -> Option<usize> {
    let weekday = weekday(chart, at)?;
    let of = at + 1 + usize::from(chart.is(at + 1, Sense::Of));
    let this_week = chart.is(of, Sense::This) && chart.is(of + 1, Sense::Unit(Unit::Week));
    let date = chart.now.in_week(0, weekday).filter(|_| this_week)?;
    (date < chart.now.today).then_some(of + 2)
}
