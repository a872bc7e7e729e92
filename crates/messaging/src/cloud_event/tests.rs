use serde_json::json;
use taskwire_domain::{Actor, ChangeId, Via};

use super::unreadable::ATTRIBUTES;
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
            tag_before: None,
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
    let text = with(&json!({"topic": "task-events", "pubsubname": "taskpubsub", "tracestate": ""}));
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
fn what_is_wrong_with_an_event_is_named_without_its_content() {
    let text = with(&json!({}));
    let twice = text.replacen('{', "{\"id\":\"00000000-0000-0000-0000-000000000001\",", 1);
    for (text, why) in [
        (text[..60].to_owned(), "truncated text at line 1"),
        ("secret".into(), "a text that is not JSON at line 1"),
        ("[\"secret\"]".into(), "not a JSON object"),
        (
            with(&json!({"partitionkey": null})),
            "attribute `partitionkey` is missing",
        ),
        (with(&json!({"data": null})), "attribute `data` is missing"),
        (
            with(&json!({"taskwireowner": "secret"})),
            "attribute `taskwireowner` is not a UUID",
        ),
        (
            with(&json!({"time": "secret"})),
            "attribute `time` is not a time in RFC 3339",
        ),
        (
            with(&json!({"traceparent": 7})),
            "attribute `traceparent` is not a string",
        ),
        (twice, "an attribute appears more than once"),
    ] {
        let error = CloudEvent::parse(&text).unwrap_err().to_string();
        assert!(error.starts_with("not a readable event: "), "{error}");
        assert!(error.contains(why) && !error.contains("secret"), "{error}");
    }
}

/// So that an attribute that is added is also named.
#[test]
fn every_attribute_is_known_by_name() {
    let mut all = event(1, 2, EventKind::TaskCreated);
    all.data.reason = None;
    let all = CloudEvent {
        dataschema: Some("x".into()),
        ..CloudEvent::from_event(&all).with_traceparent(Some("x".into()))
    };
    let all: Value = serde_json::from_str(&all.to_json()).unwrap();
    let mut names: Vec<&str> = ATTRIBUTES.iter().map(|(name, ..)| *name).collect();
    names.sort_unstable();
    let own: Vec<&str> = all
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(names, own);
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
