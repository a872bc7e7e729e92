//! Outages under load: whatever is stopped, killed, paused, added or taken away, nothing that was acknowledged is lost,
//! nothing happens twice, and order is kept.

mod availability;
mod end_state;
mod installation;
mod load;
mod observer;
mod shuffled;
mod supervisor;

use std::time::{Duration, Instant};

use taskwire_parts::{AppId, Broker, DatabaseChoice};
use taskwire_testkit::{Kind, TestDb};

use crate::world::is_installed;
use availability::Part;
use installation::{Installation, REPLICATED};

/// Repeats the moments of a failed run, as far as the machine allows.
const SEED: &str = "TASKWIRE_TEST_SEED";

fn seed() -> u64 {
    let seed = std::env::var(SEED).map_or(7, |text| text.parse().expect("the seed is a number"));
    eprintln!("{SEED}={seed}");
    seed
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_round() {
    if !is_installed(Broker::Kafka) {
        return;
    }
    let database = TestDb::create(Kind::Postgres);
    let load = load::Plan {
        connections: 6,
        pause: Duration::from_millis(100),
    };
    let choice = DatabaseChoice::At(database.address.clone());
    let mut installation = Installation::start(Broker::Kafka, choice, 3, load, seed()).await;
    installation.wait(seconds(2)).await;

    installation.broker().kill();
    installation.wait(seconds(4)).await;
    installation.broker().restart().await.unwrap();
    installation.recover("Kafka killed").await;

    installation.kill_sidecars(|id| id == AppId::Relay).await;
    for id in [AppId::Audit, AppId::Relay, AppId::Api] {
        installation.kill_app(id, false).await;
    }
    installation.recover("sidecars and replicas killed").await;
    installation.finish().await;
}

/// `make outages`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes, and is meant for a release build"]
async fn long_rounds_over_kafka() {
    long_rounds(Broker::Kafka, 8).await;
}

/// `make outages`. One user, whose tasks all wait for the same counter.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes, and is meant for a release build"]
async fn long_rounds_over_redis() {
    long_rounds(Broker::Redis, 1).await;
}

async fn long_rounds(broker: Broker, users: usize) {
    const CHANGES: u64 = 10_000;
    if !is_installed(broker) {
        return;
    }
    let load = load::Plan {
        connections: 8,
        pause: Duration::from_millis(40),
    };
    let mut installation =
        Installation::start(broker, DatabaseChoice::Own, users, load, seed()).await;
    installation.wait(seconds(5)).await;
    installation.recover("no fault").await;

    installation.broker().stop().await.unwrap();
    installation.wait(seconds(60)).await;
    installation.broker().restart().await.unwrap();
    installation.recover("broker stopped for 60 s").await;

    installation.kill_sidecars(|_| true).await;
    // Redis delivers again what this one had taken, after what came meanwhile.
    if broker == Broker::Kafka {
        installation.kill_observer().await;
    }
    installation.recover("each sidecar killed").await;

    let away = installation.lose(Part::Database);
    let postgres = |installation: &mut Installation| installation.cluster.postgres.take().unwrap();
    let mut server = postgres(&mut installation);
    server.process.stop().await.unwrap();
    installation.wait(seconds(5)).await;
    server.process.restart().await.unwrap();
    let restarted = Instant::now();
    installation.until_api_is_ready().await;
    drop(away);
    eprintln!(
        "    the API is ready {:.1?} after Postgres",
        restarted.elapsed()
    );
    installation.cluster.postgres = Some(server);
    installation.recover("Postgres stopped for 5 s").await;

    let kills = installation.kill_at_random(seconds(60)).await;
    installation
        .recover(&format!("{kills} replicas killed at random in 60 s"))
        .await;

    for id in REPLICATED {
        installation.cluster.add(id).await.unwrap();
    }
    installation.recover("scaled to three of each").await;
    for id in REPLICATED {
        for _ in 0..2 {
            let _away = (id == AppId::Api).then(|| installation.lose(Part::Replica));
            installation.cluster.remove(id).await.unwrap();
        }
    }
    installation.recover("scaled to one of each").await;
    for id in REPLICATED {
        installation.cluster.add(id).await.unwrap();
    }
    installation.recover("scaled to two of each").await;

    installation.pause_relay(seconds(30)).await;
    while installation.acknowledged() < CHANGES {
        installation.wait(seconds(1)).await;
    }
    installation.finish().await;
}
