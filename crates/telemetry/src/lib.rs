//! What operators see of a process: traces, metrics and outages.
//!
//! **Traces**: the spans of `tracing` are sent to a collector over OTLP, and the position in a trace is passed
//! from process to process as a W3C `traceparent`. The only crate that depends on OpenTelemetry.
//!
//! Off until [`Traces::start`]: until then nothing is created or sent, and each function here returns after checking a
//! flag. The caller's `traceparent` is passed on in any case, by [`taskwire_domain::Trace`].
//!
//! **Metrics**: [`metric`] lists them, every crate records its own with the macros of `metrics`, and [`Metrics`] renders
//! them. **Outages**: [`OutageLog`] logs them without flooding the log.

mod collector;
pub mod metric;
mod outage;
mod recorder;
mod sampler;
mod span;
mod traces;

pub use outage::OutageLog;
pub use recorder::{Metrics, MetricsError};
pub use sampler::Sampler;
pub use span::{
    Kind, current_traceparent, describe, mark_failed, set_attribute, set_parent, traceparent_of,
};
pub use traces::{Settings, StartError, Traces};
