//! Times in words: `half past 9`, `quarter to 5pm`, `20 minutes to 2pm`.

use super::hour::{half, named};
use super::word::number;
use crate::grammar::meaning::time::Clock;
use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::{Sense, Unit};

/// `half past 9`, `quarter to 5pm`, `20 past 8`.
pub(super) fn spoken(tokens: &Tokens<'_>, at: usize) -> Option<(Clock, usize)> {
    if let Some(found) = worded(tokens, at) {
        return Some(found);
    }
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
    if let Some(found) = half_hour(tokens, start) {
        return Some(found);
    }
    let side = start + 1 + usize::from(tokens.is(start + 1, Sense::Unit(Unit::Minute)));
    let before = if tokens.is(side, Sense::Past) {
        false
    } else if tokens.is(side, Sense::To) && minute != 30 {
        true
    } else {
        return None;
    };
    let hour_at = side + 1;
    let named = named(tokens, hour_at);
    let (hour, next) = if let Some(named) = named {
        named
    } else {
        let hour = i8::try_from(number(tokens, hour_at)?).ok();
        (hour.filter(|hour| *hour < 24)?, hour_at + 1)
    };
    let (hour, open, next) = match half(tokens, next, false) {
        Some((afternoon, next)) => (Clock::of_half(hour, 0, afternoon)?.time.hour(), false, next),
        None => (hour, (1..=12).contains(&hour) && named.is_none(), next),
    };
    let clock = if before {
        Clock::plain((hour + 23) % 24, 60 - minute)?
    } else {
        Clock::plain(hour, minute)?
    };
    // "10 to 11" in figures may be an hour.
    let is_figure = |at: usize| tokens.get(at).is_some_and(|token| token.digits().is_some());
    let pointed = before && minute < hour && is_figure(start) && is_figure(hour_at);
    let clock = Clock {
        open,
        pointed,
        ..clock
    };
    Some((clock, next))
}

/// `five thirty pm`, which needs its half of the day.
fn worded(tokens: &Tokens<'_>, at: usize) -> Option<(Clock, usize)> {
    let word = |at: usize| {
        let is_word = tokens.get(at)?.text.starts_with(char::is_alphabetic);
        let number = number(tokens, at).filter(|_| is_word)?;
        i8::try_from(number).ok()
    };
    let hour = word(at).filter(|hour| (1..=12).contains(hour))?;
    let minute = word(at + 1).filter(|minute| (5..60).contains(minute) && minute % 5 == 0)?;
    let (afternoon, next) = half(tokens, at + 2, false)?;
    Some((Clock::of_half(hour, minute, afternoon)?, next))
}

/// `half 7`, which means half past 7.
fn half_hour(tokens: &Tokens<'_>, at: usize) -> Option<(Clock, usize)> {
    let token = tokens.get(at + 1).filter(|_| tokens.is(at, Sense::Half))?;
    let is_article = matches!(token.text, "a" | "an");
    let hour = number(tokens, at + 1).filter(|hour| !is_article && (1..=12).contains(hour))?;
    let clock = Clock {
        open: true,
        pointed: true,
        ..Clock::plain(i8::try_from(hour).ok()?, 30)?
    };
    Some((clock, at + 2))
}
