//! Times of day in words: `5pm`, `17:00`, `at 9`, `noon`, `half past 9`, `in the morning`.

use jiff::civil::Time;

use super::lexicon::{Sense, Unit};
use super::tokens::{Token, Tokens};
use super::values::{number, unit, weekday};

/// A time as it was said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Clock {
    pub time: Time,
    /// Whether it may mean the afternoon: `at 8` next to `evening`.
    pub open: bool,
    /// Another likely reading.
    pub doubt: Option<&'static str>,
}

impl Clock {
    /// A time that can mean nothing else.
    pub(super) fn of(time: Time) -> Self {
        Self {
            time,
            open: false,
            doubt: None,
        }
    }

    fn plain(hour: i8, minute: i8) -> Option<Self> {
        Some(Self {
            time: time(hour, minute)?,
            open: false,
            doubt: None,
        })
    }

    /// An hour that nothing puts into a half of the day, unless it is past noon.
    fn open(hour: i8, minute: i8) -> Option<Self> {
        Some(Self {
            open: (1..=12).contains(&hour),
            ..Self::plain(hour, minute)?
        })
    }
}

/// Why a range of times deserves a look.
const RANGE: &str = "only the start was used: a task has no duration";
/// Why an early hour deserves a look.
const EARLY: &str = "read as early morning; add pm if you mean the afternoon";
/// Why midnight deserves a look.
pub(super) const MIDNIGHT: &str = "midnight was read as the start of that day";

/// Reads a time, or the beginning of a range. `has_date_context` says that a date is next to it.
pub(super) fn clock(
    tokens: &Tokens<'_>,
    at: usize,
    has_date_context: bool,
) -> Option<(Clock, usize)> {
    if let Some((from, _, next)) = range(tokens, at, has_date_context) {
        let clock = Clock {
            doubt: Some(RANGE),
            ..from
        };
        return Some((clock, next));
    }
    single(tokens, at, has_date_context)
}

/// `9-10am`, `9:00 to 17:00`, and next to a date `from 9 to 5pm`, `between 9 and 10`: both ends.
pub(super) fn range(
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
    let (first, next) = bound(tokens, start)?;
    let dash = tokens.is_mark(next, "-") || tokens.is_mark(next, "–");
    let joint = dash
        || (tokens.is(next, Sense::To)
            && (has_preposition || has_date_context || first.is_explicit))
        || (between && tokens.is(next, Sense::And));
    joint.then_some(())?;
    let (last, end) = bound(tokens, next + 1)?;
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
        let earlier = time(hour, from.time.minute())? <= last.clock.time;
        let hour = if earlier { hour } else { (hour + 12) % 24 };
        from = Clock::plain(hour, from.time.minute())?;
    }
    Some((from, last.clock, end))
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

