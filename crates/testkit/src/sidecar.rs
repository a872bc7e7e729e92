//! A fake sidecar that behaves like Dapr 1.18, over real HTTP on a free local port.
//!
//! Several sidecars can share [`Backends`], which represent the broker and the state store, like the sidecars of
//! several apps. Randomness comes from a seed. Anything that it does not model is refused with status 501, so that no
//! test relies on behavior that was never compared with the real one.

mod answers;
mod backends;
mod calls;
mod delivery;
mod envelope;
mod fake;
mod faults;
mod options;
mod publishing;
mod queue;
mod shared;
mod state;
mod stores;
mod subscriptions;

pub use backends::{Backends, Record};
pub use fake::FakeSidecar;
pub use faults::{Fault, Publish};
pub use options::{App, Disorder, HealthProbe, Inbound, Options};
pub use shared::Delivered;
pub use state::{Refusal, StateKind, StateStore, Stored, Write};
