//! Where a rule starts: `starting tomorrow`, `from 1 feb`, `starting in march`.

use super::chart::Chart;
use super::exclusion::is_opened_before;
use crate::grammar::meaning::day::Day;
use crate::grammar::meaning::repeat::Repeat;
use crate::grammar::recognise::word::{amount, month};
use crate::grammar::token::lexicon::Sense;

/// `starting tomorrow`, `from 1 feb`, `starting in march`.
pub(super) fn begin(chart: &Chart<'_>, at: usize, repeat: &mut Repeat) -> Option<usize> {
    if !chart.any(at, &[Sense::Starting, Sense::From]) || is_opened_before(chart, at) {
        return None;
    }
    let is_starting = chart.is(at, Sense::Starting);
    let skip = usize::from(chart.any(at + 1, &[Sense::On, Sense::From, Sense::In]));
    let skip = if chart.is(at + 1, Sense::In) && amount(chart, at + 2).is_some() {
        0
    } else {
        skip
    };
    if repeat.start.is_none()
        && let Some((start, next)) = chart.day(at + 1 + skip)
    {
        repeat.start = Some(start);
        return Some(next);
    }
    if repeat.start.is_none() && is_starting && chart.is(at + 1, Sense::Now) {
        repeat.start = Some(Day::Ahead(0));
        return Some(at + 2);
    }
    // "starting in march" means its first day.
    if repeat.start.is_none()
        && is_starting
        && let Some(month) = month(chart, at + 1 + skip)
    {
        repeat.start = Some(Day::Yearly(month, 1));
        return Some(at + 2 + skip);
    }
    None
}
