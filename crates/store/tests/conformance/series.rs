//! Tasks of a series.

use taskwire_domain::recurrence::Rule;
use taskwire_domain::task::SeriesRef;
use taskwire_domain::{
    Due, OccurrenceKey, Recurrence, SeriesId, Status, Task, TaskDuration, TaskId,
};
use taskwire_testkit::{Kind, TestDb, both_databases};

use crate::fixture::{Store, changed};

/// The occurrence of a series on this date, with the id that everyone derives.
fn occurrence(store: &Store, series: SeriesId, number: i64, date: &str) -> Task {
    let recurrence = Recurrence::of(Rule::parse("FREQ=MONTHLY;BYMONTHDAY=1").unwrap());
    let due = Due::parse(date).unwrap();
    let start = Due::parse("2026-12-01").unwrap();
    let position = taskwire_domain::recurrence::OccurrencePosition {
        start,
        key: OccurrenceKey::new(0, &due, None),
    };
    Task {
        id: TaskId::of_occurrence(series, &position.key),
        due: Some(due),
        series: Some(SeriesRef {
            id: series,
            recurrence,
            position,
            follows: None,
            ends: false,
        }),
        ..store.task(number, "Pay rent")
    }
}

async fn are_read_as_written(db: TestDb) {
    let store = Store::open(db).await;
    let series = store.id();
    let first = occurrence(&store, series, 1, "2026-12-01");
    store.insert(&first).await;
    assert_eq!(store.find(first.id).await, Some(first.clone()));
    let mut tx = store.read().await;
    let key = first.series.as_ref().unwrap().key();
    let found = tx.find_task_by_key(store.ada, series, key).await.unwrap();
    assert_eq!(found, Some(first.clone()));
    let open = tx.find_open_of_series(store.ada, series).await.unwrap();
    assert_eq!(open, Some(first));
}

/// A version before migration 16 names the columns that it knows.
async fn one_written_without_a_duration_takes_as_long_as_the_one_before(db: TestDb) {
    let store = Store::open(db).await;
    let series = store.id();
    let first = Task {
        duration: TaskDuration::of_minutes(90),
        ..occurrence(&store, series, 1, "2026-12-01T09:00")
    };
    store.insert(&first).await;
    let id = uuid::Uuid::from_u128(16);
    let new = match store.test.kind {
        Kind::Sqlite => format!("X'{}'", id.simple()),
        Kind::Postgres => format!("CAST('{id}' AS UUID)"),
    };
    store
        .execute(&format!(
            "INSERT INTO tasks (id, owner_id, number, title, notes, search, status, priority, tags, due, due_order,
                series_id, rrule, anchor, catch_up, overflow, series_start, occurrence, follows_id, withdrawn, ends_series,
                reminders, version, created_at, updated_at, change_id)
            SELECT {new}, owner_id, 2, title, notes, search, status, priority, tags, due, due_order, series_id, rrule,
                anchor, catch_up, overflow, series_start, '0/2027-01-01T09:00', id, withdrawn, ends_series, reminders,
                version, created_at, updated_at, change_id FROM tasks WHERE number = 1"
        ))
        .await;
    let next = store.find(TaskId(id)).await.unwrap();
    assert_eq!(next.duration, first.duration);
}

async fn an_occurrence_is_made_once(db: TestDb) {
    let store = Store::open(db).await;
    let series = store.id();
    let make = |number| {
        let store = &store;
        async move {
            let mut tx = store.db.begin().await.unwrap();
            let task = occurrence(store, series, number, "2027-01-01");
            let made = tx.insert_task(&task, &store.zone).await.unwrap();
            tx.commit().await.unwrap();
            made
        }
    };
    let (one, two, three) = tokio::join!(make(1), make(2), make(3));
    let times = [one, two, three].iter().filter(|made| **made).count();
    assert_eq!(times, 1);
    // Not even with another id.
    let other = Task {
        id: store.id(),
        ..occurrence(&store, series, 9, "2027-01-01")
    };
    let mut tx = store.db.begin().await.unwrap();
    assert!(!tx.insert_task(&other, &store.zone).await.unwrap());
}

