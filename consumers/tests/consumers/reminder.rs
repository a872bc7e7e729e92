//! The reminder consumer's deliveries.

use std::sync::Arc;

use taskwire_consumers::{Consumer, Reminders, Timer, Waker};
use taskwire_domain::contract::ReminderView;
use taskwire_domain::{EventKind, ReminderId, TaskId};
use taskwire_messaging::{Delivery, Handler, Outcome};
use taskwire_store::DeliveryRow;
use taskwire_testkit::{FixedClock, TestDb, both_databases};

use crate::fixture::World;

async fn a_due_reminder_is_delivered_once(db: TestDb) {
    let world = World::open(db).await;
    let reminder = ReminderView {
        id: world.id(),
        minutes_before: None,
        at: Some("2026-12-01T08:59:00Z".parse().unwrap()),
        local: None,
        snoozed: false,
    };
    let event = world.event(
        EventKind::ReminderDue,
        world.task(None),
        Some(reminder.clone()),
    );
    world.append(&event, &event.to_json()).await;
    let running = world.run(Consumer::Reminder);
    world.until_received(Consumer::Reminder, event.id).await;
    running.stop().await;

    let delivery = DeliveryRow {
        owner: world.ada,
        reminder: ReminderId(reminder.id),
        fire_at: reminder.at.unwrap(),
        channel: "in_app",
        task: TaskId(event.subject),
        delivered_at: "2026-12-01T10:00:00Z".parse().unwrap(),
    };
    let mut tx = world.db.begin().await.unwrap();
    assert!(!tx.insert_delivery(&delivery).await.unwrap());
    drop(tx);

    let clock = Arc::<FixedClock>::clone(&world.clock);
    let handler = Reminders::new(world.db.clone(), clock, Waker::new(Timer::default(), None));
    let delivery = Delivery {
        event,
        seq: None,
        attempt: 1,
    };
    assert_eq!(handler.handle(&delivery).await, Outcome::Ack);
}

async fn an_event_without_a_reminder_or_of_an_unknown_type_is_dead_lettered(db: TestDb) {
    let world = World::open(db).await;
    let clock = Arc::<FixedClock>::clone(&world.clock);
    let handler = Reminders::new(world.db.clone(), clock, Waker::new(Timer::default(), None));
    let mut event = world.event(EventKind::ReminderDue, world.task(None), None);
    let deliver = |event| Delivery {
        event,
        seq: None,
        attempt: 1,
    };
    let outcome = handler.handle(&deliver(event.clone())).await;
    assert!(matches!(outcome, Outcome::Drop(_)), "{outcome:?}");
    event.kind = "reminder.snoozed.v1".into();
    let outcome = handler.handle(&deliver(event)).await;
    assert!(matches!(outcome, Outcome::Drop(_)), "{outcome:?}");
}

both_databases!(
    a_due_reminder_is_delivered_once,
    an_event_without_a_reminder_or_of_an_unknown_type_is_dead_lettered,
);
