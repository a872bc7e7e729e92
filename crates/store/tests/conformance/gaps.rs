//! Gaps in the event log: numbers that are drawn but not yet, or never, committed. Only Postgres has them.

use std::time::{Duration, Instant};

use sqlx::PgPool;
use taskwire_domain::{EventId, UserId};
use taskwire_store::{LogReader, StoredEvent, Tx};
use taskwire_testkit::{Kind, TestDb, eventually};
use uuid::Uuid;

use crate::cancelled::cut;
use crate::fixture::Store;

const LIMIT: Duration = Duration::from_secs(20);

async fn open() -> (Store, PgPool) {
    let store = Store::open(TestDb::create(Kind::Postgres)).await;
    let pool = PgPool::connect(&store.test.address).await.unwrap();
    (store, pool)
}

async fn append(tx: &mut Tx, owner: UserId, number: u128) {
    let id = EventId(Uuid::from_u128(number));
    tx.append_event(id, owner, "task.updated.v1", Uuid::from_u128(7), "{}")
        .await
        .unwrap();
}

async fn commit(store: &Store, number: u128) {
    let mut tx = store.db.begin().await.unwrap();
    append(&mut tx, store.ada, number).await;
    tx.commit().await.unwrap();
}

/// A transaction that has an id, because it wrote a row, but has no event yet.
async fn begin_with_id(store: &Store) -> Tx {
    let mut tx = store.db.begin().await.unwrap();
    tx.next_number(store.ada).await.unwrap();
    tx
}

fn numbers(events: &[StoredEvent]) -> Vec<u128> {
    events.iter().map(|event| event.id.0.as_u128()).collect()
}

/// Reads until there are `count` events.
async fn read(reader: &mut LogReader, count: usize) -> Vec<u128> {
    let reader = tokio::sync::Mutex::new((reader, Vec::new()));
    eventually(LIMIT, || async {
        let (reader, seen) = &mut *reader.lock().await;
        seen.extend(numbers(&reader.next(100).await.unwrap()));
        (seen.len() >= count).then(|| std::mem::take(seen))
    })
    .await
}

/// The oldest transaction that runs, and one past the newest that has ended.
async fn snapshot(pool: &PgPool) -> (i64, i64) {
    sqlx::query_as(
        "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT),
            CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT)",
    )
    .fetch_one(pool)
    .await
    .unwrap()
}

/// The writer of the lower number has the newest id of all transactions. No transaction that began later has ended,
/// so the snapshot's xmax is the id of that writer, and so is its xmin: as a bound it would close the gap at once.
#[tokio::test]
async fn the_newest_transaction_holds_the_gap_open_that_it_will_fill() {
    let (store, pool) = open().await;
    let begun = Instant::now();
    let mut reader = LogReader::new(store.db.clone(), 0);
    let mut number = 0;
    loop {
        let mut higher = store.db.begin().await.unwrap();
        higher
            .next_number(store.user(&format!("user {number}")).await)
            .await
            .unwrap();
        let mut lower = begin_with_id(&store).await;
        append(&mut lower, store.ada, number + 1).await;
        append(&mut higher, store.ada, number + 2).await;
        higher.commit().await.unwrap();
        // Transactions of other tests on the same server may come in between.
        let (xmin, xmax) = snapshot(&pool).await;
        for _ in 0..10 {
            assert_eq!(
                numbers(&reader.next(100).await.unwrap()),
                Vec::<u128>::new()
            );
            assert!(reader.waited().is_some());
        }
        lower.commit().await.unwrap();
        assert_eq!(read(&mut reader, 2).await, [number + 1, number + 2]);
        if xmin == xmax {
            return;
        }
        number += 2;
        assert!(begun.elapsed() < LIMIT, "the server is never quiet");
    }
}

/// The number is drawn by the statement that appends: the transaction must have its id by then, even if appending is
/// the first thing it does.
#[tokio::test]
async fn a_writer_has_its_id_before_it_draws_a_number() {
    let (store, pool) = open().await;
    let mut blocking = pool.begin().await.unwrap();
    // Drawing waits for this lock.
    sqlx::query("ALTER SEQUENCE events_seq_seq NO CYCLE")
        .execute(&mut *blocking)
        .await
        .unwrap();
    let (db, ada) = (store.db.clone(), store.ada);
    let writing = tokio::spawn(async move {
        let mut tx = db.begin().await.unwrap();
        append(&mut tx, ada, 1).await;
        tx.commit().await.unwrap();
    });
    let has_id = eventually(LIMIT, || async {
        sqlx::query_scalar::<_, bool>(
            "SELECT backend_xid IS NOT NULL FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO events%'",
        )
        .fetch_optional(&pool)
        .await
        .unwrap()
    })
    .await;
    assert!(has_id, "the number would be drawn before the id");
    blocking.rollback().await.unwrap();
    writing.await.unwrap();
}

