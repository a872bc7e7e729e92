//! Consumers behind the fake sidecar: failing events, records that are not events, and unauthorized callers.

use std::sync::atomic::Ordering;

use jiff::SignedDuration;
use taskwire_consumers::Consumer;
use taskwire_domain::contract::{ReminderView, TaskView};
use taskwire_domain::{Clock, EventKind};
use taskwire_messaging::Data;
use taskwire_store::DeadLetter;
use taskwire_testkit::sidecar::Backends;
use taskwire_testkit::{Kind, TestDb, both_databases, eventually};

use uuid::Uuid;

use crate::broker::{APP_TOKEN, Consuming, publish, series};
use crate::fixture::{LIMIT, World};
use crate::observed::{Logged, is_measured, recorder};

async fn letters(world: &World) -> Vec<DeadLetter> {
    let mut tx = world.db.read().await.unwrap();
    tx.dead_letters(None, None, 100).await.unwrap()
}

async fn until_letters(world: &World, count: usize) -> Vec<DeadLetter> {
    eventually(LIMIT, || async {
        let letters = letters(world).await;
        (letters.len() == count).then_some(letters)
    })
    .await
}

async fn an_outage_of_the_database_is_not_the_events_fault(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let consuming = Consuming::start_with(&world, &backends, Consumer::Audit, |options| {
        // Without health checks it gets deliveries in any case.
        if let Some(app) = &mut options.app {
            app.health = None;
        }
    })
    .await;
    consuming.sidecar.subscribed().await;
    // On SQLite, another process that does not end its transaction.
    let transaction = match world.test.kind {
        Kind::Sqlite => Some(world.db.begin().await.unwrap()),
        Kind::Postgres => {
            world.test.refuse_connections(true);
            world.test.cut_connections();
            None
        }
    };
    let event = world.event(EventKind::TaskCreated, world.task(None), None);
    publish(&backends, &event, 1);
    eventually(LIMIT, || async {
        (!consuming.sidecar.deliveries().is_empty()).then_some(())
    })
    .await;
    drop(transaction);
    world.test.refuse_connections(false);
    consuming.until_done(&backends, "task-events").await;
    let deliveries = consuming.sidecar.deliveries();
    assert_eq!(
        (deliveries[0].status, deliveries[0].is_handled),
        (Some(200), false)
    );
    assert!(world.was_received(Consumer::Audit, event.id).await);
    let mut tx = world.db.read().await.unwrap();
    let failures = tx.delivery_failures("audit", event.id).await.unwrap();
    assert_eq!(failures, None);
    drop(tx);
    assert!(backends.records("task-events.audit.dlq").is_empty());
    consuming.stop().await;
}

