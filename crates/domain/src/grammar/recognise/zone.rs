//! The time zone next to a time: `9am Europe/Rome`, `17:00 UTC`, `9am New York time`.

use super::word::weekday;
use crate::Zone;
use crate::grammar::token::Tokens;
use crate::grammar::token::lexicon::Sense;

/// Reads a zone and returns the token after it.
pub(crate) fn zone(tokens: &Tokens<'_>, at: usize) -> Option<(Zone, usize)> {
    if tokens.is(at, Sense::Utc) && tokens.at_phrase_end(at + 1) {
        return Some((Zone::utc(), at + 1));
    }
    if tokens.is(at, Sense::Place)
        && let Some(found) = place(tokens, at)
    {
        return Some(found);
    }
    let start = at + usize::from(tokens.is(at, Sense::In));
    if start > at
        && let Some((zone, next)) =
            named(tokens, start).filter(|(_, next)| !continues_name(tokens, *next))
    {
        return Some((Zone::parse(zone).ok()?, next));
    }
    let capital = tokens
        .get(start)?
        .text
        .starts_with(|c: char| c.is_ascii_uppercase());
    let (chunk, next) = tokens
        .chunk(start)
        .filter(|(chunk, _)| capital && chunk.contains('/'))?;
    // "Europe/Rome,friday", "Europe/Rome(every day)"
    let name = chunk.split([',', ';', '(']).next().unwrap_or(chunk);
    let next = if name.len() == chunk.len() {
        next
    } else {
        let end = tokens.get(start)?.start + name.len();
        tokens.list.partition_point(|token| token.start < end)
    };
    Some((Zone::parse(name).ok()?, next))
}

/// Reads a zone right behind a time, or behind a comma or in brackets there: `5pm (London time)`, `5pm, London time`.
pub(crate) fn zone_behind(tokens: &Tokens<'_>, at: usize) -> Option<(Zone, usize)> {
    if let Some(found) = zone(tokens, at) {
        return Some(found);
    }
    if tokens.is_mark(at, ",") {
        return place(tokens, at + 1);
    }
    let (zone, next) = zone(tokens, at + 1).filter(|_| tokens.is_mark(at, "("))?;
    tokens.is_mark(next, ")").then_some((zone, next + 1))
}

/// A place and the word `time`; without it the place is where something happens.
pub(crate) fn place(tokens: &Tokens<'_>, at: usize) -> Option<(Zone, usize)> {
    let (zone, next) = named(tokens, at)?;
    tokens.is(next, Sense::Time).then_some(())?;
    Some((Zone::parse(zone).ok()?, next + 1))
}

/// The zone of the place that is named here, by its longest name, and the token after it.
fn named(tokens: &Tokens<'_>, at: usize) -> Option<(&'static str, usize)> {
    if !tokens.is(at, Sense::Place) {
        return None;
    }
    let found = tokens
        .language
        .places
        .iter()
        .filter_map(|(name, zone)| Some((*zone, tokens.match_name(at, name)?)));
    found.max_by_key(|(_, next)| *next)
}

/// Whether more follows a place: `in Paris with Ann` is a place, not a time zone.
fn continues_name(tokens: &Tokens<'_>, at: usize) -> bool {
    let dated = [
        Sense::Today,
        Sense::Tomorrow,
        Sense::Tonight,
        Sense::On,
        Sense::Every,
    ];
    !(tokens.at_line_end(at) || tokens.any(at, &dated) || weekday(tokens, at).is_some())
}

/// The doubt about words after a time that look like a time zone.
pub(crate) fn doubt(tokens: &Tokens<'_>, at: usize) -> Option<String> {
    if tokens.is(at, Sense::In) && tokens.is(at + 1, Sense::Place) {
        let zone = zone(tokens, at)?.0;
        return Some(format!(
            "the time was read in {zone}; quote the place if it is only a location"
        ));
    }
    let token = tokens.get(at)?;
    if tokens.is(at, Sense::Utc) && !tokens.at_phrase_end(at + 1) {
        return Some(
            "UTC offsets are not supported; write a zone name such as Europe/Rome".to_owned(),
        );
    }
    let upper = token.text.bytes().all(|byte| byte.is_ascii_uppercase());
    let letters = tokens.is(at, Sense::ZoneLetters) && (upper || token.text.len() > 2);
    (letters && tokens.at_phrase_end(at + 1)).then_some(())?;
    let known = LETTERS
        .iter()
        .find(|(letters, _)| letters.eq_ignore_ascii_case(token.text));
    let name = known.map_or("Europe/Rome", |(_, name)| name);
    Some(format!(
        "'{}' was not read as a time zone; write a zone name such as {name}",
        token.text
    ))
}

/// Abbreviations that mean several zones or none, and a name that may be meant.
const LETTERS: [(&str, &str); 20] = [
    ("et", "America/New_York"),
    ("est", "America/New_York"),
    ("edt", "America/New_York"),
    ("ct", "America/Chicago"),
    ("cst", "America/Chicago"),
    ("cdt", "America/Chicago"),
    ("mt", "America/Denver"),
    ("mst", "America/Denver"),
    ("mdt", "America/Denver"),
    ("pt", "America/Los_Angeles"),
    ("pst", "America/Los_Angeles"),
    ("pdt", "America/Los_Angeles"),
    ("bst", "Europe/London"),
    ("cet", "Europe/Paris"),
    ("cest", "Europe/Paris"),
    ("ist", "Asia/Kolkata"),
    ("jst", "Asia/Tokyo"),
    ("aest", "Australia/Sydney"),
    ("aedt", "Australia/Sydney"),
    ("awst", "Australia/Perth"),
];
