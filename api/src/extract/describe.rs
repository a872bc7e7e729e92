//! Turns messages of the JSON reader into a field, a sentence and a hint.

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

/// A message of the reader, shortened for people.
pub(super) fn clip(text: &str) -> String {
    let mut clipped: String = text.chars().take(MESSAGE_MAX).collect();
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    clipped
}

/// Messages of the JSON reader about names.
enum Named {
    /// An unknown name, and the known ones.
    Unknown(String, Vec<String>),
    Missing(String),
    Duplicate(String),
}

fn named(message: &str) -> Option<Named> {
    let quoted = |prefix: &str| {
        message
            .strip_prefix(prefix)
            .and_then(|rest| rest.split_once('`'))
            .map(|(name, _)| name.to_owned())
    };
    if let Some(rest) = message.strip_prefix("unknown field `") {
        if let Some(name) = rest.strip_suffix("`, there are no fields") {
            return Some(Named::Unknown(name.to_owned(), Vec::new()));
        }
        let (name, list) = rest.rsplit_once("`, expected ")?;
        let known = list.split('`').skip(1).step_by(2);
        return Some(Named::Unknown(
            name.to_owned(),
            known.map(ToOwned::to_owned).collect(),
        ));
    }
    quoted("missing field `")
        .map(Named::Missing)
        .or_else(|| quoted("duplicate field `").map(Named::Duplicate))
}

/// Turns a message of the JSON reader into a field, a sentence and a hint.
pub(super) fn describe(pointer: &str, message: &str) -> Invalid {
    let message = message.split(" at line ").next().unwrap_or(message);
    match named(message) {
        Some(Named::Unknown(name, known)) => Invalid::new(
            below(pointer, &name),
            "unknown_field",
            format!("Unknown field {:?}.", clip(&name)),
        )
        .hint(match nearest(&name, &known) {
            Some(near) => format!("Did you mean {near:?}?"),
            None if known.is_empty() => "No fields are accepted here; omit it.".into(),
            None => format!("Known fields: {}.", known.join(", ")),
        }),
        Some(Named::Missing(name)) => Invalid::new(
            format!("{pointer}/{name}"),
            "missing_field",
            format!("The field {name:?} is missing."),
        )
        .hint("Send it."),
        Some(Named::Duplicate(name)) => Invalid::new(
            below(pointer, &name),
            "duplicate_field",
            format!("The field {name:?} appears more than once."),
        )
        .hint("Send it once."),
        None => describe_type(pointer, message),
    }
}

/// A value of the wrong type.
fn describe_type(pointer: &str, message: &str) -> Invalid {
    let refused = |detail: String| Invalid::new(pointer, "invalid_type", detail);
    let Some((said, expected)) = message.rsplit_once(", expected ") else {
        return refused(format!("Invalid value: {}.", clip(message)))
            .hint("See /docs for the accepted values.");
    };
    if let Some(name) = said.strip_prefix("unknown variant ") {
        let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        return refused(format!("Unknown value {:?}.", clip(name.trim_matches('`'))))
            .hint(format!("Send {}.", known.join(", ")));
    }
    let expected = in_words(expected);
    if said == "invalid type: null" && !pointer.is_empty() {
        let (holder, name) = pointer.rsplit_once('/').unwrap_or_default();
        let is_item = name.bytes().all(|byte| byte.is_ascii_digit());
        let (detail, part) = if is_item {
            let list = holder.rsplit('/').next().unwrap_or_default();
            (format!("An item of {list:?} cannot be null."), "item")
        } else {
            (format!("{name:?} cannot be null."), "field")
        };
        return Invalid::new(pointer, "not_nullable", detail)
            .hint(format!("Send {expected}, or omit the {part}."));
    }
    let hint = format!("Send {expected}.");
    if let Some(length) = said.strip_prefix("invalid length ") {
        // The reader accepts a list as an object until it has too few items.
        let got = if expected == OBJECT { "a list" } else { length };
        return refused(format!("Expected {expected}, got {}.", clip(got))).hint(hint);
    }
    let got = match said.split_once(": ") {
        Some((_, got)) => sent(got),
        None => clip(said),
    };
    if said.starts_with("invalid value: integer") {
        let nearer = if expected == WHOLE {
            " closer to 0"
        } else {
            ""
        };
        return refused(format!("{got} is out of range."))
            .hint(format!("Send {expected}{nearer}."));
    }
    refused(format!("Expected {expected}, got {got}.")).hint(hint)
}

