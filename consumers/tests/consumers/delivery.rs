//! Consumers behind the fake sidecar: events that are repeated, reordered or late.

use std::collections::BTreeSet;

use taskwire_consumers::Consumer;
use taskwire_domain::contract::ReminderView;
use taskwire_domain::{Clock, EventKind, ReminderId, TaskId};
use taskwire_messaging::CloudEvent;
use taskwire_store::DeliveryRow;
use taskwire_testkit::sidecar::{Backends, Disorder};
use taskwire_testkit::{LocalServer, TestDb, both_databases, eventually};
use uuid::Uuid;

use crate::broker::{Consuming, publish};
use crate::fixture::{LIMIT, World};

/// The events: changes of tasks, completions of recurring ones, reminders.
struct Happened {
    all: Vec<CloudEvent>,
    completed: Vec<CloudEvent>,
    due: Vec<CloudEvent>,
}

fn happen(world: &World, backends: &Backends) -> Happened {
    let tasks: Vec<_> = (0..12_u128)
        .map(|n| world.task(Some(Uuid::from_u128(1000 + n))))
        .collect();
    let mut happened = Happened {
        all: Vec::new(),
        completed: Vec::new(),
        due: Vec::new(),
    };
    for round in 0..4 {
        for task in &tasks {
            let kind = if round % 2 == 0 {
                EventKind::TaskUpdated
            } else {
                EventKind::TaskCompleted
            };
            let event = world.event(kind, task.clone(), None);
            if kind == EventKind::TaskCompleted {
                happened.completed.push(event.clone());
            }
            happened.all.push(event);
            let reminder = ReminderView {
                id: world.id(),
                minutes_before: None,
                local: None,
                at: Some(world.clock.now()),
                snoozed: false,
            };
            let due = world.event(EventKind::ReminderDue, task.clone(), Some(reminder));
            happened.due.push(due.clone());
            happened.all.push(due);
        }
    }
    for (event, seq) in happened.all.iter().zip(1..) {
        publish(backends, event, seq);
    }
    happened
}

/// Compares the database and the calls to the API with the events.
async fn everything_happened_once(world: &World, happened: &Happened) {
    let mut tx = world.db.begin().await.unwrap();
    let lines = tx
        .list_audit(world.ada, None, i64::MAX, 10_000)
        .await
        .unwrap();
    let lines: Vec<_> = lines
        .iter()
        .map(|line| (line.seq, line.entry.event))
        .collect();
    let mut expected: Vec<_> = happened
        .all
        .iter()
        .zip(1_i64..)
        .filter(|(event, _)| event.kind() != Some(EventKind::ReminderDue))
        .map(|(event, seq)| (seq, event.id.0))
        .collect();
    // Newest first.
    expected.reverse();
    assert_eq!(lines, expected);
    // With the same key again, the API does nothing; that happens when a delivery is cut off after the call.
    let calls = world.api.calls();
    let advanced: BTreeSet<_> = calls.into_iter().map(|call| call.key).collect();
    let completed = happened.completed.iter().map(|event| event.id.to_string());
    assert_eq!(advanced, completed.collect());
    for event in &happened.due {
        let reminder = event.data().unwrap().reminder.as_ref().unwrap();
        let again = DeliveryRow {
            owner: event.owner,
            reminder: ReminderId(reminder.id),
            fire_at: reminder.at.unwrap(),
            channel: "in_app",
            task: TaskId(event.subject),
            delivered_at: world.clock.now(),
        };
        assert!(!tx.insert_delivery(&again).await.unwrap(), "not recorded");
    }
    for consumer in Consumer::ALL {
        let dead = tx.count_dead_letters(consumer.as_str()).await.unwrap();
        assert_eq!(dead, 0, "{consumer:?}");
    }
}

