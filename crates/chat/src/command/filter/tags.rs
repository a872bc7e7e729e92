//! The tags in what is listed: marked ones, and words that are the names of tags.

use super::{Filter, fold};

impl Filter {
    /// Words that may be the names of tags.
    pub(in crate::command) fn open_words(&self) -> Option<&str> {
        match self {
            Self::Fitting(fitting) if !fitting.is_text && !fitting.words.is_empty() => {
                Some(&fitting.words)
            }
            _ => None,
        }
    }

    /// Takes the open words as tags, if they are names of these; answers whether they are.
    pub(in crate::command) fn take_tags(&mut self, known: &[String]) -> bool {
        let Self::Fitting(fitting) = self else {
            return false;
        };
        let named = |text: &str| {
            let text = text.trim();
            known
                .iter()
                .map(|tag| tag.to_lowercase())
                .find(|tag| *tag == text)
        };
        let words = fitting.words.to_lowercase();
        let tags = match named(&words) {
            Some(tag) => Some(vec![tag]),
            None => words.replace(" and ", ",").split(',').map(named).collect(),
        };
        let Some(tags) = tags else { return false };
        fitting.tags.extend(tags);
        fitting.words.clear();
        true
    }
}

/// `#work`, `@work`, `tagged health`, `with the tag health and work`.
pub(super) fn marked(words: &[&str]) -> Option<(Vec<String>, usize)> {
    let name = |word: &str| {
        let name = word.trim_matches(|c: char| matches!(c, '#' | '@' | ',' | '.' | ';' | '"'));
        (!name.is_empty()).then(|| name.to_lowercase())
    };
    let marked = |word: &str| {
        let rest = word.strip_prefix(['#', '@'])?;
        rest.starts_with(char::is_alphabetic).then(|| name(word))?
    };
    if let Some(tag) = words.first().and_then(|word| marked(word)) {
        return Some((vec![tag], 1));
    }
    let at = words
        .iter()
        .take(3)
        .position(|word| matches!(fold(word).as_str(), "tagged" | "tag" | "tags"))?;
    let leads = words
        .iter()
        .take(at)
        .all(|word| matches!(fold(word).as_str(), "with" | "the" | "having"));
    if !leads {
        return None;
    }
    let mut next = at + 1;
    if words
        .get(next)
        .is_some_and(|word| matches!(fold(word).as_str(), "as" | "with" | "named" | "called"))
    {
        next += 1;
    }
    let mut tags = vec![name(words.get(next)?)?];
    next += 1;
    while words
        .get(next)
        .is_some_and(|word| matches!(fold(word).as_str(), "and" | "&"))
        && let Some(tag) = words.get(next + 1).and_then(|word| name(word))
    {
        tags.push(tag);
        next += 2;
    }
    Some((tags, next))
}
