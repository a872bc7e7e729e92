//! The relay over the fake sidecar.

use taskwire_consumers::Consumer;
use taskwire_domain::EventKind;
use taskwire_testkit::sidecar::{Backends, FakeSidecar, Fault, Options};
use taskwire_testkit::{TestDb, both_databases, eventually};

use crate::broker::{
    API_TOKEN, by_key, first_by_key, relay_sidecar, series, start_relay, until_published,
};
use crate::fixture::{LIMIT, World};
use crate::observed::{Logged, is_measured, recorder};

async fn everything_is_published_once_and_in_order(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let sidecar = relay_sidecar(&backends).await;
    let events = world.fill(20, 10).await;
    let completed = world.event(EventKind::TaskCompleted, world.task(Some(series())), None);
    world.append(&completed, &completed.to_json()).await;
    world.happen(EventKind::ReminderScheduled).await;
    let relaying = start_relay(&world.db, &sidecar, "one");
    until_published(&backends, &events).await;
    world.until_relay_position(202).await;
    relaying.stop().await;
    let records = backends.records("task-events");
    assert_eq!(records.len(), 201);
    let mut expected = by_key(&events);
    expected.insert(series().to_string(), vec![completed.id.to_string()]);
    assert_eq!(first_by_key(&backends), expected);
    assert!(sidecar.most_in_flight() > 1);
    assert_eq!(backends.records("task-updates").len(), 1);
    assert_eq!(backends.records("reminders").len(), 1);
    let first = records[0].json();
    assert_eq!(first["sequence"], "00000000000000000001");
    assert_eq!(first["partitionkey"].as_str(), records[0].key.as_deref());
    assert_eq!(first["topic"], "task-events");
}

#[expect(
    clippy::future_not_send,
    reason = "what is logged is logged on the test's own thread"
)]
async fn an_unreachable_broker_is_waited_for(db: TestDb) {
    let (logged, _logging) = Logged::start();
    let (recorder, measured) = recorder();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let world = World::open(db).await;
    let backends = Backends::default();
    let sidecar = relay_sidecar(&backends).await;
    sidecar.on_publish(|_| Some(Fault::Answer(500, "ERR_PUBSUB_PUBLISH_MESSAGE")));
    let mut events = world.fill(8, 4).await;
    let relaying = start_relay(&world.db, &sidecar, "one");
    eventually(LIMIT, || async {
        (sidecar.published().len() > 10).then_some(())
    })
    .await;
    events.extend(world.fill(8, 4).await);
    // An outage is probed by one event at a time, with growing pauses.
    assert!(sidecar.published().len() < 100);
    // However often it gives up the lease and takes it again, it says so once, and where the sidecar is.
    eventually(LIMIT, || async {
        let row = is_measured(&measured, "taskwire_relay_active 0").then_some(());
        row.filter(|()| logged.count("Acquired the lease") > 0)
    })
    .await;
    eventually(LIMIT, || async {
        is_measured(&measured, "taskwire_relay_active 1").then_some(())
    })
    .await;
    let lines = logged.count("Cannot publish events");
    assert_eq!(lines, 1);
    assert_eq!(logged.count(&sidecar.url()), 1);
    assert_eq!(logged.count("Acquired the lease"), 1);
    assert_eq!(logged.count("Consumer follows"), 0);
    sidecar.clear_faults();
    until_published(&backends, &events).await;
    world.until_relay_position(64).await;
    relaying.stop().await;
    assert_eq!(logged.count("Can publish events again"), 1);
    assert_eq!(first_by_key(&backends), by_key(&events));
    assert_eq!(backends.records("task-events").len(), 64);
    let sent = "messaging_client_sent_messages_total{messaging_system=\"dapr\",messaging_operation_name=\"publish\",messaging_destination_name=\"task-events\"} 64";
    assert!(is_measured(&measured, sent), "{}", measured.render());
    let mut tx = world.db.read().await.unwrap();
    assert_eq!(tx.count_dead_letters("relay").await.unwrap(), 0);
}

#[expect(
    clippy::future_not_send,
    reason = "what is recorded is recorded on the test's own thread"
)]
async fn a_refused_configuration_is_logged_once(db: TestDb) {
    let (logged, _logging) = Logged::start();
    let (recorder, measured) = recorder();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let world = World::open(db).await;
    let backends = Backends::default();
    let sidecar = relay_sidecar(&backends).await;
    let relaying = start_relay(&world.db, &sidecar, "one");
    let mut events = Vec::new();
    for (n, (status, code)) in [
        (403, "ERR_PUBSUB_FORBIDDEN"),
        (404, "ERR_PUBSUB_NOT_FOUND"),
        (401, ""),
        (400, "ERR_PUBSUB_NOT_CONFIGURED"),
        // Another server on the sidecar's port.
        (200, ""),
    ]
    .into_iter()
    .enumerate()
    {
        let (tried, stored) = (sidecar.published().len(), events.len());
        sidecar.on_publish(move |_| Some(Fault::Answer(status, code)));
        events.extend(world.fill(4, 2).await);
        eventually(LIMIT, || async {
            (sidecar.published().len() > tried + 5).then_some(())
        })
        .await;
        assert_eq!(logged.count("refuses events"), n + 1, "{status}");
        // It is 0 for a moment each time that the lease is given back.
        eventually(LIMIT, || async {
            is_measured(&measured, "taskwire_relay_refused 1").then_some(())
        })
        .await;
        assert_eq!(backends.records("task-events").len(), stored);
        sidecar.clear_faults();
        until_published(&backends, &events).await;
        eventually(LIMIT, || async {
            is_measured(&measured, "taskwire_relay_refused 0").then_some(())
        })
        .await;
        assert_eq!(logged.count("accepts events again"), n + 1, "{status}");
    }
    relaying.stop().await;
    assert_eq!(first_by_key(&backends), by_key(&events));
    assert_eq!(backends.records("task-events").len(), events.len());
}

