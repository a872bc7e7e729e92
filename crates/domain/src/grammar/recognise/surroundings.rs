//! What stands around a piece: words that lead to it, and words that show what it is not.

use super::word::{unit, unit_or_letter, weekday};
use super::zone::zone;
use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::{Sense, Unit};

/// Whether a word before the token leads to a date.
pub(crate) fn follows_preposition(tokens: &Tokens<'_>, at: usize) -> bool {
    let leads = [
        Sense::On,
        Sense::By,
        Sense::Due,
        Sense::At,
        Sense::Until,
        Sense::Starting,
    ];
    at.checked_sub(1)
        .is_some_and(|last| tokens.any(last, &leads))
}

/// The token after a word that leads to a stretch of time, as in `by q2`; this one if there is none.
pub(crate) fn after_lead(tokens: &Tokens<'_>, at: usize) -> usize {
    let leads = [
        Sense::In,
        Sense::By,
        Sense::Before,
        Sense::Until,
        Sense::Due,
    ];
    at + usize::from(tokens.any(at, &leads))
}

/// The token after the full stop of an abbreviation: `fri.`, `Jan.`.
pub(crate) fn stopped(tokens: &Tokens<'_>, at: usize) -> usize {
    let short = at
        .checked_sub(1)
        .and_then(|last| tokens.get(last))
        .is_some_and(|token| (3..=5).contains(&token.text.len()));
    let stop = short && tokens.joined_to_previous(at) && tokens.is_mark(at, ".");
    let single = tokens
        .get(at + 1)
        .is_none_or(|next| next.spaced || next.text == ",");
    at + usize::from(stop && single)
}

/// Whether the words before make a time part of a name: `the 8:30 train`, `my monday 9am call`, `today's 5pm call`.
pub(crate) fn names_time(tokens: &Tokens<'_>, at: usize) -> bool {
    let Some(last) = at.checked_sub(1) else {
        return false;
    };
    if is_correction(tokens, at) {
        return false;
    }
    let names = |at: usize| tokens.is(at, Sense::NamePrefix);
    let owner = tokens.get(last).and_then(|token| {
        token
            .text
            .strip_suffix("'s")
            .or(token.text.strip_suffix("’s"))
    });
    let day = |sense: &Sense| matches!(sense, Sense::Weekday(_) | Sense::Today | Sense::Tomorrow);
    names(last)
        || (weekday(tokens, last).is_some() && last.checked_sub(1).is_some_and(names))
        || owner.is_some_and(|owner| tokens.language.senses(owner).iter().any(day))
}

/// Whether words before a day or time take back another one: `fri, no, thurs`, `5pm no 6pm`, `make that thursday`.
pub(crate) fn is_correction(tokens: &Tokens<'_>, at: usize) -> bool {
    let Some(last) = at.checked_sub(1) else {
        return false;
    };
    let changes = ["make", "scratch", "change", "meant"];
    if let Some(verb) = last.checked_sub(1)
        && tokens.match_name(last, "that").is_some()
        && changes
            .iter()
            .any(|word| tokens.match_name(verb, word).is_some())
    {
        return true;
    }
    if !tokens.is(last, Sense::No) {
        return false;
    }
    let is_mark = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|token| matches!(token.text, "," | "-" | "–" | "—" | "." | ";"))
    };
    let taken_back = last.checked_sub(1).map(|before| {
        if is_mark(before) {
            before.saturating_sub(1)
        } else {
            before
        }
    });
    taken_back.is_some_and(|before| {
        weekday(tokens, before).is_some()
            || tokens.any(
                before,
                &[Sense::Today, Sense::Tomorrow, Sense::Am, Sense::Pm],
            )
            || tokens
                .sense(before, |sense| {
                    matches!(sense, Sense::Month(_)).then_some(())
                })
                .is_some()
    })
}

/// Whether the word before makes this one part of a name: `my daily`.
pub(crate) fn is_named(tokens: &Tokens<'_>, at: usize) -> bool {
    at.checked_sub(1)
        .is_some_and(|last| tokens.is(last, Sense::NamePrefix))
}

/// Whether a day is named here.
pub(crate) fn is_dated(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.any(at, &[Sense::Today, Sense::Tomorrow, Sense::Tonight])
        || weekday(tokens, at).is_some()
}

/// Whether a word follows that no number counts: in `tomorrow at 9 call mum` it does not count the calls.
pub(crate) fn is_free(tokens: &Tokens<'_>, at: usize) -> bool {
    let Some(token) = tokens.get(at) else {
        return true;
    };
    // A plural noun after a number is counted, and "10 Downing Street" is an address.
    let many = token.text.ends_with('s') && !token.text.ends_with("ss");
    let word = token.text.len() > 2 && token.text.starts_with(|c: char| c.is_lowercase());
    token.spaced && word && !many && !tokens.is(at, Sense::Counted) && unit(tokens, at).is_none()
}

/// Whether what follows an hour behind a day or a rule may be anything but a measure or an address.
pub(crate) fn is_uncounted(tokens: &Tokens<'_>, at: usize) -> bool {
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

/// Whether what follows a bare hour shows that it was one: `look at 5 houses` does not.
pub(crate) fn continues_beyond(tokens: &Tokens<'_>, at: usize) -> bool {
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
        || is_length(tokens, at)
        || tokens.sense(at, starts_phrase).is_some()
        || zone(tokens, at).is_some()
}

/// `90m` and `1h` in figures, behind an hour.
fn is_length(tokens: &Tokens<'_>, at: usize) -> bool {
    let is_number = tokens.get(at).is_some_and(|token| token.digits().is_some());
    let is_unit = matches!(
        unit_or_letter(tokens, at + 1),
        Some((Unit::Minute | Unit::Hour, _))
    );
    is_number && is_unit && tokens.joined_to_previous(at + 1)
}

/// Whether this token is a mark that begins something new: a bracket, a dash, an emoji.
fn is_apart(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.get(at).is_some_and(|token| {
        let first = token.text.chars().next();
        token.spaced && first.is_some_and(|c| !c.is_alphanumeric() && !"$€£¥%°+/*=#".contains(c))
    })
}

/// Whether a token begins a day, a time or an amount of them.
pub(crate) fn is_temporal(tokens: &Tokens<'_>, at: usize) -> bool {
    let at = at + usize::from(tokens.any(at, &[Sense::The, Sense::NamePrefix]));
    let temporal = |sense| {
        matches!(
            sense,
            Sense::Weekday(_)
                | Sense::Month(_)
                | Sense::Unit(_)
                | Sense::Ordinal(_)
                | Sense::Hour(_)
                | Sense::Part(_)
                | Sense::Last
                | Sense::End
                | Sense::Today
                | Sense::Tomorrow
        )
        .then_some(())
    };
    tokens.get(at).is_some_and(|token| token.digits().is_some())
        || tokens.sense(at, temporal).is_some()
}
