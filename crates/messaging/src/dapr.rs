//! Dapr: what Taskwire asks of its sidecar, and what the sidecar asks of Taskwire, both over plain HTTP.
//!
//! Written against Dapr 1.18 and right on 1.14, which differ in the paths of younger interfaces.

mod letter;
mod publisher;
mod relay;
mod secrets;
mod sidecar;
mod state;
mod subscriber;

pub use letter::Undeliverable;
pub use publisher::{PublishError, Publisher};
pub use relay::{Relay, RelayStatus};
pub use sidecar::{Sidecar, SidecarError};
pub use state::{Precondition, StateComponent, StateEntry, StateError, StateFuture, StateStore};
pub use subscriber::{
    FailureStore, FailureStoreError, FailureStoreFuture, Subscriber, dead_letter_topic,
};
