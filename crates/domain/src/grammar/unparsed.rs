//! Text that looks like a rule but is not, and words that a rule would ignore.

use super::day_sets;
use super::lexicon::{Sense, Unit};
use super::times::{clock, part};
use super::tokens::Tokens;
use super::values::{any_weekday, month, unit};
use crate::recurrence::COUNT_MAX;

/// Whether a token begins a rule, so that a rule which is not understood deserves a warning.
pub(super) fn begins(tokens: &Tokens<'_>, at: usize) -> bool {
    let rule = tokens.is(at, Sense::Every)
        && !tokens.is(at, Sense::LowSignal)
        && !tokens.is(at + 1, Sense::PersonNoun)
        && (!tokens.is(at + 1, Sense::Single) || is_temporal(tokens, at + 2));
    tokens.at_phrase_start(at) && (rule || tokens.is(at, Sense::Misspelt))
}

/// The token after the words of a rule that was not understood: they belong together, so none becomes a date.
pub(super) fn skip_unparsed(tokens: &Tokens<'_>, at: usize) -> usize {
    let is_rule_word = |sense| {
        matches!(
            sense,
            Sense::Unit(_)
                | Sense::Weekday(_)
                | Sense::Month(_)
                | Sense::Number(_)
                | Sense::Ordinal(_)
                | Sense::Suffix
                | Sense::Last
                | Sense::Next
                | Sense::Nearest
                | Sense::Other
                | Sense::On
                | Sense::Of
                | Sense::The
                | Sense::And
                | Sense::To
                | Sense::From
                | Sense::Between
                | Sense::Or
                | Sense::Before
                | Sense::After
                | Sense::End
                | Sense::Except
                | Sense::Every
                | Sense::In
                | Sense::At
                | Sense::Until
                | Sense::Starting
                | Sense::Times
                | Sense::Am
                | Sense::Pm
                | Sense::Hour(_)
                | Sense::Part(_)
                | Sense::NamedDay
        )
        .then_some(())
    };
    let mut end = at;
    while tokens.get(end).is_some_and(|token| {
        token.digits().is_some() || matches!(token.text, "," | "-" | "!" | ":" | "/")
    }) || tokens.sense(end, is_rule_word).is_some()
    {
        end += 1;
    }
    end
}

/// Whether more of the rule follows that was not understood, such as a second time of day or an exception. A rule
/// without it would be a wrong one.
pub(super) fn has_unparsed_tail(tokens: &Tokens<'_>, at: usize) -> bool {
    let comma = at + usize::from(tokens.is_mark(at, ","));
    let bounds = [Sense::Until, Sense::Starting, Sense::Except];
    if super::frequencies::dayless(tokens, comma).is_some() {
        return true;
    }
    if tokens.any(comma, &bounds) || tokens.is(at, Sense::Of) {
        return true;
    }
    // "every hour and a half".
    let half = tokens.is(at + 1, Sense::Half) || tokens.is(at + 2, Sense::Half);
    if tokens.is(at, Sense::And) && half {
        return true;
    }
    let joints = [
        Sense::From,
        Sense::On,
        Sense::To,
        Sense::Between,
        Sense::Before,
        Sense::After,
        Sense::Or,
    ];
    // The date of "on my birthday" is unknown.
    let own = at + 1 + usize::from(tokens.is(at + 1, Sense::NamePrefix));
    let moving = tokens.is(at + 1, Sense::NamedDay);
    if tokens.is(at, Sense::On) && (moving || tokens.is(own, Sense::UserDefinedDay)) {
        return true;
    }
    // "before the 1st" belongs to the rule, "before lunch" to the title.
    if tokens.any(comma, &joints) && is_temporal(tokens, comma + 1) {
        return true;
    }
    let next = day_sets::separated(tokens, at);
    let and = tokens.is(comma, Sense::And);
    let listed = and
        && tokens
            .get(next)
            .is_some_and(|token| token.digits().is_some());
    next > at
        && (listed
            || tokens.is(next, Sense::Every)
            || clock(tokens, next, true).is_some()
            || part(tokens, next, true).is_some()
            || any_weekday(tokens, next).is_some()
            || (and && month(tokens, next).is_some()))
}

