//! Rules in their exact text inside a sentence: `by the rule FREQ=…`, for what has no phrase.

use super::word::number;
use crate::Recurrence;
use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::Sense;
use crate::recurrence::{Overflow, Rule};

/// How the lines of a whole recurrence begin.
const LINES: [&str; 4] = ["RRULE:", "RDATE", "EXDATE", "X-TASKWIRE-"];

/// `week by the rule FREQ=WEEKLY;…`: one rule, after a unit that only describes the frequency.
pub(crate) fn rule(tokens: &Tokens<'_>, at: usize) -> Option<(Rule, usize)> {
    let mut by = at;
    while number(tokens, by).is_some() || is_unit(tokens, by) {
        by += 1;
        if by > at + 2 {
            return None;
        }
    }
    let start = after_by_the_rule(tokens, by)?;
    let (chunk, next) = tokens.chunk(start)?;
    Some((Rule::parse(chunk).ok()?, next))
}

fn is_unit(tokens: &Tokens<'_>, at: usize) -> bool {
    // "second" is an ordinal elsewhere.
    tokens.is(at, Sense::Ordinal(2))
        || tokens
            .sense(at, |sense| matches!(sense, Sense::Unit(_)).then_some(()))
            .is_some()
}

/// The token after `by the rule`.
fn after_by_the_rule(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let is_introduced =
        tokens.is(at, Sense::By) && tokens.is(at + 1, Sense::The) && tokens.is(at + 2, Sense::Rule);
    is_introduced.then_some(at + 3)
}

/// `by the rule RRULE:… EXDATE:…`: a whole recurrence, with spaces between its lines.
pub(crate) fn recurrence(tokens: &Tokens<'_>, at: usize) -> Option<(Recurrence, usize)> {
    let start = tokens.get(after_by_the_rule(tokens, at)?)?.start;
    let rest = tokens.text.get(start..)?;
    let mut end = 0;
    let mut lines = Vec::new();
    for word in rest.split_whitespace() {
        if !LINES.iter().any(|line| word.starts_with(line)) {
            break;
        }
        lines.push(word);
        end = word.as_ptr().addr() - rest.as_ptr().addr() + word.len();
    }
    let text = lines.join("\n");
    let text = text.trim_end_matches([',', '.', ';', ')']);
    end -= lines.join("\n").len() - text.len();
    let recurrence = Recurrence::parse(text, Overflow::Clamp).ok()?;
    let next = tokens
        .list
        .partition_point(|token| token.start < start + end);
    Some((recurrence, next))
}
