//! Normalizes the words of a list command.

/// Filler words at either end of the search text.
const FILLERS: &[&str] = &[
    "me",
    "my",
    "the",
    "a",
    "an",
    "all",
    "any",
    "every",
    "everything",
    "only",
    "task",
    "tasks",
    "todo",
    "todos",
    "item",
    "items",
    "for",
    "of",
    "with",
    "about",
    "named",
    "called",
    "containing",
    "that",
    "which",
    "are",
    "is",
    "due",
    "and",
    "in",
    "as",
    "having",
    "ones",
    "please",
];

/// A word without the punctuation around it, in lower case.
pub(super) fn fold(word: &str) -> String {
    word.trim_matches(|c: char| matches!(c, ',' | '.' | ';' | ':'))
        .to_lowercase()
}

/// Drops filler words from both ends.
pub(super) fn trim(words: &mut Vec<&str>) {
    let is_filler = |word: &&str| FILLERS.contains(&fold(word).as_str());
    while words.last().is_some_and(is_filler) {
        words.pop();
    }
    let head = words.iter().take_while(|word| is_filler(word)).count();
    words.drain(..head);
}

/// The text with `today's` as `today` and `this week's` as `this week`; other words keep the apostrophe.
pub(super) fn without_possessives(text: &str) -> String {
    const TIMES: &[&str] = &[
        "today",
        "tomorrow",
        "yesterday",
        "week",
        "month",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let words = text.split_whitespace().map(|word| {
        let named = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s"));
        named
            .filter(|named| TIMES.contains(&named.to_lowercase().as_str()))
            .unwrap_or(word)
    });
    words.collect::<Vec<_>>().join(" ")
}
