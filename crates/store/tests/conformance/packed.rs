//! Events and audit lines are packed, and mixed with rows of earlier and newer versions.

use sqlx::{PgPool, SqlitePool};
use taskwire_domain::EventId;
use taskwire_store::{Error, LogReader};
use taskwire_testkit::{Kind, TestDb, both_databases};
use uuid::Uuid;

use crate::consumers::audit;
use crate::fixture::Store;

/// Runs a statement without the store, like another version.
macro_rules! execute {
    ($store:expr, $statement:expr $(, $value:expr)*) => {
        match $store.test.kind {
            Kind::Sqlite => {
                let pool = SqlitePool::connect(&$store.test.address).await.unwrap();
                sqlx::query($statement)$(.bind($value))*.execute(&pool).await.unwrap();
                pool.close().await;
            }
            Kind::Postgres => {
                let pool = PgPool::connect(&$store.test.address).await.unwrap();
                sqlx::query($statement)$(.bind($value))*.execute(&pool).await.unwrap();
                pool.close().await;
            }
        }
    };
}

const OLD_EVENT: &str = "INSERT INTO events (id, owner_id, kind, partition_key, payload)
    VALUES ($1, $2, 'task.updated.v1', $3, $4)";
const NEW_EVENT: &str = "INSERT INTO events (id, owner_id, kind, partition_key, packed)
    VALUES ($1, $2, 'task.updated.v1', $3, $4)";
const OLD_AUDIT: &str =
    "INSERT INTO audit_log (event_id, owner_id, seq, kind, at, task_id, number, actor, change_id,
        after_state, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

async fn rows_of_earlier_versions_are_read(db: TestDb) {
    let store = Store::open(db).await;
    let key = Uuid::from_u128(7);
    let (old, new): (EventId, EventId) = (store.id(), store.id());
    let text = r#"{"title":"Grüße \u0001"}"#;
    execute!(store, OLD_EVENT, old.0, store.ada.0, key, text);
    let mut tx = store.db.begin().await.unwrap();
    tx.append_event(new, store.ada, "task.updated.v1", key, text)
        .await
        .unwrap();
    let mut line = audit(&store, store.ada, 1, store.id());
    tx.insert_audit(&line).await.unwrap();
    tx.commit().await.unwrap();
    let mut reader = LogReader::new(store.db.clone(), 0);
    let events = reader.next(10).await.unwrap();
    assert_eq!((events[0].id, events[1].id), (old, new));
    assert!(events.iter().all(|event| event.payload == text));

    let packed = line.clone();
    line.seq = 2;
    line.entry.event = store.id();
    let entry = &line.entry;
    execute!(
        store,
        OLD_AUDIT,
        entry.event,
        line.owner.0,
        line.seq,
        &entry.kind,
        entry.at.as_microsecond(),
        entry.task,
        entry.number,
        serde_json::to_string(&entry.actor).unwrap(),
        entry.change,
        serde_json::to_string(&entry.after).unwrap(),
        &entry.reason
    );
    let lines = store
        .read()
        .await
        .list_audit(store.ada, None, i64::MAX, 10)
        .await
        .unwrap();
    assert_eq!(lines[0].entry, line.entry);
    assert_eq!(lines[1].entry, packed.entry);
}

/// A version that does not know the format must not pass the event on, or it would be dead-lettered: the log waits, as
/// it does during an outage of the database.
async fn a_row_of_a_newer_version_stops_the_log(db: TestDb) {
    let store = Store::open(db).await;
    let key = Uuid::from_u128(7);
    let id: EventId = store.id();
    execute!(store, NEW_EVENT, id.0, store.ada.0, key, vec![2_u8, 1, 2]);
    let mut reader = LogReader::new(store.db.clone(), 0);
    for _ in 0..2 {
        let refused = reader.next(10).await.unwrap_err();
        assert!(
            matches!(&refused, Error::NewerFormat { format: 2, id: row, .. } if *row == id.to_string()),
            "{refused}"
        );
    }
    assert_eq!(reader.position(), Some(0));
    let damaged = "UPDATE events SET packed = $1";
    execute!(store, damaged, vec![1_u8, 1, 2]);
    let refused = reader.next(10).await.unwrap_err();
    assert!(matches!(
        refused,
        Error::Inconsistent {
            column: "packed",
            ..
        }
    ));
}

both_databases!(
    rows_of_earlier_versions_are_read,
    a_row_of_a_newer_version_stops_the_log,
);
