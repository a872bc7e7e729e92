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

mod unreadable;

pub use unreadable::CloudEventError;
use unreadable::unreadable;

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
        let event: Self = serde_json::from_str(text).map_err(|error| unreadable(text, &error))?;
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
pub(crate) mod tests;
