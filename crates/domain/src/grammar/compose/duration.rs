//! How long something takes: `for 1h`, `90m` behind a time.

use super::chart::Chart;
use super::link::is_separator;
use super::phrase::phrase;
use super::rule::{Place, repeat};
use crate::grammar::recognise::length::length;
use crate::grammar::recognise::word::{amount, unit_or_letter};
use crate::grammar::token::lexicon::{Sense, Unit};

/// Minutes and the token after them: `for 1h`, and where `is_behind` a date or time also `90m` or, at the end of the
/// line, `90 minutes`.
pub(crate) fn duration(chart: &Chart<'_>, at: usize, is_behind: bool) -> Option<(i64, usize)> {
    let is_led = chart.is(at, Sense::For);
    let start = at + usize::from(is_led);
    // "90m" elsewhere may be a distance.
    if !(is_led || is_behind) || !chart.at_phrase_start(at) {
        return None;
    }
    let (minutes, next) = minutes(chart, start)?;
    // "at 5, 45 minutes clean the garage"
    let is_listed = at > 0 && chart.is_mark(at - 1, ",") && !chart.is(next, Sense::Of);
    let is_clear =
        is_led || is_listed || chart.joined_to_previous(start + 1) || chart.at_line_end(next);
    // "1h before lunch".
    let is_offset = chart.any(next, &[Sense::Before, Sense::After, Sense::Ago]);
    (is_clear && !is_offset && chart.at_phrase_end(next)).then_some((minutes, next))
}

/// A length of less than a day; in "90m a week from friday" the week belongs to the date.
fn minutes(chart: &Chart<'_>, at: usize) -> Option<(i64, usize)> {
    let (length, next) = length(chart, at, true)?;
    if length.parts.is_empty() {
        return (length.minutes > 0).then_some((length.minutes, next));
    }
    let (count, _, unit_at) = amount(chart, at)?;
    let factor = match unit_or_letter(chart, unit_at)? {
        (Unit::Minute, _) => 1,
        (Unit::Hour, _) => 60,
        _ => return None,
    };
    let next = unit_at + 1;
    let day = next + usize::from(chart.is_mark(next, ","));
    let is_date = chart.items(day).iter().any(|item| item.as_day().is_some());
    is_date.then_some((factor * i64::from(count), next))
}

/// Whether a date, a time or a rule follows.
pub(crate) fn is_ahead_of_date(chart: &Chart<'_>, at: usize) -> bool {
    let at = at + usize::from(is_separator(chart, at));
    phrase(chart, at, 0).is_some() || repeat(chart, at, Place::Line).is_some()
}

/// What stands behind a date or a rule that is a whole text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Rest {
    /// The minutes of a duration, if there is one.
    pub minutes: Option<i64>,
}

/// Nothing or a duration, from a token to the end of the text.
pub(crate) fn rest(chart: &Chart<'_>, at: usize) -> Option<Rest> {
    let end = chart.list.len();
    if at == end {
        return Some(Rest::default());
    }
    let at = at + usize::from(is_separator(chart, at));
    let (minutes, next) = duration(chart, at, true)?;
    (next == end).then_some(Rest {
        minutes: Some(minutes),
    })
}
