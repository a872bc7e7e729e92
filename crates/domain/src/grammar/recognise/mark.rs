//! Tags, priorities and reminders: `#home`, `@home`, `p1`, `!high`, `!30m`, `!1 day before`.

use super::word::{number, unit};
use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::reminder::MINUTES_BEFORE_MAX;
use crate::text::TAG_MAX;
use crate::{Priority, TagName, Trigger};

/// The value of a marker.
#[derive(Clone, Debug)]
pub(crate) enum Marker {
    Tag(TagName),
    Priority(Priority),
    Reminder(Trigger),
}

/// Reads a marker. `known` are the tags that the writer has.
pub(crate) fn marker(tokens: &Tokens<'_>, at: usize, known: &[TagName]) -> Option<(Marker, usize)> {
    if !tokens.at_phrase_start(at) {
        return None;
    }
    if tokens.is_mark(at, "#") || tokens.is_mark(at, "@") {
        return known_tag(tokens, at, known).or_else(|| tag(tokens, at));
    }
    if tokens.is_mark(at, "!") && tokens.joined_to_previous(at + 1) {
        return reminder(tokens, at + 1).or_else(|| priority(tokens, at + 1));
    }
    let text = tokens.get(at)?.text;
    // "p2 of the letter" is a page.
    let ranked = text.len() == 2
        && text.starts_with(['p', 'P'])
        && tokens.at_phrase_end(at + 1)
        && !tokens.is(at + 1, Sense::Of);
    if !ranked {
        return None;
    }
    Priority::parse(text)
        .ok()
        .map(|priority| (Marker::Priority(priority), at + 1))
}

/// A name that begins with a letter, so that `#5` stays the number of something.
fn tag(tokens: &Tokens<'_>, at: usize) -> Option<(Marker, usize)> {
    if let Some(found) = quoted_tag(tokens, at) {
        return Some(found);
    }
    let (chunk, next) = tokens.chunk(at)?;
    let written = chunk.get(1..)?;
    if !written.chars().next().is_some_and(char::is_alphabetic) {
        return None;
    }
    // "#work,friday", "#work,#home"
    let name = written.split([',', ';']).next().unwrap_or(written);
    let next = if name.len() == written.len() {
        next
    } else {
        let end = tokens.get(at)?.end + name.len();
        tokens.list.partition_point(|token| token.start < end)
    };
    TagName::parse(name)
        .ok()
        .map(|tag| (Marker::Tag(tag), next))
}

/// The longest of the writer's tags of several words that is written here: `#home office`.
fn known_tag(tokens: &Tokens<'_>, at: usize, known: &[TagName]) -> Option<(Marker, usize)> {
    let first = tokens.get(at + 1).filter(|token| !token.spaced)?;
    let rest = tokens.text.get(first.start..)?;
    let length = |tag: &TagName| {
        let words = tag.as_str().split_whitespace().count();
        let last = rest.split_whitespace().nth(words.checked_sub(1)?)?;
        let end = last.as_ptr().addr() - rest.as_ptr().addr() + last.len();
        let written = rest.get(..end)?;
        let written = written.trim_end_matches([',', '.', ';', ':', '!', '?', ')', '"']);
        let is_same = words > 1 && TagName::parse(written).ok()?.key() == tag.key();
        is_same.then_some(written.len())
    };
    let written = known.iter().filter_map(|tag| Some((length(tag)?, tag)));
    let (length, tag) = written.max_by_key(|(length, _)| *length)?;
    let end = first.start + length;
    let next = tokens.list.partition_point(|token| token.start < end);
    let is_literal = tokens.list.get(at..next)?.iter().any(|token| token.literal);
    (!is_literal).then(|| (Marker::Tag(tag.clone()), next))
}

/// A name of several words: `#"home office"`, `#[home office]`.
fn quoted_tag(tokens: &Tokens<'_>, at: usize) -> Option<(Marker, usize)> {
    let open = tokens.get(at + 1).filter(|token| !token.spaced)?;
    let close = match open.text {
        "\"" => "\"",
        "“" => "”",
        "[" => "]",
        _ => return None,
    };
    // Each token has at least one character.
    let longest = tokens.list.len().min(at + 3 + TAG_MAX);
    let end = (at + 2..longest)
        .find(|next| tokens.get(*next).is_some_and(|token| token.text == close))?;
    let name = tokens.text.get(open.end..tokens.get(end)?.start)?;
    let tag = TagName::parse(name).ok()?;
    Some((Marker::Tag(tag), end + 1))
}

fn priority(tokens: &Tokens<'_>, at: usize) -> Option<(Marker, usize)> {
    let text = tokens.get(at)?.text;
    // "wow !!" is excited, not urgent.
    if text == "!" {
        return None;
    }
    let named = Priority::parse(text)
        .ok()
        .filter(|_| tokens.at_phrase_end(at + 1))?;
    Some((Marker::Priority(named), at + 1))
}

/// `30m`, `1h`, `2 days before`.
fn reminder(tokens: &Tokens<'_>, at: usize) -> Option<(Marker, usize)> {
    let count = number(tokens, at)
        .filter(|_| tokens.get(at).is_some_and(|token| token.digits().is_some()))?;
    let letter = tokens
        .get(at + 1)
        .filter(|token| !token.spaced && !token.literal)
        .map(|token| token.text);
    let minutes = match letter {
        Some("m" | "M") => 1,
        Some("h" | "H") => 60,
        Some("d" | "D") => 24 * 60,
        Some("w" | "W") => 7 * 24 * 60,
        _ => match unit(tokens, at + 1)?.0 {
            Unit::Minute => 1,
            Unit::Hour => 60,
            Unit::Day => 24 * 60,
            Unit::Week => 7 * 24 * 60,
            _ => return None,
        },
    };
    let minutes = count
        .checked_mul(minutes)
        .filter(|minutes| *minutes <= MINUTES_BEFORE_MAX)?;
    let next = if tokens.is(at + 2, Sense::Before) && tokens.at_phrase_end(at + 3) {
        at + 3
    } else {
        at + 2
    };
    tokens
        .at_phrase_end(next)
        .then_some((Marker::Reminder(Trigger::Before(minutes)), next))
}
