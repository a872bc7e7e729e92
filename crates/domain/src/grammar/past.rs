//! Days that have passed: `yesterday`, `3 days ago`, `last friday`. Nothing is due on them, but a list may begin there.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::Date;

use super::bounds::period;
use super::dates::{ParseContext, YEARS, follows_preposition};
use super::lexicon::{Sense, Unit};
use super::times::clock;
use super::tokens::Tokens;
use super::values::{amount, unit, weekday};
use crate::Due;

/// Where a day that has passed is said in a line as if something were due then.
pub(super) fn in_line(tokens: &Tokens<'_>, at: usize) -> Option<Range<usize>> {
    let before = at.checked_sub(1);
    let is_other = before.is_some_and(|last| {
        let others = [
            Sense::DateBlocker,
            Sense::The,
            Sense::NamePrefix,
            Sense::About,
        ];
        tokens.any(last, &others)
    });
    if is_other {
        return None;
    }
    let is_yesterday = tokens.is(at, Sense::Yesterday);
    // "last week" and "last minute" usually mean something else.
    let is_unit = tokens.is(at, Sense::Last) && weekday(tokens, at + 1).is_none();
    let end = if is_yesterday {
        at + 1
    } else {
        relative_date(tokens, at).filter(|_| !is_unit)?
    };
    let end = clock(tokens, end, true).map_or(end, |(_, next)| next);
    let is_date = tokens.at_line_end(end) || is_yesterday && follows_preposition(tokens, at);
    (is_date && tokens.at_phrase_end(end)).then_some(at..end)
}

/// The token after `3 days ago` or `last friday`.
fn relative_date(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    if tokens.is(at, Sense::Last) {
        let is_day = weekday(tokens, at + 1).is_some() || unit(tokens, at + 1).is_some();
        return is_day.then_some(at + 2);
    }
    let (_, _, unit_at) = amount(tokens, at)?;
    let (_, ago) = unit(tokens, unit_at)?;
    tokens.is(ago, Sense::Ago).then_some(ago + 1)
}

/// The day that the whole text means, with its time.
pub(super) fn day(tokens: &Tokens<'_>, now: &ParseContext) -> Option<Due> {
    let (date, next) = date(tokens, now)?;
    let date = Some(date).filter(|date| YEARS.contains(&date.year()))?;
    let end = tokens.list.len();
    if next == end {
        return Some(Due::Date(date));
    }
    let (clock, next) = clock(tokens, next, true)?;
    (next == end).then(|| Due::Floating(date.to_datetime(clock.time)))
}

/// The day, or the first one of a week, month or year; and the token after it.
fn date(tokens: &Tokens<'_>, now: &ParseContext) -> Option<(Date, usize)> {
    if tokens.is(0, Sense::Yesterday) {
        return Some((now.today.yesterday().ok()?, 1));
    }
    let next = relative_date(tokens, 0)?;
    if tokens.is(0, Sense::Last) {
        if let Some(weekday) = weekday(tokens, 1) {
            let back = match i32::from(weekday.until(now.today.weekday())) {
                0 => 7,
                back => back,
            };
            return Some((now.today.checked_sub(back.days()).ok()?, next));
        }
        let (unit, _) = unit(tokens, 1)?;
        return Some((period(unit, -1, now)?.0, next));
    }
    let (count, is_rough, unit_at) = amount(tokens, 0)?;
    let count = i32::try_from(count)
        .ok()
        .filter(|count| !is_rough && *count <= 10_000)?;
    let span = match unit(tokens, unit_at)?.0 {
        Unit::Day => count.days(),
        Unit::Week => count.weeks(),
        Unit::Fortnight => count.checked_mul(2)?.weeks(),
        Unit::Month => count.months(),
        Unit::Year => count.years(),
        _ => return None,
    };
    Some((now.today.checked_sub(span).ok()?, next))
}
