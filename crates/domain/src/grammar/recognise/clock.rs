//! Times of day: `5pm`, `17:00`, `at 9`, `noon`.

use jiff::ToSpan;

use super::hour::{half, hour, minutes, named, worded};
use super::range::{minutes_of, range};
use super::spoken::spoken;
use super::surroundings::{continues_beyond, is_dated, is_free, is_uncounted};
use super::word::unit;
use crate::grammar::meaning::time::{Clock, Midnight};
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::grammar::token::{Token, Tokens};

/// Why midnight deserves a look.
pub(crate) const MIDNIGHT: &str = "midnight was read as the start of that day";

/// What stands around a time. Beside a date, more can only be a time: `17h`, `about 5pm`, `5p`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Setting {
    /// Nothing that is known.
    Alone,
    /// A word before it leads to a date or time: `by`.
    Led,
    /// A date or time directly precedes it.
    Behind,
    /// A date directly follows it.
    Ahead,
}

/// Reads a time, or the beginning of a range.
pub(crate) fn clock(tokens: &Tokens<'_>, at: usize, setting: Setting) -> Option<(Clock, usize)> {
    // "chapters 3-5 friday" has no times.
    let is_range = match setting {
        Setting::Alone => false,
        // At the beginning of a line nothing else is counted.
        Setting::Ahead => at == 0 || tokens.any(at, &[Sense::From, Sense::Between]),
        Setting::Led | Setting::Behind => true,
    };
    // "week 12 - 5pm"
    let is_week = at.checked_sub(1).is_some_and(|last| {
        let is_next = last
            .checked_sub(1)
            .is_some_and(|ahead| tokens.any(ahead, &[Sense::Next, Sense::This]));
        let is_dash = tokens.is_mark(at + 1, "-") || tokens.is_mark(at + 1, "–");
        is_dash
            && !tokens.joined_to_previous(at + 1)
            && !is_next
            && tokens.is(last, Sense::Unit(Unit::Week))
    });
    if let Some((from, to, next)) = range(tokens, at, is_range).filter(|_| !is_week) {
        let zero = tokens
            .get(at)
            .is_some_and(|token| token.text.starts_with('0'));
        let clock = Clock {
            minutes: minutes_of(from, to),
            ..early(tokens, from, zero)
        };
        return Some((clock, next));
    }
    single(tokens, at, setting)
}

fn single(tokens: &Tokens<'_>, at: usize, setting: Setting) -> Option<(Clock, usize)> {
    let beside = setting != Setting::Alone;
    let has_preposition = tokens.is(at, Sense::At) || tokens.is_mark(at, "@");
    let start = if has_preposition { at + 1 } else { at };
    // "at about 5", and behind a day "about 5pm".
    let is_about = tokens.any(start, &[Sense::About, Sense::At]);
    let rough = (has_preposition || beside) && is_about || tokens.is_mark(start, "~");
    let start = start + usize::from(rough);
    let clear = has_preposition || beside;
    if let Some((hour, next)) = named(tokens, start) {
        let is_name = start
            .checked_sub(1)
            .is_some_and(|last| tokens.is(last, Sense::NamePrefix));
        let alone = is_dated(tokens, next) || tokens.at_line_end(next);
        let clear = clear || (alone && !is_name);
        let is_by = start.checked_sub(1).is_some_and(|last| {
            tokens.any(last, &[Sense::By, Sense::Before, Sense::Due, Sense::Until])
        });
        let midnight = if is_by { Midnight::By } else { Midnight::Plain };
        let clock = Clock {
            midnight: (hour == 0).then_some(midnight),
            ..Clock::plain(hour, 0)?
        };
        return clear.then_some((clock, next));
    }
    if let Some((clock, next)) = spoken(tokens, start) {
        // "from 20 to 22" in figures may be anything.
        let figures = tokens
            .get(start)
            .is_some_and(|token| token.digits().is_some());
        let alone = tokens.at_line_end(next) || !clock.open || is_dated(tokens, next);
        let clear = clear || (alone && (!figures || next > start + 3));
        return (clear && tokens.at_phrase_end(next))
            .then_some((early(tokens, clock, false), next));
    }
    let is_zero = || {
        tokens
            .get(start)
            .is_some_and(|token| token.text.starts_with('0'))
    };
    // "0900 tomorrow" is a time, "pay 1500 tomorrow" an amount.
    let may_run = has_preposition
        || setting == Setting::Behind
        || (setting == Setting::Ahead && (is_zero() || at == 0));
    if may_run && let Some(found) = four(tokens, start, setting) {
        return Some(found);
    }
    run_together(tokens, start)
        .or_else(|| figures(tokens, start, has_preposition, setting))
        .filter(|(_, next)| tokens.at_phrase_end(*next))
}

