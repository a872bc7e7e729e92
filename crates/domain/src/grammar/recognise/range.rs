//! Ranges of times: `9-10am`, `9:00 to 17:00`, `9:30 until 11:00`.

use super::hour::{half, hour, minutes, named};
use super::surroundings::continues_beyond;
use crate::grammar::meaning::time::Clock;
use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::Sense;

/// `9-10am`, `9:00 to 17:00`, and next to a date `from 9 to 5pm`, `between 9 and 10`: both ends.
pub(crate) fn range(
    tokens: &Tokens<'_>,
    at: usize,
    has_date_context: bool,
) -> Option<(Clock, Clock, usize)> {
    let between = tokens.is(at, Sense::Between);
    let has_preposition = between || tokens.is(at, Sense::From);
    if has_preposition && !has_date_context {
        return None;
    }
    let start = at + usize::from(has_preposition || tokens.is(at, Sense::At));
    let (first, next) = bound(tokens, start, has_date_context)?;
    // "9:30 until 11:00"; in "at 9 until june" the rule ends.
    let until = tokens.is(next, Sense::Until) && first.is_explicit;
    let dash = tokens.is_mark(next, "-") || tokens.is_mark(next, "–");
    let joint = dash
        || (tokens.is(next, Sense::To)
            && (has_preposition || has_date_context || first.is_explicit))
        || (between && tokens.is(next, Sense::And))
        || until;
    joint.then_some(())?;
    let (last, end) = bound(tokens, next + 1, has_date_context)?;
    // "9-10" alone may be anything.
    // Behind a day it is a time: "mon 9-11".
    let (from, to) = (first.clock.time, last.clock.time);
    let rising = from < to || (last.clock.open && to.hour() < 6 && from.hour() > 6);
    let behind = has_date_context && dash && rising && continues_beyond(tokens, end);
    if !(last.is_explicit || has_preposition || behind) || !tokens.at_phrase_end(end) {
        return None;
    }
    let mut from = first.clock;
    if let (true, Some(afternoon)) = (first.clock.open && !first.marked, last.half) {
        // "9-10am", but "11-1pm" begins in the morning.
        let hour = from.time.hour() % 12 + if afternoon { 12 } else { 0 };
        let earlier = Clock::plain(hour, from.time.minute())?.time <= last.clock.time;
        let hour = if earlier { hour } else { (hour + 12) % 24 };
        from = Clock::plain(hour, from.time.minute())?;
    }
    Some((from, last.clock, end))
}

/// The minutes between both ends of a range: `11-1` ends in the afternoon, `22:00-2:00` on the next day.
pub(super) fn minutes_of(from: Clock, to: Clock) -> Option<u16> {
    const HALF: i16 = 12 * 60;
    let minute = |clock: Clock| i16::from(clock.time.hour()) * 60 + i16::from(clock.time.minute());
    let between = minute(to) - minute(from);
    let between = match between {
        0 => return None,
        1.. => between,
        _ if to.open && between + HALF > 0 => between + HALF,
        _ => between + 2 * HALF,
    };
    u16::try_from(between).ok()
}

/// One end of a range.
struct Bound {
    clock: Clock,
    /// Whether it can only be a time.
    is_explicit: bool,
    /// Its am or pm, if any; true for the afternoon.
    half: Option<bool>,
    marked: bool,
}

/// `letters` says whether `10p` is a time here.
fn bound(tokens: &Tokens<'_>, at: usize, letters: bool) -> Option<(Bound, usize)> {
    if let Some((hour, next)) = named(tokens, at) {
        let bound = Bound {
            clock: Clock::plain(hour, 0)?,
            is_explicit: true,
            half: None,
            marked: true,
        };
        return Some((bound, next));
    }
    let hour = hour(tokens, at)?;
    let (minute, next) = minutes(tokens, at + 1);
    if let Some((afternoon, next)) = half(tokens, next, letters) {
        let bound = Bound {
            clock: Clock::of_half(hour, minute.unwrap_or(0), afternoon)?,
            is_explicit: true,
            half: Some(afternoon),
            marked: true,
        };
        return Some((bound, next));
    }
    let bound = Bound {
        clock: Clock::open(hour, minute.unwrap_or(0))?,
        is_explicit: minute.is_some() && tokens.is_mark(at + 1, ":"),
        half: None,
        marked: false,
    };
    Some((bound, next))
}
