//! Spans of deliveries in a distributed trace.

use taskwire_domain::TraceParent;
use taskwire_telemetry::Kind;
use tracing::Span;

use crate::{CloudEvent, Outcome};

/// Describes the span of a delivery to `consumer`.
pub(crate) fn describe_delivery(span: &Span, consumer: &str) {
    taskwire_telemetry::describe(span, Kind::Consumer, format_args!("delivery {consumer}"));
}

/// Makes a new span continue the trace that led to the event.
pub(crate) fn continue_trace(span: &Span, event: &CloudEvent) {
    let parent = event.traceparent.as_deref().and_then(TraceParent::parse);
    if let Some(parent) = parent {
        span.record("trace.parent", parent.as_str());
        taskwire_telemetry::set_parent(span, &parent);
    }
}

/// Marks the span of a delivery as failed, unless it succeeded.
pub(crate) fn record_outcome(span: &Span, outcome: &Outcome) {
    if !matches!(outcome, Outcome::Ack) {
        taskwire_telemetry::mark_failed(span);
    }
}
