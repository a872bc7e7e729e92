//! How far the event log has been read.

use std::sync::Arc;

use jiff::SignedDuration;
use taskwire_consumers::{Consumer, LogMeasure, Measured};
use taskwire_domain::EventKind;
use taskwire_testkit::{FixedClock, TestDb, both_databases, eventually};

use crate::fixture::{LIMIT, World};
use crate::observed::recorder;

both_databases!(
    measures_what_waits_for_the_relay,
    a_consumer_behind_a_broker_has_no_lag_in_the_log,
    a_process_measures_its_own_part,
    pools_are_counted,
);

impl World {
    fn measure(&self, what: Measured) -> LogMeasure {
        LogMeasure::new(self.db.clone(), Arc::<FixedClock>::clone(&self.clock), what)
    }

    async fn reach(&self, consumer: &str, position: i64) {
        let mut tx = self.db.begin().await.unwrap();
        tx.advance_consumer(consumer, position).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[expect(
    clippy::future_not_send,
    reason = "what is recorded is recorded on the test's own thread"
)]
async fn measures_what_waits_for_the_relay(db: TestDb) {
    let (recorder, measured) = recorder();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let world = World::open(db).await;
    let measure = world.measure(Measured::All);
    let read = async |name: &str| {
        measure.measure().await.unwrap();
        let text = measured.render();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
    };
    let (events, age) = (
        "taskwire_outbox_events ",
        "taskwire_outbox_oldest_age_seconds ",
    );
    world.happen(EventKind::TaskCreated).await;
    // Where there is no relay, nothing waits for one.
    assert_eq!(read(events).await, None);
    world.reach("relay", 0).await;
    world.clock.advance(SignedDuration::from_secs(90));
    world.happen(EventKind::TaskCreated).await;
    assert_eq!(read(events).await.as_deref(), Some("2"));
    assert_eq!(read(age).await.as_deref(), Some("90"));
    world.reach("relay", 1).await;
    world.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(read(age).await.as_deref(), Some("5"));
    world.reach("relay", 2).await;
    assert_eq!(read(events).await.as_deref(), Some("0"));
    assert_eq!(read(age).await.as_deref(), Some("0"));
}

#[expect(
    clippy::future_not_send,
    reason = "what is recorded is recorded on the test's own thread"
)]
async fn a_consumer_behind_a_broker_has_no_lag_in_the_log(db: TestDb) {
    let (recorder, measured) = recorder();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let world = World::open(db).await;
    let measure = world.measure(Measured::All);
    for _ in 0..3 {
        world.happen(EventKind::TaskCreated).await;
    }
    let has = async |line: &str| {
        measure.measure().await.unwrap();
        measured.render().lines().any(|other| other == line)
    };
    world.reach("audit", 2).await;
    assert!(has("taskwire_consumer_lag_events{consumer=\"audit\"} 1").await);
    // Moved to the broker: it stays at the event before which the relay began.
    world.reach("relay", 3).await;
    assert!(has("taskwire_consumer_lag_events{consumer=\"audit\"} 0").await);
    assert!(!measured.render().contains("consumer=\"relay\""));
    for consumer in Consumer::ALL {
        let line = format!(
            "taskwire_dead_letters{{consumer=\"{}\"}} 0",
            consumer.as_str()
        );
        assert!(has(&line).await);
    }
    // Embedded again, it has caught up with the relay.
    world.reach("audit", 3).await;
    world.happen(EventKind::TaskCreated).await;
    assert!(has("taskwire_consumer_lag_events{consumer=\"audit\"} 1").await);
}

#[expect(
    clippy::future_not_send,
    reason = "what is recorded is recorded on the test's own thread"
)]
async fn a_process_measures_its_own_part(db: TestDb) {
    let world = World::open(db).await;
    for consumer in ["audit", "reminder", "relay"] {
        world.reach(consumer, 0).await;
    }
    for (what, names) in [
        (
            Measured::Outbox,
            "taskwire_outbox_events taskwire_outbox_oldest_age_seconds",
        ),
        (
            Measured::Consumer(Consumer::Audit),
            "taskwire_consumer_lag_events{consumer=\"audit\"}",
        ),
        (
            Measured::Consumers,
            "taskwire_consumer_lag_events{consumer=\"audit\"} taskwire_consumer_lag_events{consumer=\"reminder\"}",
        ),
    ] {
        let (recorder, measured) = recorder();
        let _measuring = metrics::set_default_local_recorder(&recorder);
        world.measure(what).measure().await.unwrap();
        let text = measured.render();
        let mut found: Vec<&str> = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
            .filter_map(|line| line.split(' ').next())
            .collect();
        found.sort_unstable();
        assert_eq!(found.join(" "), names, "{what:?}");
    }
}

async fn pools_are_counted(db: TestDb) {
    let world = World::open(db).await;
    let writing = world.db.begin().await.unwrap();
    // Connections that were used before are given back in the background.
    let pools = eventually(LIMIT, || async {
        let pools = world.db.pools();
        let used: u64 = pools.iter().map(|pool| pool.used).sum();
        (used == 1).then_some(pools)
    })
    .await;
    assert!(pools.iter().all(|pool| pool.max >= pool.used + pool.idle));
    assert!(
        pools
            .iter()
            .all(|pool| pool.pending == 0 && pool.timeouts == 0)
    );
    // On SQLite a second writer waits for the first.
    if world.db.kind() == "sqlite" {
        let db = world.db.clone();
        let second = tokio::spawn(async move { db.begin().await.map(drop) });
        eventually(LIMIT, || async {
            let pools = world.db.pools();
            let pending: u64 = pools.iter().map(|pool| pool.pending).sum();
            (pending == 1).then_some(())
        })
        .await;
        drop(writing);
        second.await.unwrap().unwrap();
        let pools = world.db.pools();
        assert!(pools.iter().all(|pool| pool.pending == 0));
    }
}
