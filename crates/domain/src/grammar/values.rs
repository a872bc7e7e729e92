//! The values that single words stand for.

use jiff::civil::Weekday;

use super::lexicon::{Sense, Unit};
use super::tokens::Tokens;

/// A weekday, but not `mondays`.
pub(super) fn weekday(tokens: &Tokens<'_>, at: usize) -> Option<Weekday> {
    any_weekday(tokens, at).filter(|_| !tokens.is(at, Sense::Plural))
}

/// A weekday, also as `mondays`.
pub(super) fn any_weekday(tokens: &Tokens<'_>, at: usize) -> Option<Weekday> {
    tokens.sense(at, |sense| match sense {
        Sense::Weekday(weekday) => Some(weekday),
        _ => None,
    })
}

pub(super) fn month(tokens: &Tokens<'_>, at: usize) -> Option<i8> {
    tokens.sense(at, |sense| match sense {
        Sense::Month(month) => Some(month),
        _ => None,
    })
}

/// A unit and the token after it: `business days` takes two.
pub(super) fn unit(tokens: &Tokens<'_>, at: usize) -> Option<(Unit, usize)> {
    if tokens.is(at, Sense::Business) && tokens.is(at + 1, Sense::Unit(Unit::Day)) {
        return Some((Unit::Workday, at + 2));
    }
    let unit = tokens.sense(at, |sense| match sense {
        Sense::Unit(unit) => Some(unit),
        _ => None,
    })?;
    Some((unit, at + 1))
}

/// A unit as a word or as a letter against its number: `20m`.
pub(super) fn unit_or_letter(tokens: &Tokens<'_>, at: usize) -> Option<(Unit, usize)> {
    unit(tokens, at).or_else(|| {
        let token = tokens
            .get(at)
            .filter(|token| !token.spaced && !token.literal)?;
        let unit = match token.text {
            "m" => Unit::Minute,
            "h" => Unit::Hour,
            "d" => Unit::Day,
            "w" => Unit::Week,
            _ => return None,
        };
        Some((unit, at + 1))
    })
}

/// A number in digits or as a word.
pub(super) fn number(tokens: &Tokens<'_>, at: usize) -> Option<u32> {
    tokens.get(at)?.digits().or_else(|| {
        tokens.sense(at, |sense| match sense {
            Sense::Number(number) => Some(number),
            _ => None,
        })
    })
}

/// A number, or `a couple of`, `a few`; whether it is rough, and the token after it.
pub(super) fn amount(tokens: &Tokens<'_>, at: usize) -> Option<(u32, bool, usize)> {
    let few_at = at + usize::from(tokens.is(at, Sense::Number(1)));
    let few = tokens.sense(few_at, |sense| match sense {
        Sense::Few(number) => Some(number),
        _ => None,
    });
    if let Some(few) = few {
        let next = few_at + 1;
        let next = next + usize::from(tokens.is(next, Sense::Of));
        return Some((few, few > 2, next));
    }
    number(tokens, at).map(|number| (number, false, at + 1))
}

/// `3rd`, `third`, `last`, `2nd last`.
pub(super) fn ordinal(tokens: &Tokens<'_>, at: usize) -> Option<(i16, usize)> {
    if tokens.is(at, Sense::Last) {
        return Some((-1, at + 1));
    }
    let (number, next) = match tokens.get(at)?.digits() {
        Some(number) if tokens.is(at + 1, Sense::Suffix) && tokens.glued(at + 1) => {
            (i16::try_from(number).ok()?, at + 2)
        }
        Some(_) => return None,
        None => (
            tokens.sense(at, |sense| match sense {
                Sense::Ordinal(number) => Some(number),
                _ => None,
            })?,
            at + 1,
        ),
    };
    if tokens.is(next, Sense::Last) {
        Some((-number, next + 1))
    } else {
        Some((number, next))
    }
}
