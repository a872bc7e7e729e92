//! A line cut into tokens by Unicode word boundaries, with the parts that must stay as they are set apart.

use std::ops::Range;

use jiff::civil::Time;
use unicode_segmentation::UnicodeSegmentation;

mod boundary;
mod cut;
pub(crate) mod lexicon;
mod literal;
pub(crate) mod plain;

use super::context::ParseContext;
use cut::{cut_at, parts, whole};
use lexicon::{Language, Sense, corrected, folded};
use literal::literals;

#[cfg(test)]
thread_local! {
    /// How often this thread looked at a token: what reading a line costs, on any machine.
    pub(super) static LOOKS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// A word, a number or a single mark.
#[derive(Debug)]
pub(crate) struct Token<'a> {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// As written.
    pub text: &'a str,
    /// Whether white space or the start of the line precedes it.
    pub spaced: bool,
    /// The senses of the word; empty inside a literal.
    pub senses: &'static [Sense],
    /// Whether it is quoted, escaped, or part of a link, path or address.
    pub literal: bool,
    /// The word that is meant, where this one is misspelt; the senses are that word's.
    pub corrected: Option<&'static str>,
}

impl Token<'_> {
    /// Whether nothing can begin here: a word without a sense that is no priority either, as most words are.
    pub(crate) fn is_plain(&self) -> bool {
        let word = self.text.len() > 2 && self.text.starts_with(char::is_alphabetic);
        self.literal || (word && self.senses.is_empty())
    }

    /// The value of a short run of ASCII digits.
    pub(crate) fn digits(&self) -> Option<u32> {
        let short = (1..=4).contains(&self.text.len())
            && self.text.bytes().all(|byte| byte.is_ascii_digit());
        if short && !self.literal {
            self.text.parse().ok()
        } else {
            None
        }
    }
}

/// A run of text without white space, up to its trailing punctuation.
#[derive(Clone, Copy)]
struct Run {
    /// The byte after it.
    end: usize,
    /// The token after it; none if one straddles its end, so that it is not what it seems.
    next: Option<usize>,
}

/// Marks at the end of a run that do not belong to it.
const TRAILING: [char; 8] = [',', '.', ';', ':', '!', '?', ')', '"'];

/// The run of each token.
fn runs(text: &str, list: &[Token<'_>]) -> Vec<Run> {
    let mut runs = Vec::with_capacity(list.len());
    let mut first = 0;
    for tokens in list.chunk_by(|_, next| !next.spaced) {
        let (start, end) = match tokens {
            [one] => (one.start, one.end),
            [from, .., to] => (from.start, to.end),
            [] => continue,
        };
        let written = text.get(start..end).unwrap_or_default();
        let end = start + written.trim_end_matches(TRAILING).len();
        let count = tokens.partition_point(|token| token.start < end);
        let before_end = count.checked_sub(1).and_then(|at| tokens.get(at));
        let is_whole = before_end.is_some_and(|token| token.end == end);
        let next = is_whole.then_some(first + count);
        runs.extend(tokens.iter().map(|_| Run { end, next }));
        first += tokens.len();
    }
    runs
}

/// A line and its tokens.
pub(crate) struct Tokens<'a> {
    /// The whole line.
    pub text: &'a str,
    /// Its tokens, in order.
    pub list: Vec<Token<'a>>,
    /// For each token the run of text without white space that it is in.
    runs: Vec<Run>,
    /// Backslashes that only protect what follows and are left out of the title.
    pub escapes: Vec<usize>,
    pub language: &'static Language,
    /// From when on an hour without am or pm is the morning's.
    pub day_start: Time,
}

impl<'a> Tokens<'a> {
    /// Cuts the text. Nothing is looked for in the ranges of bytes to `ignore`.
    pub(crate) fn new(text: &'a str, now: &ParseContext, ignore: &[Range<usize>]) -> Self {
        let language = now.language;
        let (literals, escapes) = literals(text, language);
        let ignored = |start: usize, end: usize| {
            ignore
                .iter()
                .any(|range| range.start < end && start < range.end)
        };
        let mut list: Vec<Token<'a>> = Vec::new();
        let mut spaced = true;
        let mut literal = literals.iter().peekable();
        for (start, segment) in text.split_word_bound_indices() {
            if segment.chars().all(char::is_whitespace) {
                spaced = true;
                continue;
            }
            while literal.next_if(|range| range.end <= start).is_some() {}
            let inside = literal.peek().is_some_and(|range| range.contains(&start));
            let whole = whole(segment, language);
            let cut = whole > 0 || cut_at(segment, language);
            for (offset, part) in parts(segment, cut, whole) {
                let (start, end) = (start + offset, start + offset + part.len());
                let literal = inside || ignored(start, end);
                let senses = if literal { &[] } else { language.senses(part) };
                let corrected = if literal || !senses.is_empty() {
                    None
                } else {
                    corrected(part)
                };
                list.push(Token {
                    start,
                    end,
                    text: part,
                    spaced: std::mem::take(&mut spaced),
                    senses: corrected.map_or(senses, |word| language.senses(word)),
                    literal,
                    corrected,
                });
            }
        }
        Self {
            text,
            runs: runs(text, &list),
            list,
            escapes,
            language,
            day_start: now.day_start,
        }
    }

