//! Characters that are read as their plain twins: full-width letters, digits and marks, digits of other scripts, spaces
//! of any width, hyphens, and characters without width.

use std::borrow::Cow;
use std::ops::Range;

/// A text with plain characters, and where they stood in the original.
pub(crate) struct Plain {
    /// The text that is read.
    pub text: String,
    /// For each byte of it, and for its end, the byte of the original.
    offsets: Vec<usize>,
    /// For each byte of it, and for its end, the byte of the original behind the character before: marks without width
    /// may stand between the two.
    behind: Vec<usize>,
}

impl Plain {
    /// The plain text; none if the original is.
    pub(crate) fn of(text: &str) -> Option<Self> {
        if text.is_ascii() || !text.chars().any(|c| twin(c) != Twin::Same) {
            return None;
        }
        let mut plain = Self {
            text: String::with_capacity(text.len()),
            offsets: Vec::with_capacity(text.len() + 1),
            behind: Vec::with_capacity(text.len() + 1),
        };
        let mut end = 0;
        for (at, original) in text.char_indices() {
            let c = match twin(original) {
                Twin::Same => original,
                Twin::Of(plain) => plain,
                Twin::Nothing => continue,
            };
            plain.text.push(c);
            plain.offsets.resize(plain.text.len(), at);
            plain.behind.resize(plain.text.len(), end);
            end = at + original.len_utf8();
        }
        plain.offsets.push(text.len());
        plain.behind.push(end);
        Some(plain)
    }

    /// The byte of the original.
    pub(crate) fn original(&self, at: usize) -> usize {
        let offset = self.offsets.get(at).or(self.offsets.last());
        offset.copied().unwrap_or_default()
    }

    /// The bytes of the original for some of the plain text, with the marks without width around them.
    pub(crate) fn original_range(&self, bytes: Range<usize>) -> Range<usize> {
        let behind = self.behind.get(bytes.start).or(self.behind.last());
        behind.copied().unwrap_or_default()..self.original(bytes.end)
    }

    /// The bytes of the plain text for some of the original.
    pub(crate) fn range_of(&self, original: &Range<usize>) -> Range<usize> {
        let at = |byte: usize| {
            let found = self.offsets.partition_point(|offset| *offset < byte);
            found.min(self.text.len())
        };
        at(original.start)..at(original.end)
    }
}

/// The plain text of a value that needs no positions.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    Plain::of(text).map_or(Cow::Borrowed(text), |plain| Cow::Owned(plain.text))
}

/// What a character is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Twin {
    Same,
    Of(char),
    Nothing,
}

fn twin(c: char) -> Twin {
    match c {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => Twin::Nothing,
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Twin::Of(' '),
        // Dashes have a meaning of their own between dates.
        '\u{2010}'..='\u{2012}' | '\u{2212}' | '\u{ff0d}' => Twin::Of('-'),
        '０'..='９'
        | 'Ａ'..='Ｚ'
        | 'ａ'..='ｚ'
        | '：'
        | '；'
        | '／'
        | '，'
        | '．'
        | '（'
        | '）'
        | '＋' => {
            let ascii = u32::from(c).checked_sub(0xfee0).and_then(char::from_u32);
            ascii.map_or(Twin::Same, Twin::Of)
        }
        _ => digit(c).map_or(Twin::Same, Twin::Of),
    }
}

/// The plain twin of a digit of another script.
fn digit(c: char) -> Option<char> {
    // The zeros of Arabic, Persian, Hindi, Bengali and Thai; the other digits follow theirs.
    const ZEROS: [char; 5] = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}'];
    ZEROS.iter().find_map(|zero| {
        let value = u32::from(c).checked_sub(u32::from(*zero))?;
        char::from_digit(value, 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_original() {
        let text = "a\u{200b}é \u{202f}１２";
        let plain = Plain::of(text).unwrap();
        assert_eq!(plain.text, "aé  12");
        let at = plain.text.find('1').unwrap();
        assert!(text[plain.original(at)..].starts_with('１'));
        assert_eq!(plain.original(plain.text.len()), text.len());
        assert_eq!(&text[plain.original_range(1..3)], "\u{200b}é");
        let range = plain.range_of(&(text.find('１').unwrap()..text.len()));
        assert_eq!(&plain.text[range], "12");
        assert!(Plain::of("naïve – “plain”").is_none());
    }
}
