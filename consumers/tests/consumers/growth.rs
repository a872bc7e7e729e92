//! Which events may be deleted, wherever they are read: the API that deletes them knows it from the database alone.

use jiff::SignedDuration;
use taskwire_consumers::Consumer;
use taskwire_domain::Clock;
use taskwire_store::PrunedEvents;
use taskwire_testkit::sidecar::{Backends, Fault};
use taskwire_testkit::{TestDb, both_databases, eventually};

use crate::broker::{Consuming, relay_sidecar, start_relay, until_published};
use crate::fixture::{LIMIT, Running, World};

impl World {
    /// Deletes what nobody needs, however new it is.
    async fn prune(&self) -> PrunedEvents {
        let names: Vec<_> = Consumer::ALL.iter().map(|one| one.as_str()).collect();
        let later = self.clock.now() + SignedDuration::from_hours(1);
        let mut tx = self.db.begin().await.unwrap();
        let pruned = tx
            .prune_events(later, &names, 1000, |_| None)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        pruned
    }

    /// Waits until events that may be deleted are gone.
    async fn until_pruned(&self, count: u64) {
        let deleted = tokio::sync::Mutex::new(0);
        eventually(LIMIT, || async {
            let mut deleted = deleted.lock().await;
            *deleted += self.prune().await.deleted;
            (*deleted == count).then_some(())
        })
        .await;
    }

    /// Waits until nothing is deleted, because of this reader.
    async fn until_kept_for(&self, reader: &str) {
        eventually(LIMIT, || async {
            let pruned = self.prune().await;
            assert_eq!(pruned.deleted, 0);
            (pruned.waits_for.as_deref() == Some(reader)).then_some(())
        })
        .await;
    }

    fn run_all(&self) -> Vec<Running> {
        Consumer::ALL.iter().map(|one| self.run(*one)).collect()
    }
}

async fn stop(all: Vec<Running>) {
    for one in all {
        one.stop().await;
    }
}

/// An API with the option for embedded consumers, beside a relay and consumers behind a broker.
async fn a_relay_elsewhere_decides_what_is_kept(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let sidecar = relay_sidecar(&backends).await;
    let mut consuming = Vec::new();
    for consumer in Consumer::ALL {
        consuming.push(Consuming::start(&world, &backends, *consumer).await);
    }
    // Nobody has published anything.
    world.fill(2, 2).await;
    world.until_kept_for("relay").await;
    let relaying = start_relay(&world.db, &sidecar, "one");
    world.until_relay_position(4).await;
    world.until_pruned(4).await;
    // The broker is away.
    sidecar.on_publish(|_| Some(Fault::Answer(500, "ERR_PUBSUB_PUBLISH_MESSAGE")));
    let waiting = world.fill(2, 1).await;
    world.until_kept_for("relay").await;
    relaying.stop().await;
    world.until_kept_for("relay").await;
    sidecar.clear_faults();
    let relaying = start_relay(&world.db, &sidecar, "one");
    until_published(&backends, &waiting).await;
    world.until_pruned(2).await;
    relaying.stop().await;
    for one in consuming {
        one.stop().await;
    }
}

/// Whoever reads the log keeps it, in every step of the way to a broker and back.
async fn the_way_to_a_broker_and_back_keeps_what_is_unread(db: TestDb) {
    let world = World::open(db).await;
    world.fill(2, 2).await;
    // Consumers that never ran have read nothing.
    world.until_kept_for("audit").await;
    let embedded = world.run_all();
    world.until_pruned(4).await;
    stop(embedded).await;
    world.fill(2, 1).await;
    world.until_kept_for("audit").await;

    let backends = Backends::default();
    let sidecar = relay_sidecar(&backends).await;
    let relaying = start_relay(&world.db, &sidecar, "one");
    world.until_relay_position(6).await;
    // The relay has published them, but nobody has said yet that the consumers get them from there.
    assert_eq!(world.prune().await.deleted, 0);
    let mut consuming = Vec::new();
    for consumer in Consumer::ALL {
        consuming.push(Consuming::start(&world, &backends, *consumer).await);
    }
    world.until_pruned(2).await;
    for one in consuming {
        one.stop().await;
    }
    relaying.stop().await;

    // Back: what came after the relay's end is not waited for by a relay that is gone.
    world.fill(2, 1).await;
    world.until_kept_for("relay").await;
    let embedded = world.run_all();
    world.until_pruned(2).await;
    world.fill(2, 1).await;
    world.until_pruned(2).await;
    stop(embedded).await;
}

both_databases!(
    a_relay_elsewhere_decides_what_is_kept,
    the_way_to_a_broker_and_back_keeps_what_is_unread,
);
