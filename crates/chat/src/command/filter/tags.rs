//! The tags in a list command.

use taskwire_domain::text::label_key;

use super::words::fold;

/// Parses `#work`, `@work`, `tagged health`, `with the tag health and work`.
pub(super) fn marked(words: &[&str]) -> Option<(Vec<String>, usize)> {
    let name = |word: &str| {
        let name = word.trim_matches(|c: char| matches!(c, '#' | '@' | ',' | '.' | ';' | '"'));
        (!name.is_empty()).then(|| label_key(name))
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