async fn an_event_that_cannot_be_read_is_not_given_up(db: TestDb) {
    let (logged, _logging) = Logged::start();
    let world = World::open(db).await;
    let backends = Backends::default();
    let sidecar = relay_sidecar(&backends).await;
    let torn = world.event(EventKind::TaskUpdated, world.task(None), None);
    world.append(&torn, "{\"specversion\": \"1.0\"").await;
    let others = world.fill(4, 2).await;
    let relaying = start_relay(&world.db, &sidecar, "one");
    until_published(&backends, &others).await;
    eventually(LIMIT, || async {
        (logged.count("which is never given up") == 1).then_some(())
    })
    .await;
    relaying.stop().await;
    assert_eq!(world.relay_position().await, 0);
    let mut tx = world.db.read().await.unwrap();
    assert_eq!(tx.count_dead_letters("relay").await.unwrap(), 0);
}

async fn a_relay_that_is_killed_repeats_what_it_did_not_note(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let sidecar = relay_sidecar(&backends).await;
    let events = world.fill(6, 5).await;
    let unlucky = events[7].id.to_string();
    let hanging = unlucky.clone();
    sidecar.on_publish(move |publish| {
        (publish.event["id"] == *hanging).then_some(Fault::StoreThenHang)
    });
    let killed = start_relay(&world.db, &sidecar, "one");
    // All but what waits behind the one without an answer.
    eventually(LIMIT, || async {
        (backends.records("task-events").len() == 27).then_some(())
    })
    .await;
    killed.kill().await;
    sidecar.clear_faults();
    let next = start_relay(&world.db, &sidecar, "two");
    until_published(&backends, &events).await;
    world.until_relay_position(30).await;
    next.stop().await;
    assert_eq!(first_by_key(&backends), by_key(&events));
    let records = backends.records("task-events");
    let of_unlucky = records
        .iter()
        .filter(|record| record.json()["id"] == *unlucky)
        .map(|record| record.value.clone());
    let copies: Vec<_> = of_unlucky.collect();
    assert_eq!(copies.len(), 2);
    assert_eq!(copies[0], copies[1]);
}

async fn an_event_that_the_broker_refuses_blocks_only_its_key(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let sidecar = relay_sidecar(&backends).await;
    let events = world.fill(10, 10).await;
    let stuck = events[0].partitionkey.to_string();
    let key = stuck.clone();
    sidecar.on_publish(move |publish| {
        (publish.key.as_deref() == Some(&*key))
            .then_some(Fault::Answer(500, "ERR_PUBSUB_PUBLISH_MESSAGE"))
    });
    let relaying = start_relay(&world.db, &sidecar, "one");
    let others: Vec<_> = events
        .iter()
        .filter(|event| event.partitionkey.to_string() != stuck)
        .cloned()
        .collect();
    until_published(&backends, &others).await;
    assert_eq!(world.relay_position().await, 0);
    assert!(!first_by_key(&backends).contains_key(&stuck));
    sidecar.clear_faults();
    until_published(&backends, &events).await;
    world.until_relay_position(100).await;
    relaying.stop().await;
    assert_eq!(first_by_key(&backends), by_key(&events));
}

async fn a_sidecar_that_starts_slowly_or_is_replaced_is_waited_for(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let options = Options {
        is_slow: true,
        api_token: Some(API_TOKEN.into()),
        ..Options::of("task-api")
    };
    let mut sidecar = FakeSidecar::start(&backends, options).await;
    let mut events = world.fill(3, 3).await;
    let relaying = start_relay(&world.db, &sidecar, "one");
    sidecar.finish_starting();
    until_published(&backends, &events).await;
    // It receives events and never responds, until it is replaced.
    sidecar.on_publish(|_| Some(Fault::Hold));
    events.extend(world.fill(3, 3).await);
    eventually(LIMIT, || async { (sidecar.in_flight() > 0).then_some(()) }).await;
    sidecar.clear_faults();
    sidecar.restart().await;
    until_published(&backends, &events).await;
    relaying.stop().await;
    assert_eq!(first_by_key(&backends), by_key(&events));
}

async fn the_first_relay_begins_where_consumers_were(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let sidecar = relay_sidecar(&backends).await;
    let before = world.fill(2, 3).await;
    let mut tx = world.db.begin().await.unwrap();
    for (consumer, position) in [
        (Consumer::Audit, 6),
        (Consumer::Recurrence, 4),
        (Consumer::Reminder, 5),
    ] {
        tx.advance_consumer(consumer.as_str(), position)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let relaying = start_relay(&world.db, &sidecar, "one");
    until_published(&backends, &before[4..]).await;
    world.until_relay_position(6).await;
    assert_eq!(backends.records("task-events").len(), 2);
    relaying.stop().await;
    // A relay that has run before continues where it was, whatever consumers do.
    let after = world.fill(2, 1).await;
    let relaying = start_relay(&world.db, &sidecar, "one");
    until_published(&backends, &after).await;
    relaying.stop().await;
    assert_eq!(backends.records("task-events").len(), 4);
}

both_databases!(
    an_event_that_cannot_be_read_is_not_given_up,
    everything_is_published_once_and_in_order,
    an_unreachable_broker_is_waited_for,
    a_refused_configuration_is_logged_once,
    a_relay_that_is_killed_repeats_what_it_did_not_note,
    an_event_that_the_broker_refuses_blocks_only_its_key,
    a_sidecar_that_starts_slowly_or_is_replaced_is_waited_for,
    the_first_relay_begins_where_consumers_were,
);
