//! A whole line: finds what can be understood, lets the last of each kind win, and keeps the rest as the title.

mod beside;
mod choose;
mod found;
mod lasting;
mod leftover;
mod remarks;
mod scan;
mod taken;
mod title;
mod undated;
mod unread;

use std::ops::Range;

use remarks::Remarks;
use taken::Taken;

use super::compose::build;
use super::context::{Context, ParseContext};
use super::parsed::Parsed;
use super::token::Tokens;
use super::token::lexicon::ENGLISH;

/// Longest line that is looked at; no title is nearly as long.
const LINE_MAX: usize = 8_192;

/// Reads a quick-add line such as `buy milk tomorrow 5pm p1 #shopping`.
///
/// `context` says what "tomorrow" means. Never fails: what is not understood stays in the title.
pub fn quick_add(text: &str, context: &Context) -> Parsed {
    quick_add_ignoring(text, context, &[])
}

/// Reads a quick-add line in which some ranges of bytes are literal: they stay in the title as they are.
pub fn quick_add_ignoring(text: &str, context: &Context, ignore: &[Range<usize>]) -> Parsed {
    read(text, &ParseContext::new(context, &ENGLISH), ignore)
}

/// Reads a line in the language of `now`.
pub(super) fn read(text: &str, now: &ParseContext, ignore: &[Range<usize>]) -> Parsed {
    if text.len() > LINE_MAX {
        return Parsed {
            title: text.trim().to_owned(),
            ..Parsed::default()
        };
    }
    let tokens = Tokens::new(text, now, ignore);
    let chart = build::chart(&tokens, now);
    let mut remarks = Remarks::new(&tokens);
    let found = scan::scan(&chart, &mut remarks);
    let mut taken = Taken::new(&chart, remarks);
    taken.choose(found);
    taken.finish()
}
