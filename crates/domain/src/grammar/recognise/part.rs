//! Parts of the day: `morning` right after a day, `in the morning`, `at night`.

use jiff::civil::Time;

use super::clock::{Setting, clock};
use super::surroundings::is_dated;
use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::Sense;

/// Reads a part of the day: `morning` right after a day, or `in the morning`, `at night`.
pub(crate) fn part(
    tokens: &Tokens<'_>,
    at: usize,
    has_date_context: bool,
) -> Option<(Time, usize)> {
    let hour = |index: usize| {
        // Eve is a name.
        tokens.get(index).filter(|token| token.text != "Eve")?;
        tokens.sense(index, |sense| match sense {
            Sense::Part(hour) => Some(hour),
            _ => None,
        })
    };
    if has_date_context && let Some(hour) = hour(at) {
        return Some((Time::new(hour, 0, 0, 0).ok()?, at + 1));
    }
    let (hour, next) = if tokens.is(at, Sense::In) && tokens.is(at + 1, Sense::The) {
        (hour(at + 2)?, at + 3)
    } else if tokens.is(at, Sense::At) {
        // "at lunch" is a time beside a day.
        let meal = tokens.is(at + 1, Sense::Lunch);
        if meal && (has_date_context || is_dated(tokens, at + 2)) {
            return Some((Time::new(12, 0, 0, 0).ok()?, at + 2));
        }
        (hour(at + 1)?, at + 2)
    } else {
        return None;
    };
    let clear = has_date_context
        || tokens.at_line_end(next)
        || is_dated(tokens, next)
        || clock(tokens, next, Setting::Behind).is_some();
    clear.then_some((Time::new(hour, 0, 0, 0).ok()?, next))
}

/// `am` and `pm` without an hour, behind a day: the end of what is said, or before a word such as `for`.
pub(crate) fn half_day(tokens: &Tokens<'_>, at: usize) -> Option<(Time, usize)> {
    let hour = if tokens.is(at, Sense::Am) {
        9
    } else if tokens.is(at, Sense::Pm) {
        12
    } else {
        return None;
    };
    let is_dotted = tokens.get(at)?.text.contains('.');
    let stop = is_dotted && tokens.joined_to_previous(at + 1) && tokens.is_mark(at + 1, ".");
    let next = at + 1 + usize::from(stop);
    let is_end = tokens.at_line_end(next) || tokens.is(next, Sense::ClauseStart);
    is_end.then_some((Time::new(hour, 0, 0, 0).ok()?, next))
}
