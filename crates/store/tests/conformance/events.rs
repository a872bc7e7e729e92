//! The event log and its reader.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use taskwire_domain::{EventId, UserId};
use taskwire_store::{Db, LogReader, StoredEvent, Tx};
use taskwire_testkit::{Kind, TestDb, both_databases, eventually};
use uuid::Uuid;

use crate::fixture::Store;

const LIMIT: Duration = Duration::from_secs(20);

async fn append(tx: &mut Tx, owner: UserId, number: u128) {
    let id = EventId(Uuid::from_u128(number));
    let payload = format!("{{\"number\":{number}}}");
    tx.append_event(id, owner, "task.updated.v1", Uuid::from_u128(7), &payload)
        .await
        .unwrap();
}

async fn commit(db: &Db, owner: UserId, number: u128) {
    let mut tx = db.begin().await.unwrap();
    append(&mut tx, owner, number).await;
    tx.commit().await.unwrap();
}

fn numbers(events: &[StoredEvent]) -> Vec<u128> {
    events.iter().map(|event| event.id.0.as_u128()).collect()
}

async fn come_in_the_order_of_commits(db: TestDb) {
    let store = Store::open(db).await;
    let bob = store.user("Bob").await;
    for number in 1..=5 {
        let owner = if number == 3 { bob } else { store.ada };
        commit(&store.db, owner, number).await;
    }
    let mut reader = LogReader::new(store.db.clone(), 0);
    let first = reader.next(2).await.unwrap();
    assert_eq!(numbers(&first), [1, 2]);
    assert_eq!(reader.position(), Some(first[1].seq));
    assert_eq!(first[0].payload, "{\"number\":1}");
    assert_eq!(first[0].kind, "task.updated.v1");
    assert_eq!(first[0].key, Uuid::from_u128(7));
    assert_eq!(numbers(&reader.next(100).await.unwrap()), [3, 4, 5]);
    assert!(reader.next(100).await.unwrap().is_empty());
    assert!(reader.waited().is_none());
    commit(&store.db, bob, 6).await;
    let next = reader.next(100).await.unwrap();
    assert_eq!((numbers(&next), next[0].owner), (vec![6], bob));

    // A reader that begins in the middle, like after a restart.
    let mut again = LogReader::new(store.db.clone(), first[1].seq);
    assert_eq!(numbers(&again.next(100).await.unwrap()), [3, 4, 5, 6]);

    let mut tx = store.read().await;
    let end = tx.end_of_events().await.unwrap();
    assert_eq!(Some(end), reader.position());
    let mine = tx
        .events_of(store.ada, first[0].seq, end, 100)
        .await
        .unwrap();
    assert_eq!(numbers(&mine), [2, 4, 5]);
    let some = tx.events_of(store.ada, 0, mine[0].seq, 100).await.unwrap();
    assert_eq!(numbers(&some), [1, 2]);
    assert_eq!(tx.events_of(store.ada, 0, end, 1).await.unwrap().len(), 1);
}

async fn have_no_effect_when_rolled_back(db: TestDb) {
    let store = Store::open(db).await;
    let mut tx = store.db.begin().await.unwrap();
    append(&mut tx, store.ada, 1).await;
    drop(tx);
    commit(&store.db, store.ada, 2).await;
    let reader = tokio::sync::Mutex::new(LogReader::new(store.db.clone(), 0));
    let read = eventually(LIMIT, || async {
        let events = reader.lock().await.next(10).await.unwrap();
        (!events.is_empty()).then_some(events)
    })
    .await;
    assert_eq!(numbers(&read), [2]);
}

async fn notify_when_committed(db: TestDb) {
    let store = Store::open(db).await;
    let mut commits = store.db.commit_notifier().subscribe();
    let mut tx = store.db.begin().await.unwrap();
    append(&mut tx, store.ada, 1).await;
    assert!(!commits.has_changed().unwrap());
    tx.commit().await.unwrap();
    tokio::time::timeout(LIMIT, commits.changed())
        .await
        .unwrap()
        .unwrap();
    // A transaction without events does not notify.
    let mut tx = store.db.begin().await.unwrap();
    tx.next_number(store.ada).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!commits.has_changed().unwrap());
}

