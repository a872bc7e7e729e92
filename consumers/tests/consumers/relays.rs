//! Several relays: one publishes, the others are on standby.

use std::collections::HashMap;
use std::sync::mpsc as blocking;
use std::thread;

use taskwire_store::{Db, Options as DbOptions};
use taskwire_testkit::sidecar::{Backends, Fault};
use taskwire_testkit::{TestDb, both_databases, eventually};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::broker::{
    by_key, first_by_key, relay_deps, relay_sidecar, start_relay, until_published,
};
use crate::fixture::{LIMIT, World};
use crate::observed::Logged;

async fn one_publishes_and_another_takes_over(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let (one, two) = (
        relay_sidecar(&backends).await,
        relay_sidecar(&backends).await,
    );
    let mut events = world.fill(5, 5).await;
    let first = start_relay(&world.db, &one, "one");
    until_published(&backends, &events).await;
    let second = start_relay(&world.db, &two, "two");
    events.extend(world.fill(5, 5).await);
    until_published(&backends, &events).await;
    assert_eq!(two.published().len(), 0);
    // When stopped it releases the lease, and the other continues exactly where it was.
    first.stop().await;
    assert_eq!(world.relay_position().await, 50);
    events.extend(world.fill(5, 5).await);
    until_published(&backends, &events).await;
    assert_eq!(backends.records("task-events").len(), 75);
    // Killed, it does not, and another waits until the lease has run out.
    let third = start_relay(&world.db, &one, "three");
    second.kill().await;
    let before = one.published().len();
    events.extend(world.fill(5, 5).await);
    until_published(&backends, &events).await;
    third.stop().await;
    assert!(one.published().len() >= before + 25);
    assert_eq!(first_by_key(&backends), by_key(&events));
    assert_eq!(world.relay_position().await, 100);
}

async fn one_whose_sidecar_is_away_lets_another_publish(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let (mut one, two) = (
        relay_sidecar(&backends).await,
        relay_sidecar(&backends).await,
    );
    let mut events = world.fill(2, 2).await;
    let first = start_relay(&world.db, &one, "one");
    until_published(&backends, &events).await;
    let second = start_relay(&world.db, &two, "two");
    one.kill().await;
    events.extend(world.fill(2, 2).await);
    until_published(&backends, &events).await;
    assert!(two.published().len() >= 4);
    first.stop().await;
    second.stop().await;
    assert_eq!(first_by_key(&backends), by_key(&events));
}

async fn a_relay_that_could_not_renew_its_lease_repeats_nothing(db: TestDb) {
    let (logged, _logging) = Logged::start();
    let world = World::open(db).await;
    let backends = Backends::default();
    let sidecar = relay_sidecar(&backends).await;
    let options = DbOptions {
        connections: 1,
        ..DbOptions::default()
    };
    let own = Db::connect(&world.test.address, &options).await.unwrap();
    let mut events = world.fill(10, 3).await;
    sidecar.on_publish(|_| Some(Fault::Hold));
    let relaying = start_relay(&own, &sidecar, "one");
    eventually(LIMIT, || async {
        (sidecar.in_flight() == 10).then_some(())
    })
    .await;
    // Its database does not respond to it for longer than the lease is valid.
    let only_connection = own.begin().await.unwrap();
    sidecar.clear_faults();
    sidecar.release();
    until_published(&backends, &events).await;
    assert_eq!(world.relay_position().await, 0);
    eventually(LIMIT, || async {
        (logged.count("Lost the lease") > 0).then_some(())
    })
    .await;
    drop(only_connection);
    world.until_relay_position(30).await;
    events.extend(world.fill(10, 1).await);
    until_published(&backends, &events).await;
    relaying.stop().await;
    own.close().await;
    assert_eq!(backends.records("task-events").len(), events.len());
    assert_eq!(first_by_key(&backends), by_key(&events));
}

/// A relay in a separate thread that can be paused, as by SIGSTOP.
struct Pausable {
    pauses: mpsc::UnboundedSender<blocking::Receiver<()>>,
    thread: thread::JoinHandle<()>,
    cancel: CancellationToken,
}

impl Pausable {
    fn start(address: String, sidecar_url: String) -> Self {
        let (pauses, mut asked) = mpsc::unbounded_channel::<blocking::Receiver<()>>();
        let cancel = CancellationToken::new();
        let stop = cancel.clone();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let options = DbOptions {
                    connections: 1,
                    ..DbOptions::default()
                };
                let db = Db::connect(&address, &options).await.unwrap();
                let deps = relay_deps(&db, &sidecar_url, "the paused one", &stop);
                let relay = tokio::spawn(taskwire_consumers::relay(deps));
                while let Some(until) = asked.recv().await {
                    // With the only connection, so that no transaction is open whose locks would block others.
                    db.begin().await.unwrap().commit().await.unwrap();
                    // Blocks the only thread, and so everything in this process.
                    let _ = until.recv();
                }
                relay.await.unwrap();
                db.close().await;
            });
        });
        Self {
            pauses,
            thread,
            cancel,
        }
    }

    fn pause(&self) -> blocking::Sender<()> {
        let (resume, until) = blocking::channel();
        self.pauses.send(until).unwrap();
        resume
    }

    async fn stop(self) {
        let Self {
            pauses,
            thread,
            cancel,
        } = self;
        cancel.cancel();
        drop(pauses);
        eventually(LIMIT, || async { thread.is_finished().then_some(()) }).await;
        thread.join().unwrap();
    }
}

async fn a_paused_relay_publishes_nothing_after_another_took_over(db: TestDb) {
    let world = World::open(db).await;
    let backends = Backends::default();
    let (one, two) = (
        relay_sidecar(&backends).await,
        relay_sidecar(&backends).await,
    );
    let events = world.fill(80, 3).await;
    one.on_publish(|_| Some(Fault::Hold));
    let paused = Pausable::start(world.test.address.clone(), one.url());
    eventually(LIMIT, || async { (one.in_flight() == 64).then_some(()) }).await;
    let resume = paused.pause();
    let second = start_relay(&world.db, &two, "two");
    until_published(&backends, &events).await;
    world.until_relay_position(240).await;
    // The broker finally stores the event that the first one sent before the pause; then that one continues.
    let tried = one.published().len();
    one.clear_faults();
    one.release();
    eventually(LIMIT, || async {
        (backends.records("task-events").len() == 240 + 64).then_some(())
    })
    .await;
    resume.send(()).unwrap();
    let more = world.fill(80, 1).await;
    until_published(&backends, &more).await;
    world.until_relay_position(320).await;
    paused.stop().await;
    second.stop().await;
    assert_eq!((tried, one.published().len()), (64, 64));
    assert_eq!(world.relay_position().await, 320);
    let mut all = events;
    all.extend(more);
    assert_eq!(first_by_key(&backends), by_key(&all));
    // The late events have the ids of known ones.
    let mut times: HashMap<String, usize> = HashMap::new();
    for record in backends.records("task-events") {
        let id = record.json()["id"].as_str().unwrap().to_owned();
        *times.entry(id).or_default() += 1;
    }
    assert_eq!(times.len(), 320);
    assert!(times.values().all(|times| *times <= 2));
}

both_databases!(
    one_publishes_and_another_takes_over,
    one_whose_sidecar_is_away_lets_another_publish,
    a_relay_that_could_not_renew_its_lease_repeats_nothing,
    a_paused_relay_publishes_nothing_after_another_took_over,
);
