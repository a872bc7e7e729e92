//! A phrase while its parts are filled.

use super::link::Joint;
use crate::grammar::meaning::when::When;
use crate::grammar::recognise::need::Need;

/// A phrase while it is filled.
#[derive(Clone, Default)]
pub(super) struct State {
    pub when: When,
    pub end: usize,
    pub pieces: Vec<Piece>,
    /// The mark behind the last piece.
    pub joint: Option<Joint>,
}

/// One piece of a phrase.
#[derive(Clone)]
pub(super) struct Piece {
    pub start: usize,
    pub end: usize,
    pub need: Need,
    /// A doubt that holds only where nothing but the end of the line shows what the piece is.
    pub doubt_at_end: Option<String>,
}

impl Piece {
    /// A piece that can be nothing else.
    pub(super) fn new(start: usize, end: usize) -> Self {
        Self {
            start,
            end,
            need: Need::NONE,
            doubt_at_end: None,
        }
    }

    pub(super) fn needing(self, need: Need) -> Self {
        Self { need, ..self }
    }
}
