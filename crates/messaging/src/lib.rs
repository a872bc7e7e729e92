//! Events between processes: the CloudEvent format, the topics, the handlers of consumers, and the embedded bus.
//!
//! A [`Handler`] is written once and does not know what delivers to it: the [`Bus`] of this crate, which reads the
//! event log of the database, or an external broker. Nothing here depends on a database; the log is passed in
//! through the [`Log`] trait.

mod bus;
mod cloud_event;
pub mod dapr;
mod handler;
mod log;
mod retry;
mod topic;
mod trace;

pub use bus::{Bus, Settings};
pub use cloud_event::{CloudEvent, CloudEventError, Data};
pub use handler::{Delivery, Handler, Handling, Outcome, handle_within};
pub use log::{Entry, Log};
pub use retry::RetryPolicy;
pub use topic::Topic;
