//! The behavior of a Dapr sidecar that Taskwire relies on: the same tests run against the fake one and against real
//! ones.
//!
//! The files in `dapr/` are held against real ones alone.
//!
//! The real ones are daprd with Redis and with Kafka, from the environment of `scripts/parts.sh env`. Where they are not
//! installed those tests say so in one line and pass, except under CI.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod answers;
mod app;
mod calls;
mod delivery;
mod differences;
mod environment;
mod files;
mod publishing;
mod real;
mod stores;

use environment::{Broker, Environment};

/// All tests with one broker.
async fn contract(broker: Broker) {
    let Some(environment) = Environment::start(broker).await else {
        return;
    };
    publishing::all(&environment).await;
    delivery::all(&environment).await;
    stores::all(&environment).await;
    answers::all(&environment).await;
    calls::all(&environment).await;
}

#[tokio::test]
async fn the_fake_sidecar_keeps_the_contract() {
    contract(Broker::Fake).await;
}

#[tokio::test]
async fn daprd_with_redis_keeps_the_contract() {
    contract(Broker::Redis).await;
}

#[tokio::test]
async fn daprd_with_kafka_keeps_the_contract() {
    contract(Broker::Kafka).await;
}
