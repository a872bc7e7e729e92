//! The envelope of every event: CloudEvents 1.0 in JSON (structured mode).

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use taskwire_domain::event::{EventData, SCHEMA_VERSION};
use taskwire_domain::schema::TimestampSchema;
use taskwire_domain::{Event, EventId, EventKind, UserId};
use uuid::Uuid;

/// The only released major version of the specification.
const SPECVERSION: &str = "1.0";
/// The source of all events of Taskwire.
const SOURCE: &str = "/taskwire";

/// The extension with the position of the event in the event log.
const SEQUENCE: &str = "sequence";

/// An event in its envelope.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CloudEvent {
    /// `1.0`.
    pub specversion: String,
    /// The same in every delivery.
    pub id: EventId,
    /// `/taskwire`.
    pub source: String,
    /// The versioned type, such as `task.created.v1`; may be unknown to this version.
    #[serde(rename = "type")]
    pub kind: String,
    /// Id of the task or tag it is about.
    pub subject: Uuid,
    /// When it happened, UTC.
    #[schemars(with = "TimestampSchema")]
    pub time: Timestamp,
    /// `application/json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub datacontenttype: Option<String>,
    /// The URI of the schema of `data`; Taskwire sends none, its types name their schemas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub dataschema: Option<String>,
    /// Events with the same key are delivered in order (the extension "partitioning").
    pub partitionkey: Uuid,
    /// The user whose data it is about.
    #[serde(rename = "taskwireowner")]
    pub owner: UserId,
    /// The trace that led to it (the extension "distributed tracing").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub traceparent: Option<String>,
    /// The payload.
    #[schemars(with = "EventData")]
    pub data: Data,
    /// Other attributes, such as those that a broker adds.
    #[serde(flatten)]
    pub extensions: BTreeMap<String, Value>,
}

/// The payload of an event, which a different version may have written.
#[derive(Clone, PartialEq, Debug)]
pub enum Data {
    /// The payload as this version knows it.
    Known(Box<EventData>),
    /// Something else.
    Unknown(Value),
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(data) => data.serialize(serializer),
            Self::Unknown(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(match EventData::deserialize(&value) {
            Ok(data) => Self::Known(Box::new(data)),
            Err(_) => Self::Unknown(value),
        })
    }
}

