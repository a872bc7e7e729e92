//! Deletion of old rows.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use taskwire_domain::{EventId, NotificationId, ReminderId, TaskId};
use taskwire_store::{DeliveryRow, LogReader, NotificationRow, PrunedEvents};
use taskwire_testkit::{Kind, TestDb, both_databases, eventually};
use uuid::Uuid;

use crate::fixture::Store;

const FOLLOWERS: &[&str] = &["audit", "reminder"];
const LIMIT: Duration = Duration::from_secs(20);

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

/// Appends an event of this instant; returns its number.
async fn append(store: &Store) -> i64 {
    let mut tx = store.db.begin().await.unwrap();
    tx.append_event(
        store.id(),
        store.ada,
        "task.updated.v1",
        Uuid::from_u128(7),
        "{}",
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    store.read().await.end_of_events().await.unwrap()
}

async fn advance(store: &Store, follower: &str, position: i64) {
    let mut tx = store.db.begin().await.unwrap();
    tx.advance_consumer(follower, position).await.unwrap();
    tx.commit().await.unwrap();
}

async fn prune(
    store: &Store,
    before: Timestamp,
    followers: &[&str],
    limit: i64,
) -> (u64, Option<String>) {
    let mut tx = store.db.begin().await.unwrap();
    let PrunedEvents { deleted, waits_for } = tx
        .prune_events(before, followers, limit, |_| None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (deleted, waits_for)
}

/// The remaining numbers, and the position up to which the log was deleted.
async fn left(store: &Store) -> (Vec<i64>, i64) {
    let mut tx = store.read().await;
    let events = tx.events_of(store.ada, 0, i64::MAX, 10_000).await.unwrap();
    let through = tx.events_pruned_through().await.unwrap();
    (events.into_iter().map(|event| event.seq).collect(), through)
}

async fn old_events_are_deleted_behind_every_follower(db: TestDb) {
    let store = Store::open(db).await;
    let mut seqs = vec![];
    for _ in 0..6 {
        seqs.push(append(&store).await);
        store.clock.advance(days(1));
    }
    let old = store.now();
    assert_eq!(left(&store).await, (seqs.clone(), 0));
    // No follower has read anything; then there are no followers.
    assert_eq!(
        prune(&store, old, FOLLOWERS, 100).await,
        (0, Some("audit".into()))
    );
    assert_eq!(prune(&store, old, &[], 100).await, (0, None));
    advance(&store, "audit", seqs[4]).await;
    advance(&store, "reminder", seqs[1]).await;
    advance(&store, "recurrence", 0).await;
    // In batches, up to the slowest of the named followers.
    assert_eq!(prune(&store, old, FOLLOWERS, 1).await, (1, None));
    assert_eq!(left(&store).await, (seqs[1..].to_vec(), seqs[0]));
    assert_eq!(
        prune(&store, old, FOLLOWERS, 100).await,
        (1, Some("reminder".into()))
    );
    assert_eq!(
        prune(&store, old, FOLLOWERS, 100).await,
        (0, Some("reminder".into()))
    );
    assert_eq!(left(&store).await, (seqs[2..].to_vec(), seqs[1]));
    // Up to their age: the event of the third day is from before the fourth, that of the fourth is not.
    advance(&store, "reminder", seqs[5]).await;
    let fourth = old.checked_sub(days(3)).unwrap();
    assert_eq!(prune(&store, fourth, FOLLOWERS, 100).await, (1, None));
    assert_eq!(left(&store).await, (seqs[3..].to_vec(), seqs[2]));
}

/// In whatever order followers read and events are pruned, no follower misses an event.
async fn no_follower_is_ever_passed(db: TestDb) {
    let store = Store::open(db).await;
    let mut rng = StdRng::seed_from_u64(3);
    let mut all = vec![];
    for _ in 0..60 {
        match rng.random_range(0..4) {
            0 | 1 => all.push(append(&store).await),
            2 => {
                let follower = FOLLOWERS[rng.random_range(0..2)];
                if let Some(to) = all.get(rng.random_range(0..=all.len())) {
                    advance(&store, follower, *to).await;
                }
            }
            _ => {
                store.clock.advance(days(1));
                let before = store.now().checked_sub(days(rng.random_range(0..4)));
                prune(&store, before.unwrap(), FOLLOWERS, rng.random_range(1..9)).await;
            }
        }
        let (left, through) = left(&store).await;
        // The rest is the end of the log.
        assert_eq!(left, all[all.len() - left.len()..]);
        assert!(left.first().is_none_or(|first| through < *first));
        let mut tx = store.read().await;
        for follower in FOLLOWERS {
            let position = tx.consumer_position(follower).await.unwrap();
            assert!(
                through <= position,
                "{follower} is at {position} of {through}"
            );
        }
    }
    assert!(left(&store).await.1 > 0);
}

async fn a_log_continues_after_its_beginning_is_deleted(db: TestDb) {
    let store = Store::open(db).await;
    for _ in 0..20 {
        append(&store).await;
    }
    let end = store.read().await.end_of_events().await.unwrap();
    store.clock.advance(days(1));
    for follower in FOLLOWERS {
        advance(&store, follower, end).await;
    }
    assert_eq!(prune(&store, store.now(), FOLLOWERS, 100).await, (20, None));
    // The end stays where it is, although no event is left.
    assert_eq!(left(&store).await, (vec![], end));
    assert_eq!(store.read().await.end_of_events().await.unwrap(), end);
    let mut at_end = LogReader::at_end(store.db.clone()).await.unwrap();
    let next = append(&store).await;
    assert!(next > end);
    let mut from_start = LogReader::new(store.db.clone(), 0);
    let mut resumed = LogReader::new(store.db.clone(), end);
    for reader in [&mut from_start, &mut resumed, &mut at_end] {
        assert_eq!(read(reader, 1).await, [next]);
    }
}

/// Reads until there are `count` events; returns their numbers.
async fn read(reader: &mut LogReader, count: usize) -> Vec<i64> {
    let reader = tokio::sync::Mutex::new((reader, Vec::new()));
    eventually(LIMIT, || async {
        let (reader, seen) = &mut *reader.lock().await;
        seen.extend(
            reader
                .next(100)
                .await
                .unwrap()
                .iter()
                .map(|event| event.seq),
        );
        (seen.len() >= count).then(|| std::mem::take(seen))
    })
    .await
}

async fn inbox_rows_are_kept_while_their_event_may_come_again(db: TestDb) {
    let store = Store::open(db).await;
    let receive = |consumer: &'static str, event: EventId| {
        let store = &store;
        async move {
            let mut tx = store.db.begin().await.unwrap();
            tx.receive(consumer, event, store.now()).await.unwrap();
            tx.commit().await.unwrap();
        }
    };
    let has = |consumer: &'static str, event: EventId| {
        let store = &store;
        async move {
            let mut tx = store.read().await;
            tx.was_received(consumer, event).await.unwrap()
        }
    };
    let prune = |before: Timestamp, limit: i64| {
        let store = &store;
        async move {
            let mut tx = store.db.begin().await.unwrap();
            let deleted = tx.prune_inbox(before, FOLLOWERS, limit).await.unwrap();
            tx.commit().await.unwrap();
            deleted
        }
    };
    let first: EventId = store.id();
    store.clock.advance(SignedDuration::from_secs(1));
    let second: EventId = store.id();
    for consumer in ["audit", "recurrence", "reminder"] {
        receive(consumer, first).await;
        receive(consumer, second).await;
    }
    store.clock.advance(days(2));
    let begun = append(&store).await;
    let late: EventId = store.id();
    store.clock.advance(days(2));
    // Its event is old, but it was handled just now.
    receive("audit", late).await;
    let before = store.now();
    store.clock.advance(days(2));
    receive("recurrence", store.id()).await;
    // A batch of each consumer.
    assert_eq!(prune(before, 1).await, 3);
    assert!(!has("audit", first).await && has("audit", second).await);
    assert_eq!(prune(before, 10).await, 3);
    assert_eq!(prune(before, 10).await, 0);
    assert!(has("audit", late).await);
    // The event that was appended is still to be read, so those of its time and later may come again.
    assert_eq!(prune(store.now(), 10).await, 0);
    for follower in FOLLOWERS {
        advance(&store, follower, begun).await;
    }
    assert_eq!(prune(store.now(), 10).await, 1);
    assert!(!has("audit", late).await);
}

