//! The time zone beside a time: `9am Europe/Rome`, `17:00 UTC`, `9am New York time`.

use super::lexicon::Sense;
use super::tokens::Tokens;
use crate::Zone;

/// Reads a zone and answers the token after it.
pub(super) fn zone(tokens: &Tokens<'_>, at: usize) -> Option<(Zone, usize)> {
    if tokens.is(at, Sense::Utc) && tokens.closes(at + 1) {
        return Some((Zone::utc(), at + 1));
    }
    if tokens.is(at, Sense::Place)
        && let Some(found) = place(tokens, at)
    {
        return Some(found);
    }
    let start = at + usize::from(tokens.is(at, Sense::In));
    let capital = tokens
        .get(start)?
        .text
        .starts_with(|c: char| c.is_ascii_uppercase());
    let (chunk, next) = tokens
        .chunk(start)
        .filter(|(chunk, _)| capital && chunk.contains('/'))?;
    Some((Zone::parse(chunk).ok()?, next))
}

/// A place and the word `time`; without it the place is where something happens.
fn place(tokens: &Tokens<'_>, at: usize) -> Option<(Zone, usize)> {
    let found = tokens
        .language
        .places
        .iter()
        .filter_map(|(name, zone)| Some((*zone, tokens.spelled(at, name)?)));
    let (zone, next) = found.max_by_key(|(_, next)| *next)?;
    tokens.is(next, Sense::Time).then_some(())?;
    Some((Zone::parse(zone).ok()?, next + 1))
}
