//! Unsupported filters. They are reported, and never treated as words of a title.

use taskwire_domain::Priority;
use taskwire_domain::grammar::Context;

use super::dates;
use super::words::fold;

/// Words that join, exclude or limit, which a list does not support.
const LOGIC: &[&str] = &[
    "or",
    "nor",
    "either",
    "neither",
    "not",
    "no",
    "non",
    "none",
    "cannot",
    "without",
    "except",
    "excluding",
    "exclude",
    "but",
    "than",
    "before",
    "after",
    "until",
    "till",
    "since",
    "between",
    "by",
    "sort",
    "sorted",
];

/// Refuses words that are not meant as search text; the error is the part that was not understood.
pub(super) fn check(words: &[&str], context: &Context) -> Result<(), String> {
    if let Some(word) = words.iter().find(|word| is_logic(word)) {
        return Err((*word).to_owned());
    }
    // "p5" and "priority 5" are meant as a priority that does not exist.
    let is_rank = |word: &&&str| {
        let word = fold(word);
        let rank = word.strip_prefix('p').unwrap_or_default();
        word == "priority"
            || (1..=2).contains(&rank.len()) && rank.bytes().all(|b| b.is_ascii_digit())
    };
    if let Some(at) = words.iter().position(|word| is_rank(&word)) {
        let count = 1 + usize::from(words.get(at).is_some_and(|word| fold(word) == "priority"));
        let part = words.iter().skip(at).take(count).copied();
        return Err(part.collect::<Vec<_>>().join(" "));
    }
    if let Some(pair) = words.windows(2).find(|pair| is_missing_day(pair, context)) {
        return Err(pair.join(" "));
    }
    let is_date = |words: &[&str]| dates::days(words, context).is_some();
    let is_span = words.iter().enumerate().any(|(at, word)| {
        let next = words.get(at + 1..).unwrap_or_default();
        matches!(fold(word).as_str(), "from" | "to")
            && (1..=next.len()).any(|count| next.get(..count).is_some_and(is_date))
    });
    let parts = dates::parts(words);
    let is_level = |part: &Vec<&str>| match part.as_slice() {
        [word] => Priority::parse(word).is_ok(),
        _ => false,
    };
    let has_dates = parts.len() > 1 && parts.iter().any(|part| is_date(part));
    let has_levels = !parts.is_empty() && parts.iter().all(is_level);
    if is_span || has_dates || has_levels {
        return Err(words.join(" "));
    }
    Ok(())
}

/// Returns true if two words name a day that no month has, such as "31 nov".
pub(super) fn is_missing_day(pair: &[&str], context: &Context) -> bool {
    let is_day = |word: &str| {
        let day = fold(word);
        let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        (1..=2).contains(&day.len()) && day.bytes().all(|b| b.is_ascii_digit())
    };
    let is_month = |word: &str| dates::month(&fold(word)).is_some();
    match pair {
        [a, b] => {
            (is_day(a) && is_month(b) || is_month(a) && is_day(b))
                && dates::days(pair, context).is_none()
        }
        _ => false,
    }
}

/// Returns true if a word excludes, joins or limits: one of the list, `don't`, `!work`, `-#work`.
fn is_logic(word: &str) -> bool {
    let folded = fold(word);
    let is_marked = word.strip_prefix(['!', '-']).is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_alphabetic() || matches!(c, '#' | '@'))
    });
    is_marked
        || LOGIC.contains(&folded.as_str())
        || folded.ends_with("n't")
        || folded.ends_with("n’t")
}

/// The text outside quotation marks, and the text inside.
pub(super) fn quoted(text: &str) -> (String, &str) {
    let is_mark = |c: char| matches!(c, '"' | '“' | '”' | '„');
    let parted = text.split_once(is_mark).and_then(|(before, rest)| {
        let (within, after) = rest.rsplit_once(is_mark)?;
        Some((format!("{before} {after}"), within.trim()))
    });
    parted.unwrap_or_else(|| (text.to_owned(), ""))
}