/// An hour in figures or as a word, with its minutes and half of the day.
fn figures(
    tokens: &Tokens<'_>,
    start: usize,
    has_preposition: bool,
    setting: Setting,
) -> Option<(Clock, usize)> {
    // Before a day a seat may be meant, "12A on friday", or a length of time, "2h tomorrow".
    let beside = matches!(setting, Setting::Led | Setting::Behind);
    let zero = tokens.get(start)?.text.starts_with('0');
    let hour = hour(tokens, start).or_else(|| worded(tokens, start, has_preposition))?;
    let (minute, next) = minutes(tokens, start + 1);
    // "30:15" behind an hour, but not "friday:15:00" and "14/4:5pm".
    let is_inside = start.checked_sub(2).is_some_and(|hour| {
        let is_month = hour
            .checked_sub(1)
            .is_some_and(|mark| tokens.is_mark(mark, "/"));
        tokens.joined_to_previous(start)
            && tokens.is_mark(start - 1, ":")
            && !is_month
            && tokens
                .get(hour)
                .is_some_and(|token| token.digits().is_some())
    });
    if is_inside {
        return None;
    }
    let has_seconds = tokens.joined_to_previous(next)
        && tokens.is_mark(next, ":")
        && tokens.joined_to_previous(next + 1);
    if has_seconds && minute.is_some() {
        // "15:00:00" behind a date has seconds that say nothing.
        let seconds = tokens
            .get(next + 1)
            .filter(|token| !token.spaced && token.text.len() == 2 && token.digits().is_some());
        return seconds
            .filter(|_| setting != Setting::Alone && tokens.at_phrase_end(next + 2))
            .and_then(|_| Some((Clock::plain(hour, minute?)?, next + 2)));
    }
    // "3p monday", but "12A on friday" is a seat.
    let is_ahead = setting == Setting::Ahead && tokens.is_mark(next, "p");
    let letters = has_preposition || beside || minute.is_some() || is_ahead;
    if let Some((afternoon, next)) = half(tokens, next, letters) {
        return Some((Clock::of_half(hour, minute.unwrap_or(0), afternoon)?, next));
    }
    // "17:00h", "17:00hrs"
    let is_hours = ["h", "hr", "hrs"]
        .iter()
        .any(|word| tokens.is_mark(next, word) && tokens.joined_to_previous(next));
    if let Some(minute) = minute.filter(|_| is_hours && tokens.is_mark(start + 1, ":")) {
        return Some((Clock::plain(hour, minute)?, next + 1));
    }
    if let Some((clock, next)) = continental(tokens, start, hour) {
        // "17h tomorrow", but "2h tomorrow" and "friday 1h" say how long it takes.
        let is_hour = hour > 12 || (beside && clock.time >= tokens.day_start);
        let beside = (beside || setting == Setting::Ahead) && is_hour;
        if has_preposition || beside || is_late(tokens, &clock, start, next) {
            let pointed = !has_preposition && hour <= 12 && next == start + 2;
            return Some((Clock { pointed, ..clock }, next));
        }
    }
    let clock = early(tokens, Clock::open(hour, minute.unwrap_or(0))?, zero);
    if minute.is_some() {
        // Behind "at" a point will do, and behind a date where it is no amount: "lunch tomorrow 12.30".
        let point = has_preposition && continues_beyond(tokens, next);
        let is_colon = tokens.is_mark(start + 1, ":");
        let pointed = !is_colon && !point && beside && is_round(clock) && tokens.at_line_end(next);
        let clock = Clock { pointed, ..clock };
        return (is_colon || point || pointed).then_some((clock, next));
    }
    // "8ish"
    if tokens.is_mark(next, "ish") && tokens.joined_to_previous(next) {
        let is_clear = has_preposition
            || setting != Setting::Alone
            || tokens.at_line_end(next + 1)
            || is_dated(tokens, next + 1);
        return is_clear.then_some((clock, next + 1));
    }
    let apart = tokens.match_name(next, "o clock");
    if let Some(next) = apart.or_else(|| tokens.is(next, Sense::OClock).then_some(next + 1)) {
        return Some(match half(tokens, next, false) {
            Some((afternoon, next)) => (Clock::of_half(hour, 0, afternoon)?, next),
            None => (clock, next),
        });
    }
    let uncounted = match setting {
        Setting::Alone => false,
        Setting::Ahead => true,
        Setting::Led | Setting::Behind => {
            (!clock.early && is_uncounted(tokens, next)) || is_free(tokens, next)
        }
    };
    let stated = has_preposition && (continues_beyond(tokens, next) || uncounted);
    (stated || (clock.open && in_the_part(tokens, next))).then_some((clock, next))
}

/// Whether the minutes are such as people write, and no month.
fn is_round(clock: Clock) -> bool {
    clock.time.minute() % 5 == 0 || clock.time.minute() > 12
}