async fn a_withdrawn_one_is_hidden_and_can_come_back(db: TestDb) {
    let store = Store::open(db).await;
    let series = store.id();
    let task = occurrence(&store, series, 1, "2027-01-01");
    store.insert(&task).await;
    let withdrawn = Task {
        status: Status::Deleted,
        ..changed(&store, &task)
    };
    let mut tx = store.db.begin().await.unwrap();
    tx.update_task(&withdrawn, &store.zone, true).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = store.read().await;
    let key = task.series.as_ref().unwrap().key();
    assert_eq!(tx.find_task(store.ada, task.id).await.unwrap(), None);
    assert_eq!(tx.find_task_by_number(store.ada, 1).await.unwrap(), None);
    assert_eq!(
        tx.find_task_by_key(store.ada, series, key).await.unwrap(),
        None
    );
    assert_eq!(
        tx.find_open_of_series(store.ada, series).await.unwrap(),
        None
    );
    let found = tx
        .find_occurrence(store.ada, task.id)
        .await
        .unwrap()
        .unwrap();
    assert!(found.withdrawn);
    assert_eq!(found.task, withdrawn);
    let list = taskwire_store::TaskList {
        owner: store.ada,
        filter: taskwire_domain::filter::Filter::All(Vec::new()),
        now: store.now(),
        sort: taskwire_store::Sort::Due,
        direction: taskwire_store::Direction::Ascending,
        after: None,
        limit: 10,
    };
    assert!(tx.list_tasks(&list).await.unwrap().is_empty());
    drop(tx);

    let back = Task {
        status: Status::Open,
        ..changed(&store, &withdrawn)
    };
    let mut tx = store.db.begin().await.unwrap();
    tx.update_task(&back, &store.zone, false).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.find(task.id).await, Some(back));
}

async fn what_follows_what_is_kept(db: TestDb) {
    let store = Store::open(db).await;
    let series = store.id();
    let first = occurrence(&store, series, 1, "2026-12-01");
    store.insert(&first).await;
    let mut second = occurrence(&store, series, 2, "2027-01-01");
    second.series.as_mut().unwrap().follows = Some(first.id);
    store.insert(&second).await;
    assert_eq!(store.find(second.id).await, Some(second.clone()));
    let mut tx = store.read().await;
    let follower = tx
        .find_successor(store.ada, series, first.id)
        .await
        .unwrap();
    assert_eq!(follower, Some(second.clone()));
    let none = tx.find_successor(store.ada, series, second.id).await;
    assert_eq!(none.unwrap(), None);
    let key = second.series.as_ref().unwrap().key().clone();
    assert!(tx.is_key_taken(store.ada, series, &key).await.unwrap());
    drop(tx);
    // Skipped, which ended its series, and then withdrawn.
    let mut skipped = Task {
        status: Status::Skipped,
        skipped_at: Some(store.now()),
        ..changed(&store, &second)
    };
    skipped.series.as_mut().unwrap().ends = true;
    let mut tx = store.db.begin().await.unwrap();
    tx.update_task(&skipped, &store.zone, false).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.find(second.id).await, Some(skipped.clone()));
    let withdrawn = changed(&store, &skipped);
    let mut tx = store.db.begin().await.unwrap();
    tx.update_task(&withdrawn, &store.zone, true).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await;
    let follower = tx
        .find_successor(store.ada, series, first.id)
        .await
        .unwrap();
    assert_eq!(follower, None);
    // It keeps its key.
    assert!(tx.is_key_taken(store.ada, series, &key).await.unwrap());
    let nobody = store.id();
    assert!(!tx.is_key_taken(nobody, series, &key).await.unwrap());
}

both_databases!(
    one_written_without_a_duration_takes_as_long_as_the_one_before,
    are_read_as_written,
    what_follows_what_is_kept,
    an_occurrence_is_made_once,
    a_withdrawn_one_is_hidden_and_can_come_back,
);
