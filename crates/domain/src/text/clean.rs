//! Taking out of a text what a reader cannot see: controls, bidirectional controls, Unicode tags and zero-width
//! characters. They make a text look like another one, or carry words that only a model reads.
//!
//! Characters that writing needs are kept: joiners inside emoji and in scripts that shape their letters by them, flags
//! that are spelled in tags, and one variation selector behind the character that it varies.

use std::borrow::Cow;

use serde_json::Value;

/// Ends a flag that is spelled in tags.
const TAG_END: char = '\u{E007F}';
/// The flags that are spelled in tags behind a black flag: England, Scotland and Wales.
const TAG_FLAGS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];
const ZWNJ: char = '\u{200C}';
const ZWJ: char = '\u{200D}';

/// The text without what cannot be seen. Line breaks and tabs stay.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_suspect) {
        return Cow::Borrowed(text);
    }
    let mut cleaner = Cleaner::default();
    let mut clean = cleaner.push(text);
    clean.push_str(&cleaner.finish());
    Cow::Owned(clean)
}

/// The text without what shows nothing at its ends: white space, and characters that fonts draw as a blank or not at
/// all. Control characters stay, to be refused.
pub fn trim(text: &str) -> &str {
    let is_invisible = |c: char| is_suspect(c) && !c.is_control();
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c) || is_blank(c))
}

/// A character that is drawn as a blank but separates or carries writing: the Braille blank, the Khitan filler, the
/// musical null notehead.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{16FE4}' | '\u{1D159}')
}

