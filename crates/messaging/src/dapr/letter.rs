//! Records on a dead-letter topic.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use taskwire_domain::{EventId, UserId};
use uuid::Uuid;

use crate::CloudEvent;

/// The namespace of ids for records that are not events, derived from their bytes (RFC 9562, section 5.5).
const NO_EVENT: Uuid = Uuid::from_u128(0x6f1d_2c5b_0a3e_4d6f_9b1a_7c52_8e40_d913);

/// Where a record is on the broker.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordPlace {
    /// Its topic.
    pub topic: String,
    /// Its partition, if the broker has any.
    pub partition: Option<i64>,
    /// Its offset in the partition, if the broker has any.
    pub offset: Option<i64>,
}

impl RecordPlace {
    /// The place of a record of this topic, as a sidecar describes it in the headers of a delivery: for a record on a
    /// dead-letter topic, those of the original one, where the broker keeps them.
    pub(super) fn of(topic: String, headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name)?.to_str().ok();
        let is_original = text("__topic") == Some(&topic);
        let number = |name: &str| text(name)?.parse().ok().filter(|_| is_original);
        Self {
            partition: number("__partition"),
            offset: number("__offset"),
            topic,
        }
    }
}

/// A record that was given up: an event, or something else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undeliverable {
    /// Id of the event; for any other record, an id derived from its bytes.
    pub event: EventId,
    /// The owner, if known.
    pub owner: Option<UserId>,
    /// Its position in the event log, if known.
    pub seq: Option<i64>,
    /// The record: text as it is, anything else in Base64.
    pub payload: String,
    /// The reason, used if no failure was counted.
    pub reason: String,
    /// Where it was before it was given up.
    pub place: RecordPlace,
}

/// Reads a record as a sidecar delivers it: in an envelope around its bytes, because the subscription is raw, or as it
/// is.
pub(super) fn read(body: &[u8], place: RecordPlace) -> Undeliverable {
    let inner = serde_json::from_slice::<Value>(body)
        .ok()
        .and_then(|envelope| STANDARD.decode(envelope.get("data_base64")?.as_str()?).ok());
    let record = inner.as_deref().unwrap_or(body);
    let text = std::str::from_utf8(record)
        .ok()
        // Postgres does not store this character in a text.
        .filter(|text| !text.contains('\0'));
    let event = text.map(CloudEvent::parse);
    let payload = text.map_or_else(|| STANDARD.encode(record), str::to_owned);
    match event {
        Some(Ok(event)) => Undeliverable {
            event: event.id,
            owner: Some(event.owner),
            seq: event.seq(),
            payload,
            reason: "the sidecar gave it up before any failure was counted".into(),
            place,
        },
        Some(Err(problem)) => no_event(record, payload, problem.to_string(), place),
        None => no_event(
            record,
            payload,
            "not a readable event: not text".into(),
            place,
        ),
    }
}

fn no_event(record: &[u8], payload: String, reason: String, place: RecordPlace) -> Undeliverable {
    Undeliverable {
        place,
        event: EventId(Uuid::new_v5(&NO_EVENT, record)),
        owner: None,
        seq: None,
        payload,
        reason,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use taskwire_domain::EventKind;

    use super::*;
    use crate::cloud_event::tests::event;

    fn envelope(record: &[u8]) -> Vec<u8> {
        let id = Uuid::from_u128(99).to_string();
        json!({"specversion": "1.0", "id": id, "source": "task-audit", "type": "com.dapr.event.sent", "datacontenttype": "application/octet-stream", "data_base64": STANDARD.encode(record)})
            .to_string()
            .into_bytes()
    }

    fn read(body: &[u8]) -> Undeliverable {
        let headers = HeaderMap::new();
        super::read(body, RecordPlace::of("task-events".into(), &headers))
    }

    #[test]
    fn the_place_is_that_of_the_original_record() {
        let place = |topic: &'static str| {
            let headers = [("__topic", topic), ("__partition", "3"), ("__offset", "41")];
            let headers =
                headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            let place = RecordPlace::of("task-events".into(), &HeaderMap::from_iter(headers));
            assert_eq!(place.topic, "task-events");
            (place.partition, place.offset)
        };
        assert_eq!(place("task-events"), (Some(3), Some(41)));
        // A broker that does not keep it tells that of the dead letter.
        assert_eq!(place("task-events.audit.dlq"), (None, None));
    }

    #[test]
    fn an_event_is_found_in_its_envelope_and_without_one() {
        let event =
            CloudEvent::from_event(&event(1, 2, EventKind::TaskCreated)).for_broker(Some(7));
        let text = event.to_json();
        let read_raw = read(&envelope(text.as_bytes()));
        assert_eq!(read_raw, read(text.as_bytes()));
        assert_eq!(read_raw.event, event.id);
        assert_eq!(read_raw.owner, Some(event.owner));
        assert_eq!(read_raw.seq, Some(7));
        assert_eq!(read_raw.payload, text);
    }

    #[test]
    fn a_record_that_is_not_an_event_gets_an_id_from_its_bytes() {
        for record in [&b"not json"[..], b"{\"a\":1}", b"\xff\xfe", b"a\0b", b""] {
            let kept = read(&envelope(record));
            assert_eq!(kept, read(&envelope(record)));
            assert_eq!((kept.owner, kept.seq), (None, None));
            assert!(!kept.payload.contains('\0'));
            assert_ne!(kept.reason, "");
        }
        assert_ne!(read(&envelope(b"a")).event, read(&envelope(b"b")).event);
    }
}
