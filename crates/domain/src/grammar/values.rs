//! The values that single words stand for.

use jiff::civil::Weekday;

use super::lexicon::{Sense, Unit};
use super::tokens::Tokens;

pub(super) fn weekday(tokens: &Tokens<'_>, at: usize) -> Option<Weekday> {
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

pub(super) fn unit(tokens: &Tokens<'_>, at: usize) -> Option<Unit> {
    tokens.sense(at, |sense| match sense {
        Sense::Unit(unit) => Some(unit),
        _ => None,
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
