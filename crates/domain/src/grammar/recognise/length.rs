//! Lengths of time: `3 days`, `1 year and 2 months`, `1h30`, `half an hour`.

use super::word::{amount, number, unit, unit_or_letter};
use crate::grammar::meaning::day::Length;
use crate::grammar::token::lexicon::{Sense, Unit};
use crate::grammar::token::{Token, Tokens};

/// Most parts of one length: `1 year, 2 months and 3 days`.
const PARTS_MAX: usize = 5;

/// `3 days`, `1 year and 2 months`, `1h30`, `1.5 hours`, `an hour and a half`, `half an hour`.
pub(crate) fn length(tokens: &Tokens<'_>, at: usize, letters: bool) -> Option<(Length, usize)> {
    let mut length = Length::default();
    // "half an hour", "a half hour".
    let article = |at: usize| usize::from(number(tokens, at) == Some(1));
    let half = at + article(at);
    let of = half + 1 + if half == at { article(half + 1) } else { 0 };
    if tokens.is(half, Sense::Half) && unit(tokens, of) == Some((Unit::Hour, of + 1)) {
        length.minutes = 30;
        return Some((length, of + 1));
    }
    if let Some((minutes, next)) = fraction(tokens, at).or_else(|| mixed(tokens, at)) {
        length.minutes = minutes;
        return Some((length, next));
    }
    let mut end = None;
    let mut last = None;
    let mut next = at;
    for _ in 0..PARTS_MAX {
        let Some((count, unit, half, after)) = part(tokens, next, letters, &mut length) else {
            break;
        };
        // In "in 3 days 17h" the hour is a time of day.
        let is_hour =
            unit == Unit::Hour && (7..24).contains(&count) && tokens.is_mark(after - 1, "h");
        let is_joined = next
            .checked_sub(1)
            .is_some_and(|last| tokens.is(last, Sense::And));
        if is_hour && !is_joined && !length.parts.is_empty() {
            break;
        }
        // "1h 2h" are two lengths.
        if last.replace(unit) == Some(unit) && !is_joined {
            break;
        }
        length.add(count, unit)?;
        length.minutes += half;
        end = Some(after);
        if unit == Unit::Hour {
            if tokens.is(after, Sense::And)
                && number(tokens, after + 1) == Some(1)
                && tokens.is(after + 2, Sense::Half)
            {
                length.minutes += 30;
                return Some((length, after + 3));
            }
            let rest = tokens
                .get(after)
                .filter(|token| !token.spaced && token.text.len() == 2)
                .and_then(Token::digits)
                .filter(|minutes| *minutes < 60);
            if let Some(minutes) = rest.filter(|_| unit_or_letter(tokens, after + 1).is_none()) {
                length.minutes += i64::from(minutes);
                return Some((length, after + 1));
            }
        }
        let comma = after + usize::from(tokens.is_mark(after, ","));
        next = comma + usize::from(tokens.is(comma, Sense::And));
    }
    end.map(|end| (length, end))
}

/// One part of a length: a count, its unit, and the minutes of a broken hour.
fn part(
    tokens: &Tokens<'_>,
    at: usize,
    letters: bool,
    length: &mut Length,
) -> Option<(u32, Unit, i64, usize)> {
    let (count, rough, next) = amount(tokens, at)?;
    // In "0900 day after tomorrow" the figures are a time.
    let token = tokens.get(at)?;
    let is_run = token.text.len() == 4 && token.text.starts_with('0');
    let is_time = (is_run || token.text == "00") && token.digits().is_some();
    if is_time {
        return None;
    }
    // "2 and a half hours".
    let half = tokens.is(next, Sense::And)
        && number(tokens, next + 1) == Some(1)
        && tokens.is(next + 2, Sense::Half);
    if half {
        let (unit, next) = unit(tokens, next + 3).filter(|(unit, _)| *unit == Unit::Hour)?;
        return Some((count, unit, 30, next));
    }
    let tenths = tokens
        .get(next + 1)
        .filter(|token| !token.spaced && token.text.len() == 1)
        .and_then(Token::digits)
        .filter(|_| tokens.is_mark(next, ".") && tokens.joined_to_previous(next));
    let unit_at = if tenths.is_some() { next + 2 } else { next };
    let (unit, next) = if letters {
        unit_or_letter(tokens, unit_at)?
    } else {
        unit(tokens, unit_at)?
    };
    let broken = match tenths {
        Some(tenths) if unit == Unit::Hour => 6 * i64::from(tenths),
        Some(_) => return None,
        None => 0,
    };
    length.rough |= rough;
    Some((count, unit, broken, next))
}

/// `a quarter of an hour`, `three quarters of an hour`, `1/2 hour`: its minutes.
fn fraction(tokens: &Tokens<'_>, at: usize) -> Option<(i64, usize)> {
    let hour = |at: usize| {
        let at = at + usize::from(tokens.is(at, Sense::Of));
        let at = at + usize::from(number(tokens, at) == Some(1));
        tokens.is(at, Sense::Unit(Unit::Hour)).then_some(at + 1)
    };
    let figures = tokens.is_mark(at + 1, "/") && tokens.joined_to_previous(at + 1);
    let parts = if figures {
        let (part, whole) = (tokens.get(at)?.digits()?, tokens.get(at + 2)?.digits()?);
        let quarters = (4 * part).checked_div(whole)?;
        ((4 * part) % whole == 0 && part < whole).then_some((quarters, at + 3))?
    } else {
        let (count, next) = match number(tokens, at) {
            Some(count) => (count, at + 1),
            None => (1, at),
        };
        let quarter = tokens.is(next, Sense::Unit(Unit::Quarter)) && tokens.is(next + 1, Sense::Of);
        (quarter && count < 4).then_some((count, next + 1))?
    };
    Some((15 * i64::from(parts.0), hour(parts.1)?))
}

/// `1 1/2 hours`: its minutes.
fn mixed(tokens: &Tokens<'_>, at: usize) -> Option<(i64, usize)> {
    let whole = tokens.get(at)?.digits().filter(|whole| *whole < 24)?;
    let is_fraction = tokens.is_mark(at + 2, "/") && tokens.get(at + 1)?.spaced;
    let (minutes, next) = fraction(tokens, at + 1).filter(|_| is_fraction)?;
    Some((60 * i64::from(whole) + minutes, next))
}