/// `15h30` alone, which is no length of time.
fn is_late(tokens: &Tokens<'_>, clock: &Clock, start: usize, next: usize) -> bool {
    clock.time.hour() > 12 && next == start + 3 && tokens.at_line_end(next)
}

/// `7 in the morning`.
fn in_the_part(tokens: &Tokens<'_>, at: usize) -> bool {
    let part = |sense| matches!(sense, Sense::Part(_)).then_some(());
    tokens.is(at, Sense::In)
        && tokens.is(at + 1, Sense::The)
        && tokens.sense(at + 2, part).is_some()
}

/// A lone number that can be an hour, or hours and minutes run together, beside a part of the day: `8 tonight`,
/// `730 in the evening`.
pub(crate) fn bare(tokens: &Tokens<'_>, at: usize) -> Option<(Clock, usize)> {
    let token = tokens.get(at).filter(|token| token.spaced || at == 0)?;
    let number = i16::try_from(token.digits()?).ok()?;
    let (hour, minute) = match token.text.len() {
        1 | 2 => (number, 0),
        _ => (number / 100, number % 100),
    };
    let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(minute).ok()?);
    let clock = Clock::open(hour, minute).filter(|clock| clock.open)?;
    (token.spaced || at == 0).then_some((clock, at + 1))
}

/// A lone number behind a day, where nothing follows that it counts: `tomorrow 5`, `tonight 8`.
pub(crate) fn bare_behind(tokens: &Tokens<'_>, at: usize) -> Option<(Clock, usize)> {
    let zero = tokens.get(at)?.text.starts_with('0');
    let is_short = tokens.get(at)?.text.len() <= 2;
    let (clock, next) =
        bare(tokens, at).filter(|(_, next)| is_short && tokens.at_line_end(*next))?;
    Some((early(tokens, clock, zero), next))
}

/// `at 8` directly after a rule, with any words after it: in `every day at 8 vitamins` nothing is counted.
pub(crate) fn hour_of_rule(tokens: &Tokens<'_>, at: usize) -> Option<(Clock, usize)> {
    let start = at + 1;
    tokens.is(at, Sense::At).then_some(())?;
    let zero = tokens.get(start)?.text.starts_with('0');
    let clock = early(tokens, Clock::open(hour(tokens, start)?, 0)?, zero);
    // "at 9 5 times".
    let counts = tokens.is(start + 2, Sense::Times)
        && tokens
            .get(start + 1)
            .is_some_and(|token| token.digits().is_some());
    (counts || is_uncounted(tokens, start + 1)).then_some((clock, start + 1))
}

/// Marks an hour before the writer's day begins, unless it is written like 05:00.
pub(crate) fn early(tokens: &Tokens<'_>, clock: Clock, zero: bool) -> Clock {
    let start = tokens.day_start;
    // Flights leave at 6:45, dinner begins at 6.
    let first = if clock.time.minute() == 0 {
        start
    } else {
        start.saturating_sub(1.hour())
    };
    Clock {
        early: clock.open && !zero && clock.time < first,
        ..clock
    }
}

/// `0900`, `1730`, behind `at` or beside a day.
fn four(tokens: &Tokens<'_>, at: usize, setting: Setting) -> Option<(Clock, usize)> {
    let token = tokens.get(at).filter(|token| token.text.len() == 4)?;
    let figures = i16::try_from(token.digits()?).ok()?;
    let (hour, minute) = (
        i8::try_from(figures / 100).ok()?,
        i8::try_from(figures % 100).ok()?,
    );
    let clock = Clock::plain(hour, minute)?;
    // "tomorrow at 1730 pay rent", "tomorrow 0900 St Pancras"
    let is_led = at
        .checked_sub(1)
        .is_some_and(|last| tokens.is(last, Sense::At));
    let is_zero = token.text.starts_with('0');
    let is_clear = setting == Setting::Ahead
        || continues_beyond(tokens, at + 1)
        || (is_led && setting == Setting::Behind && is_uncounted(tokens, at + 1))
        || (is_zero && unit(tokens, at + 1).is_none());
    (is_clear && tokens.at_phrase_end(at + 1)).then_some((clock, at + 1))
}

/// `230pm`, `1130am`, `330 p.m.`.
fn run_together(tokens: &Tokens<'_>, at: usize) -> Option<(Clock, usize)> {
    let token = tokens.get(at).filter(|token| token.text.len() > 2)?;
    let figures = token.digits().filter(|figures| *figures < 1300)?;
    let (afternoon, next) = half(tokens, at + 1, false)?;
    let hour = i8::try_from(figures / 100).ok()?;
    let minute = i8::try_from(figures % 100).ok()?;
    Some((Clock::of_half(hour, minute, afternoon)?, next))
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