/// Why an event cannot be read. Does not quote the content, which belongs to its owner and not in a log.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CloudEventError {
    /// The text is not a CloudEvent of Taskwire.
    #[error("not a readable event: {kind} at line {line}, column {column}")]
    Envelope {
        /// The error.
        kind: &'static str,
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// It has another version of the specification.
    #[error("not an event of CloudEvents 1.0")]
    Version,
    /// It comes from another program.
    #[error("not an event of Taskwire: its source is not {SOURCE}")]
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

impl From<serde_json::Error> for CloudEventError {
    fn from(error: serde_json::Error) -> Self {
        use serde_json::error::Category;
        Self::Envelope {
            kind: match error.classify() {
                Category::Io | Category::Eof => "truncated text",
                Category::Syntax => "a text that is not JSON",
                Category::Data => "an attribute that is missing or of another type",
            },
            line: error.line(),
            column: error.column(),
        }
    }
}

impl CloudEvent {
    /// Puts an event into its envelope.
    pub fn from_event(event: &Event) -> Self {
        Self {
            specversion: SPECVERSION.into(),
            id: event.id,
            source: SOURCE.into(),
            kind: event.kind.as_str().into(),
            subject: event.subject,
            time: event.time,
            datacontenttype: Some("application/json".into()),
            dataschema: None,
            partitionkey: event.key,
            owner: event.owner,
            traceparent: None,
            data: Data::Known(Box::new(event.data.clone())),
            extensions: BTreeMap::new(),
        }
    }

    /// The same event with the trace that led to it (W3C trace context).
    #[must_use]
    pub fn with_traceparent(self, traceparent: Option<String>) -> Self {
        Self {
            traceparent,
            ..self
        }
    }

    /// The event as published to a broker: with its position in the log (the extension "sequence", written so that
    /// strings sort like numbers), and with the trace under the name that Dapr uses; without that one Dapr would
    /// overwrite `traceparent`.
    #[must_use]
    pub fn for_broker(mut self, seq: Option<i64>) -> Self {
        if let Some(seq) = seq {
            let sequence = format!("{seq:020}");
            self.extensions.insert(SEQUENCE.into(), sequence.into());
        }
        if let Some(traceparent) = &self.traceparent {
            let trace = traceparent.clone().into();
            self.extensions.insert("traceid".into(), trace);
        }
        self
    }

    /// Its position in the event log, if it came from a broker; positions begin at 1.
    pub fn seq(&self) -> Option<i64> {
        let text = self.extensions.get(SEQUENCE)?.as_str()?;
        text.parse().ok().filter(|seq| *seq > 0)
    }

    /// The event as it is stored and sent.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "text, numbers and string keys always have a JSON form, and an empty text would lose the event"
    )]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an event has a JSON form")
    }

    /// Parses an event. Unknown types, attributes and payloads are kept, not refused.
    pub fn parse(text: &str) -> Result<Self, CloudEventError> {
        let event: Self = serde_json::from_str(text)?;
        if event.specversion != SPECVERSION {
            return Err(CloudEventError::Version);
        }
        if event.source != SOURCE {
            return Err(CloudEventError::Source);
        }
        Ok(event)
    }

    /// The payload, if this version knows the event's type and the version of its schema. Of any other event only a newer
    /// version knows what it means.
    pub fn data(&self) -> Result<&EventData, CloudEventError> {
        let version = match &self.data {
            Data::Known(data) => Some(i64::from(data.schema_version)),
            Data::Unknown(value) => value.get("schema_version").and_then(Value::as_i64),
        };
        if let Some(version) = version.filter(|version| *version != i64::from(SCHEMA_VERSION)) {
            return Err(CloudEventError::SchemaVersion(version));
        }
        if self.kind().is_none() {
            return Err(CloudEventError::Kind);
        }
        match &self.data {
            Data::Known(data) => Ok(data),
            Data::Unknown(_) => Err(CloudEventError::Data),
        }
    }

    /// The kind of the event, if this version knows the type.
    pub fn kind(&self) -> Option<EventKind> {
        EventKind::parse(&self.kind)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;
    use taskwire_domain::{Actor, ChangeId, Via};

    use super::*;

    pub(crate) fn event(number: u128, key: u128, kind: EventKind) -> Event {
        let owner = UserId(Uuid::from_u128(7));
        Event {
            id: EventId(Uuid::from_u128(number)),
            kind,
            owner,
            subject: Uuid::from_u128(key),
            key: Uuid::from_u128(key),
            time: "2026-12-01T09:00:00.5Z".parse().unwrap(),
            data: EventData {
                schema_version: 1,
                sequence: 3,
                change: ChangeId(Uuid::from_u128(9)),
                actor: Actor {
                    user: owner,
                    token: None,
                    via: Via::Consumer,
                    client: Some("taskwire-recurrence".into()),
                    chat_turn: None,
                    tool_call: None,
                },
                before: None,
                after: None,
                reminder: None,
                reason: None,
                tag: None,
            },
        }
    }

    #[test]
    fn an_event_is_a_cloud_event() {
        let written = CloudEvent::from_event(&event(1, 2, EventKind::TaskCreated))
            .with_traceparent(Some(
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into(),
            ))
            .to_json();
        let value: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(
            value,
            json!({
                "specversion": "1.0",
                "id": "00000000-0000-0000-0000-000000000001",
                "source": "/taskwire",
                "type": "task.created.v1",
                "subject": "00000000-0000-0000-0000-000000000002",
                "time": "2026-12-01T09:00:00.5Z",
                "datacontenttype": "application/json",
                "partitionkey": "00000000-0000-0000-0000-000000000002",
                "taskwireowner": "00000000-0000-0000-0000-000000000007",
                "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "data": {
                    "schema_version": 1,
                    "sequence": 3,
                    "change": "00000000-0000-0000-0000-000000000009",
                    "actor": {
                        "user": "00000000-0000-0000-0000-000000000007",
                        "token": null,
                        "via": "consumer",
                        "client": "taskwire-recurrence",
                        "chat_turn": null,
                        "tool_call": null,
                    },
                },
            })
        );
        // Attribute names are lower-case letters and digits (CloudEvents 1.0, section 3.1).
        for name in value.as_object().unwrap().keys() {
            assert!(
                name.chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()),
                "{name}"
            );
        }
    }

    #[test]
    fn every_kind_round_trips() {
        for kind in EventKind::ALL {
            let event = CloudEvent::from_event(&event(1, 2, *kind));
            let read = CloudEvent::parse(&event.to_json()).unwrap();
            assert_eq!(read, event);
            assert_eq!(read.kind(), Some(*kind));
        }
    }

    fn with(changes: &Value) -> String {
        let text = CloudEvent::from_event(&event(1, 2, EventKind::TaskCreated)).to_json();
        let mut value: Value = serde_json::from_str(&text).unwrap();
        for (name, change) in changes.as_object().unwrap() {
            if change.is_null() {
                value.as_object_mut().unwrap().remove(name);
            } else {
                value[name] = change.clone();
            }
        }
        value.to_string()
    }

    #[test]
    fn what_a_broker_adds_is_kept() {
        let text =
            with(&json!({"topic": "task-events", "pubsubname": "taskpubsub", "tracestate": ""}));
        let read = CloudEvent::parse(&text).unwrap();
        assert_eq!(read.extensions["topic"], "task-events");
        assert_eq!(CloudEvent::parse(&read.to_json()).unwrap(), read);
    }

    #[test]
    fn unknown_types_and_payloads_do_not_fail() {
        let read = CloudEvent::parse(&with(&json!({"type": "task.archived.v1"}))).unwrap();
        assert_eq!(read.kind, "task.archived.v1");
        assert_eq!(read.kind(), None);
        assert_eq!(read.data(), Err(CloudEventError::Kind));
        let read = CloudEvent::parse(&with(&json!({"data": {"schema_version": 1}}))).unwrap();
        assert_eq!(read.data(), Err(CloudEventError::Data));
        let mut newer = event(1, 2, EventKind::TaskCreated);
        newer.data.schema_version = 2;
        let newer = CloudEvent::from_event(&newer);
        assert_eq!(newer.data(), Err(CloudEventError::SchemaVersion(2)));
        let read = CloudEvent::parse(&with(&json!({"data": {"schema_version": 2}}))).unwrap();
        assert_eq!(read.data(), Err(CloudEventError::SchemaVersion(2)));
        assert_eq!(CloudEvent::parse(&read.to_json()).unwrap(), read);
    }

    #[test]
    fn refuses_what_is_no_event_of_ours() {
        for text in [
            String::new(),
            "[]".into(),
            "{}".into(),
            with(&json!({"id": null})),
            with(&json!({"id": "1"})),
            with(&json!({"taskwireowner": null})),
            with(&json!({"specversion": "0.3"})),
            with(&json!({"source": "/elsewhere"})),
            with(&json!({"time": "yesterday"})),
            with(&json!({"data": null})),
        ] {
            assert!(CloudEvent::parse(&text).is_err(), "{text}");
        }
    }
}
