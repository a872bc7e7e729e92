//! Why an event cannot be read.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// Why an event cannot be read. Does not quote the content, which belongs to its owner and not in a log.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CloudEventError {
    /// The text is not JSON.
    #[error("not a readable event: {kind} at line {line}, column {column}")]
    Text {
        /// The error.
        kind: &'static str,
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// The text is JSON, but no object.
    #[error("not a readable event: not a JSON object")]
    NoObject,
    /// An attribute that every event has is missing.
    #[error("not a readable event: attribute `{0}` is missing")]
    Missing(&'static str),
    /// An attribute has another type.
    #[error("not a readable event: attribute `{0}` is not {1}")]
    Type(&'static str, &'static str),
    /// An attribute appears more than once.
    #[error("not a readable event: an attribute appears more than once")]
    Repeated,
    /// It has another version of the specification.
    #[error("not an event of CloudEvents 1.0")]
    Version,
    /// It comes from another program.
    #[error("not an event of Taskwire: its source is not /taskwire")]
    Source,
    /// This version does not know its type.
    #[error("an event of a type that this version does not know")]
    Kind,
    /// A newer version wrote the payload.
    #[error("an event with schema version {0}, which this version does not know")]
    SchemaVersion(i64),
    /// The payload does not have the shape that this version knows.
    #[error("an event whose data has a missing member, or one that this version does not know")]
    Data,
}

/// The attributes with what their values are, and whether every event has them.
pub(super) const ATTRIBUTES: [(&str, AttributeType, bool); 12] = [
    ("specversion", AttributeType::Text, true),
    ("id", AttributeType::Uuid, true),
    ("source", AttributeType::Text, true),
    ("type", AttributeType::Text, true),
    ("subject", AttributeType::Uuid, true),
    ("time", AttributeType::Time, true),
    ("datacontenttype", AttributeType::Text, false),
    ("dataschema", AttributeType::Text, false),
    ("partitionkey", AttributeType::Uuid, true),
    ("taskwireowner", AttributeType::Uuid, true),
    ("traceparent", AttributeType::Text, false),
    ("data", AttributeType::Any, true),
];

/// What the value of an attribute is.
#[derive(Clone, Copy)]
pub(super) enum AttributeType {
    Text,
    Uuid,
    Time,
    Any,
}

impl AttributeType {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Uuid => "a UUID",
            Self::Time => "a time in RFC 3339",
            Self::Any => "a value",
        }
    }

    fn includes(self, value: &Value) -> bool {
        match (self, value.as_str()) {
            (Self::Any, _) => true,
            (Self::Text, text) => text.is_some(),
            (Self::Uuid, text) => text.is_some_and(|text| Uuid::try_parse(text).is_ok()),
            (Self::Time, text) => text.is_some_and(|text| text.parse::<Timestamp>().is_ok()),
        }
    }
}

/// Why a text is not an event. The parser's own message may quote a value.
pub(super) fn unreadable(text: &str, error: &serde_json::Error) -> CloudEventError {
    use serde_json::error::Category;
    let kind = match error.classify() {
        Category::Io | Category::Eof => "truncated text",
        Category::Syntax | Category::Data => "a text that is not JSON",
    };
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return CloudEventError::Text {
            kind,
            line: error.line(),
            column: error.column(),
        };
    };
    let Some(attributes) = value.as_object() else {
        return CloudEventError::NoObject;
    };
    for (name, kind, is_required) in ATTRIBUTES {
        match attributes.get(name) {
            None if is_required => return CloudEventError::Missing(name),
            Some(Value::Null) if !is_required => {}
            Some(value) if !kind.includes(value) => {
                return CloudEventError::Type(name, kind.name());
            }
            _ => {}
        }
    }
    CloudEventError::Repeated
}
