//! The CloudEvent around published data, and around raw records.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// The content type of a complete CloudEvent.
pub(super) const STRUCTURED: &str = "application/cloudevents+json";
/// The time of an event without one.
const TIME: &str = "2026-12-01T09:00:00Z";

/// The context of an event in addition to its body.
pub(super) struct Context<'a> {
    pub(super) app_id: &'a str,
    pub(super) pubsub: &'a str,
    pub(super) topic: &'a str,
    /// The `traceparent` of the request, or one that the sidecar created.
    pub(super) traceparent: &'a str,
    /// An id for an event without an envelope.
    pub(super) id: String,
}

/// The event as it is stored; `None` if the body claims to be a CloudEvent but is not.
pub(super) fn wrap(content_type: &str, body: &[u8], context: &Context<'_>) -> Option<Value> {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let mut event = if media_type.eq_ignore_ascii_case(STRUCTURED) {
        serde_json::from_slice::<Map<String, Value>>(body).ok()?
    } else {
        plain(media_type, body, context)
    };
    event.insert("topic".into(), context.topic.into());
    event.insert("pubsubname".into(), context.pubsub.into());
    let missing = |name: &str, event: &Map<String, Value>| {
        event
            .get(name)
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
    };
    // Without a `traceid` the event counts as one without a trace, whatever its `traceparent`.
    if missing("traceid", &event) {
        event.insert("traceid".into(), context.traceparent.into());
        event.insert("traceparent".into(), context.traceparent.into());
    }
    for (name, value) in [
        ("source", context.app_id),
        ("type", "com.dapr.event.sent"),
        ("specversion", "1.0"),
        ("time", TIME),
    ] {
        if missing(name, &event) {
            event.insert(name.into(), value.into());
        }
    }
    event.entry("tracestate").or_insert_with(|| "".into());
    Some(Value::Object(event))
}

fn plain(media_type: &str, body: &[u8], context: &Context<'_>) -> Map<String, Value> {
    let mut event = Map::new();
    event.insert("id".into(), context.id.clone().into());
    let media_type = if media_type.is_empty() {
        "text/plain"
    } else {
        media_type
    };
    event.insert("datacontenttype".into(), media_type.into());
    if media_type == "application/octet-stream" {
        event.insert("data_base64".into(), STANDARD.encode(body).into());
    } else {
        let text = || String::from_utf8_lossy(body).into_owned().into();
        let data = if media_type == "application/json" {
            serde_json::from_slice(body).unwrap_or_else(|_| text())
        } else {
            text()
        };
        event.insert("data".into(), data);
    }
    event
}

/// The envelope for a subscriber to raw records. The id is random for each delivery.
pub(super) fn raw(value: &[u8], topic: &str, pubsub: &str, id: &str) -> Value {
    json!({
        "id": id,
        "specversion": "1.0",
        "source": "Dapr",
        "type": "com.dapr.event.sent",
        "datacontenttype": "application/octet-stream",
        "topic": topic,
        "pubsubname": pubsub,
        "data_base64": STANDARD.encode(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn wrapped(content_type: &str, body: &str) -> Option<Value> {
        let context = Context {
            app_id: "task-api",
            pubsub: "taskpubsub",
            topic: "task-events",
            traceparent: TRACE,
            id: "drawn".into(),
        };
        wrap(content_type, body.as_bytes(), &context)
    }

    #[test]
    fn a_complete_event_is_kept() {
        let sent = json!({"id": "1", "source": "/taskwire", "type": "t", "specversion": "1.0", "time": "2020-01-01T00:00:00Z", "traceid": "t-1", "traceparent": "t-1", "sequence": "7", "topic": "mine", "data": {"a": 1}});
        let event = wrapped(STRUCTURED, &sent.to_string()).unwrap();
        for name in [
            "id",
            "source",
            "type",
            "time",
            "traceid",
            "traceparent",
            "sequence",
            "data",
        ] {
            assert_eq!(event[name], sent[name], "{name}");
        }
        assert_eq!(
            (&event["topic"], &event["pubsubname"]),
            (&json!("task-events"), &json!("taskpubsub"))
        );
    }

    #[test]
    fn missing_attributes_are_added_except_the_id() {
        let event = wrapped(STRUCTURED, r#"{"traceparent": "t-1", "data": 1}"#).unwrap();
        assert_eq!(
            (&event["traceparent"], &event["traceid"]),
            (&json!(TRACE), &json!(TRACE))
        );
        assert_eq!(
            (&event["source"], &event["type"]),
            (&json!("task-api"), &json!("com.dapr.event.sent"))
        );
        assert!(event.get("id").is_none());
        assert_eq!(wrapped(STRUCTURED, "no json"), None);
        assert_eq!(wrapped(STRUCTURED, "[]"), None);
    }

    #[test]
    fn a_plain_body_becomes_data() {
        let event = wrapped("application/json", r#"{"a": 1}"#).unwrap();
        assert_eq!(
            (&event["data"], &event["id"]),
            (&json!({"a": 1}), &json!("drawn"))
        );
        assert_eq!(wrapped("", "{}").unwrap()["data"], "{}");
        let event = wrapped("application/octet-stream", "a").unwrap();
        assert_eq!(event["data_base64"], "YQ==");
    }
}