async fn a_failing_event_is_dead_lettered_and_replayed_after_a_fix(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::with_partitions(1);
    let consuming = Consuming::start(&world, &backends, Consumer::Recurrence).await;
    // An outage does not count, wherever it occurs in between.
    let answers = [
        500, 503, 500, 500, 500, 500, 500, 429, 500, 500, 500, 500, 500, 500,
    ];
    world.api.answers.lock().unwrap().extend(answers);
    let poison = world.event(EventKind::TaskCompleted, world.task(Some(series())), None);
    let good = world.event(EventKind::TaskCompleted, world.task(Some(series())), None);
    publish(&backends, &poison, 7);
    publish(&backends, &good, 8);
    consuming.until_done(&backends, "task-updates").await;
    consuming
        .until_done(&backends, "task-updates.recurrence.dlq")
        .await;
    assert_eq!(world.api.calls().len(), 15);
    let kept = letters(&world).await;
    assert_eq!(kept.len(), 1);
    let letter = DeadLetter {
        consumer: "recurrence".into(),
        event: poison.id,
        owner: world.ada,
        seq: 7,
        attempts: 12,
        error: "the API responded with 500 (no)".into(),
        payload: kept[0].payload.clone(),
        at: world.clock.now(),
        replay_at: None,
        place: kept[0].place.clone(),
    };
    assert_eq!(kept[0], letter);
    let place = kept[0].place.as_ref().unwrap();
    let record = &backends.records("task-updates")[0];
    assert_eq!(place.topic, "task-updates");
    assert_eq!(place.partition, Some(record.partition.into()));
    assert_eq!(place.offset, i64::try_from(record.offset).ok());
    let mut tx = world.db.begin().await.unwrap();
    let failures = tx.delivery_failures("recurrence", poison.id).await.unwrap();
    assert_eq!(failures, None);
    assert!(
        tx.request_replay("recurrence", poison.id, world.clock.now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    until_letters(&world, 0).await;
    let calls = world.api.calls();
    assert_eq!(calls.len(), 16);
    assert_eq!(calls[15].key, poison.id.to_string());
    assert!(world.was_received(Consumer::Recurrence, poison.id).await);
    consuming.stop().await;
}

async fn a_record_that_is_not_an_event_blocks_nothing(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::with_partitions(1);
    let consuming = Consuming::start(&world, &backends, Consumer::Audit).await;
    let newer = {
        let event = world.event(EventKind::TaskCreated, world.task(None), None);
        let mut value: serde_json::Value =
            serde_json::from_str(&event.for_broker(Some(3)).to_json()).unwrap();
        value["data"] = serde_json::json!({"schema_version": 2});
        value.to_string().into_bytes()
    };
    let garbage: [&[u8]; 6] = [b"no json", b"[]", b"{}", b"\xff\xfe", b"", &newer];
    for record in garbage {
        backends.append("somebody", "task-events", None, record.to_vec());
    }
    backends.append("somebody", "task-events.audit.dlq", None, &b"a\0b\xff"[..]);
    let good = world.event(EventKind::TaskCreated, world.task(None), None);
    publish(&backends, &good, 9);
    consuming.until_done(&backends, "task-events").await;
    consuming
        .until_done(&backends, "task-events.audit.dlq")
        .await;
    assert!(world.was_received(Consumer::Audit, good.id).await);
    let letters = until_letters(&world, 7).await;
    let with = |text: &str| {
        letters
            .iter()
            .filter(|letter| letter.error.contains(text))
            .count()
    };
    assert_eq!(with("not a readable event"), 6);
    assert_eq!(with("schema version 2"), 1);
    assert!(letters.iter().any(|letter| letter.payload == "no json"));
    assert!(letters.iter().any(|letter| letter.payload == "//4="));
    consuming.stop().await;
}

#[expect(
    clippy::future_not_send,
    reason = "what is recorded is recorded on the test's own thread"
)]
async fn a_forged_delivery_is_refused(db: TestDb) {
    let (logged, _logging) = Logged::start();
    let (recorder, measured) = recorder();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let world = World::open(db).await;
    let backends = Backends::default();
    let consuming = Consuming::start_with(&world, &backends, Consumer::Audit, |options| {
        // A sidecar that does not know the app's token.
        if let Some(app) = &mut options.app {
            app.token = Some("another token".into());
        }
    })
    .await;
    assert_eq!(consuming.sidecar.subscribed().await, [""; 0]);
    let event = world.event(EventKind::TaskCreated, world.task(None), None);
    let http = reqwest::Client::builder().build().unwrap();
    let app = consuming.app.as_ref().unwrap().url();
    let before = logged.count("Refused a request without the app's token");
    for token in [None, Some(""), Some("another token"), Some(APP_TOKEN)] {
        let mut request = http.post(format!("{app}/events/task-events"));
        if let Some(token) = token {
            request = request.header("dapr-api-token", token);
        }
        let request = request.body(event.clone().for_broker(Some(1)).to_json());
        let status = request.send().await.unwrap().status().as_u16();
        let is_ours = token == Some(APP_TOKEN);
        assert_eq!(status, if is_ours { 200 } else { 401 });
        assert_eq!(world.was_received(Consumer::Audit, event.id).await, is_ours);
    }
    let after = logged.count("Refused a request without the app's token");
    assert_eq!(after - before, 3);
    let line = format!("taskwire_forged_deliveries_total{{consumer=\"audit\"}} {after}");
    assert!(is_measured(&measured, &line), "{}", measured.render());
    consuming.stop().await;
}

async fn a_cron_binding_and_the_job_of_a_reminder_wake_the_sweep(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let consuming = Consuming::start_with_jobs(&world, &backends).await;
    let until_fired = |more_than: usize| {
        let count = &world.api.fires;
        eventually(LIMIT, move || async move {
            let fired = count.load(Ordering::SeqCst);
            (fired > more_than).then_some(fired)
        })
    };
    let fired = until_fired(0).await;
    assert!(consuming.sidecar.tick("wake").await);
    let fired = until_fired(fired).await;
    // Set, moved, dropped with the completion of its task, set again, due.
    let reminder = Uuid::from_u128(5);
    let name = reminder.to_string();
    let view = |at| ReminderView {
        id: reminder,
        minutes_before: None,
        local: None,
        at: Some(at),
        snoozed: false,
    };
    let task = |status: &str| TaskView {
        status: status.into(),
        reminders: vec![view(world.clock.now())],
        ..world.task(None)
    };
    for hours in [1, 2, 3] {
        if hours == 3 {
            let mut event = world.event(EventKind::TaskCompleted, task("completed"), None);
            if let Data::Known(data) = &mut event.data {
                data.before = Some(task("open"));
            }
            publish(&backends, &event, 9);
            consuming.until_done(&backends, "reminders").await;
            assert_eq!(consuming.sidecar.job_due(&name), None);
        }
        let at = world.clock.now() + SignedDuration::from_hours(hours);
        let event = world.event(EventKind::ReminderScheduled, task("open"), Some(view(at)));
        let value = event.for_broker(Some(hours)).to_json();
        backends.append("task-api", "reminders", None, value);
        consuming.until_done(&backends, "reminders").await;
        assert_eq!(consuming.sidecar.job_due(&name), Some(at.to_string()));
    }
    assert!(consuming.sidecar.trigger_job(&name).await);
    until_fired(fired).await;
    // A consumer without a sweep accepts neither.
    let audit = Consuming::start(&world, &backends, Consumer::Audit).await;
    assert!(!audit.sidecar.tick("wake").await);
    audit.stop().await;
    consuming.stop().await;
}

both_databases!(
    an_outage_of_the_database_is_not_the_events_fault,
    a_failing_event_is_dead_lettered_and_replayed_after_a_fix,
    a_record_that_is_not_an_event_blocks_nothing,
    a_forged_delivery_is_refused,
    a_cron_binding_and_the_job_of_a_reminder_wake_the_sweep,
);
