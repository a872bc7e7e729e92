//! The words of tasks: stored with the task in its transaction, and searched.
//!
//! Each word is stored as `<owner><section><word>`. With the owner first, nobody's search reads the index entries of
//! others; the section is `t` for title and tags, `n` for notes. Both databases get the same words at the same places.

use std::collections::HashMap;
use std::fmt::Write as _;

use taskwire_domain::filter::Term;
use taskwire_domain::words::{sought, stored};
use taskwire_domain::{TagName, Task, UserId};

use super::dialect::Dialect;

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
pub(super) fn prefix(owner: UserId) -> String {
    let bytes = owner.0.into_bytes();
    let low = bytes.iter().rev().take(4).rev();
    low.fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Words {
    pub(super) fn new(task: &Task) -> Self {
        let tags = task.tags.iter().map(TagName::as_str);
        Self::of(task.owner, task.title.as_str(), tags, task.notes.as_str())
    }

    /// Of the texts of a task.
    pub(super) fn of<'a>(
        owner: UserId,
        title: &str,
        tags: impl Iterator<Item = &'a str>,
        notes: &str,
    ) -> Self {
        let mut list = Vec::new();
        let mut add = |section: char, text: &str| {
            if !list.is_empty() {
                list.push(None);
            }
            list.extend(stored(text).into_iter().map(|word| Some((section, word))));
        };
        add('t', title);
        for tag in tags {
            add('t', tag);
        }
        add('n', notes);
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
            owner: prefix(owner),
            list,
        }
    }

    /// Whether these words have what is searched for.
    pub(super) fn meet(&self, sought: Sought<'_>) -> bool {
        let tags = sought.tags.iter().map(|term| (term, Sections::Title));
        let terms = sought.terms.iter().map(|term| (term, sought.sections));
        terms
            .chain(tags)
            .all(|(term, sections)| self.have(term, sections))
            && !sought
                .without
                .iter()
                .any(|terms| terms.iter().all(|term| self.have(term, Sections::All)))
    }

    fn have(&self, term: &Term, sections: Sections) -> bool {
        let Some((last, first)) = term.words.split_last() else {
            return false;
        };
        self.list.windows(term.words.len()).any(|words| {
            let Some(Some((section, _))) = words.first() else {
                return false;
            };
            let word = |index: usize| match words.get(index) {
                Some(Some((of, word))) if of == section => Some(word.as_str()),
                _ => None,
            };
            let is_last = word(first.len()).is_some_and(|word| {
                word == last || !term.is_exact && word.starts_with(last.as_str())
            });
            is_last
                && sections.list().contains(section)
                && first
                    .iter()
                    .enumerate()
                    .all(|(index, sought)| word(index) == Some(sought))
        })
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
    pub(super) fn list(self) -> &'static [char] {
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
    /// Several terms each, of which a task has not all.
    pub(super) without: &'a [&'a [Term]],
}

impl<'a> Sought<'a> {
    pub(super) fn everywhere(terms: &'a [Term]) -> Self {
        Self {
            terms,
            sections: Sections::All,
            tags: &[],
            without: &[],
        }
    }

    pub(super) fn all_terms(self) -> impl Iterator<Item = &'a Term> {
        let without = self.without.iter().copied().flatten();
        self.terms.iter().chain(self.tags).chain(without)
    }
}

/// What is searched for, in the language of the database.
pub(super) fn query(owner: UserId, sought: Sought<'_>, dialect: &Dialect) -> String {
    let owner = prefix(owner);
    let (and, not) = if dialect.is_postgres {
        (" & ", " & !")
    } else {
        (" AND ", " NOT ")
    };
    let mut text = String::from("(");
    let terms = sought.terms.iter().map(|term| (term, sought.sections));
    let tags = sought.tags.iter().map(|term| (term, Sections::Title));
    for (index, (term, sections)) in terms.chain(tags).enumerate() {
        text.push_str(if index > 0 { and } else { "" });
        push_sections(&mut text, term, (&owner, sections), dialect);
    }
    text.push(')');
    for terms in sought.without {
        text.push_str(not);
        text.push('(');
        for (index, term) in terms.iter().enumerate() {
            text.push_str(if index > 0 { and } else { "" });
            push_sections(&mut text, term, (&owner, Sections::All), dialect);
        }
        text.push(')');
    }
    text
}

/// A term in one of the sections of an owner.
fn push_sections(
    text: &mut String,
    term: &Term,
    (owner, sections): (&str, Sections),
    dialect: &Dialect,
) {
    text.push('(');
    for (index, section) in sections.list().iter().enumerate() {
        let or = if dialect.is_postgres { " | " } else { " OR " };
        text.push_str(if index > 0 { or } else { "" });
        push_term(text, term, &format!("{owner}{section}"), dialect);
    }
    text.push(')');
}

/// The words are letters and digits, never an operator or a quote.
fn push_term(text: &mut String, term: &Term, prefix: &str, dialect: &Dialect) {
    if dialect.is_postgres {
        for (index, word) in term.words.iter().enumerate() {
            let arrow = if index > 0 { " <-> " } else { "" };
            let _ = write!(text, "{arrow}'{prefix}{word}'");
        }
        if !term.is_exact {
            text.push_str(":*");
        }
        return;
    }
    let Some((last, first)) = term.words.split_last() else {
        return;
    };
    let last = format!("{prefix}{last}");
    let words = dialect.words(&last).filter(|_| !term.is_exact);
    for (index, word) in words.unwrap_or_default().iter().enumerate() {
        text.push_str(if index > 0 { " OR " } else { "" });
        push_phrase(text, (prefix, first), word);
    }
    // Where no word begins so, the beginning is none either.
    if words.is_none_or(<[String]>::is_empty) {
        push_phrase(text, (prefix, first), &last);
        let is_beginning = words.is_none() && !term.is_exact;
        text.push_str(if is_beginning { " *" } else { "" });
    }
}

/// Words that follow one another.
fn push_phrase(text: &mut String, (prefix, first): (&str, &[String]), last: &str) {
    text.push('"');
    for word in first {
        let _ = write!(text, "{prefix}{word} ");
    }
    let _ = write!(text, "{last}\"");
}
