//! State of running turns that the replicas of the chat share: the right to run the turn of a conversation, and the
//! data that a reader needs to resume its stream on another replica.
//!
//! If a single process serves the chat, both are in its memory and this module is not used. Conversations
//! themselves are stored by the API.

mod buffer;
mod follow;
mod lease;
#[cfg(test)]
pub(crate) mod test_store;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use taskwire_domain::{Clock, Ids};
use taskwire_messaging::dapr::{Precondition, StateError, StateStore};
use uuid::Uuid;

pub(crate) use buffer::{Frames, Publisher};
pub(crate) use follow::RemoteRun;
pub(crate) use lease::Lease;

/// The place of the state of running turns.
#[derive(Clone, Default, Debug)]
pub enum TurnState {
    /// In this process, the only one that serves the chat.
    #[default]
    Memory,
    /// In a store that all replicas of the chat share.
    Shared {
        /// The store.
        store: Arc<dyn StateStore>,
        /// The timings; the defaults are for production.
        timings: Timings,
    },
}

/// Lifetimes of leases and buffers, and intervals of writing and reading them.
#[derive(Clone, Copy, Debug)]
pub struct Timings {
    /// How long the store keeps a lease that is not renewed: after a kill the conversation becomes free this much
    /// later.
    pub lease_ttl: Duration,
    /// How long a renewal is relied on. Shorter than the time to live, so that a request in progress when the
    /// lease is lost has ended before another replica takes over.
    pub lease_valid: Duration,
    /// Interval at which a lease is renewed, and a stop requested on another replica is noticed.
    pub renew_every: Duration,
    /// Interval at which the stream is written to the store.
    pub flush_every: Duration,
    /// Interval at which a reader on another replica reads more of the stream.
    pub poll_every: Duration,
    /// How long the store keeps the stream.
    pub buffer_ttl: Duration,
    /// How long after the end of a turn's lease a reader waits for the end of its stream.
    pub end_grace: Duration,
    /// Age at which a lease that is not renewed counts as abandoned even if the store keeps it: Redis sets a value and
    /// its expiry in two commands, and only the first may have been executed. Longer than clocks of replicas ever
    /// differ.
    pub abandoned_after: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            lease_ttl: Duration::from_secs(15),
            lease_valid: Duration::from_secs(10),
            renew_every: Duration::from_secs(1),
            flush_every: Duration::from_millis(100),
            poll_every: Duration::from_millis(150),
            buffer_ttl: Duration::from_mins(10),
            end_grace: Duration::from_secs(2),
            abandoned_after: Duration::from_hours(1),
        }
    }
}

/// The store, with its timings and the clock.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn StateStore>,
    pub(crate) timings: Timings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
}

/// The key of a conversation's lease.
pub(crate) fn lease_key(user: Uuid, conversation: &str) -> String {
    format!("turn:{user}:{conversation}")
}

/// The key of a part of a turn's stream.
fn segment_key(turn: Uuid, index: u64) -> String {
    format!("stream:{turn}:{index}")
}

/// The key that exists once a stop of the turn has been requested.
fn stop_key(turn: Uuid) -> String {
    format!("stop:{turn}")
}

/// The key that exists while the turn has a reader on another replica.
fn reader_key(turn: Uuid) -> String {
    format!("reader:{turn}")
}

impl Shared {
    /// Asks the replica that runs a turn to stop it.
    async fn request_stop(&self, turn: Uuid) -> Result<(), StateError> {
        self.mark(&stop_key(turn), self.timings.buffer_ttl).await
    }

    async fn is_stop_requested(&self, turn: Uuid) -> Result<bool, StateError> {
        Ok(self.store.get(&stop_key(turn)).await?.is_some())
    }

    /// Returns true if a turn has a reader on another replica. If the store does not respond, it cannot have one.
    pub(crate) async fn has_reader(&self, turn: Uuid) -> bool {
        let reader = self.store.get(&reader_key(turn)).await;
        reader.is_ok_and(|reader| reader.is_some())
    }

    async fn mark_reader(&self, turn: Uuid, ttl: Duration) -> Result<(), StateError> {
        self.mark(&reader_key(turn), ttl).await
    }

    async fn mark(&self, key: &str, ttl: Duration) -> Result<(), StateError> {
        self.store
            .set(key, &json!(true), ttl, Precondition::None)
            .await
    }
}
