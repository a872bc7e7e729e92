//! The pieces of a time of day: an hour, its minutes, and which half of the day it is in.

use super::word::number;
use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::Sense;

/// Noon or midnight, and the token after it: `noon`, `mid day`, `12 midnight`.
pub(crate) fn named(tokens: &Tokens<'_>, at: usize) -> Option<(i8, usize)> {
    let is_twelve = tokens.get(at)?.digits() == Some(12);
    let start = at + usize::from(is_twelve);
    if tokens.is(start, Sense::Mid) && tokens.match_name(start, "mid day").is_some() {
        return Some((12, start + 2));
    }
    let hour = tokens.sense(start, |sense| match sense {
        Sense::Hour(hour) => Some(hour),
        _ => None,
    })?;
    Some((hour, start + 1))
}

/// An hour in figures.
pub(crate) fn hour(tokens: &Tokens<'_>, at: usize) -> Option<i8> {
    let token = tokens.get(at).filter(|token| token.text.len() <= 2)?;
    i8::try_from(token.digits()?).ok().filter(|hour| *hour < 24)
}

/// An hour as a word: `at seven`, `seven o'clock`. One is too often something else.
pub(crate) fn worded(tokens: &Tokens<'_>, at: usize, has_preposition: bool) -> Option<i8> {
    let is_one = tokens.get(at)?.text.len() > 2;
    let is_stated = is_one && tokens.any(at + 1, &[Sense::OClock, Sense::Am, Sense::Pm]);
    let clear = has_preposition || is_stated;
    // "at one" may be anything, "one o'clock" is not.
    let least = if is_stated { 1 } else { 2 };
    let number = number(tokens, at).filter(|hour| clear && (least..=12).contains(hour))?;
    i8::try_from(number).ok()
}

/// `:30` or `.30` against the hour.
pub(crate) fn minutes(tokens: &Tokens<'_>, at: usize) -> (Option<i8>, usize) {
    let marked = (tokens.is_mark(at, ":") || tokens.is_mark(at, "."))
        && tokens.joined_to_previous(at)
        && tokens.joined_to_previous(at + 1);
    let minute = tokens
        .get(at + 1)
        .filter(|token| marked && token.text.len() == 2)
        .and_then(|token| i8::try_from(token.digits()?).ok());
    match minute {
        Some(minute) => (Some(minute), at + 2),
        None => (None, at),
    }
}

/// `am` or `pm`, and as a single letter where `letters`; true for the afternoon.
pub(crate) fn half(tokens: &Tokens<'_>, at: usize, letters: bool) -> Option<(bool, usize)> {
    // "9a.m." is one word, which was cut at its figures.
    let dotted = |small: &str, large: &str| {
        tokens.joined_to_previous(at)
            && (tokens.is_mark(at, small) || tokens.is_mark(at, large))
            && tokens.joined_to_previous(at + 1)
            && tokens.is_mark(at + 1, ".")
            && tokens.joined_to_previous(at + 2)
            && (tokens.is_mark(at + 2, "m") || tokens.is_mark(at + 2, "M"))
    };
    let afternoon = dotted("p", "P");
    if afternoon || dotted("a", "A") {
        let stop = tokens.joined_to_previous(at + 3) && tokens.is_mark(at + 3, ".");
        return Some((afternoon, at + 3 + usize::from(stop)));
    }
    // "3:30 p m".
    let apart = |letter: &str| {
        let is = |at: usize, letter: &str| {
            tokens
                .get(at)
                .is_some_and(|token| !token.literal && token.text.eq_ignore_ascii_case(letter))
        };
        is(at, letter) && is(at + 1, "m") && tokens.at_phrase_end(at + 2)
    };
    if apart("p") || apart("a") {
        return Some((apart("p"), at + 2));
    }
    let letter = |small: &str, large: &str| {
        letters
            && tokens.joined_to_previous(at)
            && (tokens.is_mark(at, small) || tokens.is_mark(at, large))
    };
    let afternoon = if tokens.is(at, Sense::Pm) || letter("p", "P") {
        true
    } else if tokens.is(at, Sense::Am) || letter("a", "A") {
        false
    } else {
        return None;
    };
    let dotted = tokens.get(at).is_some_and(|token| token.text.contains('.'));
    let next = if dotted && tokens.joined_to_previous(at + 1) && tokens.is_mark(at + 1, ".") {
        at + 2
    } else {
        at + 1
    };
    Some((afternoon, next))
}
