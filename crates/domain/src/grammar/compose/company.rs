//! What stands around a piece of a phrase, and whether that is what the piece needs.

use super::chart::Chart;
use super::item::Item;
use super::link::{is_separator, skip_preposition};
use super::rule::{Place, repeat};
use super::state::{Piece, State};
use crate::grammar::meaning::when::When;
use crate::grammar::recognise::clock::{Setting, clock};
use crate::grammar::recognise::length::length;
use crate::grammar::recognise::need::Need;
use crate::grammar::recognise::part::part;
use crate::grammar::recognise::surroundings::follows_preposition;
use crate::grammar::token::lexicon::Sense;

/// Whether a piece may belong to a phrase behind a mark: "8pm - christmas party" is not on Christmas.
pub(super) fn may_follow_mark(chart: &Chart<'_>, piece: &Piece) -> bool {
    // "5pm - christmas 90m", "5pm - christmas (90m)".
    let next = piece.end + usize::from(chart.is_mark(piece.end, "("));
    let lasts = || length(chart, next, true).is_some_and(|(length, _)| length.minutes > 0);
    piece.doubt_at_end.is_none()
        || chart.at_line_end(piece.end)
        || chart.is(piece.end, Sense::ClauseStart)
        || follows_preposition(chart, piece.start)
        || lasts()
}

/// What stands around a piece of a phrase; `is_behind` if a date or time was taken right before the phrase.
pub(super) fn surroundings(
    chart: &Chart<'_>,
    state: &State,
    index: usize,
    is_behind: bool,
) -> Need {
    let Some(piece) = state.pieces.get(index) else {
        return Need::NONE;
    };
    let mut has = Need::NONE;
    let ends = chart.at_line_end(piece.end);
    let last = piece.start.checked_sub(1);
    if follows_preposition(chart, piece.start)
        || last.is_some_and(|last| chart.is(last, Sense::Than))
    {
        has |= Need::LED;
    }
    if index > 0 || is_behind {
        has |= Need::AFTER;
    }
    if index + 1 < state.pieces.len() {
        has |= Need::BEFORE;
    }
    if index + 1 < state.pieces.len() && state.when.clock.is_some() {
        has |= Need::CLOCK;
    }
    if ends {
        has |= Need::END;
    }
    if piece.start == 0 && (ends || chart.is_mark(piece.end, ":")) {
        has |= Need::HEADING;
    }
    if ends && last.is_some_and(|last| chart.is(last, Sense::For)) {
        has |= Need::PURPOSE;
    }
    if state.when.day.is_some() || state.when.end_of_day {
        has |= Need::DAY;
    }
    if state.when.part.is_some() {
        has |= Need::PART;
    }
    has
}

/// Whether what follows the last piece of a phrase is what it needs.
pub(super) fn is_met_behind(chart: &Chart<'_>, state: &State, index: usize) -> bool {
    let Some(piece) = state.pieces.get(index) else {
        return false;
    };
    let is_last = index + 1 == state.pieces.len();
    let is_before_clock = || {
        let next = piece.end + usize::from(is_separator(chart, piece.end));
        clock(chart, next, Setting::Led).is_some()
    };
    is_last
        && ((piece.need.is_met_by(Need::CLOCK) && is_before_clock())
            || (piece.need.is_met_by(Need::BEFORE) && is_followed(chart, piece.end, &state.when))
            || (piece.need.is_met_by(Need::RULE)
                && repeat(chart, piece.end, Place::BehindTime).is_some()))
}

/// Whether another part of a date, or a rule, follows behind a mark.
fn is_followed(chart: &Chart<'_>, end: usize, when: &When) -> bool {
    let next = end + usize::from(is_separator(chart, end));
    if chart.any(next, &[Sense::Until, Sense::Starting])
        || repeat(chart, next, Place::Line).is_some()
    {
        return true;
    }
    let open = when.clock.is_none();
    let next = skip_preposition(chart, next);
    let time = || clock(chart, next, Setting::Led).is_some() || part(chart, next, true).is_some();
    let firm = |item: &Item| item.need == Need::NONE && item.as_day().is_some();
    (open && time()) || (when.day.is_none() && chart.items(next).iter().any(firm))
}
