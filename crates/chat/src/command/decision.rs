//! A typed yes or no.

/// Words that may surround a yes or a no.
const POLITE: &[&str] = &["please", "thanks", "thank you", "now"];

const YES: &[&str] = &[
    "y",
    "yes",
    "yep",
    "yeah",
    "yup",
    "sure",
    "ok",
    "okay",
    "confirm",
    "confirmed",
    "proceed",
    "do it",
    "do that",
    "do so",
    "go ahead",
    "go on",
    "of course",
    "i do",
    "i am sure",
];

const NO: &[&str] = &[
    "n",
    "no",
    "nope",
    "nah",
    "deny",
    "cancel",
    "cancel it",
    "cancel that",
    "stop",
    "don't",
    "dont",
    "do not",
    "don't do it",
    "don't do that",
    "do not do it",
    "never mind",
    "nevermind",
    "not now",
    "leave it",
    "keep it",
];

/// Reads a typed answer to a question: yes, no, or `None` if the text is neither.
#[must_use]
pub fn decision(text: &str) -> Option<bool> {
    let text = text.replace('’', "'").to_lowercase();
    let parted = text.replace(|c: char| !c.is_alphanumeric() && c != '\'', " ");
    let words = parted.split_whitespace().collect::<Vec<_>>().join(" ");
    if only(&words, NO) {
        return Some(false);
    }
    only(&words, YES).then_some(true)
}

/// Returns true if the words are from `list`, at least one, perhaps surrounded by polite ones.
fn only(words: &str, list: &[&str]) -> bool {
    let (mut rest, mut has_one) = (words, false);
    while !rest.is_empty() {
        let longest = |list: &[&str]| {
            let matching = list.iter().filter_map(|phrase| {
                let left = rest.strip_prefix(phrase)?;
                (left.is_empty() || left.starts_with(' ')).then_some(phrase.len())
            });
            matching.max().unwrap_or_default()
        };
        let (ours, other) = (longest(list), longest(POLITE));
        if ours == 0 && other == 0 {
            return false;
        }
        has_one |= ours >= other;
        rest = rest.get(ours.max(other)..).unwrap_or_default().trim_start();
    }
    has_one
}
