//! Where a subscriber keeps the failures and the dead letters of its consumer.

use taskwire_domain::EventId;

use super::letter::Undeliverable;
use crate::CloudEvent;

/// The error of a failure store.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct FailureStoreError(pub String);

/// The result of an operation on a failure store.
pub type FailureStoreFuture<'a, T> =
    std::pin::Pin<Box<dyn Future<Output = Result<T, FailureStoreError>> + Send + 'a>>;

/// Stores the failed deliveries and dead letters of a subscriber.
pub trait FailureStore: Send + Sync + 'static {
    /// Counts a failure of an event, and returns the number of its failures.
    fn count_failure<'a>(
        &'a self,
        event: &'a CloudEvent,
        reason: &'a str,
    ) -> FailureStoreFuture<'a, u32>;

    /// Forgets the failures of an event that was finally handled.
    fn forget_failures(&self, event: EventId) -> FailureStoreFuture<'_, ()>;

    /// Stores a record from the dead-letter topic, with the failures that were counted. Idempotent: the same record may
    /// come twice.
    fn dead_letter(&self, record: Undeliverable) -> FailureStoreFuture<'_, ()>;

    /// Checks that deliveries can be handled at all. A sidecar stops delivering while they cannot.
    fn check(&self) -> FailureStoreFuture<'_, ()>;
}
