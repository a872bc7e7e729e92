//! Remarks for the writer while a line is read.

use std::ops::Range;

use crate::grammar::parsed::{Doubt, Remark};
use crate::grammar::token::Tokens;
use crate::text::clip;

/// Most remarks on one line.
const REMARKS_MAX: usize = 10;

/// Why several days are none on which a task is due.
pub(super) const SEVERAL_DAYS: &str =
    "'{}' is several days, so it was left in the title; write the one on which it is due";

/// The remarks on a line.
pub(super) struct Remarks<'a> {
    tokens: &'a Tokens<'a>,
    pub list: Vec<Remark>,
    /// Whether a date or rule was refused. A time beside it does not mean today then.
    pub has_refused: bool,
}

impl<'a> Remarks<'a> {
    pub(super) fn new(tokens: &'a Tokens<'a>) -> Self {
        Self {
            tokens,
            list: Vec::new(),
            has_refused: false,
        }
    }

    pub(super) fn add(&mut self, tokens: &Range<usize>, doubt: Doubt, text: String) {
        let span = self.tokens.span(tokens);
        if self.list.len() < REMARKS_MAX {
            self.list.push(Remark {
                start: span.start,
                end: span.end,
                doubt,
                text,
            });
        } else if self.list.len() == REMARKS_MAX {
            self.list.push(Remark {
                start: span.start,
                end: span.end,
                doubt,
                text: "further remarks on this line were left out".to_owned(),
            });
        }
    }

    /// Says that words were not understood: `{}` in the text stands for them.
    pub(super) fn not_understood(&mut self, tokens: &Range<usize>, text: &str) {
        let text = text.replacen("{}", &self.quoted(tokens), 1);
        self.add(tokens, Doubt::NotUnderstood, text);
    }

    /// Says that a date or a rule was not understood or cannot be meant, like [`Self::not_understood`].
    pub(super) fn refused(&mut self, tokens: &Range<usize>, text: &str) {
        self.has_refused = true;
        self.not_understood(tokens, text);
    }

    /// The words as they were written.
    pub(super) fn quoted(&self, tokens: &Range<usize>) -> String {
        let span = self.tokens.span(tokens);
        clip(self.tokens.text.get(span).unwrap_or_default())
    }
}
