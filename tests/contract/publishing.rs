//! The behavior that a publisher relies on.

use serde_json::json;
use taskwire_messaging::Topic;
use taskwire_messaging::dapr::SidecarError;

use crate::differences::bulk_path;
use crate::environment::{API_TOKEN, Environment};

const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

pub(crate) async fn all(environment: &Environment) {
    an_event_arrives_as_it_was_published(environment).await;
    events_of_a_key_stay_in_order(environment).await;
    a_wrong_configuration_is_distinguished_from_an_outage(environment).await;
    several_at_once_arrive(environment).await;
}

async fn an_event_arrives_as_it_was_published(environment: &Environment) {
    let key = environment.events.key();
    let event = environment
        .events
        .of(key, 41)
        .with_traceparent(Some(TRACE.into()))
        .for_broker(Some(42));
    environment
        .publisher()
        .publish(Topic::TaskEvents, key, &event)
        .await
        .unwrap();
    let deliveries = environment.app.script.until_delivered(event.id, 1).await;
    let mut delivered = deliveries[0].event.clone();
    assert_eq!(deliveries[0].seq, Some(42));
    assert_eq!(delivered.extensions["topic"], "task-events");
    assert_eq!(delivered.extensions["pubsubname"], "taskpubsub");
    // The attributes that the sidecar adds; everything else is unchanged.
    for added in ["topic", "pubsubname", "tracestate"] {
        delivered.extensions.remove(added);
    }
    assert_eq!(delivered, event);
}

async fn events_of_a_key_stay_in_order(environment: &Environment) {
    let keys: Vec<_> = (0..6).map(|_| environment.events.key()).collect();
    let publish = async |key| {
        let events: Vec<_> = (0..20)
            .map(|n| environment.events.of(key, 100 + n))
            .collect();
        let publisher = environment.publisher();
        for event in &events {
            publisher
                .publish(Topic::TaskEvents, key, event)
                .await
                .unwrap();
        }
        events
    };
    let published = futures::future::join_all(keys.iter().map(|key| publish(*key))).await;
    for (key, events) in keys.iter().zip(published) {
        let script = &environment.app.script;
        script.until_delivered(events[19].id, 1).await;
        let ids: Vec<_> = events.iter().map(|event| event.id).collect();
        assert_eq!(script.of_key(*key), ids);
    }
}

async fn a_wrong_configuration_is_distinguished_from_an_outage(environment: &Environment) {
    let key = environment.events.key();
    let event = environment.events.of(key, 7);
    for (component, token, expected) in [
        ("taskpubsub", "another token", 401),
        ("elsewhere", API_TOKEN, 404),
    ] {
        let refused = environment
            .publisher_of(component, token)
            .publish(Topic::TaskEvents, key, &event)
            .await
            .unwrap_err();
        assert!(!refused.cause.is_temporary());
        let SidecarError::Refused { status, code, .. } = refused.cause else {
            unreachable!("{refused}");
        };
        assert_eq!(status.as_u16(), expected);
        if expected == 404 {
            assert_eq!(code, "ERR_PUBSUB_NOT_FOUND");
        }
    }
}

async fn several_at_once_arrive(environment: &Environment) {
    let events: Vec<_> = (0..3)
        .map(|n| environment.events.of(environment.events.key(), 200 + n))
        .collect();
    let entry = |id: &str, at: usize| {
        let event = &events[at];
        json!({
            "entryId": id,
            "event": event,
            "contentType": "application/cloudevents+json",
            "metadata": {"partitionKey": event.partitionkey},
        })
    };
    let path = bulk_path(environment.broker);
    let all = json!([entry("a", 0), entry("b", 1), entry("c", 2)]);
    assert_eq!(environment.post(path, &all).await, 204);
    for event in &events {
        environment.app.script.until_delivered(event.id, 1).await;
    }
    let twice = json!([entry("a", 0), entry("a", 1)]);
    assert_eq!(environment.post(path, &twice).await, 400);
}