async fn deliver_all(db: TestDb, disorder: Disorder) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let happened = happen(&world, &backends);
    let mut running = Vec::new();
    for &consumer in Consumer::ALL {
        running.push(
            Consuming::start_with(&world, &backends, consumer, |options| {
                options.disorder = disorder;
            })
            .await,
        );
    }
    for (consuming, topic) in running
        .iter()
        .zip(["task-events", "task-updates", "reminders"])
    {
        consuming.until_done(&backends, topic).await;
        let deliveries = consuming.sidecar.deliveries().len();
        let records = backends.records(topic).len();
        assert!(deliveries >= records * usize::try_from(disorder.times).unwrap());
    }
    everything_happened_once(&world, &happened).await;
    assert_eq!(world.api.calls().len(), happened.completed.len());
    for consuming in running {
        consuming.stop().await;
    }
}

async fn once_and_in_order(db: TestDb) {
    deliver_all(db, Disorder::default()).await;
}

async fn three_times_and_shuffled_across_keys(db: TestDb) {
    let disorder = Disorder {
        times: 3,
        is_shuffled: true,
        is_swapped: false,
    };
    deliver_all(db, disorder).await;
}

async fn out_of_order_within_a_key(db: TestDb) {
    let disorder = Disorder {
        times: 2,
        is_shuffled: true,
        is_swapped: true,
    };
    deliver_all(db, disorder).await;
}

async fn a_sidecar_that_is_killed_delivers_again(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::with_partitions(1);
    let happened = happen(&world, &backends);
    let mut running = Vec::new();
    for &consumer in Consumer::ALL {
        let mut consuming = Consuming::start_with(&world, &backends, consumer, |options| {
            options.commit_every = 7;
        })
        .await;
        for _ in 0..3 {
            let before = consuming.sidecar.deliveries().len();
            eventually(LIMIT, || async {
                (consuming.sidecar.deliveries().len() > before + 3).then_some(())
            })
            .await;
            consuming.sidecar.restart().await;
        }
        running.push(consuming);
    }
    for (consuming, topic) in running
        .iter_mut()
        .zip(["task-events", "task-updates", "reminders"])
    {
        eventually(LIMIT, || async {
            (backends.lag(&consuming.group, topic) < 7).then_some(())
        })
        .await;
        eventually(LIMIT, || async {
            let ids: BTreeSet<_> = consuming
                .sidecar
                .deliveries()
                .into_iter()
                .filter(|delivered| delivered.is_handled)
                .map(|delivered| delivered.id)
                .collect();
            (ids.len() == backends.records(topic).len()).then_some(())
        })
        .await;
        // After a graceful stop nothing is delivered again.
        consuming.sidecar.stop().await;
        assert_eq!(backends.lag(&consuming.group, topic), 0);
    }
    everything_happened_once(&world, &happened).await;
    for consuming in running {
        assert!(consuming.sidecar.deliveries().len() > backends.records("task-updates").len());
        consuming.stop().await;
    }
}

async fn events_wait_for_an_unreachable_app(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let mut consuming = Consuming::start(&world, &backends, Consumer::Audit).await;
    let topics = consuming.sidecar.subscribed().await;
    assert_eq!(topics, ["task-events", "task-events.audit.dlq"]);
    eventually(LIMIT, || async {
        consuming.sidecar.is_delivering().then_some(())
    })
    .await;
    let app = consuming.app.take().unwrap();
    let port = app.port();
    app.kill().await;
    eventually(LIMIT, || async {
        (!consuming.sidecar.is_delivering()).then_some(())
    })
    .await;
    let event = world.event(EventKind::TaskCreated, world.task(None), None);
    publish(&backends, &event, 1);
    consuming.app = Some(LocalServer::at(port, consuming.router.clone()).await);
    consuming.until_done(&backends, "task-events").await;
    assert!(world.was_received(Consumer::Audit, event.id).await);
    assert!(backends.records("task-events.audit.dlq").is_empty());
    consuming.stop().await;
}

both_databases!(
    once_and_in_order,
    three_times_and_shuffled_across_keys,
    out_of_order_within_a_key,
    a_sidecar_that_is_killed_delivers_again,
    events_wait_for_an_unreachable_app,
);
