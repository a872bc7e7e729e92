//! The interface between the bus and the store of events.

use taskwire_domain::{EventId, UserId};
use uuid::Uuid;

/// An event in the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its position.
    pub seq: i64,
    /// Its id.
    pub id: EventId,
    /// The owner.
    pub owner: UserId,
    /// The CloudEvent `type`.
    pub kind: String,
    /// Events with the same key are handled in order.
    pub key: Uuid,
    /// The whole CloudEvent, as JSON.
    pub payload: String,
}

/// The event log as one consumer sees it. Every future may be dropped at any await.
pub trait Log: Send + Sync + 'static {
    /// The error of the log; the call is retried.
    type Error: std::error::Error + Send + Sync + 'static;

    /// The position up to which the consumer has handled every event.
    fn position(&self) -> impl Future<Output = Result<i64, Self::Error>> + Send;

    /// Saves the position.
    fn advance(&self, position: i64) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// The next entries after `after`, in order: `limit` of them, or fewer if there are no more for now.
    fn read(
        &self,
        after: i64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Entry>, Self::Error>> + Send;

    /// Waits until there may be more than the last [`Log::read`] returned, which were fewer than its limit. May return
    /// too early, but never too late.
    fn wait(&self) -> impl Future<Output = ()> + Send;

    /// Dead-letters an event that cannot be handled. Idempotent.
    fn dead_letter(
        &self,
        entry: &Entry,
        attempts: u32,
        error: &str,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;
}