fn bound(tokens: &Tokens<'_>, at: usize) -> Option<(Bound, usize)> {
    if let Some(hour) = named(tokens, at) {
        let bound = Bound {
            clock: Clock::plain(hour, 0)?,
            is_explicit: true,
            half: None,
            marked: true,
        };
        return Some((bound, at + 1));
    }
    let hour = hour(tokens, at)?;
    let (minute, next) = minutes(tokens, at + 1);
    if let Some((afternoon, next)) = half(tokens, next, false) {
        let bound = Bound {
            clock: twelve(hour, minute.unwrap_or(0), afternoon)?,
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

fn single(tokens: &Tokens<'_>, at: usize, has_date_context: bool) -> Option<(Clock, usize)> {
    let has_preposition = tokens.is(at, Sense::At) || tokens.is_mark(at, "@");
    let start = if has_preposition { at + 1 } else { at };
    // "at about 5", and behind a day "about 5pm".
    let rough =
        (has_preposition || has_date_context) && tokens.any(start, &[Sense::About, Sense::At]);
    let start = start + usize::from(rough);
    if let Some(hour) = named(tokens, start) {
        let named = start
            .checked_sub(1)
            .is_some_and(|last| tokens.is(last, Sense::NamePrefix));
        let dated = is_dated(tokens, start + 1);
        let clear = has_preposition
            || has_date_context
            || ((dated || tokens.at_line_end(start + 1)) && !named);
        return clear.then_some((Clock::plain(hour, 0)?, start + 1));
    }
    if let Some((clock, next)) = spoken(tokens, start) {
        // "from 20 to 22" in figures may be anything.
        let figures = tokens
            .get(start)
            .is_some_and(|token| token.digits().is_some());
        let alone = tokens.at_line_end(next) || !clock.open || is_dated(tokens, next);
        let clear =
            has_preposition || has_date_context || (alone && (!figures || next > start + 3));
        return (clear && tokens.at_phrase_end(next)).then_some((early(clock, false), next));
    }
    if has_preposition && let Some((clock, next)) = four(tokens, start) {
        return Some((clock, next));
    }
    if let Some(found) = run_together(tokens, start).filter(|(_, next)| tokens.at_phrase_end(*next))
    {
        return Some(found);
    }
    let token = tokens.get(start)?;
    let zero = token.text.starts_with('0');
    let hour = hour(tokens, start).or_else(|| worded(tokens, start, has_preposition))?;
    let (minute, next) = minutes(tokens, start + 1);
    let before = start
        .checked_sub(1)
        .filter(|_| tokens.joined_to_previous(start));
    if before.is_some_and(|last| tokens.is_mark(last, ":")) {
        return None;
    }
    if tokens.joined_to_previous(next) && tokens.is_mark(next, ":") && minute.is_some() {
        // "15:00:00" behind a date has seconds that say nothing.
        let seconds = tokens
            .get(next + 1)
            .filter(|token| !token.spaced && token.text.len() == 2 && token.digits().is_some());
        return seconds
            .filter(|_| has_date_context && tokens.at_phrase_end(next + 2))
            .and_then(|_| Some((Clock::plain(hour, minute?)?, next + 2)));
    }
    let found = if let Some((afternoon, next)) = half(
        tokens,
        next,
        has_preposition || has_date_context || minute.is_some(),
    ) {
        (twelve(hour, minute.unwrap_or(0), afternoon)?, next)
    } else if let Some((clock, next)) =
        continental(tokens, start, hour).filter(|_| has_preposition || has_date_context)
    {
        (clock, next)
    } else {
        let clock = early(Clock::open(hour, minute.unwrap_or(0))?, zero);
        match minute {
            Some(_) if tokens.is_mark(start + 1, ":") => (clock, next),
            // Behind "at" a point will do.
            Some(_) if has_preposition && continues_beyond(tokens, next) => (clock, next),
            None if tokens.is(next, Sense::OClock) => (clock, next + 1),
            None if has_preposition
                && (continues_beyond(tokens, next)
                    || (has_date_context
                        && clock.doubt.is_none()
                        && is_uncounted(tokens, next))
                    || (has_date_context && is_free(tokens, next))) =>
            {
                (clock, next)
            }
            None if clock.open && in_the_part(tokens, next) => (clock, next),
            _ => return None,
        }
    };
    tokens.at_phrase_end(found.1).then_some(found)
}

/// Whether a day is named here.
pub(super) fn is_dated(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.any(at, &[Sense::Today, Sense::Tomorrow, Sense::Tonight])
        || weekday(tokens, at).is_some()
}

/// `7 in the morning`.
fn in_the_part(tokens: &Tokens<'_>, at: usize) -> bool {
    let part = |sense| matches!(sense, Sense::Part(_)).then_some(());
    tokens.is(at, Sense::In)
        && tokens.is(at + 1, Sense::The)
        && tokens.sense(at + 2, part).is_some()
}

/// Whether a word follows that no number counts: in `tomorrow at 9 call mum` it does not count the calls.
pub(super) fn is_free(tokens: &Tokens<'_>, at: usize) -> bool {
    let Some(token) = tokens.get(at) else {
        return true;
    };
    // A plural noun after a number is counted, and "10 Downing Street" is an address.
    let many = token.text.ends_with('s') && !token.text.ends_with("ss");
    let word = token.text.len() > 2 && token.text.starts_with(|c: char| c.is_lowercase());
    token.spaced && word && !many && !tokens.is(at, Sense::Counted) && unit(tokens, at).is_none()
}

/// `at 8` directly after a rule, with any words after it: in `every day at 8 vitamins` nothing is counted.
pub(super) fn hour_of_rule(tokens: &Tokens<'_>, at: usize) -> Option<(Clock, usize)> {
    let start = at + 1;
    tokens.is(at, Sense::At).then_some(())?;
    let zero = tokens.get(start)?.text.starts_with('0');
    let clock = early(Clock::open(hour(tokens, start)?, 0)?, zero);
    is_uncounted(tokens, start + 1).then_some((clock, start + 1))
}

/// Whether what follows an hour behind a day or a rule may be anything but a measure or an address.
fn is_uncounted(tokens: &Tokens<'_>, at: usize) -> bool {
    let Some(token) = tokens.get(at) else {
        return true;
    };
    let word = token.text.len() > 2 && token.text.starts_with(char::is_alphabetic);
    let capital = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|token| token.text.starts_with(char::is_uppercase))
    };
    // "10 Downing Street".
    let address = capital(at) && capital(at + 1);
    let counted = tokens.any(at, &[Sense::Counted, Sense::Times]) || unit(tokens, at).is_some();
    token.spaced && word && !address && !counted
}

/// Marks an hour at which few people do anything, unless it is written like 05:00.
fn early(clock: Clock, zero: bool) -> Clock {
    // Flights leave at 6:45, dinner begins at 6.
    let latest = if clock.time.minute() == 0 { 7 } else { 6 };
    let doubtful = clock.open && !zero && clock.time.hour() < latest;
    Clock {
        doubt: doubtful.then_some(EARLY),
        ..clock
    }
}

fn named(tokens: &Tokens<'_>, at: usize) -> Option<i8> {
    tokens.sense(at, |sense| match sense {
        Sense::Hour(hour) => Some(hour),
        _ => None,
    })
}

fn hour(tokens: &Tokens<'_>, at: usize) -> Option<i8> {
    let token = tokens.get(at).filter(|token| token.text.len() <= 2)?;
    i8::try_from(token.digits()?).ok().filter(|hour| *hour < 24)
}

/// An hour as a word: `at seven`, `seven o'clock`. One is too often something else.
fn worded(tokens: &Tokens<'_>, at: usize, has_preposition: bool) -> Option<i8> {
    let clear = has_preposition || tokens.any(at + 1, &[Sense::OClock, Sense::Am, Sense::Pm]);
    let number = number(tokens, at).filter(|hour| clear && (2..=12).contains(hour))?;
    i8::try_from(number).ok()
}

fn twelve(hour: i8, minute: i8, afternoon: bool) -> Option<Clock> {
    (1..=12).contains(&hour).then_some(())?;
    Clock::plain(hour % 12 + if afternoon { 12 } else { 0 }, minute)
}

/// `half past 9`, `quarter to 5pm`, `20 past 8`.
fn spoken(tokens: &Tokens<'_>, at: usize) -> Option<(Clock, usize)> {
    let article =
        usize::from(tokens.is(at, Sense::Number(1)) && tokens.get(at)?.digits().is_none());
    let start = at + article;
    let minute = if tokens.is(start, Sense::Half) {
        30
    } else if tokens.is(start, Sense::Unit(Unit::Quarter)) {
        15
    } else {
        number(tokens, start).filter(|minute| (1..=29).contains(minute) && minute % 5 == 0)?
    };
    let minute = i8::try_from(minute).ok()?;
    let before = if tokens.is(start + 1, Sense::Past) {
        false
    } else if tokens.is(start + 1, Sense::To) && minute != 30 {
        true
    } else {
        return None;
    };
    let hour = match named(tokens, start + 2) {
        Some(hour) => hour,
        None => i8::try_from(number(tokens, start + 2)?)
            .ok()
            .filter(|hour| *hour < 24)?,
    };
    let next = start + 3;
    let (hour, open, next) = match half(tokens, next, false) {
        Some((afternoon, next)) => (twelve(hour, 0, afternoon)?.time.hour(), false, next),
        None => (
            hour,
            (1..=12).contains(&hour) && named(tokens, start + 2).is_none(),
            next,
        ),
    };
    let clock = if before {
        Clock::plain((hour + 23) % 24, 60 - minute)?
    } else {
        Clock::plain(hour, minute)?
    };
    Some((Clock { open, ..clock }, next))
}

/// `0900`, `1730`, behind `at`.
fn four(tokens: &Tokens<'_>, at: usize) -> Option<(Clock, usize)> {
    let token = tokens.get(at).filter(|token| token.text.len() == 4)?;
    let figures = i16::try_from(token.digits()?).ok()?;
    let (hour, minute) = (
        i8::try_from(figures / 100).ok()?,
        i8::try_from(figures % 100).ok()?,
    );
    let clock = Clock::plain(hour, minute)?;
    continues_beyond(tokens, at + 1).then_some((clock, at + 1))
}

/// `230pm`, `1130am`.
fn run_together(tokens: &Tokens<'_>, at: usize) -> Option<(Clock, usize)> {
    let token = tokens
        .get(at)
        .filter(|token| token.text.len() > 2 && tokens.joined_to_previous(at + 1))?;
    let figures = token.digits().filter(|figures| *figures < 1300)?;
    let (afternoon, next) = half(tokens, at + 1, false)?;
    let hour = i8::try_from(figures / 100).ok()?;
    let minute = i8::try_from(figures % 100).ok()?;
    Some((twelve(hour, minute, afternoon)?, next))
}

/// `17h`, `9h30`.
fn continental(tokens: &Tokens<'_>, at: usize, hour: i8) -> Option<(Clock, usize)> {
    let letter = tokens.joined_to_previous(at + 1)
        && (tokens.is_mark(at + 1, "h") || tokens.is_mark(at + 1, "H"));
    letter.then_some(())?;
    let minute = tokens
        .get(at + 2)
        .filter(|token| !token.spaced && token.text.len() == 2)
        .and_then(Token::digits);
    Some(match minute {
        Some(minute) => (Clock::plain(hour, i8::try_from(minute).ok()?)?, at + 3),
        None => (Clock::plain(hour, 0)?, at + 2),
    })
}

fn time(hour: i8, minute: i8) -> Option<Time> {
    Time::new(hour, minute, 0, 0).ok()
}

/// `:30` or `.30` against the hour.
fn minutes(tokens: &Tokens<'_>, at: usize) -> (Option<i8>, usize) {
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
fn half(tokens: &Tokens<'_>, at: usize, letters: bool) -> Option<(bool, usize)> {
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

/// Whether what follows a bare hour shows that it was one: `look at 5 houses` does not.
fn continues_beyond(tokens: &Tokens<'_>, at: usize) -> bool {
    let starts_phrase = |sense| {
        matches!(
            sense,
            Sense::ClauseStart
                | Sense::Today
                | Sense::Tomorrow
                | Sense::Tonight
                | Sense::Month(_)
                | Sense::Every
                | Sense::Adverb(..)
                | Sense::Next
                | Sense::This
                | Sense::Starting
                | Sense::Until
                | Sense::Except
                | Sense::Skip
                | Sense::Catch
                | Sense::Plus
                | Sense::Utc
                | Sense::Place
                | Sense::ZoneLetters
        )
        .then_some(())
    };
    tokens.at_line_end(at)
        || tokens
            .get(at)
            .is_some_and(|token| !token.spaced && tokens.at_phrase_end(at))
        || tokens
            .get(at)
            .is_some_and(|token| token.text == "," || token.text == ".")
        || weekday(tokens, at).is_some()
        || is_apart(tokens, at)
        || tokens.sense(at, starts_phrase).is_some()
        || super::time_zones::zone(tokens, at).is_some()
}

/// Whether this token is a mark that begins something new: a bracket, a dash, an emoji.
fn is_apart(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.get(at).is_some_and(|token| {
        let first = token.text.chars().next();
        token.spaced && first.is_some_and(|c| !c.is_alphanumeric() && !"$€£¥%°+/*=#".contains(c))
    })
}

/// Reads a part of the day: `morning` right after a day, or `in the morning`, `at night`.
pub(super) fn part(
    tokens: &Tokens<'_>,
    at: usize,
    has_date_context: bool,
) -> Option<(Time, usize)> {
    let hour = |index: usize| {
        tokens.sense(index, |sense| match sense {
            Sense::Part(hour) => Some(hour),
            _ => None,
        })
    };
    if has_date_context && let Some(hour) = hour(at) {
        return Some((time(hour, 0)?, at + 1));
    }
    let (hour, next) = if tokens.is(at, Sense::In) && tokens.is(at + 1, Sense::The) {
        (hour(at + 2)?, at + 3)
    } else if tokens.is(at, Sense::At) {
        (hour(at + 1)?, at + 2)
    } else {
        return None;
    };
    let clear = has_date_context
        || tokens.at_line_end(next)
        || is_dated(tokens, next)
        || clock(tokens, next, true).is_some();
    clear.then_some((time(hour, 0)?, next))
}