async fn deliveries_are_deleted_by_their_age(db: TestDb) {
    let store = Store::open(db).await;
    let deliver = |reminder: ReminderId, fire_at: Timestamp| {
        let store = &store;
        async move {
            let mut tx = store.db.begin().await.unwrap();
            let row = DeliveryRow {
                owner: store.ada,
                reminder,
                fire_at,
                channel: "in_app",
                task: TaskId(Uuid::from_u128(1)),
                delivered_at: store.now(),
            };
            let is_new = tx.insert_delivery(&row).await.unwrap();
            tx.commit().await.unwrap();
            is_new
        }
    };
    let reminders: Vec<ReminderId> = (0..3).map(|_| store.id()).collect();
    let fire_at = store.now();
    for reminder in &reminders {
        assert!(deliver(*reminder, fire_at).await);
        store.clock.advance(days(1));
    }
    let prune = |limit: i64| {
        let store = &store;
        async move {
            let before = store.now().checked_sub(days(1)).unwrap();
            let mut tx = store.db.begin().await.unwrap();
            let deleted = tx.prune_deliveries(before, limit).await.unwrap();
            tx.commit().await.unwrap();
            deleted
        }
    };
    assert_eq!(prune(1).await, 1);
    assert_eq!(prune(9).await, 1);
    assert_eq!(prune(9).await, 0);
    assert!(deliver(reminders[1], fire_at).await);
    assert!(!deliver(reminders[2], fire_at).await);
}

