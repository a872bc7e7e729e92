//! Misspelt names of days and months: what a word without a meaning was meant to be.

use strsim::osa_distance;

/// Shortest and longest word that is compared.
const LENGTHS: std::ops::RangeInclusive<usize> = 5..=11;

/// What is often misspelt, and how many letters may be wrong.
const NAMES: &[(&str, usize)] = &[
    ("monday", 1),
    ("tuesday", 1),
    ("wednesday", 2),
    ("thursday", 2),
    ("friday", 1),
    ("saturday", 2),
    ("sunday", 1),
    ("tomorrow", 2),
    ("tonight", 1),
    ("january", 1),
    ("february", 1),
    ("april", 1),
    ("august", 1),
    ("september", 1),
    ("october", 1),
    ("november", 1),
    ("december", 1),
    ("everyday", 1),
];

/// Words with a meaning of their own that are one letter away.
const OTHERS: &[&str] = &[
    "frida", "sundae", "sundaes", "sundry", "knight", "munday", "augusta", "auguste", "aprils",
];

/// The word that is meant by one that is misspelt, if it is one of those above.
pub(crate) fn corrected(word: &str) -> Option<&'static str> {
    let initial = word.bytes().next()?.to_ascii_lowercase();
    let is_near = LENGTHS.contains(&word.len())
        && matches!(
            initial,
            b'a' | b'd' | b'e' | b'f' | b'j' | b'm'..=b'o' | b's' | b't' | b'w'
        )
        && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_near {
        return None;
    }
    let word = word.to_ascii_lowercase();
    if OTHERS.contains(&word.as_str()) {
        return None;
    }
    let found = NAMES.iter().find(|(name, wrong)| {
        // The first letter is seldom wrong, and two wrong letters only where the end is right.
        name.as_bytes().first() == word.as_bytes().first()
            && name.len().abs_diff(word.len()) <= *wrong
            && match osa_distance(name, &word) {
                0 => false,
                1 => true,
                distance => distance <= *wrong && word.bytes().last() == name.bytes().last(),
            }
    });
    found.map(|(name, _)| *name)
}
