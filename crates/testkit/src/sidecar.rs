//! A sidecar that behaves as Dapr 1.18 does, over real HTTP on a free local port.
//!
//! Several sidecars share [`Backends`], which stand for the broker and the state store, as the sidecars of several apps
//! do. Whatever is drawn by chance comes from a seed. What it does not model it refuses with status 501, so that no test
//! relies on something that nobody has compared with the real one.

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
