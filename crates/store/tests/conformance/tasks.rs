//! Task rows.

use taskwire_domain::task::Missed;
use taskwire_domain::{Notes, Priority, Reminder, Status, Task, TaskDuration, Trigger};
use taskwire_store::Error;
use taskwire_testkit::{TestDb, both_databases};

use crate::fixture::{Store, changed, due, tags};

fn full(store: &Store) -> Task {
    Task {
        notes: Notes::parse("Two lines,\n\tand \"quotes\", 日本語, 🪴, ' ; -- %_!").unwrap(),
        priority: Priority::High,
        tags: tags(&["Work", "Büro"]),
        due: Some(due("2026-12-03T17:00[America/New_York]")),
        duration: TaskDuration::of_minutes(90),
        reminders: vec![
            Reminder {
                id: store.id(),
                trigger: Trigger::Before(30),
                is_snoozed: false,
            },
            Reminder {
                id: store.id(),
                trigger: Trigger::At("2026-12-02T08:00:00.123456Z".parse().unwrap()),
                is_snoozed: true,
            },
            Reminder {
                id: store.id(),
                trigger: Trigger::Local("2026-12-02T08:00".parse().unwrap()),
                is_snoozed: false,
            },
        ],
        ..store.task(1, "Éclairs & ☕")
    }
}

async fn are_read_as_written(db: TestDb) {
    let store = Store::open(db).await;
    let task = full(&store);
    store.insert(&task).await;
    assert_eq!(store.find(task.id).await, Some(task.clone()));
    let by_number = store
        .read()
        .await
        .find_task_by_number(store.ada, 1)
        .await
        .unwrap();
    assert_eq!(by_number, Some(task));
    let dues = [
        "2026-12-01",
        "2026-12-01T09:00",
        "2026-12-01T09:00:30",
        "1900-01-01",
        "2200-12-31T23:59",
    ];
    for (number, text) in (2..).zip(dues) {
        let task = Task {
            due: Some(due(text)),
            ..store.task(number, "Dated")
        };
        store.insert(&task).await;
        assert_eq!(store.find(task.id).await, Some(task));
    }
}

async fn are_inserted_once(db: TestDb) {
    let store = Store::open(db).await;
    let task = full(&store);
    store.insert(&task).await;
    let mut tx = store.db.begin().await.unwrap();
    let same_id = Task {
        id: task.id,
        ..store.task(2, "Another")
    };
    assert!(!tx.insert_task(&same_id, &store.zone).await.unwrap());
    assert!(
        !tx.insert_task(&store.task(1, "Same number"), &store.zone)
            .await
            .unwrap()
    );
    // The transaction continues after both errors.
    assert!(
        tx.insert_task(&store.task(2, "Another"), &store.zone)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert_eq!(store.find(task.id).await, Some(task));
}

async fn change_over_the_version_before_only(db: TestDb) {
    let store = Store::open(db).await;
    let task = full(&store);
    store.insert(&task).await;
    let done = Task {
        status: Status::Completed,
        completed_at: Some(store.now()),
        due: None,
        reminders: vec![],
        ..changed(&store, &task)
    };
    let mut tx = store.db.begin().await.unwrap();
    tx.lock_task(store.ada, task.id).await.unwrap();
    tx.update_task(&done, &store.zone, false).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.find(task.id).await, Some(done.clone()));

    // A writer that still has the first version.
    let late = Task {
        status: Status::Deleted,
        deleted_at: Some(store.now()),
        ..changed(&store, &task)
    };
    let mut tx = store.db.begin().await.unwrap();
    let refused = tx.update_task(&late, &store.zone, false).await;
    assert!(
        matches!(
            refused,
            Err(Error::RowsAffected {
                expected: 1,
                actual: 0
            })
        ),
        "{refused:?}"
    );
    drop(tx);
    assert_eq!(store.find(task.id).await, Some(done));
}

async fn of_two_writers_at_once_one_wins(db: TestDb) {
    let store = Store::open(db).await;
    let task = store.task(1, "Contested");
    store.insert(&task).await;
    let change = |title: &str| Task {
        title: taskwire_domain::Title::parse(title).unwrap(),
        ..changed(&store, &task)
    };
    let (one, two) = (change("One"), change("Two"));
    let write = |task: Task| {
        let store = &store;
        async move {
            let mut tx = store.db.begin().await?;
            tx.update_task(&task, &store.zone, false).await?;
            tx.commit().await
        }
    };
    let (first, second) = tokio::join!(write(one), write(two));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    assert_eq!(store.find(task.id).await.unwrap().version, 2);
}

