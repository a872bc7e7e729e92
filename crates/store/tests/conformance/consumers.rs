//! The rows of consumers: positions, inbox, dead letters, deliveries, audit lines.

use taskwire_domain::event::EventData;
use taskwire_domain::{Actor, ChangeId, EventId, TaskId, UserId, Via};
use taskwire_store::{AuditRow, DeliveryRow};
use taskwire_testkit::{TestDb, both_databases};

use crate::fixture::Store;

async fn a_position_never_moves_back(db: TestDb) {
    let store = Store::open(db).await;
    let mut tx = store.db.begin().await.unwrap();
    assert_eq!(tx.consumer_position("audit").await.unwrap(), 0);
    for (to, expected) in [(5, 5), (3, 5), (5, 5), (9, 9), (0, 9)] {
        tx.advance_consumer("audit", to).await.unwrap();
        assert_eq!(tx.consumer_position("audit").await.unwrap(), expected);
    }
    assert_eq!(tx.consumer_position("reminder").await.unwrap(), 0);
    tx.commit().await.unwrap();
}

async fn two_processes_move_a_position_to_the_farther_place(db: TestDb) {
    let store = Store::open(db).await;
    let advance = |to| {
        let store = &store;
        async move {
            let mut tx = store.db.begin().await.unwrap();
            tx.advance_consumer("audit", to).await.unwrap();
            tx.commit().await.unwrap();
        }
    };
    tokio::join!(advance(7), advance(30), advance(20), advance(1));
    assert_eq!(
        store.read().await.consumer_position("audit").await.unwrap(),
        30
    );
}

async fn an_event_is_received_once(db: TestDb) {
    let store = Store::open(db).await;
    let event: EventId = store.id();
    let mut tx = store.db.begin().await.unwrap();
    assert!(!tx.was_received("audit", event).await.unwrap());
    assert!(tx.receive("audit", event, store.now()).await.unwrap());
    assert!(!tx.receive("audit", event, store.now()).await.unwrap());
    assert!(tx.receive("reminder", event, store.now()).await.unwrap());
    drop(tx);
    // Not received, because it was rolled back with the effect.
    let receive = || async {
        let mut tx = store.db.begin().await.unwrap();
        let new = tx.receive("audit", event, store.now()).await.unwrap();
        tx.commit().await.unwrap();
        new
    };
    let (first, second) = tokio::join!(receive(), receive());
    assert!(first != second);
    assert!(
        store
            .read()
            .await
            .was_received("audit", event)
            .await
            .unwrap()
    );
}

async fn a_reminder_is_delivered_once_per_time(db: TestDb) {
    let store = Store::open(db).await;
    let delivery = DeliveryRow {
        owner: store.ada,
        reminder: store.id(),
        fire_at: store.now(),
        channel: "in_app",
        task: store.id(),
        delivered_at: store.now(),
    };
    let mut tx = store.db.begin().await.unwrap();
    assert!(tx.insert_delivery(&delivery).await.unwrap());
    assert!(!tx.insert_delivery(&delivery).await.unwrap());
    let again = DeliveryRow {
        fire_at: store.clock.advance(jiff::SignedDuration::from_hours(1)),
        ..delivery
    };
    assert!(tx.insert_delivery(&again).await.unwrap());
    tx.commit().await.unwrap();
}

pub(crate) fn audit(store: &Store, owner: UserId, seq: i64, task: TaskId) -> AuditRow {
    let mut view =
        taskwire_domain::contract::render(&store.task(seq, "Audited"), store.now(), &store.zone);
    view.id = task.0;
    AuditRow::new(
        owner,
        seq,
        store.id(),
        "task.created.v1",
        store.now(),
        EventData {
            schema_version: 1,
            sequence: 1,
            change: ChangeId(store.id()),
            actor: Actor {
                user: owner,
                token: Some(store.id()),
                via: Via::Mcp,
                client: Some("some-client/1.0".into()),
                chat_turn: None,
                tool_call: None,
            },
            before: None,
            after: Some(view),
            reminder: None,
            reason: Some("Away".into()),
            tag_before: None,
            tag: None,
        },
    )
}

async fn audit_lines_are_listed_newest_first(db: TestDb) {
    let store = Store::open(db).await;
    let bob = store.user("Bob").await;
    let (one, two): (TaskId, TaskId) = (store.id(), store.id());
    let rows = [
        audit(&store, store.ada, 1, one),
        audit(&store, store.ada, 2, two),
        audit(&store, bob, 3, one),
        audit(&store, store.ada, 4, one),
    ];
    let mut tx = store.db.begin().await.unwrap();
    for row in &rows {
        assert!(tx.insert_audit(row).await.unwrap());
        assert!(!tx.insert_audit(row).await.unwrap());
    }
    tx.commit().await.unwrap();
    let mut tx = store.read().await;
    for (task, before, limit, expected) in [
        (None, i64::MAX, 10, vec![4, 2, 1]),
        (None, 4, 10, vec![2, 1]),
        (None, i64::MAX, 1, vec![4]),
        (Some(one), i64::MAX, 10, vec![4, 1]),
        (Some(one), 4, 10, vec![1]),
    ] {
        let lines = tx.list_audit(store.ada, task, before, limit).await.unwrap();
        let seqs: Vec<i64> = lines.iter().map(|line| line.seq).collect();
        assert_eq!(seqs, expected);
    }
    let lines = tx.list_audit(bob, None, i64::MAX, 10).await.unwrap();
    assert_eq!((lines.len(), &lines[0].entry), (1, &rows[2].entry));
}

both_databases!(
    a_position_never_moves_back,
    two_processes_move_a_position_to_the_farther_place,
    an_event_is_received_once,
    a_reminder_is_delivered_once_per_time,
    audit_lines_are_listed_newest_first,
);
