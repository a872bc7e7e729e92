//! Times of day in words: `5pm`, `17:00`, `at 9`, `noon`, `in the morning`.

use jiff::civil::Time;

use super::lexicon::Sense;
use super::tokens::Tokens;

/// A time as it was said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Clock {
    pub time: Time,
    /// Whether it may be meant for the afternoon: `at 8` beside `evening`.
    pub open: bool,
}

/// Reads a time. `beside` says that a date stands next to it.
pub(super) fn clock(tokens: &Tokens<'_>, at: usize, beside: bool) -> Option<(Clock, usize)> {
    let led = tokens.is(at, Sense::At) || tokens.mark(at, "@");
    let start = if led { at + 1 } else { at };
    let hour = tokens.sense(start, |sense| match sense {
        Sense::Hour(hour) => Some(hour),
        _ => None,
    });
    if let Some(hour) = hour {
        let named = start
            .checked_sub(1)
            .is_some_and(|last| tokens.is(last, Sense::Names));
        let clear = led || beside || (tokens.ends(start + 1) && !named);
        return clear.then_some((
            Clock {
                time: time(hour, 0)?,
                open: false,
            },
            start + 1,
        ));
    }
    let token = tokens.get(start).filter(|token| token.text.len() <= 2)?;
    let hour = i8::try_from(token.digits()?).ok()?;
    let (minute, next) = minutes(tokens, start + 1);
    if tokens.glued(next) && tokens.mark(next, ":") && minute.is_some() {
        return None;
    }
    let found = if let Some((afternoon, next)) = half(tokens, next) {
        if !(1..=12).contains(&hour) {
            return None;
        }
        let hour = hour % 12 + if afternoon { 12 } else { 0 };
        (
            Clock {
                time: time(hour, minute.unwrap_or(0))?,
                open: false,
            },
            next,
        )
    } else {
        let open = (1..=12).contains(&hour);
        match minute {
            Some(minute) if tokens.mark(start + 1, ":") => (
                Clock {
                    time: time(hour, minute)?,
                    open,
                },
                next,
            ),
            None if tokens.is(next, Sense::OClock) => (
                Clock {
                    time: time(hour, 0)?,
                    open,
                },
                next + 1,
            ),
            None if led && goes_on(tokens, next) => (
                Clock {
                    time: time(hour, 0)?,
                    open,
                },
                next,
            ),
            _ => return None,
        }
    };
    tokens.closes(found.1).then_some(found)
}

fn time(hour: i8, minute: i8) -> Option<Time> {
    Time::new(hour, minute, 0, 0).ok()
}

/// `:30` or `.30` against the hour.
fn minutes(tokens: &Tokens<'_>, at: usize) -> (Option<i8>, usize) {
    let marked =
        (tokens.mark(at, ":") || tokens.mark(at, ".")) && tokens.glued(at) && tokens.glued(at + 1);
    let minute = tokens
        .get(at + 1)
        .filter(|token| marked && token.text.len() == 2)
        .and_then(|token| i8::try_from(token.digits()?).ok());
    match minute {
        Some(minute) => (Some(minute), at + 2),
        None => (None, at),
    }
}

/// `am` or `pm`; true for the afternoon.
fn half(tokens: &Tokens<'_>, at: usize) -> Option<(bool, usize)> {
    let afternoon = if tokens.is(at, Sense::Pm) {
        true
    } else if tokens.is(at, Sense::Am) {
        false
    } else {
        return None;
    };
    let dotted = tokens.get(at).is_some_and(|token| token.text.contains('.'));
    let next = if dotted && tokens.glued(at + 1) && tokens.mark(at + 1, ".") {
        at + 2
    } else {
        at + 1
    };
    Some((afternoon, next))
}

/// Whether what follows a bare hour shows that it was one: `look at 5 houses` does not.
fn goes_on(tokens: &Tokens<'_>, at: usize) -> bool {
    let starts_phrase = |sense| {
        matches!(
            sense,
            Sense::Goes
                | Sense::Today
                | Sense::Tomorrow
                | Sense::Tonight
                | Sense::Weekday(_)
                | Sense::Month(_)
                | Sense::Every
                | Sense::Adverb(_)
                | Sense::Next
                | Sense::This
                | Sense::Starting
                | Sense::Until
                | Sense::Except
                | Sense::Skip
                | Sense::Catch
        )
        .then_some(())
    };
    tokens.ends(at)
        || tokens
            .get(at)
            .is_some_and(|token| !token.spaced && tokens.closes(at))
        || tokens
            .get(at)
            .is_some_and(|token| token.text == "," || token.text == ".")
        || tokens.sense(at, starts_phrase).is_some()
}

/// Reads a part of the day: `morning` right after a day, or `in the morning`, `at night`.
pub(super) fn part(tokens: &Tokens<'_>, at: usize, beside: bool) -> Option<(Time, usize)> {
    let hour = |index: usize| {
        tokens.sense(index, |sense| match sense {
            Sense::Part(hour) => Some(hour),
            _ => None,
        })
    };
    if beside && let Some(hour) = hour(at) {
        return Some((time(hour, 0)?, at + 1));
    }
    let (hour, next) = if tokens.is(at, Sense::In) && tokens.is(at + 1, Sense::The) {
        (hour(at + 2)?, at + 3)
    } else if tokens.is(at, Sense::At) {
        (hour(at + 1)?, at + 2)
    } else {
        return None;
    };
    let clear = beside || tokens.ends(next) || clock(tokens, next, true).is_some();
    clear.then_some((time(hour, 0)?, next))
}
