//! A number beside a day that may be its hour: `dentist 10 fri`, `shift 7-3 tomorrow`.

use std::ops::Range;

use super::found::Leftover;
use crate::grammar::compose::chart::Chart;
use crate::grammar::compose::link::separated;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::token::Token;
use crate::grammar::token::lexicon::Sense;

/// Such a number, unless it counts what follows or belongs to what precedes it.
pub(super) fn beside(chart: &Chart<'_>, at: usize, dates: &[Range<usize>]) -> Option<Leftover> {
    let end = end_of_hours(chart, at)?;
    let is_behind = dates.iter().any(|date| separated(chart, date.end, at));
    let is_ahead = dates.iter().any(|date| date.start == end);
    let is_free = (is_behind && !is_counting(chart, end)) || (is_ahead && !is_counted(chart, at));
    (is_free && chart.at_phrase_start(at) && chart.at_phrase_end(end))
        .then_some((at..end, "write at before it if it is the time"))
}

/// The token after an hour, a range of hours or hours and minutes in figures.
fn end_of_hours(chart: &Chart<'_>, at: usize) -> Option<usize> {
    let hour = |at: usize| {
        let token = chart.get(at).filter(|token| token.text.len() <= 2)?;
        token.digits().filter(|hour| (1..=24).contains(hour))
    };
    let first = chart.get(at)?;
    let figures = first.digits()?;
    let range = chart.is_mark(at + 1, "-") || chart.is_mark(at + 1, "–");
    if range && hour(at).is_some() && hour(at + 2).is_some() {
        return Some(at + 3);
    }
    if let Some((_, end)) = clock(chart, at, Setting::Behind) {
        return Some(end);
    }
    let is_run = first.text.len() == 4 && figures < 2400 && figures % 100 < 60 && figures % 5 == 0;
    let is_hour = hour(at).is_some_and(|hour| hour <= 12);
    (is_run || is_hour).then_some(at + 1)
}

/// Whether a word follows that a number may count.
fn is_counting(chart: &Chart<'_>, at: usize) -> bool {
    chart.get(at).is_some_and(|token| {
        token.spaced && !token.literal && token.text.starts_with(char::is_alphabetic)
    })
}

/// Whether the word before a number is counted by it, as in "chapters 3-5" and "page 12".
fn is_counted(chart: &Chart<'_>, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|last| {
        let counts = |token: &Token<'_>| {
            token.text.ends_with('s')
                || token.text.len() <= 2
                || !token.text.ends_with(char::is_alphabetic)
        };
        chart.is(last, Sense::Counted) || chart.get(last).is_some_and(counts)
    })
}
