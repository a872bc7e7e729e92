//! The recurrence consumer.

use std::sync::Arc;

use taskwire_consumers::{Consumer, RecurrenceConsumer};
use taskwire_domain::EventKind;
use taskwire_messaging::{CloudEvent, Delivery, Handler, Outcome};
use taskwire_testkit::{FixedClock, TestDb, both_databases, eventually};

use crate::fixture::{LIMIT, Seen, World};

async fn complete(world: &World) -> CloudEvent {
    let task = world.task(Some(world.id()));
    let event = world.event(EventKind::TaskCompleted, task, None);
    world.append(&event, &event.to_json()).await;
    event
}

async fn a_completion_asks_for_the_next_occurrence(db: TestDb) {
    let world = World::open(db).await;
    let running = world.run(Consumer::Recurrence);
    // Neither recurs nor was completed.
    world.happen(EventKind::TaskCompleted).await;
    world.happen(EventKind::TaskUpdated).await;
    let event = complete(&world).await;
    world.until_received(Consumer::Recurrence, event.id).await;
    running.stop().await;
    assert_eq!(
        world.api.calls(),
        [Seen {
            task: event.subject.to_string(),
            user: world.ada.to_string(),
            key: event.id.to_string(),
            via: "consumer".into(),
            token: "Bearer service".into(),
        }]
    );
    assert_eq!(world.position(Consumer::Recurrence).await, 3);
}

async fn a_skip_asks_for_the_next_occurrence_too(db: TestDb) {
    let world = World::open(db).await;
    let running = world.run(Consumer::Recurrence);
    let task = world.task(Some(world.id()));
    let event = world.event(EventKind::TaskSkipped, task, None);
    world.append(&event, &event.to_json()).await;
    world.until_received(Consumer::Recurrence, event.id).await;
    running.stop().await;
    let calls = world.api.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].task, event.subject.to_string());
}

async fn a_repeated_delivery_asks_once(db: TestDb) {
    let world = World::open(db).await;
    let clock = Arc::<FixedClock>::clone(&world.clock);
    let handler = RecurrenceConsumer::new(world.db.clone(), &world.api.client(), clock);
    let task = world.task(Some(world.id()));
    let delivery = Delivery {
        event: world.event(EventKind::TaskCompleted, task, None),
        seq: None,
        attempt: 1,
    };
    for _ in 0..3 {
        assert_eq!(handler.handle(&delivery).await, Outcome::Ack);
    }
    assert_eq!(world.api.calls().len(), 1);
}

async fn a_busy_api_is_retried_and_a_refusal_is_dead_lettered(db: TestDb) {
    let world = World::open(db).await;
    world
        .api
        .answers
        .lock()
        .unwrap()
        .extend([503, 429, 401, 500, 409, 200, 404]);
    let first = complete(&world).await;
    let running = world.run(Consumer::Recurrence);
    world.until_received(Consumer::Recurrence, first.id).await;
    assert_eq!(world.api.calls().len(), 6);
    let refused = complete(&world).await;
    eventually(LIMIT, || async {
        (world.dead_letters(Consumer::Recurrence).await == 1).then_some(())
    })
    .await;
    running.stop().await;
    assert!(!world.was_received(Consumer::Recurrence, refused.id).await);
    assert_eq!(world.api.calls().len(), 7);
    assert_eq!(world.position(Consumer::Recurrence).await, 2);
}

async fn a_completion_of_a_newer_version_is_dead_lettered(db: TestDb) {
    let world = World::open(db).await;
    let task = world.task(Some(world.id()));
    let mut newer = world.event(EventKind::TaskCompleted, task, None);
    newer.kind = "task.completed.v9".into();
    world.append(&newer, &newer.to_json()).await;
    let running = world.run(Consumer::Recurrence);
    eventually(LIMIT, || async {
        (world.dead_letters(Consumer::Recurrence).await == 1).then_some(())
    })
    .await;
    running.stop().await;
    assert!(world.api.calls().is_empty());
}

both_databases!(
    a_completion_of_a_newer_version_is_dead_lettered,
    a_skip_asks_for_the_next_occurrence_too,
    a_completion_asks_for_the_next_occurrence,
    a_repeated_delivery_asks_once,
    a_busy_api_is_retried_and_a_refusal_is_dead_lettered,
);
