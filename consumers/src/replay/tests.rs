use serde_json::json;
use taskwire_domain::{EventId, UserId};
use taskwire_messaging::{Handling, Topic};
use taskwire_store::Options;
use taskwire_testkit::{FixedClock, Kind, TestDb, both_databases, eventually};
use uuid::Uuid;

use super::*;

const LIMIT: Duration = Duration::from_secs(30);
/// The handler panics at this one.
const POISON: EventId = EventId(Uuid::from_u128(1));

struct Panics;

impl Handler for Panics {
    fn name(&self) -> &'static str {
        "audit"
    }

    fn topics(&self) -> &'static [Topic] {
        &[Topic::TaskEvents]
    }

    fn handle<'a>(&'a self, delivery: &'a Delivery) -> Handling<'a> {
        assert_ne!(delivery.event.id, POISON, "a bug");
        Box::pin(async { Outcome::Ack })
    }
}

/// Keeps a dead letter and asks for its replay.
async fn ask(db: &Db, clock: &FixedClock, event: EventId) {
    let id = event.to_string();
    let payload = json!({
        "specversion": "1.0", "id": id, "source": "/taskwire", "type": "task.updated.v1", "subject": id,
        "time": "2031-01-01T00:00:00Z", "datacontenttype": "application/json", "partitionkey": id,
        "taskwireowner": id, "data": {},
    });
    let letter = DeadLetter {
        consumer: "audit".into(),
        event,
        owner: UserId(event.0),
        seq: 1,
        attempts: 12,
        error: "poison".into(),
        payload: payload.to_string(),
        at: clock.now(),
        replay_at: None,
        place: None,
    };
    let mut tx = db.begin().await.unwrap();
    tx.insert_dead_letter(&letter).await.unwrap();
    assert!(
        tx.request_replay("audit", event, clock.now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    db.announce_replays().await;
}

async fn until_replayed(db: &Db, event: EventId) {
    eventually(LIMIT, || async {
        find(db, event).await.is_none().then_some(())
    })
    .await;
}

async fn find(db: &Db, event: EventId) -> Option<DeadLetter> {
    let mut tx = db.read().await.unwrap();
    tx.find_dead_letter("audit", event).await.unwrap()
}

async fn a_panic_is_a_failed_attempt_of_that_letter_alone(test: TestDb) {
    let db = Db::connect(&test.address, &Options::default())
        .await
        .unwrap();
    db.migrate().await.unwrap();
    let clock = Arc::new(FixedClock::default());
    let good = EventId(Uuid::from_u128(2));
    ask(&db, &clock, POISON).await;
    ask(&db, &clock, good).await;
    let cancel = CancellationToken::new();
    let replay = Replay::new(
        db.clone(),
        Arc::new(Panics),
        Arc::<FixedClock>::clone(&clock),
    );
    let running = tokio::spawn(replay.run(cancel.clone()));
    until_replayed(&db, good).await;
    let kept = find(&db, POISON).await.unwrap();
    assert_eq!((kept.attempts, kept.replay_at), (13, None));
    assert!(kept.error.starts_with("it panicked: "), "{}", kept.error);
    cancel.cancel();
    running.await.unwrap();
    db.close().await;
}

/// Requests of this process, and on Postgres those of others; on SQLite those are found by looking.
async fn a_request_wakes_an_idle_consumer(test: TestDb) {
    let options = Options::default();
    let db = Db::connect(&test.address, &options).await.unwrap();
    db.migrate().await.unwrap();
    let clock = Arc::new(FixedClock::default());
    let cancel = CancellationToken::new();
    let replay = Replay {
        pause: Duration::from_hours(1),
        ..Replay::new(
            db.clone(),
            Arc::new(Panics),
            Arc::<FixedClock>::clone(&clock),
        )
    };
    let running = tokio::spawn(replay.run(cancel.clone()));
    let receiving = tokio::spawn({
        let db = db.clone();
        async move { db.receive_replays().await }
    });
    for id in 2..5 {
        let event = EventId(Uuid::from_u128(id));
        ask(&db, &clock, event).await;
        until_replayed(&db, event).await;
    }
    if test.kind == Kind::Postgres {
        let other = Db::connect(&test.address, &options).await.unwrap();
        let event = EventId(Uuid::from_u128(5));
        ask(&other, &clock, event).await;
        // Until the process listens, a notification is lost.
        eventually(LIMIT, || async {
            other.announce_replays().await;
            find(&other, event).await.is_none().then_some(())
        })
        .await;
        other.close().await;
    }
    cancel.cancel();
    running.await.unwrap();
    receiving.abort();
    db.close().await;
}

both_databases!(
    a_panic_is_a_failed_attempt_of_that_letter_alone,
    a_request_wakes_an_idle_consumer,
);
