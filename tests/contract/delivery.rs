//! The behavior that a subscriber relies on.

use taskwire_messaging::{CloudEvent, Outcome, Topic};

use crate::environment::{API_TOKEN, Environment};

pub(crate) async fn all(environment: &Environment) {
    an_unhandled_event_is_delivered_again(environment).await;
    an_event_that_is_given_up_is_dead_lettered(environment).await;
    a_record_that_is_not_an_event_blocks_nothing(environment).await;
    events_wait_for_an_unreachable_app(environment).await;
    a_restarted_sidecar_continues(environment).await;
}

async fn publish(environment: &Environment, seq: i64) -> CloudEvent {
    let event = environment.events.of(environment.events.key(), seq);
    publish_this(environment, &event).await;
    event
}

async fn publish_this(environment: &Environment, event: &CloudEvent) {
    environment
        .publisher()
        .publish(Topic::TaskEvents, event.partitionkey, event)
        .await
        .unwrap();
}

async fn an_unhandled_event_is_delivered_again(environment: &Environment) {
    let script = &environment.app.script;
    let event = environment.events.of(environment.events.key(), 1);
    let unavailable = || Outcome::Unavailable("the database is away".into());
    script.answer(
        event.id,
        [
            unavailable(),
            Outcome::Retry("not now".into()),
            unavailable(),
        ],
    );
    publish_this(environment, &event).await;
    let deliveries = script.until_delivered(event.id, 4).await;
    // The same event each time.
    for delivery in &deliveries[1..] {
        assert_eq!(delivery.event, deliveries[0].event);
    }
}

async fn an_event_that_is_given_up_is_dead_lettered(environment: &Environment) {
    let script = &environment.app.script;
    for outcomes in [
        vec![Outcome::Drop("never".into())],
        vec![Outcome::Retry("poison".into()); 12],
    ] {
        let event = environment.events.of(environment.events.key(), 2);
        let times = outcomes.len();
        script.answer(event.id, outcomes);
        publish_this(environment, &event).await;
        let letter = script.until_letter(|letter| letter.event == event.id).await;
        assert_eq!((letter.owner, letter.seq), (Some(event.owner), Some(2)));
        let kept = CloudEvent::parse(&letter.payload).unwrap();
        assert_eq!(kept.data, event.data);
        assert_eq!(script.deliveries_of(event.id).len(), times);
    }
}

async fn raw(environment: &Environment, topic: &str, body: &'static [u8]) {
    let path = format!("/v1.0/publish/taskpubsub/{topic}?metadata.rawPayload=true");
    let request = environment
        .http
        .post(environment.url(&path))
        .header("dapr-api-token", API_TOKEN)
        .header("content-type", "application/octet-stream")
        .body(body);
    assert_eq!(request.send().await.unwrap().status().as_u16(), 204);
}

async fn a_record_that_is_not_an_event_blocks_nothing(environment: &Environment) {
    let script = &environment.app.script;
    raw(environment, "task-events", b"no json at all").await;
    raw(environment, "task-events", b"{\"a\": 1}").await;
    raw(environment, "task-events.audit.dlq", b"garbage \xff").await;
    let event = publish(environment, 3).await;
    for payload in ["no json at all", "{\"a\": 1}", "Z2FyYmFnZSD/"] {
        let letter = script
            .until_letter(|letter| letter.payload == payload)
            .await;
        assert_eq!((letter.owner, letter.seq), (None, None));
    }
    script.until_delivered(event.id, 1).await;
}

async fn events_wait_for_an_unreachable_app(environment: &Environment) {
    environment.app.kill().await;
    let event = publish(environment, 4).await;
    environment.app.start_again().await;
    environment.app.script.until_delivered(event.id, 1).await;
}

async fn a_restarted_sidecar_continues(environment: &Environment) {
    let before = publish(environment, 5).await;
    environment.app.script.until_delivered(before.id, 1).await;
    environment.restart_sidecar().await;
    let after = publish(environment, 6).await;
    environment.app.script.until_delivered(after.id, 1).await;
}
