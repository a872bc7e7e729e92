//! Taskwire as separate processes over a real broker: daprd with Kafka and with Redis.
//!
//! Needs the servers that `scripts/parts.sh install` installs. Without them the tests say what is missing and pass,
//! unless `CI` is set.

#[cfg(test)]
mod foreign;
#[cfg(test)]
mod letters;
#[cfg(test)]
#[path = "../e2e/support/model.rs"]
mod model;
#[cfg(test)]
mod outage;
#[cfg(test)]
#[path = "../e2e/support/record.rs"]
mod record;
#[cfg(test)]
#[path = "../e2e/support/rest.rs"]
mod rest;
#[cfg(test)]
mod story;
#[cfg(test)]
#[path = "../e2e/support/stream.rs"]
mod stream;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod world;

/// Longest wait for anything that should happen at once; a passing test never waits for it.
#[cfg(test)]
const LIMIT: std::time::Duration = std::time::Duration::from_secs(30);
