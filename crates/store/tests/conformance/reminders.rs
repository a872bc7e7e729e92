//! The times of reminders.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::{ReminderId, Task};
use taskwire_store::ReminderRow;
use taskwire_testkit::{TestDb, both_databases, eventually};

use crate::fixture::Store;

async fn with_task(db: TestDb) -> (Store, Task) {
    let store = Store::open(db).await;
    let task = store.task(1, "Call");
    store.insert(&task).await;
    (store, task)
}

fn row(store: &Store, task: &Task, fire_at: Timestamp) -> ReminderRow {
    ReminderRow {
        id: store.id(),
        owner: task.owner,
        task: task.id,
        fire_at,
    }
}

async fn schedule(store: &Store, row: &ReminderRow) -> bool {
    let mut tx = store.db.begin().await.unwrap();
    let changed = tx.schedule_reminder(row).await.unwrap();
    tx.commit().await.unwrap();
    changed
}

async fn claim(store: &Store, limit: i64) -> Vec<ReminderId> {
    let mut tx = store.db.begin().await.unwrap();
    let due = tx.claim_reminders(store.now(), limit).await.unwrap();
    tx.commit().await.unwrap();
    due.iter().map(|due| due.id).collect()
}

async fn fire_once_when_due(db: TestDb) {
    let (store, task) = with_task(db).await;
    let soon = row(&store, &task, store.now() + SignedDuration::from_mins(5));
    let later = row(&store, &task, store.now() + SignedDuration::from_mins(10));
    assert!(schedule(&store, &later).await);
    assert!(schedule(&store, &soon).await);
    assert_eq!(
        store.read().await.next_reminder().await.unwrap(),
        Some(soon.fire_at)
    );
    assert!(claim(&store, 10).await.is_empty());
    store.clock.set(soon.fire_at);
    assert_eq!(claim(&store, 10).await, [soon.id]);
    assert!(claim(&store, 10).await.is_empty());
    assert_eq!(
        store.read().await.next_reminder().await.unwrap(),
        Some(later.fire_at)
    );

    // A reminder that has fired stays so, unless its time changes.
    assert!(!schedule(&store, &soon).await);
    assert!(claim(&store, 10).await.is_empty());
    let snoozed = ReminderRow {
        fire_at: later.fire_at,
        ..soon
    };
    assert!(schedule(&store, &snoozed).await);
    store.clock.set(later.fire_at);
    let mut fired = claim(&store, 10).await;
    fired.sort_unstable();
    let mut expected = [snoozed.id, later.id];
    expected.sort_unstable();
    assert_eq!(fired, expected);
    assert_eq!(store.read().await.next_reminder().await.unwrap(), None);
}

async fn fire_earliest_first_in_batches(db: TestDb) {
    let (store, task) = with_task(db).await;
    let mut rows: Vec<ReminderRow> = (0..10)
        .map(|n| {
            row(
                &store,
                &task,
                store.now() - SignedDuration::from_mins(n * 7 % 10),
            )
        })
        .collect();
    for row in &rows {
        assert!(schedule(&store, row).await);
    }
    rows.sort_by_key(|row| row.fire_at);
    let expected: Vec<ReminderId> = rows.iter().map(|row| row.id).collect();
    let mut fired = Vec::new();
    for size in [4, 4, 2, 0] {
        let batch = claim(&store, 4).await;
        assert_eq!(batch.len(), size);
        fired.extend(batch);
    }
    assert_eq!(fired, expected);
}

async fn are_not_fired_by_a_claim_that_is_rolled_back(db: TestDb) {
    let (store, task) = with_task(db).await;
    let row = row(&store, &task, store.now());
    schedule(&store, &row).await;
    let mut tx = store.db.begin().await.unwrap();
    assert_eq!(tx.claim_reminders(store.now(), 10).await.unwrap().len(), 1);
    drop(tx);
    // On Postgres the row is skipped until the server has processed the rollback.
    let claimed = eventually(Duration::from_secs(20), || async {
        Some(claim(&store, 10).await).filter(|claimed| !claimed.is_empty())
    })
    .await;
    assert_eq!(claimed, [row.id]);
}

async fn are_claimed_once_by_two_at_once(db: TestDb) {
    let (store, task) = with_task(db).await;
    for _ in 0..40 {
        schedule(&store, &row(&store, &task, store.now())).await;
    }
    let other = store.again().await;
    let sweep = |db: taskwire_store::Db| {
        let now = store.now();
        async move {
            let mut mine = Vec::new();
            loop {
                let mut tx = db.begin().await.unwrap();
                let due = tx.claim_reminders(now, 3).await.unwrap();
                tx.commit().await.unwrap();
                if due.is_empty() {
                    return mine;
                }
                mine.extend(due.into_iter().map(|due| due.id));
            }
        }
    };
    let (mut claimed, second) = tokio::join!(sweep(store.db.clone()), sweep(other.clone()));
    claimed.extend(second);
    assert_eq!(claimed.len(), 40);
    claimed.sort_unstable();
    claimed.dedup();
    assert_eq!(claimed.len(), 40);
    other.close().await;
}

async fn can_be_cancelled(db: TestDb) {
    let (store, task) = with_task(db).await;
    let other = store.task(2, "Other");
    store.insert(&other).await;
    let rows: Vec<ReminderRow> = (0..3).map(|_| row(&store, &task, store.now())).collect();
    let kept = row(&store, &other, store.now());
    for row in rows.iter().chain([&kept]) {
        schedule(&store, row).await;
    }
    let bob = store.user("Bob").await;
    let mut tx = store.db.begin().await.unwrap();
    tx.cancel_reminders(bob, task.id, &[]).await.unwrap();
    tx.cancel_reminders(store.ada, task.id, &[rows[1].id])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.db.begin().await.unwrap();
    let mut left: Vec<ReminderId> = tx
        .claim_reminders(store.now(), 10)
        .await
        .unwrap()
        .iter()
        .map(|due| due.id)
        .collect();
    drop(tx);
    left.sort_unstable();
    let mut expected = [rows[1].id, kept.id];
    expected.sort_unstable();
    assert_eq!(left, expected);
    let mut tx = store.db.begin().await.unwrap();
    tx.cancel_reminders(store.ada, task.id, &[]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claim(&store, 10).await, [kept.id]);
}

both_databases!(
    fire_once_when_due,
    fire_earliest_first_in_batches,
    are_not_fired_by_a_claim_that_is_rolled_back,
    are_claimed_once_by_two_at_once,
    can_be_cancelled,
);
