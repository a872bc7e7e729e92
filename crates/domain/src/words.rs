//! The words of a text as they are searched for: folded and cut here once, so that both databases find the same.

use std::iter::once;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest word that is told apart from others with the same beginning, in characters.
const WORD_MAX: usize = 40;

/// Text without regard to case, accents and the different encodings of one character: `Straße` is `strasse`, `Canción`
/// is `cancion`.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        .filter(|c| !is_dropped(*c))
        .flat_map(char::to_lowercase)
        .flat_map(spelled)
        // Lower case can bring a mark of its own.
        .filter(|c| !is_dropped(*c))
        .nfc()
        .collect()
}

/// Marks over, under and in letters, those that only choose between forms of a character, and soft hyphens. Vowel signs
/// of scripts that write vowels with marks stay.
fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{5BF}'
        | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}' | '\u{610}'..='\u{61A}' | '\u{640}'
        | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}' | '\u{6DF}'..='\u{6E8}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{200B}'..='\u{200F}' | '\u{20D0}'..='\u{20FF}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0000}'..='\u{E01EF}')
}

/// Letters that people also write as others.
fn spelled(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ø' => ('o', None),
        'đ' | 'ð' => ('d', None),
        'ł' => ('l', None),
        'ħ' => ('h', None),
        'ı' => ('i', None),
        'ς' => ('σ', None),
        other => (other, None),
    };
    once(first).chain(second)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Of a word between spaces.
    Letter,
    /// Of a script that writes no spaces between words.
    Unspaced,
    /// A word by itself.
    Emoji,
    /// Continues what it follows.
    Mark,
    Other,
}

fn kind(c: char) -> Kind {
    match c {
        '\u{E00}'..='\u{EFF}'
        | '\u{1000}'..='\u{109F}'
        | '\u{1780}'..='\u{17FF}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30FF}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}'
            if c != '\u{30FB}' =>
        {
            Kind::Unspaced
        }
        '\u{231A}'..='\u{23FF}'
        | '\u{2600}'..='\u{27BF}'
        | '\u{2B00}'..='\u{2BFF}'
        | '\u{1F000}'..='\u{1FAFF}' => Kind::Emoji,
        c if c.is_alphanumeric() => Kind::Letter,
        c if is_combining_mark(c) => Kind::Mark,
        _ => Kind::Other,
    }
}

/// A stretch of text of one kind.
struct Piece {
    kind: Kind,
    text: Vec<char>,
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut is_joined = false;
    for c in fold(text).chars() {
        let kind = kind(c);
        match pieces.last_mut() {
            Some(last) if is_joined && kind == Kind::Mark => last.text.push(c),
            Some(last) if is_joined && kind != Kind::Emoji && last.kind == kind => {
                last.text.push(c);
            }
            _ if matches!(kind, Kind::Mark | Kind::Other) => {}
            _ => pieces.push(Piece {
                kind,
                text: vec![c],
            }),
        }
        is_joined = kind == Kind::Mark && is_joined || !matches!(kind, Kind::Mark | Kind::Other);
    }
    pieces
}

/// Writing without spaces becomes overlapping pairs of characters; `last` adds the last character by itself, so that each
/// character begins a word.
fn push_words(piece: &Piece, last: bool, words: &mut Vec<String>) {
    if piece.kind != Kind::Unspaced {
        words.push(piece.text.iter().take(WORD_MAX).collect());
        return;
    }
    words.extend(piece.text.windows(2).map(|pair| pair.iter().collect()));
    if last || piece.text.len() == 1 {
        words.extend(piece.text.last().map(ToString::to_string));
    }
}

/// The words of a text, in order, as they are stored.
pub fn stored(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for piece in pieces(text) {
        push_words(&piece, true, &mut words);
    }
    words
}

/// The words of a text, in order, as they are searched for in what [`stored`] returned.
pub fn sought(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for piece in pieces(text) {
        push_words(&piece, false, &mut words);
    }
    words
}

/// Whether one letter was left out, added, replaced or swapped with its neighbour.
pub fn differ_by_one(left: &str, right: &str) -> bool {
    strsim::osa_distance(left, right) == 1
}

#[cfg(test)]
mod tests;