async fn only_read_notifications_are_deleted_by_their_age(db: TestDb) {
    let store = Store::open(db).await;
    let task = store.task(1, "water the plants");
    store.insert(&task).await;
    let mut all: Vec<NotificationId> = vec![];
    for _ in 0..4 {
        let row = NotificationRow {
            id: store.id(),
            owner: store.ada,
            task: task.id,
            reminder: store.id(),
            fire_at: store.now(),
            created_at: store.now(),
            read_at: None,
            ended_at: None,
            nag_at: None,
            nags: 0,
        };
        let mut tx = store.db.begin().await.unwrap();
        tx.insert_notification(&row).await.unwrap();
        tx.commit().await.unwrap();
        all.push(row.id);
        store.clock.advance(days(1));
    }
    // The oldest one is not read, the others on one day each.
    for id in &all[1..] {
        let mut tx = store.db.begin().await.unwrap();
        let read = tx.mark_notification_read(store.ada, *id, store.now()).await;
        assert!(read.unwrap());
        tx.commit().await.unwrap();
        store.clock.advance(days(1));
    }
    let prune = |limit: i64| {
        let store = &store;
        async move {
            let before = store.now().checked_sub(days(1)).unwrap();
            let mut tx = store.db.begin().await.unwrap();
            let deleted = tx.prune_notifications(before, limit).await.unwrap();
            tx.commit().await.unwrap();
            deleted
        }
    };
    assert_eq!(prune(1).await, 1);
    assert_eq!(prune(9).await, 1);
    assert_eq!(prune(9).await, 0);
    let mut tx = store.read().await;
    for (id, is_left) in all.iter().zip([true, false, false, true]) {
        let found = tx.find_notification(store.ada, *id).await.unwrap();
        assert_eq!(found.is_some(), is_left);
    }
}

async fn failures_are_forgotten_by_their_age(db: TestDb) {
    let store = Store::open(db).await;
    let fail = |event: EventId| {
        let store = &store;
        async move {
            let mut tx = store.db.begin().await.unwrap();
            let failures = tx.delivery_failed("audit", event, "poison", store.now());
            let failures = failures.await.unwrap();
            tx.commit().await.unwrap();
            failures
        }
    };
    let (old, again, new): (EventId, EventId, EventId) = (store.id(), store.id(), store.id());
    fail(old).await;
    fail(again).await;
    store.clock.advance(days(2));
    // It fails to this day.
    assert_eq!(fail(again).await, 2);
    fail(new).await;
    let before = store.now().checked_sub(days(1)).unwrap();
    let mut tx = store.db.begin().await.unwrap();
    assert_eq!(tx.prune_failures(before, 9).await.unwrap(), 1);
    assert_eq!(tx.prune_failures(before, 9).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(fail(old).await, 1);
    assert_eq!((fail(again).await, fail(new).await), (3, 2));
}

both_databases!(
    only_read_notifications_are_deleted_by_their_age,
    failures_are_forgotten_by_their_age,
    old_events_are_deleted_behind_every_follower,
    no_follower_is_ever_passed,
    a_log_continues_after_its_beginning_is_deleted,
    inbox_rows_are_kept_while_their_event_may_come_again,
    deliveries_are_deleted_by_their_age,
);

/// Numbers that were deleted are a gap like any other: one transaction id closes all of it, however long it is.
#[tokio::test]
async fn a_long_gap_at_the_beginning_is_passed_at_once() {
    let store = Store::open(TestDb::create(Kind::Postgres)).await;
    let pool = sqlx::PgPool::connect(&store.test.address).await.unwrap();
    sqlx::query("ALTER SEQUENCE events_seq_seq RESTART WITH 100001")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    for _ in 0..50 {
        append(&store).await;
    }
    let mut reader = LogReader::new(store.db.clone(), 0);
    let begun = std::time::Instant::now();
    let mut looks = 0;
    let events = loop {
        let events = reader.next(1000).await.unwrap();
        looks += 1;
        if !events.is_empty() {
            break events;
        }
        assert!(begun.elapsed() < LIMIT, "the gap was not passed");
        tokio::time::sleep(reader.next_poll_in().unwrap()).await;
    };
    println!("{looks} looks, {} µs", begun.elapsed().as_micros());
    assert_eq!((events.len(), events[0].seq), (50, 100_001));
}
