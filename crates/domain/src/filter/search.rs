//! A text that is searched for: words in any order, `"phrases"`, and `-words` that must not occur.

use super::tree::{Filter, Term};
use crate::words::sought;

/// Reads it. Any text is accepted: what is not a word is left out, and without any word nothing is found.
pub fn search(text: &str) -> Filter {
    let mut terms = Vec::new();
    let mut excluded = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (is_excluded, after) = match rest.strip_prefix('-') {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let (is_exact, piece, next) = if let Some(quoted) = after.strip_prefix('"') {
            match quoted.split_once('"') {
                Some((phrase, next)) => (true, phrase, next),
                // A quote that is not closed yet, while somebody types.
                None => (false, quoted, ""),
            }
        } else {
            let end = after.find(|c: char| c.is_whitespace() || c == '"');
            let (word, next) = after.split_at(end.unwrap_or(after.len()));
            (false, word, next)
        };
        let words = sought(piece);
        if !words.is_empty() {
            let term = Term { words, is_exact };
            if is_excluded {
                excluded.push(Filter::Not(Box::new(Filter::Words(vec![term]))));
            } else {
                terms.push(term);
            }
        }
        rest = next.trim_start();
    }
    if excluded.is_empty() {
        return Filter::Words(terms);
    }
    if !terms.is_empty() {
        excluded.insert(0, Filter::Words(terms));
    }
    match <[Filter; 1]>::try_from(excluded) {
        Ok([only]) => only,
        Err(several) => Filter::All(several),
    }
}
