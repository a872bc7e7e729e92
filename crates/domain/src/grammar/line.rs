//! A whole line: finds what can be understood, lets the last of each kind win, and keeps the rest as the title.

mod beside;
mod choose;
mod first_day;
mod found;
mod lasting;
mod leftover;
mod net;
mod remarks;
mod scan;
mod shorthand;
mod taken;
mod title;
mod undated;
mod unread;

use std::ops::Range;

use remarks::Remarks;
use taken::Taken;
use title::title;

use super::compose::build;
use super::context::{Context, ParseContext};
use super::parsed::{Doubt, Parsed, Remark};
use super::token::Tokens;
use super::token::lexicon::ENGLISH;
use super::token::plain::Plain;

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
            remarks: vec![Remark {
                start: 0,
                end: text.len(),
                doubt: Doubt::NotUnderstood,
                text: format!(
                    "nothing was read in this line, because it is longer than {LINE_MAX} bytes"
                ),
            }],
            ..Parsed::default()
        };
    }
    let Some(plain) = Plain::of(text) else {
        return parse(text, now, ignore).0;
    };
    let ignore: Vec<_> = ignore.iter().map(|range| plain.range_of(range)).collect();
    let (mut parsed, escapes) = parse(&plain.text, now, &ignore);
    for span in &mut parsed.spans {
        Range {
            start: span.start,
            end: span.end,
        } = plain.original_range(span.start..span.end);
    }
    for remark in &mut parsed.remarks {
        Range {
            start: remark.start,
            end: remark.end,
        } = plain.original_range(remark.start..remark.end);
    }
    // The title keeps its characters as they are.
    let escapes: Vec<_> = escapes.into_iter().map(|at| plain.original(at)).collect();
    parsed.title = title(text, &escapes, &parsed.spans);
    parsed
}

/// Reads a line of plain characters; returns its escapes too.
fn parse(text: &str, now: &ParseContext, ignore: &[Range<usize>]) -> (Parsed, Vec<usize>) {
    let tokens = Tokens::new(text, now, ignore);
    let chart = build::chart(&tokens, now);
    let mut remarks = Remarks::new(&tokens);
    let found = scan::scan(&chart, &mut remarks);
    let mut taken = Taken::new(&chart, remarks);
    taken.choose(found);
    let parsed = taken.finish();
    (parsed, tokens.escapes)
}