async fn none_is_lost_among_many_writers(db: TestDb) {
    let store = Store::open(db).await;
    let other = store.again().await;
    let writers = (0..8).map(|writer| {
        let db = if writer % 2 == 0 {
            store.db.clone()
        } else {
            other.clone()
        };
        let ada = store.ada;
        tokio::spawn(async move {
            for number in 0..25 {
                let number = writer * 1000 + number;
                let mut tx = db.begin().await.unwrap();
                append(&mut tx, ada, number).await;
                if number % 5 == 4 {
                    drop(tx);
                } else {
                    tx.commit().await.unwrap();
                }
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let read = tokio::sync::Mutex::new((LogReader::new(store.db.clone(), 0), Vec::new()));
    let read = eventually(LIMIT, || async {
        let (reader, seen) = &mut *read.lock().await;
        seen.extend(reader.next(7).await.unwrap());
        (seen.len() == 160).then(|| std::mem::take(seen))
    })
    .await;
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(read.is_sorted_by_key(|event| event.seq));
    for writer in 0..8 {
        let expected: Vec<u128> = (0..25)
            .filter(|n| n % 5 != 4)
            .map(|n| writer * 1000 + n)
            .collect();
        let of_writer: Vec<u128> = numbers(&read)
            .into_iter()
            .filter(|n| n / 1000 == writer)
            .collect();
        assert_eq!(of_writer, expected);
    }
    other.close().await;
}

both_databases!(
    come_in_the_order_of_commits,
    have_no_effect_when_rolled_back,
    notify_when_committed,
    none_is_lost_among_many_writers,
);

/// Only Postgres commits out of the order in which numbers are drawn.
#[tokio::test]
async fn a_later_event_waits_for_an_earlier_one_that_is_still_being_committed() {
    let store = Store::open(TestDb::create(Kind::Postgres)).await;
    commit(&store.db, store.ada, 1).await;
    let mut slow = store.db.begin().await.unwrap();
    append(&mut slow, store.ada, 2).await;
    commit(&store.db, store.ada, 3).await;

    let mut reader = LogReader::new(store.db.clone(), 0);
    assert_eq!(numbers(&reader.next(10).await.unwrap()), [1]);
    assert!(reader.waited().is_some());
    for number in 4..8 {
        commit(&store.db, store.ada, number).await;
        assert!(reader.next(10).await.unwrap().is_empty());
        assert!(reader.waited().is_some());
    }
    // A reader that starts now waits too.
    let mut late = LogReader::new(store.db.clone(), reader.position().unwrap());
    assert!(late.next(10).await.unwrap().is_empty());

    slow.commit().await.unwrap();
    assert_eq!(numbers(&reader.next(10).await.unwrap()), [2, 3, 4, 5, 6, 7]);
    assert!(reader.waited().is_none());
    assert_eq!(numbers(&late.next(10).await.unwrap()), [2, 3, 4, 5, 6, 7]);
}

#[tokio::test]
async fn a_gap_that_was_rolled_back_is_passed() {
    let store = Store::open(TestDb::create(Kind::Postgres)).await;
    let mut first = store.db.begin().await.unwrap();
    append(&mut first, store.ada, 1).await;
    let mut second = store.db.begin().await.unwrap();
    append(&mut second, store.ada, 2).await;
    commit(&store.db, store.ada, 3).await;
    let mut reader = LogReader::new(store.db.clone(), 0);
    assert!(reader.next(10).await.unwrap().is_empty());
    drop(first);
    second.commit().await.unwrap();
    let reader = tokio::sync::Mutex::new(reader);
    let read = eventually(LIMIT, || async {
        let events = reader.lock().await.next(10).await.unwrap();
        (!events.is_empty()).then_some(events)
    })
    .await;
    assert_eq!(numbers(&read), [2, 3]);
}

#[tokio::test]
async fn a_transaction_that_began_after_the_gap_does_not_hold_it_open() {
    let store = Store::open(TestDb::create(Kind::Postgres)).await;
    let mut lost = store.db.begin().await.unwrap();
    append(&mut lost, store.ada, 1).await;
    commit(&store.db, store.ada, 2).await;
    let mut reader = LogReader::new(store.db.clone(), 0);
    // Once to see the gap, once to draw the bound.
    assert!(reader.next(10).await.unwrap().is_empty());
    assert!(reader.next(10).await.unwrap().is_empty());
    // Writes, and so has a transaction id, and stays open.
    let mut newer = store.db.begin().await.unwrap();
    append(&mut newer, store.ada, 3).await;
    drop(lost);
    let reader = tokio::sync::Mutex::new(reader);
    let read = eventually(LIMIT, || async {
        let events = reader.lock().await.next(10).await.unwrap();
        (!events.is_empty()).then_some(events)
    })
    .await;
    assert_eq!(numbers(&read), [2]);
    newer.commit().await.unwrap();
}

#[tokio::test]
async fn commits_notify_other_processes() {
    let store = Store::open(TestDb::create(Kind::Postgres)).await;
    let other = store.again().await;
    let relays = [store.db.clone(), other.clone()]
        .map(|db| tokio::spawn(async move { db.forward_notifications().await }));
    let commits = other.commit_notifier().subscribe();
    // The listener needs a moment to connect; until it has, notifications are lost.
    eventually(LIMIT, || async {
        let mut commits = commits.clone();
        commit(&store.db, store.ada, store.ids.uuid(store.now()).as_u128()).await;
        let heard = tokio::time::timeout(Duration::from_millis(200), commits.changed()).await;
        heard.is_ok().then_some(())
    })
    .await;
    for task in relays {
        task.abort();
    }
}

/// What this process has committed is known here at once; hearing of it again would make every reader read again.
#[tokio::test]
async fn a_process_ignores_its_own_notifications() {
    let store = Store::open(TestDb::create(Kind::Postgres)).await;
    let other = store.again().await;
    let forwarding = [store.db.clone(), other.clone()]
        .map(|db| tokio::spawn(async move { db.forward_notifications().await }));
    let heard = store.db.commit_notifier().subscribe();
    let from_other = AtomicU64::new(0);
    let hear_other = async || {
        eventually(LIMIT, || async {
            let mut heard = store.db.commit_notifier().subscribe();
            from_other.fetch_add(1, Ordering::Relaxed);
            commit(&other, store.ada, store.ids.uuid(store.now()).as_u128()).await;
            let heard = tokio::time::timeout(Duration::from_millis(200), heard.changed()).await;
            heard.is_ok().then_some(())
        })
        .await;
    };
    hear_other().await;
    for _ in 0..5 {
        commit(&store.db, store.ada, store.ids.uuid(store.now()).as_u128()).await;
    }
    // Notifications arrive in the order in which they were sent.
    hear_other().await;
    assert!(*heard.borrow() <= 5 + from_other.load(Ordering::Relaxed));
    for task in forwarding {
        task.abort();
    }
}

/// On SQLite there is nothing to forward.
#[tokio::test]
async fn forwarding_returns_at_once_on_sqlite() {
    let store = Store::open(TestDb::create(Kind::Sqlite)).await;
    tokio::time::timeout(LIMIT, store.db.forward_notifications())
        .await
        .unwrap();
}
