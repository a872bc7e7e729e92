//! Text that people write: checked once, then carried as a type.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;

use crate::Invalid;

mod clean;

pub use clean::{Cleaner, clean, clean_json, trim};

/// Longest title, in characters.
pub const TITLE_MAX: usize = 500;
/// Longest notes, in characters.
pub const NOTES_MAX: usize = 20_000;
/// Longest tag name, in characters.
pub const TAG_MAX: usize = 50;
/// Most tags on one task.
pub const TAGS_MAX: usize = 20;
/// Longest name of a saved filter, in characters.
pub const FILTER_NAME_MAX: usize = 50;

/// A task's title: one line of 1 to [`TITLE_MAX`] characters.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Title(String);

/// A task's notes: at most [`NOTES_MAX`] characters of plain text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Notes(String);

/// A tag's name: 1 to [`TAG_MAX`] characters without spaces around it, compared without case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TagName(String);

/// A saved filter's name: 1 to [`FILTER_NAME_MAX`] characters, compared without case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilterName(String);

impl Title {
    /// Checks a title. Surrounding space and what cannot be seen is dropped; a line break is refused. Fails with
    /// `empty_title`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        characters("/title", text.trim(), false)?;
        let text = clean(text);
        let text = trim(&text);
        if text.is_empty() {
            return Err(Invalid::new("/title", "empty_title", "The title is empty.")
                .hint("Send a title that says what to do."));
        }
        length("/title", text, TITLE_MAX)?;
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Notes {
    /// Checks notes, which may have line breaks and tabs. Fails with `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        length("/notes", text, NOTES_MAX)?;
        characters("/notes", text, true)?;
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TagName {
    /// Checks a tag's name. A leading `#` or `@` is dropped, as people type it. Fails with `empty_tag`,
    /// `invalid_tag`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        characters("/tags", text.trim(), false)?;
        let name = clean(text);
        let name = trim(&name);
        let name = trim(name.strip_prefix(['#', '@']).unwrap_or(name));
        if name.is_empty() {
            return Err(Invalid::new("/tags", "empty_tag", "A tag's name is empty.")
                .hint("Send a name such as \"home\", or omit the tag."));
        }
        length("/tags", name, TAG_MAX)?;
        if name.contains(',') {
            return Err(Invalid::new(
                "/tags",
                "invalid_tag",
                format!("The tag {:?} contains a comma.", clip(name)),
            )
            .hint("Send several tags as several items of the list."));
        }
        Ok(Self(name.to_owned()))
    }

    /// Checks a whole list: no more than [`TAGS_MAX`], each name once (the first spelling wins). Fails with
    /// `too_many_tags`, or as [`TagName::parse`] does.
    pub fn parse_all<S: AsRef<str>>(names: &[S]) -> Result<Vec<Self>, Invalid> {
        let mut tags: Vec<Self> = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let tag = Self::parse(name.as_ref()).map_err(|refused| Invalid {
                field: format!("/tags/{index}"),
                ..refused
            })?;
            if !tags.iter().any(|known| known.key() == tag.key()) {
                tags.push(tag);
            }
        }
        if tags.len() > TAGS_MAX {
            return Err(Invalid::new(
                "/tags",
                "too_many_tags",
                format!("A task cannot have {} tags.", tags.len()),
            )
            .hint(format!("Send at most {TAGS_MAX}.")));
        }
        Ok(tags)
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as compared ([`label_key`]).
    pub fn key(&self) -> String {
        label_key(&self.0)
    }
}

impl FilterName {
    /// Checks the name of a saved filter. A leading `@` is dropped, as it is written in expressions. Fails with
    /// `empty_name`, `invalid_name`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        characters("/name", text.trim(), false)?;
        let name = clean(text);
        let name = trim(&name);
        let name = trim(name.strip_prefix('@').unwrap_or(name));
        if name.is_empty() {
            return Err(Invalid::new("/name", "empty_name", "The name is empty.")
                .hint("Send a name such as \"work\"."));
        }
        length("/name", name, FILTER_NAME_MAX)?;
        if let Some(operator) = name.chars().find(|c| "&|()\"".contains(*c)) {
            return Err(Invalid::new(
                "/name",
                "invalid_name",
                format!("The name contains {operator}, which has a meaning in filters."),
            )
            .hint("Send a name without & | ( ) and quotes."));
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as compared ([`label_key`]).
    pub fn key(&self) -> String {
        label_key(&self.0)
    }
}

/// Longest reason, in characters.
pub const REASON_MAX: usize = 500;

/// Checks a reason; an empty one counts as none.
pub fn reason(text: &str) -> Result<Option<String>, Invalid> {
    let text = trim(text);
    length("/reason", text, REASON_MAX)?;
    characters("/reason", text, true)?;
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Without regard to case, by Unicode's full case folding (section 3.13.3: `ß` is `ss`, `ς` is `σ`): the form in which
/// texts are compared on both databases.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    UniCase::unicode(text).to_folded_case()
}

/// The form in which names of tags and saved filters are compared on both databases: without regard to case ([`fold`]),
/// to the encodings and widths of one character (NFKC, Unicode UAX #15), and to characters that nobody sees.
pub fn label_key(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let seen: String = clean(text).nfkc().collect();
    fold(&seen).nfkc().collect()
}

/// The form in which names of people are compared: as [`label_key`], but in lower case without folding, because RFC 8265
/// (section 3.3) defines the names of accounts so. `Strasse` is another person than `Straße`.
pub fn name_key(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let seen: String = clean(text).nfkc().collect();
    seen.to_lowercase()
}

/// Longest piece of what was sent that an error quotes, in characters.
const QUOTE_MAX: usize = 60;

/// The text, shortened for an error message.
pub fn clip(text: &str) -> String {
    let mut clipped: String = text.chars().take(QUOTE_MAX).collect();
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    clipped
}

fn length(field: &str, text: &str, limit: usize) -> Result<(), Invalid> {
    // Bytes bound characters from above, so only text near the limit is counted.
    if text.len() > limit && text.chars().count() > limit {
        return Err(Invalid::new(
            field,
            "too_long",
            format!("The text is {} characters long.", text.chars().count()),
        )
        .hint(format!("Send at most {limit} characters.")));
    }
    Ok(())
}

/// Refuses control characters, which Postgres (NUL) or a terminal (escape sequences) would choke on, and the
/// bidirectional overrides that make a text look like another one.
fn characters(field: &str, text: &str, lines: bool) -> Result<(), Invalid> {
    let bad = text.chars().find(|&c| {
        (c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t')))
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    });
    match bad {
        Some(c) => Err(Invalid::new(
            field,
            "invalid_character",
            format!(
                "The text contains the control character U+{:04X}.",
                u32::from(c)
            ),
        )
        .hint("Remove it.")),
        None => Ok(()),
    }
}

macro_rules! display {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
display!(Title, Notes, TagName, FilterName);

/// An error with all its causes: the outermost message alone ("error sending request") is not helpful.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_of_nothing_that_can_be_seen_is_empty() {
        for text in [
            "\u{200B}",
            " \u{200D}\u{FEFF} ",
            "\u{E0041}\u{E0042}",
            "\u{200F}",
            // Braille blank, Hangul fillers, a Khitan filler, a musical null notehead, shorthand and music controls.
            "\u{2800}\u{2800}",
            " \u{3164}\u{115F}\u{1160}\u{FFA0}",
            "\u{16FE4}\u{1D159}",
            "\u{1BCA0}\u{1D173}\u{E0080}\u{E01F0}\u{2064}\u{FFF0}",
            "\u{A0}\u{3000}\u{2003}",
            "\u{2800}\u{200B} \u{2800}",
        ] {
            assert_eq!(
                Title::parse(text).unwrap_err().code,
                "empty_title",
                "{text:?}"
            );
            assert_eq!(
                TagName::parse(text).unwrap_err().code,
                "empty_tag",
                "{text:?}"
            );
        }
        // Braille keeps its spaces between words.
        assert_eq!(
            Title::parse("\u{2800}⠃⠥⠽\u{2800}⠍⠊⠇⠅\u{2800}")
                .unwrap()
                .as_str(),
            "⠃⠥⠽\u{2800}⠍⠊⠇⠅"
        );
        assert_eq!(TagName::parse("#\u{2800}").unwrap_err().code, "empty_tag");
        assert_eq!(TagName::parse("\u{2800}home").unwrap().as_str(), "home");
        assert_eq!(
            Title::parse("pay\u{E0044}\u{E0045} rent\u{200B}")
                .unwrap()
                .as_str(),
            "pay rent"
        );
        assert_eq!(
            Title::parse("abc\u{202E}").unwrap_err().code,
            "invalid_character"
        );
    }

    #[test]
    fn names_that_look_alike_have_one_key() {
        for (one, other) in [
            ("JOSÉ", "jose\u{301}"),
            ("Ａｄｍｉｎ", "admin"),
            ("name\u{200B}", "Name"),
            ("ﬁnn", "Finn"),
            ("ΟΔΟΣ", "οδος"),
        ] {
            assert_eq!(name_key(one), name_key(other), "{one} {other}");
        }
        assert_ne!(name_key("élodie"), name_key("elodie"));
        assert_ne!(name_key("Straße"), name_key("STRASSE"));
    }

    #[test]
    fn labels_are_compared_by_full_case_folding() {
        for names in [
            ["Straße", "STRASSE", "straẞe"],
            ["ΟΔΟΣ", "οδος", "οδοσ"],
            ["ﬃnn", "FFINN", "ffinn"],
            ["ᾼdis", "ᾳdis", "αιdis"],
            ["Ꭰꭰ", "ꭰꭰ", "ᎠᎠ"],
            ["JOSÉ", "jose\u{301}", "Ｊosé"],
            ["ǰ", "J\u{30C}", "j\u{30C}"],
        ] {
            let [one, other, third] = names.map(label_key);
            assert!(one == other && other == third, "{names:?}");
            assert_eq!(label_key(&one), one, "{names:?}");
        }
        for (one, other) in [("ısı", "isi"), ("élodie", "elodie"), ("か", "が")] {
            assert_ne!(label_key(one), label_key(other));
        }
    }
}