async fn roll_back_when_dropped(db: TestDb) {
    let store = Store::open(db).await;
    let task = store.task(1, "Never");
    let mut tx = store.db.begin().await.unwrap();
    assert!(tx.insert_task(&task, &store.zone).await.unwrap());
    drop(tx);
    assert_eq!(store.find(task.id).await, None);
    // The writer is free again.
    store.insert(&task).await;
}

async fn belong_to_their_owner(db: TestDb) {
    let store = Store::open(db).await;
    let bob = store.user("Bob").await;
    let task = full(&store);
    store.insert(&task).await;
    let mut tx = store.read().await;
    assert_eq!(tx.find_task(bob, task.id).await.unwrap(), None);
    assert_eq!(tx.find_task_by_number(bob, 1).await.unwrap(), None);
    assert!(tx.open_timed_tasks(bob).await.unwrap().is_empty());
    drop(tx);
    // Each owner has separate numbers.
    let other = Task {
        owner: bob,
        ..store.task(1, "Bob's first")
    };
    store.insert(&other).await;
    let mut tx = store.db.begin().await.unwrap();
    let stolen = Task {
        owner: bob,
        ..changed(&store, &task)
    };
    assert!(tx.update_task(&stolen, &store.zone, false).await.is_err());
    drop(tx);
    assert_eq!(store.find(task.id).await, Some(task));
}

async fn numbers_count_up_per_owner(db: TestDb) {
    let store = Store::open(db).await;
    let bob = store.user("Bob").await;
    let mut tx = store.db.begin().await.unwrap();
    assert_eq!(tx.next_number(store.ada).await.unwrap(), 1);
    assert_eq!(tx.next_number(store.ada).await.unwrap(), 2);
    assert_eq!(tx.next_number(bob).await.unwrap(), 1);
    tx.commit().await.unwrap();
    // A number that was drawn and rolled back is drawn again.
    let mut tx = store.db.begin().await.unwrap();
    assert_eq!(tx.next_number(store.ada).await.unwrap(), 3);
    drop(tx);
    let draw = || async {
        let mut tx = store.db.begin().await.unwrap();
        let number = tx.next_number(store.ada).await.unwrap();
        tx.commit().await.unwrap();
        number
    };
    let (a, b, c, d) = tokio::join!(draw(), draw(), draw(), draw());
    let mut drawn = [a, b, c, d];
    drawn.sort_unstable();
    assert_eq!(drawn, [3, 4, 5, 6]);
}

async fn missed_occurrences_are_kept(db: TestDb) {
    let store = Store::open(db).await;
    let task = full(&store);
    store.insert(&task).await;
    let mut missed = changed(&store, &task);
    missed.missed = Some(Missed {
        count: 3,
        dates: vec![due("2026-12-04T17:00[America/New_York]"), due("2026-12-05")],
    });
    let mut tx = store.db.begin().await.unwrap();
    tx.update_task(&missed, &store.zone, false).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.find(task.id).await, Some(missed));
}

async fn open_timed_ones_can_be_reordered(db: TestDb) {
    let store = Store::open(db).await;
    let reminded = Task {
        due: None,
        ..full(&store)
    };
    let dated = Task {
        due: Some(due("2026-12-01")),
        ..store.task(2, "Dated")
    };
    let done = Task {
        due: Some(due("2026-12-01")),
        status: Status::Completed,
        ..store.task(3, "Done")
    };
    for task in [&reminded, &store.task(4, "Undated"), &dated, &done] {
        store.insert(task).await;
    }
    let mut tx = store.db.begin().await.unwrap();
    let found = tx.open_timed_tasks(store.ada).await.unwrap();
    assert_eq!(found, [reminded, dated.clone()]);
    tx.update_due_order(&dated, &taskwire_domain::Zone::utc())
        .await
        .unwrap();
    assert!(
        tx.update_due_order(&store.task(9, "None"), &store.zone)
            .await
            .is_err()
    );
    tx.commit().await.unwrap();
    assert_eq!(store.find(dated.id).await, Some(dated));
}

both_databases!(
    are_read_as_written,
    are_inserted_once,
    change_over_the_version_before_only,
    of_two_writers_at_once_one_wins,
    roll_back_when_dropped,
    belong_to_their_owner,
    numbers_count_up_per_owner,
    missed_occurrences_are_kept,
    open_timed_ones_can_be_reordered,
);