/// An end or a time right behind a rule that no rule can have, such as `1001 times` or `at 25:00`: the token after it,
/// and why. A rule without it would say something else.
pub(super) fn invalid_bound(tokens: &Tokens<'_>, at: usize) -> Option<(usize, String)> {
    let at = at + usize::from(tokens.is_mark(at, ","));
    let has_preposition = tokens.is(at, Sense::For);
    let start = at + usize::from(has_preposition);
    let at_hour = tokens.is(at, Sense::At) || tokens.is_mark(at, "@");
    if at_hour || !has_preposition {
        let hour = at + usize::from(at_hour);
        if let Some(end) = invalid_time(tokens, hour, at_hour) {
            return Some((end, "there is no such time of day".to_owned()));
        }
    }
    let (count, next) = figures(tokens, start)?;
    let times = tokens.is(next, Sense::Times) && tokens.at_phrase_end(next + 1);
    if times && !count.is_some_and(|count| (1..=COUNT_MAX).contains(&count)) {
        let why = format!("the number of times must be 1 to {COUNT_MAX}");
        return Some((next + 1, why));
    }
    let (unit, end) = unit(tokens, next).filter(|_| has_preposition)?;
    let long = !matches!(
        unit,
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Workday | Unit::Weekend
    );
    let none = count.is_none_or(|count| count == 0 || count > 9_999);
    (long && none && tokens.at_phrase_end(end)).then(|| (end, "the period is too long".to_owned()))
}

/// The token after a time of day that does not exist: `at 25:00`, `13pm`, and without `at` only what can hardly be
/// anything else, so that scores and proportions stay as they are.
pub(super) fn nonexistent_time(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let has_preposition = tokens.is(at, Sense::At) || tokens.is_mark(at, "@");
    let hour = at + usize::from(has_preposition);
    let is_half = tokens.any(hour + 1, &[Sense::Am, Sense::Pm]);
    let value = tokens.get(hour)?.digits()?;
    let is_late = (24..30).contains(&value) && tokens.is_mark(hour + 1, ":");
    if has_preposition && !tokens.is_mark(hour + 1, ":") && !is_half {
        // "stop at 50" is about something else.
        return None;
    }
    invalid_time(tokens, hour, has_preposition).filter(|_| has_preposition || is_half || is_late)
}

/// `25:00`, `9:75`, `13pm`, and behind `at` a lone `25`.
fn invalid_time(tokens: &Tokens<'_>, at: usize, has_preposition: bool) -> Option<usize> {
    let short = tokens.get(at)?.text.len() <= 2;
    if !is_number(tokens, at) || tokens.joined_to_previous(at) || clock(tokens, at, true).is_some()
    {
        return None;
    }
    let colon = tokens.is_mark(at + 1, ":")
        && tokens.joined_to_previous(at + 1)
        && tokens.joined_to_previous(at + 2);
    let minute = tokens.get(at + 2).map(|token| token.text.len());
    if colon && is_number(tokens, at + 2) && (has_preposition || (short && minute == Some(2))) {
        let end = at + 3;
        return tokens.at_phrase_end(end).then_some(end);
    }
    let half = tokens.any(at + 1, &[Sense::Am, Sense::Pm])
        && (has_preposition || tokens.joined_to_previous(at + 1));
    if half && tokens.at_phrase_end(at + 2) {
        return Some(at + 2);
    }
    let late = tokens.get(at)?.digits().is_some_and(|hour| hour > 23);
    (has_preposition && short && late && tokens.at_line_end(at + 1)).then_some(at + 1)
}

/// Whether a token is a number of any length.
fn is_number(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens
        .get(at)
        .is_some_and(|token| !token.literal && token.text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A number of any length, and the token after it; its value, if it is plain.
fn figures(tokens: &Tokens<'_>, at: usize) -> Option<(Option<u32>, usize)> {
    let minus = tokens.is_mark(at, "-") && tokens.joined_to_previous(at + 1);
    let start = at + usize::from(minus);
    is_number(tokens, start).then_some(())?;
    let mut next = start + 1;
    // "1,001".
    while tokens.joined_to_previous(next)
        && (tokens.is_mark(next, ",") || tokens.is_mark(next, "."))
        && tokens.joined_to_previous(next + 1)
        && is_number(tokens, next + 1)
    {
        next += 2;
    }
    let plain = !minus && next == start + 1;
    let value = tokens.get(start)?.digits().filter(|_| plain);
    Some((value, next))
}

/// Whether a token begins a day, a time or an amount of them.
pub(super) fn is_temporal(tokens: &Tokens<'_>, at: usize) -> bool {
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