/// Cleans every string and every name in a JSON value.
pub fn clean_json(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(clean) = clean(text) {
                *text = clean;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(clean_json),
        Value::Object(fields) => {
            if fields.keys().any(|name| name.chars().any(is_suspect)) {
                let dirty = std::mem::take(fields).into_iter();
                fields.extend(dirty.map(|(name, value)| (clean(&name).into_owned(), value)));
            }
            fields.values_mut().for_each(clean_json);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Cleans a text that comes in pieces: whether a joiner stays is known only with the character after it.
#[derive(Clone, Default, Debug)]
pub struct Cleaner {
    /// The last character that stayed.
    last: Option<char>,
    /// Characters that depend on those after them: a joiner, or the tags of a flag.
    held: String,
}

impl Cleaner {
    /// Takes a piece, and returns the text that is certain.
    pub fn push(&mut self, piece: &str) -> String {
        let mut clean = String::with_capacity(piece.len());
        for c in piece.chars() {
            self.take(c, &mut clean);
        }
        clean
    }

    /// The rest at the end.
    pub fn finish(&mut self) -> String {
        // A joiner that joins nothing and a flag without its end are dropped, except that Arabic letters take their
        // joined form before a joiner.
        let held = std::mem::take(&mut self.held);
        let joins = held.starts_with(ZWJ) && self.last.is_some_and(is_arabic);
        self.last = None;
        if joins { held } else { String::new() }
    }

    fn take(&mut self, c: char, clean: &mut String) {
        if is_tag(c) {
            self.tag(c, clean);
            return;
        }
        match self.held.chars().next() {
            Some(joiner @ (ZWNJ | ZWJ)) => {
                self.held.clear();
                if self.joins(joiner, c) {
                    clean.push(joiner);
                    self.last = Some(joiner);
                }
            }
            _ => self.held.clear(),
        }
        match c {
            ZWNJ | ZWJ => self.held.push(c),
            _ if is_selector(c) => {
                if self.last.is_some_and(|last| is_varied(last, c)) {
                    self.keep(c, clean);
                }
            }
            _ if is_suspect(c) => {}
            _ => self.keep(c, clean),
        }
    }

    fn keep(&mut self, c: char, clean: &mut String) {
        self.last = Some(c);
        clean.push(c);
    }

    /// A tag counts only in a flag that is known.
    fn tag(&mut self, c: char, clean: &mut String) {
        if self.held.starts_with([ZWNJ, ZWJ]) {
            self.held.clear();
        }
        if self.last != Some('\u{1F3F4}') {
            return;
        }
        self.held.push(c);
        if c != TAG_END {
            // No flag is longer, so nothing more is kept of a text that never ends.
            if self.held.chars().count() > 6 {
                self.held.clear();
                self.last = None;
            }
            return;
        }
        let held = std::mem::take(&mut self.held);
        let spelled: String = held
            .chars()
            .filter_map(|tag| char::from_u32(u32::from(tag).checked_sub(0xE_0000)?))
            .filter(char::is_ascii_alphanumeric)
            .collect();
        if TAG_FLAGS.contains(&spelled.as_str()) {
            clean.push_str(&held);
        }
        self.last = Some(TAG_END);
    }

    /// Whether a joiner between the last character and this one changes how they are written.
    fn joins(&self, joiner: char, next: char) -> bool {
        let Some(last) = self.last else { return false };
        if is_shaped(last) && (is_shaped(next) || (joiner == ZWJ && is_arabic(last))) {
            return true;
        }
        let emoji = |c| is_pictograph(c) || matches!(c, '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}');
        joiner == ZWJ && emoji(last) && is_pictograph(next)
    }
}

/// Whether a character cannot be seen, or only changes others.
fn is_suspect(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || is_tag(c)
        || is_selector(c)
        || matches!(c,
            // Soft hyphen, grapheme joiner, Hangul fillers, Khmer inherent vowels, Mongolian vowel separator.
            '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' | '\u{3164}'
            | '\u{FFA0}'
            // Bidirectional marks, embeddings, overrides and isolates.
            | '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            // Zero width, line and paragraph separators, invisible operators, deprecated formats.
            | '\u{200B}'..='\u{200D}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}'
            // Shorthand and musical format controls, and the rest of the plane of tags and selectors.
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0080}'..='\u{E00FF}'
            | '\u{E01F0}'..='\u{E0FFF}')
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0000}'..='\u{E007F}')
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether a selector may follow a character: one, and of the kind that varies such characters.
fn is_varied(last: char, selector: char) -> bool {
    match selector {
        '\u{180B}'..='\u{180F}' => matches!(last, '\u{1820}'..='\u{18AA}'),
        '\u{FE0E}' | '\u{FE0F}' => is_pictograph(last) || matches!(last, '#' | '*' | '0'..='9'),
        // Ideographs have registered variants.
        _ => {
            matches!(last, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
        }
    }
}

/// Blocks with emoji; a character in them that is not an emoji does no harm.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21FF}'
        | '\u{2300}'..='\u{27BF}' | '\u{2900}'..='\u{297F}' | '\u{2B00}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}'
        | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{8A0}'..='\u{8FF}')
}

/// Whether a script shapes its letters by joiners: Arabic, Syriac, `N'Ko`, Mongolian, and those of India and its
/// neighbours.
fn is_shaped(c: char) -> bool {
    is_arabic(c)
        || matches!(c, '\u{700}'..='\u{74F}' | '\u{7C0}'..='\u{7FF}' | '\u{840}'..='\u{86F}' | '\u{900}'..='\u{DFF}'
            | '\u{F00}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{1820}'..='\u{18AA}' | '\u{1A20}'..='\u{1BFF}'
            | '\u{A800}'..='\u{A82F}' | '\u{A840}'..='\u{A8DF}' | '\u{A980}'..='\u{A9DF}' | '\u{AAE0}'..='\u{AAFF}'
            | '\u{ABC0}'..='\u{ABFF}' | '\u{11000}'..='\u{11FFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn invisible_characters_are_removed() {
        for (dirty, expected) in [
            ("a\u{202E}b\u{2066}c\u{2069}", "abc"),
            ("a\u{200B}b\u{FEFF}c\u{2060}d\u{AD}", "abcd"),
            ("buy milk\u{E0044}\u{E0045}\u{E007F}", "buy milk"),
            ("x\u{FE00}\u{FE01}\u{E0100}", "x"),
            ("a\u{0007}\u{1b}[31m\r\nb\tc", "a[31m\nb\tc"),
            ("\u{200B}\u{200D}\u{E0041}", ""),
            ("s\u{200D}ecret\u{200C}", "secret"),
            (
                "\u{1F3F4}\u{E0061}\u{E0062}\u{E0063}\u{E0064}\u{E0065}\u{E0066}\u{E0067} go",
                "\u{1F3F4} go",
            ),
        ] {
            assert_eq!(clean(dirty), expected, "{dirty:?}");
        }
    }

    #[test]
    fn what_writing_needs_stays() {
        for text in [
            "plain",
            "👩\u{200D}👩\u{200D}👧 dinner",
            "❤\u{FE0F}\u{200D}🔥",
            "🧔🏽\u{200D}♂\u{FE0F}",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F} match",
            "1\u{FE0F}\u{20E3}",
            "می\u{200C}خواهم",
            "क्\u{200D}ष",
            "葛\u{E0100}城",
            "naïve — 日本語\nnext",
        ] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn json_is_cleaned_all_through() {
        let mut value =
            json!({"title": "a\u{202E}b", "list": ["\u{2066}x"], "n\u{200B}": {"m": "c\u{0}"}});
        clean_json(&mut value);
        assert_eq!(
            value,
            json!({"title": "ab", "list": ["x"], "n": {"m": "c"}})
        );
    }

    proptest! {
        #[test]
        fn pieces_are_cleaned_as_the_whole(text in "[a-z👩❤🏴مक\u{200B}-\u{200D}\u{FE0F}\u{E0062}\u{E0067}\u{E007F}]{0,30}", at in 0..30_usize) {
            let (head, tail): (String, String) = (text.chars().take(at).collect(), text.chars().skip(at).collect());
            let mut cleaner = Cleaner::default();
            let pieces = cleaner.push(&head) + &cleaner.push(&tail) + &cleaner.finish();
            prop_assert_eq!(&pieces, &clean(&text));
            prop_assert_eq!(clean(&pieces), pieces.as_str());
        }
    }
}