/// Begins at the end, while a lower number may still be committed, however far back.
#[tokio::test]
async fn a_reader_that_begins_at_the_end_misses_nothing_that_commits_later() {
    let (store, _) = open().await;
    // Nothing is skipped in an empty log.
    let mut early = LogReader::at_end(store.db.clone()).await.unwrap();
    assert_eq!(early.position(), Some(0));

    let mut slow = begin_with_id(&store).await;
    append(&mut slow, store.ada, 1).await;
    let bob = store.user("Bob").await;
    let mut many = store.db.begin().await.unwrap();
    for number in 2..=1500 {
        append(&mut many, bob, number).await;
    }
    many.commit().await.unwrap();
    let mut reader = LogReader::at_end(store.db.clone()).await.unwrap();
    for _ in 0..5 {
        assert_eq!(reader.position(), None);
        assert!(reader.next(100).await.unwrap().is_empty());
        assert!(reader.waited().is_some());
    }
    slow.commit().await.unwrap();
    let reader_ready = tokio::sync::Mutex::new(&mut reader);
    eventually(LIMIT, || async {
        let mut reader = reader_ready.lock().await;
        assert!(reader.next(100).await.unwrap().is_empty());
        reader.position()
    })
    .await;
    // From here on a query for earlier events finds them.
    let end = reader.position().unwrap();
    let before = store.read().await.events_of(store.ada, 0, end, 10).await;
    assert_eq!(numbers(&before.unwrap()), [1]);
    commit(&store, 1501).await;
    assert_eq!(read(&mut reader, 1).await, [1501]);
    assert_eq!(read(&mut early, 1501).await.len(), 1501);
}

/// However many numbers were rolled back, one transaction id shows that none of them will ever appear.
#[tokio::test]
async fn one_bound_closes_every_gap_that_was_seen() {
    let (store, _) = open().await;
    for number in 1..=20 {
        let mut lost = begin_with_id(&store).await;
        append(&mut lost, store.ada, 1000 + number).await;
        drop(lost);
        commit(&store, number).await;
    }
    let mut reader = LogReader::new(store.db.clone(), 0);
    // Once to see the gap, once to draw the bound.
    assert!(reader.next(100).await.unwrap().is_empty());
    assert!(reader.next(100).await.unwrap().is_empty());
    let all = tokio::sync::Mutex::new(&mut reader);
    let at_once = eventually(LIMIT, || async {
        let events = all.lock().await.next(100).await.unwrap();
        (!events.is_empty()).then_some(events)
    })
    .await;
    assert_eq!(numbers(&at_once), (1..=20).collect::<Vec<u128>>());
    assert!(reader.waited().is_none());
}

/// The rows behind a gap are not read repeatedly while it is open.
#[tokio::test]
async fn a_long_wait_is_looked_at_ever_more_rarely() {
    let (store, _) = open().await;
    let mut slow = begin_with_id(&store).await;
    append(&mut slow, store.ada, 1).await;
    commit(&store, 2).await;
    let mut reader = LogReader::new(store.db.clone(), 0);
    assert!(reader.next_poll_in().is_none());
    reader.next(100).await.unwrap();
    let first = reader.next_poll_in().unwrap();
    let last = eventually(LIMIT, || async {
        let pause = reader.next_poll_in().unwrap();
        (pause > first).then_some(pause)
    })
    .await;
    assert!(last <= Duration::from_millis(500));
    slow.commit().await.unwrap();
    assert_eq!(read(&mut reader, 2).await, [1, 2]);
}

/// A session that draws numbers in advance may use one much later; the log is not read until that is fixed.
#[tokio::test]
async fn a_sequence_with_a_cache_is_refused() {
    let (store, pool) = open().await;
    commit(&store, 1).await;
    let alter = async |what: &'static str| {
        let alter = format!("ALTER SEQUENCE events_seq_seq {what}");
        sqlx::query(sqlx::AssertSqlSafe(alter))
            .execute(&pool)
            .await
            .unwrap();
    };
    let mut reader = LogReader::new(store.db.clone(), 0);
    for altered in ["CACHE 32", "INCREMENT -1", "CYCLE"] {
        alter(altered).await;
        let refused = reader.next(10).await.unwrap_err();
        assert!(refused.to_string().contains("ALTER SEQUENCE"), "{refused}");
        assert!(!refused.is_outage());
        assert!(LogReader::at_end(store.db.clone()).await.is_err());
        alter("INCREMENT 1 CACHE 1 NO CYCLE").await;
    }
    assert_eq!(numbers(&reader.next(10).await.unwrap()), [1]);
}

/// Cut off between BEGIN and its result, a connection must not go back to the pool in the middle of a transaction:
/// its next statements would belong to that transaction, which would keep its id and block the log.
#[tokio::test]
async fn a_cancelled_begin_leaves_no_transaction_open() {
    let (store, pool) = open().await;
    for polls in 0..40 {
        cut(store.db.begin(), polls / 2, polls % 2 == 0).await;
    }
    eventually(LIMIT, || async {
        let open: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM pg_stat_activity
            WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
        )
        .fetch_one(&pool)
        .await
        .unwrap();
        (open == 0).then_some(())
    })
    .await;
}
