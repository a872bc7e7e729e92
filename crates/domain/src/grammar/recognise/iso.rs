//! The written forms of due values: `2026-12-01`, `2026-12-01T09:00`, and with a zone.

use crate::Due;
use crate::grammar::token::Tokens;

/// `2026-12-01` and longer forms; what looks like one but is not comes back as the reason.
pub(crate) fn written(
    tokens: &Tokens<'_>,
    at: usize,
) -> Option<(Result<Due, crate::Invalid>, usize)> {
    let (chunk, next) = tokens.chunk(at)?;
    // "2027-01" is a month.
    (looks_written(chunk) && chunk.len() > 7).then(|| (Due::parse(chunk), next))
}

/// Whether text begins like `2026-12-`.
pub(crate) fn looks_written(text: &str) -> bool {
    text.bytes()
        .zip(b"0000-0")
        .take(6)
        .filter(|(byte, form)| {
            if **form == b'-' {
                *byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        })
        .count()
        == 6
}
