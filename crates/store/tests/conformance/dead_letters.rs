//! Events that consumers could not handle, and their replay.

use jiff::ToSpan;
use taskwire_domain::EventId;
use taskwire_store::{DeadLetter, Failures, RecordPlace};
use taskwire_testkit::{TestDb, both_databases};
use uuid::Uuid;

use crate::fixture::Store;

fn letter(store: &Store, consumer: &str, number: u128) -> DeadLetter {
    DeadLetter {
        consumer: consumer.into(),
        event: EventId(Uuid::from_u128(number)),
        owner: store.ada,
        seq: 1,
        attempts: 12,
        error: "poison".into(),
        payload: "{}".into(),
        at: store.now(),
        replay_at: None,
        place: Some(RecordPlace {
            topic: "task-events".into(),
            partition: Some(3),
            offset: None,
        }),
    }
}

async fn an_event_is_dead_lettered_once(db: TestDb) {
    let store = Store::open(db).await;
    let mut tx = store.db.begin().await.unwrap();
    for consumer in ["audit", "audit", "reminder"] {
        tx.insert_dead_letter(&letter(&store, consumer, 1))
            .await
            .unwrap();
    }
    assert_eq!(tx.count_dead_letters("audit").await.unwrap(), 1);
    assert_eq!(tx.count_dead_letters("recurrence").await.unwrap(), 0);
    let kept = tx
        .find_dead_letter("audit", EventId(Uuid::from_u128(1)))
        .await
        .unwrap();
    assert_eq!(kept, Some(letter(&store, "audit", 1)));
    tx.commit().await.unwrap();
}

async fn dead_letters_are_listed_in_pages(db: TestDb) {
    let store = Store::open(db).await;
    let mut tx = store.db.begin().await.unwrap();
    for number in 1..=5 {
        let at = store.now() + i64::try_from(number / 2).unwrap().seconds();
        let letter = DeadLetter {
            at,
            ..letter(&store, "audit", number)
        };
        tx.insert_dead_letter(&letter).await.unwrap();
    }
    let mut listed = Vec::new();
    let mut after = None;
    loop {
        let page = tx.dead_letters(None, after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.at, last.event));
        listed.extend(page.iter().map(|letter| letter.event.0.as_u128()));
    }
    assert_eq!(listed, [1, 2, 3, 4, 5]);
    let other = letter(&store, "reminder", 6);
    tx.insert_dead_letter(&other).await.unwrap();
    let audit = tx.dead_letters(Some("audit"), None, 10).await.unwrap();
    assert_eq!(audit.len(), 5);
    let reminder = tx.dead_letters(Some("reminder"), None, 10).await.unwrap();
    assert_eq!(reminder, [other]);
    let none = tx.dead_letters(Some("recurrence"), None, 10).await.unwrap();
    assert_eq!(none, []);
}

async fn a_dead_letter_is_replayed_when_it_is_asked_for(db: TestDb) {
    let store = Store::open(db).await;
    let mut tx = store.db.begin().await.unwrap();
    for number in [1, 2] {
        tx.insert_dead_letter(&letter(&store, "audit", number))
            .await
            .unwrap();
    }
    let event = EventId(Uuid::from_u128(2));
    assert_eq!(tx.dead_letters_to_replay("audit", 10).await.unwrap(), []);
    assert!(
        tx.request_replay("audit", event, store.now())
            .await
            .unwrap()
    );
    assert!(
        !tx.request_replay("reminder", event, store.now())
            .await
            .unwrap()
    );
    let asked = tx.dead_letters_to_replay("audit", 10).await.unwrap();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (asked[0].event, asked[0].replay_at),
        (event, Some(store.now()))
    );
    tx.replay_failed("audit", event, "poison again", store.now())
        .await
        .unwrap();
    assert_eq!(tx.dead_letters_to_replay("audit", 10).await.unwrap(), []);
    let kept = tx.find_dead_letter("audit", event).await.unwrap().unwrap();
    assert_eq!((kept.attempts, &*kept.error), (13, "poison again"));
    assert!(tx.remove_dead_letter("audit", event).await.unwrap());
    assert!(!tx.remove_dead_letter("audit", event).await.unwrap());
    assert_eq!(tx.count_dead_letters("audit").await.unwrap(), 1);
}

async fn failures_are_counted_by_consumer_and_event(db: TestDb) {
    let store = Store::open(db).await;
    let (one, other) = (store.id(), store.id());
    let mut tx = store.db.begin().await.unwrap();
    for (consumer, event, reason, expected) in [
        ("audit", one, "first", 1),
        ("audit", one, "second", 2),
        ("audit", other, "first", 1),
        ("reminder", one, "first", 1),
    ] {
        let attempts = tx
            .delivery_failed(consumer, event, reason, store.now())
            .await
            .unwrap();
        assert_eq!(attempts, expected);
    }
    let failures = Failures {
        attempts: 2,
        error: "second".into(),
    };
    assert_eq!(
        tx.delivery_failures("audit", one).await.unwrap(),
        Some(failures)
    );
    tx.forget_failures("audit", one).await.unwrap();
    assert_eq!(tx.delivery_failures("audit", one).await.unwrap(), None);
    assert!(
        tx.delivery_failures("reminder", one)
            .await
            .unwrap()
            .is_some()
    );
}

both_databases!(
    an_event_is_dead_lettered_once,
    dead_letters_are_listed_in_pages,
    a_dead_letter_is_replayed_when_it_is_asked_for,
    failures_are_counted_by_consumer_and_event,
);
