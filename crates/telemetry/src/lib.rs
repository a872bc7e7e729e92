//! Distributed traces: the spans of `tracing` are sent to a collector over OTLP, and the position in a trace goes from
//! process to process as a W3C `traceparent`. The only crate that names OpenTelemetry.
//!
//! Off until [`Traces::start`]: then nothing is made or sent, and each function here returns after one look at a flag.
//! The caller's `traceparent` is passed on all the same, by [`taskwire_domain::Trace`].

mod collector;
mod sampler;
mod span;
mod traces;

pub use sampler::Sampler;
pub use span::{
    Kind, current_traceparent, describe, mark_failed, set_attribute, set_parent, traceparent_of,
};
pub use traces::{Settings, StartError, Traces};
