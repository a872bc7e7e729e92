//! Dapr: Taskwire's requests to its sidecar, and the sidecar's requests to Taskwire, both over plain HTTP.
//!
//! Written for Dapr 1.18 and compatible with 1.14; they differ in the paths of newer APIs.

mod failure_store;
mod jobs;
mod letter;
mod metadata;
mod publisher;
mod relay;
mod secrets;
mod sidecar;
mod state;
mod status;
mod subscriber;

pub use failure_store::{FailureStore, FailureStoreError, FailureStoreFuture};
pub use letter::{RecordPlace, Undeliverable};
pub use metadata::{Component, Metadata, Subscribed};
pub use publisher::{PublishError, Publisher};
pub use relay::{Relay, RelayStatus};
pub use sidecar::{Sidecar, SidecarError};
pub use state::{Precondition, StateComponent, StateEntry, StateError, StateFuture, StateStore};
pub use subscriber::{Subscriber, dead_letter_topic};
