//! The title: the rest of a line.

use std::ops::Range;

use crate::grammar::parsed::Span;

/// Punctuation that nothing needs between taken words and the title.
const LEADING: &str = ",.;:!?-–—";

/// The rest of the line, with the gaps closed and without the backslashes at `escapes`.
pub(super) fn title(text: &str, escapes: &[usize], spans: &[Span]) -> String {
    let first = spans.first().map_or(text.len(), |span| span.start);
    let mut title = piece(text, escapes, 0..first).trim().to_owned();
    let ends = spans.iter().map(|span| span.end);
    let starts = spans.iter().skip(1).map(|span| span.start);
    for (from, to) in ends.zip(starts.chain([text.len()])) {
        let piece = piece(text, escapes, from..to);
        if title.is_empty() {
            // Punctuation between the taken words and the title is not needed any more.
            title.push_str(
                piece
                    .trim_start_matches(|c: char| c.is_whitespace() || LEADING.contains(c))
                    .trim_end(),
            );
            continue;
        }
        let mut rest = piece.trim();
        // A dash between two taken phrases went with them.
        if matches!(rest, "-" | "–" | "—") && to < text.len() {
            continue;
        }
        let brackets = [('(', ')'), ('[', ']'), ('{', '}')];
        let mut emptied = false;
        while let Some(inner) = brackets.iter().find_map(|(open, close)| {
            let inner = rest.strip_prefix(*close)?;
            title.ends_with(*open).then_some(inner)
        }) {
            title.pop();
            title.truncate(title.trim_end().len());
            (rest, emptied) = (inner, true);
        }
        if emptied && title.is_empty() {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || LEADING.contains(c));
        }
        // "review, tomorrow, slides" needs one comma.
        let rest = if title.ends_with([',', ';']) {
            rest.trim_start_matches([',', ';', ' '])
        } else {
            rest
        };
        let joins = rest.starts_with(|c: char| ",.;:!?)…".contains(c)) || title.ends_with('(');
        if !(rest.is_empty() || joins && !piece.starts_with(' ') || title.ends_with('(')) {
            title.push(' ');
        }
        title.push_str(rest.trim_start_matches(|c: char| emptied && c.is_whitespace()));
    }
    if spans.is_empty() {
        return title;
    }
    let title = title.trim_start();
    let trailing = [',', ';', ':', '-', '–', '—'];
    title
        .trim_end_matches(|c: char| c.is_whitespace() || trailing.contains(&c))
        .to_owned()
}

/// A part of the line without the backslashes that only protected a word.
fn piece(text: &str, escapes: &[usize], range: Range<usize>) -> String {
    let mut piece = String::new();
    let mut from = range.start;
    let first = escapes.partition_point(|escape| *escape < range.start);
    let inside = escapes.iter().skip(first);
    for escape in inside.take_while(|escape| **escape < range.end) {
        piece.push_str(text.get(from..*escape).unwrap_or_default());
        from = escape + 1;
    }
    piece.push_str(text.get(from..range.end).unwrap_or_default());
    piece
}
