//! All pieces of dates in a line, by the token at which they begin.

use std::ops::Deref;

use super::item::{Item, Kind};
use crate::grammar::context::ParseContext;
use crate::grammar::meaning::day::Day;
use crate::grammar::recognise::need::Need;
use crate::grammar::token::Tokens;

/// A line, its tokens, and the pieces that begin at each.
pub(crate) struct Chart<'a> {
    tokens: &'a Tokens<'a>,
    pub now: &'a ParseContext,
    items: Vec<Vec<Item>>,
}

impl<'a> Deref for Chart<'a> {
    type Target = Tokens<'a>;

    fn deref(&self) -> &Self::Target {
        self.tokens
    }
}

impl<'a> Chart<'a> {
    /// A chart without pieces.
    pub(super) fn new(tokens: &'a Tokens<'a>, now: &'a ParseContext) -> Self {
        Self {
            tokens,
            now,
            items: vec![Vec::new(); tokens.list.len()],
        }
    }

    /// Sets the pieces that begin at a token.
    pub(super) fn set(&mut self, at: usize, items: Vec<Item>) {
        if let Some(slot) = self.items.get_mut(at) {
            *slot = items;
        }
    }

    /// The pieces that begin at a token.
    pub(crate) fn items(&self, at: usize) -> &[Item] {
        self.items.get(at).map_or(&[], Vec::as_slice)
    }

    /// A day that begins at a token and may be part of something longer: the longest one, and the token after it.
    pub(crate) fn day(&self, at: usize) -> Option<(Day, usize)> {
        self.items(at)
            .iter()
            .filter(|item| item.need != Need::NEVER || matches!(item.kind, Kind::Weekday(_)))
            .filter_map(|item| Some((item.as_day()?, item.end)))
            .rev()
            .max_by_key(|(_, end)| *end)
    }
}