    /// What each misspelt word was read as, for a person, with its token.
    pub(crate) fn corrections(&self) -> impl Iterator<Item = (usize, String)> {
        self.list.iter().enumerate().filter_map(|(at, token)| {
            let name = token.corrected?;
            Some((at, format!("'{}' was read as {name}", token.text)))
        })
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Token<'a>> {
        #[cfg(test)]
        LOOKS.set(LOOKS.get() + 1);
        self.list.get(index)
    }

    /// Whether the token has this sense.
    pub(crate) fn is(&self, index: usize, sense: Sense) -> bool {
        self.get(index)
            .is_some_and(|token| token.senses.contains(&sense))
    }

    /// The first of the token's senses that `pick` takes.
    pub(crate) fn sense<T>(&self, index: usize, pick: impl Fn(Sense) -> Option<T>) -> Option<T> {
        self.get(index)?.senses.iter().copied().find_map(pick)
    }

    /// Whether the token has one of these senses.
    pub(crate) fn any(&self, index: usize, senses: &[Sense]) -> bool {
        // Most words have no sense.
        self.get(index).is_some_and(|token| {
            !token.senses.is_empty() && token.senses.iter().any(|sense| senses.contains(sense))
        })
    }

    /// The token after the words of a name such as `new york`, if they are here.
    pub(crate) fn match_name(&self, at: usize, name: &str) -> Option<usize> {
        // Nearly no word is the first one of a name.
        let first = |text: &str| text.bytes().next().map(|byte| byte.to_ascii_lowercase());
        let begin = first(self.list.get(at)?.text).filter(u8::is_ascii);
        if begin.is_some() && begin != first(name) {
            return None;
        }
        let mut next = at;
        for word in name.split(' ') {
            let token = self.get(next).filter(|token| !token.literal)?;
            let same = token.text.eq_ignore_ascii_case(word)
                || (!token.text.is_ascii() && folded(token.text) == word);
            if !same || (next > at && !token.spaced) {
                return None;
            }
            next += 1;
            // "St. Patrick" and "presidents'" have a mark that says nothing.
            if self.joined_to_previous(next)
                && (self.is_mark(next, ".") && word.len() == 2
                    || self.is_mark(next, "'")
                    || self.is_mark(next, "’"))
            {
                next += 1;
            }
        }
        Some(next)
    }

    /// Whether the token is this mark.
    pub(crate) fn is_mark(&self, index: usize, is_mark: &str) -> bool {
        self.get(index)
            .is_some_and(|token| token.text == is_mark && !token.literal)
    }

    /// Whether the token is joined to the one before it.
    pub(crate) fn joined_to_previous(&self, index: usize) -> bool {
        self.get(index).is_some_and(|token| !token.spaced)
    }

    /// Whether nothing that belongs to the sentence follows: the line ends, or a tag, priority or reminder comes.
    pub(crate) fn at_line_end(&self, index: usize) -> bool {
        let Some(token) = self.get(index) else {
            return true;
        };
        let full_stop = !token.spaced
            && matches!(token.text, "." | "!" | "?" | ")")
            && self.get(index + 1).is_none();
        if full_stop {
            return true;
        }
        let index = index + usize::from(token.text == ",");
        let Some(token) = self.get(index) else {
            return false;
        };
        let marked = token.spaced
            && matches!(token.text, "#" | "@" | "!")
            && self.joined_to_previous(index + 1);
        let ranked = matches!(
            token.text,
            "p1" | "p2" | "p3" | "p4" | "P1" | "P2" | "P3" | "P4"
        );
        marked || ranked || self.asks_for_reminder(index)
    }

    /// Whether a reminder is asked for: `remind me`, `with a reminder`, `reminder 1h`.
    fn asks_for_reminder(&self, index: usize) -> bool {
        // Nearly no word can begin such a phrase.
        let may_begin = |token: &Token<'_>| {
            let first = token
                .text
                .bytes()
                .next()
                .map(|byte| byte.to_ascii_lowercase());
            matches!(first, Some(b'a' | b'p' | b'r' | b'w'))
        };
        if !self.list.get(index).is_some_and(may_begin) {
            return false;
        }
        let mut at = index;
        for word in ["and", "please", "with", "a"] {
            at = self.match_name(at, word).unwrap_or(at);
        }
        if self.match_name(at, "remind me").is_some() {
            return true;
        }
        let is_reminder = ["reminder", "reminders"]
            .iter()
            .any(|word| self.match_name(at, word).is_some());
        let is_behind_mark = index
            .checked_sub(1)
            .is_some_and(|last| self.is_mark(last, ","));
        let is_timed = |at: usize| {
            self.any(at, &[Sense::At, Sense::On, Sense::The])
                || self.get(at).is_some_and(|token| token.digits().is_some())
                || self
                    .sense(at, |sense| matches!(sense, Sense::Weekday(_)).then_some(()))
                    .is_some()
        };
        is_reminder && (at > index || is_behind_mark || is_timed(at + 1))
    }

    /// The text from this token to the next white space, without trailing punctuation, and the index after it.
    pub(crate) fn chunk(&self, index: usize) -> Option<(&'a str, usize)> {
        let token = self.get(index).filter(|token| !token.literal)?;
        let run = self.runs.get(index)?;
        Some((self.text.get(token.start..run.end)?, run.next?))
    }

    /// The bytes from one token to before another.
    pub(crate) fn span(&self, tokens: &Range<usize>) -> Range<usize> {
        let start = self
            .get(tokens.start)
            .map_or(self.text.len(), |token| token.start);
        let end = tokens
            .end
            .checked_sub(1)
            .and_then(|last| self.get(last))
            .map_or(start, |token| token.end);
        start..end.max(start)
    }
}
