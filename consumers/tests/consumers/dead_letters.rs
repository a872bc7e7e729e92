//! Replayed dead letters.

use taskwire_consumers::Consumer;
use taskwire_domain::EventKind;
use taskwire_store::DeadLetter;
use taskwire_testkit::{TestDb, both_databases, eventually};

use crate::fixture::{LIMIT, World};

/// A dead letter of an event that can be handled now.
async fn given_up(world: &World, payload: Option<&str>) -> DeadLetter {
    let event = world.event(EventKind::TaskUpdated, world.task(None), None);
    let letter = DeadLetter {
        consumer: "audit".into(),
        event: event.id,
        owner: event.owner,
        seq: 7,
        attempts: 12,
        error: "poison".into(),
        payload: payload.map_or_else(|| event.to_json(), Into::into),
        at: taskwire_domain::Clock::now(&*world.clock),
        replay_at: None,
        place: None,
    };
    let mut tx = world.db.begin().await.unwrap();
    tx.insert_dead_letter(&letter).await.unwrap();
    tx.commit().await.unwrap();
    letter
}

async fn ask(world: &World, letter: &DeadLetter) {
    let mut tx = world.db.begin().await.unwrap();
    let now = taskwire_domain::Clock::now(&*world.clock);
    assert!(tx.request_replay("audit", letter.event, now).await.unwrap());
    tx.commit().await.unwrap();
}

async fn found(world: &World, letter: &DeadLetter) -> Option<DeadLetter> {
    let mut tx = world.db.read().await.unwrap();
    tx.find_dead_letter("audit", letter.event).await.unwrap()
}

async fn a_replayed_event_has_its_effect_once(db: TestDb) {
    let world = World::open(db).await;
    let running = world.run(Consumer::Audit);
    let letter = given_up(&world, None).await;
    ask(&world, &letter).await;
    eventually(LIMIT, || async {
        found(&world, &letter).await.is_none().then_some(())
    })
    .await;
    // Given up again because of a late delivery, and replayed: it is in the inbox.
    let mut tx = world.db.begin().await.unwrap();
    tx.insert_dead_letter(&letter).await.unwrap();
    tx.commit().await.unwrap();
    ask(&world, &letter).await;
    eventually(LIMIT, || async {
        found(&world, &letter).await.is_none().then_some(())
    })
    .await;
    running.stop().await;
    let mut tx = world.db.read().await.unwrap();
    let lines = tx.list_audit(world.ada, None, i64::MAX, 10).await.unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].seq, 7);
}

async fn an_event_that_fails_again_is_kept(db: TestDb) {
    let world = World::open(db).await;
    let running = world.run(Consumer::Audit);
    // A form of what cannot be stored as text.
    let letter = given_up(&world, Some("//4=")).await;
    ask(&world, &letter).await;
    let kept = eventually(LIMIT, || async {
        let kept = found(&world, &letter).await.unwrap();
        kept.replay_at.is_none().then_some(kept)
    })
    .await;
    running.stop().await;
    assert_eq!(kept.attempts, 13);
    // It says more about the record than that its form is not an event either.
    assert_eq!(kept.error, letter.error);
    assert_eq!(kept.payload, letter.payload);
}

both_databases!(
    a_replayed_event_has_its_effect_once,
    an_event_that_fails_again_is_kept,
);
