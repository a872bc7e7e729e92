//! Where a segment of text is cut into tokens: `5pm`, `feb13`, `evening:next`.

use super::lexicon::{Language, Sense};

/// Whether a segment is cut where letters, digits and marks meet: `5pm`, `feb13`, `due:friday`.
pub(super) fn cut_at(segment: &str, language: &'static Language) -> bool {
    if !segment.is_ascii() {
        return false;
    }
    if segment.starts_with(|c: char| c.is_ascii_digit()) {
        // "2moro" is one word.
        return language.senses(segment).is_empty();
    }
    let letters = segment
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(segment.len());
    let (word, rest) = segment.split_at_checked(letters).unwrap_or((segment, ""));
    if rest.is_empty() {
        return false;
    }
    let senses = language.senses(word);
    // "fri3pm"
    let half = rest.starts_with(|c: char| c.is_ascii_digit())
        && (rest.ends_with("am") || rest.ends_with("pm"));
    let is_day = |sense: &Sense| {
        matches!(
            sense,
            Sense::Weekday(_) | Sense::Today | Sense::Tomorrow | Sense::Tonight
        )
    };
    if (half || rest.starts_with(':')) && senses.iter().any(is_day) {
        return true;
    }
    // "feb13", "feb13,5pm"
    let number = rest.split([',', ';']).next().unwrap_or(rest);
    let day = (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let month = senses.iter().any(|sense| matches!(sense, Sense::Month(_)));
    // "evening:next friday", "14 apr:noon"
    let is_glued = || {
        let behind = rest.strip_prefix(':').map(|behind| language.senses(behind));
        behind.is_some_and(|behind| is_temporal(senses) && is_temporal(behind))
    };
    (day && month) || (rest.starts_with(':') && senses.contains(&Sense::Due)) || is_glued()
}

/// Whether a word may be a part of a date, a time or a rule, or leads to one.
fn is_temporal(senses: &[Sense]) -> bool {
    senses.iter().any(|sense| {
        matches!(
            sense,
            Sense::Weekday(_)
                | Sense::Month(_)
                | Sense::Unit(_)
                | Sense::Hour(_)
                | Sense::Part(_)
                | Sense::Today
                | Sense::Tomorrow
                | Sense::Tonight
                | Sense::Next
                | Sense::Every
                | Sense::By
                | Sense::At
                | Sense::On
        )
    })
}

/// The length of a word with figures that a mark divides from a number, which stays whole: `q2,5pm`.
pub(super) fn whole(segment: &str, language: &'static Language) -> usize {
    let word = segment.find([',', ';']).and_then(|at| segment.get(..at));
    word.filter(|word| !language.senses(word).is_empty())
        .map_or(0, str::len)
}

/// Cuts a segment such as `5pm`, `1st` or `30m` where digits and letters meet, but not in its first `whole` bytes; other
/// segments stay whole.
pub(super) fn parts(segment: &str, cut: bool, whole: usize) -> impl Iterator<Item = (usize, &str)> {
    let class = |byte: u8| (byte.is_ascii_digit(), byte.is_ascii_alphabetic());
    let mut rest = segment;
    let mut offset = 0;
    std::iter::from_fn(move || {
        let first = *rest.as_bytes().first()?;
        let length = if cut && offset < whole {
            whole
        } else if cut {
            let run = rest
                .bytes()
                .take_while(|byte| class(*byte) == class(first))
                .count();
            if first.is_ascii_alphanumeric() {
                run
            } else {
                1
            }
        } else {
            rest.len()
        };
        let (part, tail) = rest.split_at_checked(length)?;
        let at = offset;
        offset += length;
        rest = tail;
        Some((at, part))
    })
}
