//! What looks like a rule but is none, and what would make a rule say less than its words.

use super::lexicon::Sense;
use super::specs;
use super::times::{clock, part};
use super::tokens::Tokens;
use super::values::{any_weekday, month};

/// Whether a token begins a rule, so that a rule which is not understood deserves a warning.
pub(super) fn begins(tokens: &Tokens<'_>, at: usize) -> bool {
    let rule = tokens.is(at, Sense::Every)
        && !tokens.is(at, Sense::Quiet)
        && !tokens.is(at + 1, Sense::Folk)
        && (!tokens.is(at + 1, Sense::Single) || is_temporal(tokens, at + 2));
    tokens.opens(at) && (rule || tokens.is(at, Sense::Misspelt))
}

/// The token after the words of a rule that was not understood: they belong together, so none becomes a date.
pub(super) fn muddle(tokens: &Tokens<'_>, at: usize) -> usize {
    let ruly = |sense| {
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
                | Sense::Feast
        )
        .then_some(())
    };
    let mut end = at;
    while tokens.get(end).is_some_and(|token| {
        token.digits().is_some() || matches!(token.text, "," | "-" | "!" | ":" | "/")
    }) || tokens.sense(end, ruly).is_some()
    {
        end += 1;
    }
    end
}

/// Whether more of the rule follows that was not understood, such as a second time of day or an exception. A rule
/// without it would be a wrong one.
pub(super) fn goes_on(tokens: &Tokens<'_>, at: usize) -> bool {
    let comma = at + usize::from(tokens.mark(at, ","));
    let bounds = [Sense::Until, Sense::Starting, Sense::Except];
    if super::rates::dayless(tokens, comma).is_some() {
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
    // Nobody else knows when "on my birthday" is.
    let own = at + 1 + usize::from(tokens.is(at + 1, Sense::Names));
    let moving = tokens.is(at + 1, Sense::Feast);
    if tokens.is(at, Sense::On) && (moving || tokens.is(own, Sense::Private)) {
        return true;
    }
    // "before the 1st" belongs to the rule, "before lunch" to the title.
    if tokens.any(comma, &joints) && is_temporal(tokens, comma + 1) {
        return true;
    }
    let next = specs::separated(tokens, at);
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

/// Whether a token begins a day, a time or an amount of them.
pub(super) fn is_temporal(tokens: &Tokens<'_>, at: usize) -> bool {
    let at = at + usize::from(tokens.any(at, &[Sense::The, Sense::Names]));
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