/// Describes the value that was sent.
fn sent(got: &str) -> String {
    match got {
        "null" | "unit value" | "Option value" => return "null".into(),
        "sequence" => return "a list".into(),
        "map" => return "an object".into(),
        _ => {}
    }
    let number = ["boolean `", "integer `", "floating point `", "character `"]
        .iter()
        .find_map(|kind| got.strip_prefix(kind)?.strip_suffix('`'));
    let text = || got.strip_prefix("string ");
    clip(number.or_else(text).unwrap_or(got))
}

/// Parameter names of other services for paging and filtering, each with ours.
const ELSEWHERE: [(&str, &str); 10] = [
    ("count", "limit"),
    ("order_by", "sort"),
    ("page_size", "limit"),
    ("per_page", "limit"),
    ("query", "search"),
    ("since", "after"),
    ("size", "limit"),
    ("sort_by", "sort"),
    ("state", "status"),
    ("text", "search"),
];

/// Turns a message of the query string reader into a parameter, a sentence and a hint.
pub(super) fn describe_parameter(
    name: &str,
    message: &str,
    value: Option<&str>,
    others: &[&str],
) -> Invalid {
    let expected = match message {
        "invalid digit found in string"
        | "cannot parse integer from empty string"
        | "number too large to fit in target type"
        | "number too small to fit in target type" => Some("a whole number of 0 or more"),
        "provided string was not `true` or `false`" => Some("true or false"),
        _ => None,
    };
    if let Some(expected) = expected {
        let got = clip(value.unwrap_or_default());
        let detail = if message.starts_with("number too") {
            format!("{got} is out of range.")
        } else {
            format!("Expected {expected}, got {got:?}.")
        };
        return Invalid::new(name, "invalid_type", detail).hint(format!("Send {expected}."));
    }
    match named(message) {
        Some(Named::Unknown(name, mut known)) => {
            known.extend(others.iter().map(ToString::to_string));
            let detail = format!("Unknown query parameter {:?}.", clip(&name));
            let hint = parameter_hint(&name, &known);
            Invalid::new(name, "unknown_field", detail).hint(hint)
        }
        Some(Named::Missing(name)) => {
            let detail = format!("The query parameter {name:?} is missing.");
            Invalid::new(name, "missing_field", detail).hint("Send it.")
        }
        Some(Named::Duplicate(name)) => {
            let detail = format!("The query parameter {name:?} appears more than once.");
            Invalid::new(name, "duplicate_field", detail).hint("Send it once.")
        }
        None => describe_type(name, message),
    }
}

fn parameter_hint(name: &str, known: &[String]) -> String {
    let is_known = |ours: &str| known.iter().any(|known| known == ours);
    if is_known("cursor") && matches!(name, "page" | "offset" | "skip" | "start") {
        return "Use \"cursor\" for paging: send next_cursor of the previous page.".into();
    }
    let elsewhere = ELSEWHERE
        .iter()
        .find(|(theirs, ours)| *theirs == name && is_known(ours))
        .map(|(_, ours)| *ours);
    match elsewhere.or_else(|| nearest(name, known)) {
        Some(near) => format!("Did you mean {near:?}?"),
        None if known.is_empty() => "No query parameters are accepted here; omit it.".into(),
        None => format!("Known query parameters: {}.", known.join(", ")),
    }
}

const OBJECT: &str = "an object";
/// A whole number of either sign.
const WHOLE: &str = "a whole number";

/// Describes the value that the JSON reader expected.
fn in_words(expected: &str) -> String {
    let length = ["an array of length ", "a tuple of size "]
        .iter()
        .find_map(|kind| expected.strip_prefix(kind));
    if let Some(length) = length {
        return format!("a list of {length} items");
    }
    match expected {
        "i8" | "i16" | "i32" | "i64" | "isize" => WHOLE.into(),
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number of 0 or more".into(),
        "f32" | "f64" => "a number".into(),
        "a boolean" => "true or false".into(),
        "a sequence" => "a list".into(),
        "a map" => OBJECT.into(),
        name if name.starts_with("struct ") => OBJECT.into(),
        other => clip(other),
    }
}

/// The known name nearest to a misspelt one, if any is near: a third of its letters may differ.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    const LONGEST: usize = 64;
    /// Shorter prefixes match by chance.
    const BEGINNING: usize = 3;
    let length = name.chars().count();
    if length > LONGEST {
        return None;
    }
    let is_beginning =
        |short: &str, long: &str| short.len() >= BEGINNING && long.starts_with(short);
    known
        .iter()
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate.as_str()))
        .filter(|(distance, candidate)| {
            *distance <= (length / 3).max(1)
                || is_beginning(name, candidate)
                || is_beginning(candidate, name)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
