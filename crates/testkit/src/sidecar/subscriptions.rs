//! The subscriptions of an app.

use serde_json::Value;

/// A subscription of the app.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Subscription {
    pub(super) topic: String,
    pub(super) route: String,
    pub(super) dead_letters: Option<String>,
    pub(super) is_raw: bool,
}

/// Parses the response to `GET /dapr/subscribe`: the subscriptions to the component of this name. A second one to the
/// same topic replaces the first.
pub(super) fn parse(body: &[u8], pubsub: &str) -> Vec<Subscription> {
    let entries: Vec<Value> = serde_json::from_slice(body).unwrap_or_default();
    let mut all: Vec<Subscription> = Vec::new();
    for entry in entries.iter().filter(|entry| entry["pubsubname"] == pubsub) {
        assert!(
            entry["routes"]["rules"].is_null() && entry["bulkSubscribe"]["enabled"] != true,
            "the fake sidecar knows neither rules nor bulk subscriptions: {entry}"
        );
        let text = |value: &Value| {
            value
                .as_str()
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let route = text(&entry["route"]).or_else(|| text(&entry["routes"]["default"]));
        let (Some(topic), Some(route)) = (text(&entry["topic"]), route) else {
            continue;
        };
        all.retain(|other| other.topic != topic);
        all.push(Subscription {
            topic,
            route,
            dead_letters: text(&entry["deadLetterTopic"]),
            is_raw: entry["metadata"]["rawPayload"] == "true",
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_forms_are_read_and_the_last_of_a_topic_counts() {
        let body = json!([
            {"pubsubname": "p", "topic": "a", "route": "/first"},
            {"pubsubname": "p", "topic": "a", "routes": {"default": "/second"}, "deadLetterTopic": "d"},
            {"pubsubname": "p", "topic": "d", "route": "/dead", "metadata": {"rawPayload": "true"}},
            {"pubsubname": "other", "topic": "b", "route": "/b"},
        ]);
        let all = parse(body.to_string().as_bytes(), "p");
        let expected = |topic: &str, route: &str, dead_letters: Option<&str>| Subscription {
            topic: topic.into(),
            route: route.into(),
            dead_letters: dead_letters.map(Into::into),
            is_raw: dead_letters.is_none(),
        };
        assert_eq!(
            all,
            [
                expected("a", "/second", Some("d")),
                expected("d", "/dead", None)
            ]
        );
    }
}
