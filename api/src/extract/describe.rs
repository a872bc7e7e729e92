//! Turning what the JSON reader says into a field, a sentence and advice.

use taskwire_domain::Invalid;

/// Longest message of the JSON reader passed on, in characters: it quotes what was sent.
const MESSAGE_MAX: usize = 200;

pub(super) fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escape(key)),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// A name as one step of a JSON pointer (RFC 6901).
pub(super) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The pointer of a field: the reader's path names it already, or ends at the object that holds it.
fn below(pointer: &str, name: &str) -> String {
    let step = format!("/{}", escape(name));
    if pointer.ends_with(&step) {
        pointer.to_owned()
    } else {
        format!("{pointer}{step}")
    }
}

/// A message of the reader, not longer than a person reads.
pub(super) fn clip(text: &str) -> String {
    let mut clipped: String = text.chars().take(MESSAGE_MAX).collect();
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    clipped
}

/// Turns the reader's message into a field, a sentence and advice.
pub(super) fn describe(pointer: &str, message: &str) -> Invalid {
    let message = message.split(" at line ").next().unwrap_or(message);
    let quoted = |prefix: &str| {
        message
            .strip_prefix(prefix)
            .and_then(|rest| rest.split_once('`'))
            .map(|(name, _)| name.to_owned())
    };
    if let Some((name, list)) = message
        .strip_prefix("unknown field `")
        .and_then(|rest| rest.rsplit_once("`, expected "))
    {
        let known: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
        let at = below(pointer, name);
        let refused = Invalid::new(
            at,
            "unknown_field",
            format!("There is no field {:?}.", clip(name)),
        );
        return match nearest(name, &known) {
            Some(near) => refused.hint(format!("Did you mean {near:?}?")),
            None => refused.hint(format!("Known fields: {}.", known.join(", "))),
        };
    }
    if let Some(name) = quoted("missing field `") {
        return Invalid::new(
            format!("{pointer}/{name}"),
            "missing_field",
            format!("The field {name:?} is missing."),
        )
        .hint("Send it.");
    }
    if let Some(name) = quoted("duplicate field `") {
        let at = below(pointer, &name);
        return Invalid::new(
            at,
            "duplicate_field",
            format!("The field {name:?} comes more than once."),
        )
        .hint("Send it once.");
    }
    let expected = message
        .rsplit_once("expected ")
        .map(|(_, expected)| expected);
    let refused = Invalid::new(
        pointer,
        "invalid_type",
        format!("Cannot be read: {}.", clip(message)),
    );
    match expected {
        Some(expected) => refused.hint(format!("Send {}.", in_words(expected))),
        None => refused.hint("See /docs for what it may be."),
    }
}

/// What the JSON reader expected, for a person.
fn in_words(expected: &str) -> String {
    match expected {
        "i64" => "a whole number".into(),
        "u32" => "a whole number of 0 or more".into(),
        "a boolean" => "true or false".into(),
        "a sequence" => "a list".into(),
        name if name.starts_with("struct ") => "an object".into(),
        other => clip(other),
    }
}

/// The known name that shares most with a misspelt one, if any is near.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (distance(name, candidate), *candidate))
        .filter(|(distance, candidate)| {
            *distance <= 2 || candidate.starts_with(name) || name.starts_with(candidate)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance, bounded in work by the length of a field name.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (y, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let next = (left + 1)
                .min(*cell + 1)
                .min(diagonal + usize::from(x != *y));
            diagonal = *cell;
            *cell = next;
            left = next;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
