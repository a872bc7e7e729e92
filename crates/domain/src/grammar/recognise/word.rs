//! The values of single words.

use jiff::civil::Weekday;

use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::{Sense, Unit};

/// A weekday, but not `mondays`.
pub(crate) fn weekday(tokens: &Tokens<'_>, at: usize) -> Option<Weekday> {
    any_weekday(tokens, at).filter(|_| !tokens.is(at, Sense::Plural))
}

/// A weekday, also as `mondays`.
pub(crate) fn any_weekday(tokens: &Tokens<'_>, at: usize) -> Option<Weekday> {
    tokens.sense(at, |sense| match sense {
        Sense::Weekday(weekday) => Some(weekday),
        _ => None,
    })
}

pub(crate) fn month(tokens: &Tokens<'_>, at: usize) -> Option<i8> {
    tokens.sense(at, |sense| match sense {
        Sense::Month(month) => Some(month),
        _ => None,
    })
}

/// A unit and the token after it: `business days` takes two.
pub(crate) fn unit(tokens: &Tokens<'_>, at: usize) -> Option<(Unit, usize)> {
    if tokens.is(at, Sense::Business) && tokens.is(at + 1, Sense::Unit(Unit::Day)) {
        return Some((Unit::Workday, at + 2));
    }
    let unit = tokens.sense(at, |sense| match sense {
        Sense::Unit(unit) => Some(unit),
        _ => None,
    })?;
    if tokens.is(at, Sense::Possessive) {
        // "a week's time" is a week, "a week's rest" something else.
        return tokens.is(at + 1, Sense::Time).then_some((unit, at + 2));
    }
    // "every week day".
    if unit == Unit::Week
        && tokens.is(at + 1, Sense::Unit(Unit::Day))
        && tokens.get(at)?.text.len() == 4
    {
        return Some((Unit::Workday, at + 2));
    }
    Some((unit, at + 1))
}

/// A unit as a word or as a letter against its number: `20m`.
pub(crate) fn unit_or_letter(tokens: &Tokens<'_>, at: usize) -> Option<(Unit, usize)> {
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
pub(crate) fn number(tokens: &Tokens<'_>, at: usize) -> Option<u32> {
    tokens.get(at)?.digits().or_else(|| {
        tokens.sense(at, |sense| match sense {
            Sense::Number(number) => Some(number),
            _ => None,
        })
    })
}

/// A number, or `a couple of`, `a few`; whether it is rough, and the token after it.
pub(crate) fn amount(tokens: &Tokens<'_>, at: usize) -> Option<(u32, bool, usize)> {
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
    let first = number(tokens, at)?;
    // "twenty five".
    let ones = number(tokens, at + 1).filter(|ones| (1..=9).contains(ones));
    let worded = |at| tokens.get(at).is_some_and(|token| token.digits().is_none());
    let tens = matches!(first, 20 | 30 | 40 | 50) && worded(at) && worded(at + 1);
    Some(
        match ones.filter(|_| tens && !tokens.is(at + 1, Sense::NamePrefix)) {
            Some(ones) => (first + ones, false, at + 2),
            None => (first, false, at + 1),
        },
    )
}

/// `3rd`, `third`, `last`, `2nd last`.
pub(crate) fn ordinal(tokens: &Tokens<'_>, at: usize) -> Option<(i16, usize)> {
    if tokens.is(at, Sense::Last) {
        return Some((-1, at + 1));
    }
    let (number, next) = match tokens.get(at)?.digits() {
        Some(number) if tokens.is(at + 1, Sense::Suffix) && tokens.joined_to_previous(at + 1) => {
            (i16::try_from(number).ok()?, at + 2)
        }
        Some(_) => return None,
        None => worded_ordinal(tokens, at)?,
    };
    // "second to last".
    let to = next + usize::from(tokens.is(next, Sense::To));
    if tokens.is(to, Sense::Last) {
        Some((-number, to + 1))
    } else {
        Some((number, next))
    }
}

/// `third`, `twenty-first`, `thirty first`, and the token after it.
pub(crate) fn worded_ordinal(tokens: &Tokens<'_>, at: usize) -> Option<(i16, usize)> {
    let word = |at: usize| {
        tokens.sense(at, |sense| match sense {
            Sense::Ordinal(number) => Some(number),
            _ => None,
        })
    };
    let tens = tokens.sense(at, |sense| match sense {
        Sense::Number(tens @ (20 | 30)) => i16::try_from(tens).ok(),
        _ => None,
    });
    let Some(tens) = tens else {
        return Some((word(at)?, at + 1));
    };
    let dash = tokens.is_mark(at + 1, "-") && tokens.joined_to_previous(at + 1);
    let ones = at + 1 + usize::from(dash);
    let one = word(ones).filter(|one| (1..=9).contains(one))?;
    Some((tens + one, ones + 1))
}
