//! The words of tasks: stored with the task in its transaction, and searched.
//!
//! Each word is stored as `<owner><section><word>`. With the owner first, nobody's search reads the index entries of
//! others; the section is `t` for title and tags, `n` for notes. Both databases get the same words at the same places.

use std::collections::HashMap;
use std::fmt::Write as _;

use taskwire_domain::filter::Term;
use taskwire_domain::words::{sought, stored};
use taskwire_domain::{TagName, Task, UserId};

/// Most words of a task that are searched for; a tsvector has no places after 16,383.
const WORDS_MAX: usize = 10_000;
/// Most places of one word; a tsvector has 256.
const PLACES_MAX: usize = 250;
/// Stands between texts that are not neighbours, and where a word has no more places. It belongs to nobody.
const GAP: &str = "x";

/// The words of a task, in order.
pub(super) struct Words {
    owner: String,
    /// The section and the word; none is a gap.
    list: Vec<Option<(char, String)>>,
}

/// The beginning of an owner's words. Two owners may share one: then rows of both are looked at, and those of the other
/// are left out by their key.
fn prefix(owner: UserId) -> String {
    let bytes = owner.0.into_bytes();
    let low = bytes.iter().rev().take(4).rev();
    low.fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Words {
    pub(super) fn new(task: &Task) -> Self {
        let mut list = Vec::new();
        let mut add = |section: char, text: &str| {
            if !list.is_empty() {
                list.push(None);
            }
            list.extend(stored(text).into_iter().map(|word| Some((section, word))));
        };
        add('t', task.title.as_str());
        for tag in &task.tags {
            add('t', tag.as_str());
        }
        add('n', task.notes.as_str());
        list.truncate(WORDS_MAX);
        let mut places: HashMap<(char, String), usize> = HashMap::new();
        for word in &mut list {
            let Some(known) = word.clone() else {
                continue;
            };
            let count = places.entry(known).or_default();
            *count += 1;
            if *count > PLACES_MAX {
                *word = None;
            }
        }
        Self {
            owner: prefix(task.owner),
            list,
        }
    }

    /// Differs if the words differ (FNV-1a).
    pub(super) fn hash(&self) -> i64 {
        let bytes = self.list.iter().flat_map(|word| match word {
            Some((section, word)) => format!("{section}{word} ").into_bytes(),
            None => GAP.as_bytes().to_vec(),
        });
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        hash.cast_signed()
    }

    /// As the text of a row of FTS5.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for word in &self.list {
            match word {
                Some((section, word)) => {
                    let _ = write!(text, "{}{section}{word} ", self.owner);
                }
                None => {
                    let _ = write!(text, "{GAP} ");
                }
            }
        }
        text
    }

    /// As a tsvector.
    pub(super) fn vector(&self) -> String {
        let mut places: HashMap<(char, &str), Vec<usize>> = HashMap::new();
        for (index, word) in self.list.iter().enumerate() {
            if let Some((section, word)) = word {
                places.entry((*section, word)).or_default().push(index + 1);
            }
        }
        let mut text = String::new();
        for ((section, word), places) in places {
            let _ = write!(text, "'{}{section}{word}':", self.owner);
            for (index, place) in places.iter().enumerate() {
                let comma = if index > 0 { "," } else { "" };
                let _ = write!(text, "{comma}{place}");
            }
            text.push(' ');
        }
        text
    }

    /// The words that a wrong letter may be found in.
    pub(super) fn vocabulary(&self) -> impl Iterator<Item = &str> {
        let words = self.list.iter().flatten().map(|(_, word)| word.as_str());
        words.filter(|word| is_correctable(word))
    }
}

/// Whether a letter of a word can be wrong: in a shorter one it is another word, in a longer one it is no word, and a
/// figure has no letters.
pub(super) fn is_correctable(word: &str) -> bool {
    let count = word.chars().count();
    (4..=30).contains(&count) && word.chars().all(char::is_alphabetic)
}

/// The words of tags, each by itself; those of other tags may be among them. None if a tag has no words.
pub(super) fn tag_terms(tags: &[TagName]) -> Option<Vec<Term>> {
    let mut terms = Vec::new();
    for tag in tags {
        let words = sought(tag.as_str());
        if words.is_empty() {
            return None;
        }
        terms.extend(words.into_iter().map(|word| Term {
            words: vec![word],
            is_exact: true,
        }));
    }
    Some(terms)
}

/// Where words are searched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sections {
    All,
    Title,
}

impl Sections {
    fn list(self) -> &'static [char] {
        match self {
            Self::All => &['t', 'n'],
            Self::Title => &['t'],
        }
    }
}

/// What is searched for.
#[derive(Clone, Copy)]
pub(super) struct Sought<'a> {
    /// Terms that are all there in `sections`.
    pub(super) terms: &'a [Term],
    pub(super) sections: Sections,
    /// Terms of tags, which are stored with the title.
    pub(super) tags: &'a [Term],
}

impl<'a> Sought<'a> {
    pub(super) fn everywhere(terms: &'a [Term]) -> Self {
        Self {
            terms,
            sections: Sections::All,
            tags: &[],
        }
    }
}

/// What is searched for, in the language of the database.
pub(super) fn query(owner: UserId, sought: Sought<'_>, is_postgres: bool) -> String {
    let owner = prefix(owner);
    let mut text = String::new();
    let terms = sought.terms.iter().map(|term| (term, sought.sections));
    let tags = sought.tags.iter().map(|term| (term, Sections::Title));
    for (index, (term, sections)) in terms.chain(tags).enumerate() {
        if index > 0 {
            text.push_str(if is_postgres { " & " } else { " AND " });
        }
        text.push('(');
        for (index, section) in sections.list().iter().enumerate() {
            if index > 0 {
                text.push_str(if is_postgres { " | " } else { " OR " });
            }
            push_term(&mut text, term, &format!("{owner}{section}"), is_postgres);
        }
        text.push(')');
    }
    text
}

/// The words are letters and digits, never an operator or a quote.
fn push_term(text: &mut String, term: &Term, prefix: &str, is_postgres: bool) {
    if is_postgres {
        for (index, word) in term.words.iter().enumerate() {
            let arrow = if index > 0 { " <-> " } else { "" };
            let _ = write!(text, "{arrow}'{prefix}{word}'");
        }
        if !term.is_exact {
            text.push_str(":*");
        }
        return;
    }
    text.push('"');
    for (index, word) in term.words.iter().enumerate() {
        let space = if index > 0 { " " } else { "" };
        let _ = write!(text, "{space}{prefix}{word}");
    }
    text.push('"');
    if !term.is_exact {
        text.push_str(" *");
    }
}
