//! The parts of a line in which nothing is looked for: quotations, escaped words, links, paths and addresses.

use std::ops::Range;

use super::lexicon::{Language, Sense};
use crate::Zone;

/// The ranges in which nothing is looked for, in order, and the backslashes that only mark one.
pub(crate) fn literals(text: &str, language: &'static Language) -> (Vec<Range<usize>>, Vec<usize>) {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut escapes = Vec::new();
    // Quotation marks that nothing closes any more.
    let mut open: Vec<char> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let space = rest.len() - rest.trim_start().len();
        at += space;
        let rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            break;
        };
        if let Some(close) = closing(first).filter(|_| !open.contains(&first)) {
            if let Some(length) = quoted(rest, first, close) {
                ranges.push(at..at + length);
                at += length;
                continue;
            }
            open.push(first);
        }
        let chunk = rest.split(char::is_whitespace).next().unwrap_or(rest);
        let guarded = chunk
            .strip_prefix('\\')
            .and_then(|tail| tail.chars().next());
        if guarded.is_some_and(|c| c.is_alphanumeric() || "#@!".contains(c)) {
            escapes.push(at);
            ranges.push(at..at + chunk.len());
        } else if is_address(chunk, language) {
            ranges.push(at..at + chunk.len());
        } else if let Some(open_at) = chunk.find(['"', '“', '`']).filter(|at| *at > 0) {
            // A quotation may begin after an opening bracket.
            let before = chunk.get(..open_at).unwrap_or_default();
            if before.chars().all(|c| "([{".contains(c)) {
                at += open_at;
                continue;
            }
        }
        at += chunk.len();
    }
    (ranges, escapes)
}

/// The mark that closes a quotation.
fn closing(open: char) -> Option<char> {
    match open {
        '"' => Some('"'),
        '“' => Some('”'),
        '`' => Some('`'),
        _ => None,
    }
}

/// The length of a quotation that opens at the start of `rest`.
fn quoted(rest: &str, open: char, close: char) -> Option<usize> {
    let inner = rest.get(open.len_utf8()..)?;
    Some(open.len_utf8() + inner.find(close)? + close.len_utf8())
}

/// Whether a run of text without spaces is a link, a path or an address.
fn is_address(chunk: &str, language: &'static Language) -> bool {
    let marked = chunk.starts_with(['#', '@']);
    // "w/c monday": the week that begins then.
    if chunk.eq_ignore_ascii_case("w/c") {
        return false;
    }
    let is_dated = |part: &str| {
        let begins_with_year = part.get(..5).is_some_and(|year| {
            year.ends_with('-') && year.bytes().filter(u8::is_ascii_digit).count() == 4
        });
        begins_with_year
            || part.split(['-', '–']).all(is_numeric)
            || is_zone(part)
            || is_week(part, language)
            || is_timed(part, language)
            || is_month_and_day(part, language)
    };
    // "14/4:5pm" too.
    let is_dated = |part: &str| {
        let day = part.split_once(':').map(|(day, _)| day);
        is_dated(part) || day.is_some_and(|day| day.contains('/') && is_numeric(day))
    };
    // "14/4,5pm" is a date and a time.
    let dated = is_dated(chunk)
        || chunk
            .split([',', ';', '(', ')'])
            .filter(|part| part.contains('/'))
            .all(is_dated);
    chunk.contains("://")
        || chunk.starts_with("www.")
        || chunk.contains('\\')
        || (!marked && !dated && chunk.contains('/'))
        || (has_inner_at(chunk) && !is_at(chunk, language))
}

/// Whether there is an @ inside a word. One behind a comma begins something: `5pm,@friday`.
fn has_inner_at(chunk: &str) -> bool {
    let mut before = None;
    chunk.chars().any(|c| {
        let last = before.replace(c);
        c == '@' && last.is_some_and(|last| !matches!(last, ',' | ';' | '('))
    })
}

/// Whether a run of text is a day with its time, such as fri@3.
fn is_at(chunk: &str, language: &'static Language) -> bool {
    let is_day =
        |sense: &Sense| matches!(sense, Sense::Weekday(_) | Sense::Today | Sense::Tomorrow);
    chunk.split_once('@').is_some_and(|(day, time)| {
        time.starts_with(|c: char| c.is_ascii_digit())
            && !time.contains(['.', '@'])
            && language.senses(day).iter().any(is_day)
    })
}

/// Whether a run of text is a day and a time such as friday/5pm.
fn is_timed(chunk: &str, language: &'static Language) -> bool {
    let chunk = chunk.trim_end_matches([',', '.', ';', ':']);
    let is_day = |part: &str| {
        let day =
            |sense: &Sense| matches!(sense, Sense::Weekday(_) | Sense::Today | Sense::Tomorrow);
        language.senses(part).iter().any(day)
    };
    let is_time = |part: &str| {
        let lower = part.to_ascii_lowercase();
        let half = lower
            .strip_suffix("am")
            .or_else(|| lower.strip_suffix("pm"));
        let figures = |text: &str| {
            (1..=5).contains(&text.len())
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b':')
        };
        half.is_some_and(figures) || (lower.contains(':') && figures(&lower))
    };
    chunk.split_once('/').is_some_and(|(first, second)| {
        (is_day(first) && is_time(second)) || (is_time(first) && is_day(second))
    })
}

/// Whether a run of text is a month and its day such as jan/15.
fn is_month_and_day(chunk: &str, language: &'static Language) -> bool {
    let chunk = chunk.trim_end_matches([',', '.', ';', ':']);
    let month = |sense: &Sense| matches!(sense, Sense::Month(_));
    chunk.split_once('/').is_some_and(|(name, day)| {
        (1..=2).contains(&day.len())
            && day.bytes().all(|byte| byte.is_ascii_digit())
            && language.senses(name).iter().any(month)
    })
}

/// Whether a run of text is a list of weekdays such as mon/wed/fri.
fn is_week(chunk: &str, language: &'static Language) -> bool {
    let chunk = chunk.trim_end_matches([',', '.', ';', ':']);
    let weekday = |sense: &Sense| {
        matches!(
            sense,
            Sense::Weekday(_) | Sense::Today | Sense::Tomorrow | Sense::Tonight
        )
    };
    chunk == "/"
        || chunk.contains('/')
            && chunk
                .split('/')
                .all(|part| language.senses(part).iter().any(weekday))
}

/// Whether a run of text is a date in figures such as 14/4 or 14/4/2027.
fn is_numeric(chunk: &str) -> bool {
    let chunk = chunk.trim_matches(|c: char| "([{,.;:!?)]}".contains(c));
    (3..=10).contains(&chunk.len())
        && chunk
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'/')
        && chunk.split('/').all(|part| !part.is_empty())
}

/// Whether a run of text is the name of a time zone.
fn is_zone(chunk: &str) -> bool {
    let chunk = chunk.trim_matches(|c: char| "([{,.;:!?)]}".contains(c));
    chunk.starts_with(|c: char| c.is_ascii_uppercase())
        && chunk
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'_' | b'-'))
        && Zone::parse(chunk).is_ok()
}
