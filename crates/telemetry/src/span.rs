//! The position of a span in its trace, and its attributes.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry::trace::{SpanContext, SpanId, Status, TraceContextExt, TraceFlags, TraceId};
use opentelemetry::{Context, Value};
use taskwire_domain::TraceParent;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Whether spans are created. Set once, before the first one.
static IS_ON: AtomicBool = AtomicBool::new(false);

pub(crate) fn enable() {
    IS_ON.store(true, Ordering::Relaxed);
}

fn is_on() -> bool {
    IS_ON.load(Ordering::Relaxed)
}

/// The role of a span.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Handles a request from another process.
    Server,
    /// Waits for the response of another process.
    Client,
    /// Publishes an event to a broker.
    Producer,
    /// Handles an event.
    Consumer,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }
}

/// Makes a new span continue the trace of `parent`: one with children, or whose position was read, keeps
/// the parent it has.
pub fn set_parent(span: &Span, parent: &TraceParent) {
    if is_on() {
        // Fails if the span is not recorded, in which case there is nothing to continue.
        let _ = span.set_parent(Context::new().with_remote_span_context(context_of(parent)));
    }
}

fn context_of(parent: &TraceParent) -> SpanContext {
    SpanContext::new(
        TraceId::from_hex(parent.trace_id()).unwrap_or(TraceId::INVALID),
        SpanId::from_hex(parent.span_id()).unwrap_or(SpanId::INVALID),
        if parent.is_sampled() {
            TraceFlags::SAMPLED
        } else {
            TraceFlags::default()
        },
        true,
        opentelemetry::trace::TraceState::default(),
    )
}

/// The position of the span in its trace, for use as a parent. `None` while traces are off.
pub fn traceparent_of(span: &Span) -> Option<TraceParent> {
    if !is_on() {
        return None;
    }
    let context = span.context();
    let span = context.span();
    let context = span.span_context();
    let text = format!(
        "00-{}-{}-{:02x}",
        context.trace_id(),
        context.span_id(),
        context.trace_flags().to_u8()
    );
    // An invalid context is all zeros, which is not a position.
    TraceParent::parse(&text)
}

/// The position of the current span.
pub fn current_traceparent() -> Option<TraceParent> {
    if is_on() {
        traceparent_of(&Span::current())
    } else {
        None
    }
}

/// Sets the role of a span and its name in the trace. The span must declare the fields `otel.kind` and `otel.name` as
/// empty: they appear only while traces are on.
pub fn describe(span: &Span, kind: Kind, name: fmt::Arguments<'_>) {
    if is_on() {
        span.record("otel.kind", kind.as_str());
        span.record("otel.name", tracing::field::display(name));
    }
}

/// Adds an attribute to a span that is not needed in the logs.
pub fn set_attribute(span: &Span, name: &'static str, value: impl Into<Value>) {
    if is_on() {
        span.set_attribute(name, value);
    }
}

/// Marks a span as failed. The logs contain the reason.
pub fn mark_failed(span: &Span) {
    if is_on() {
        span.set_status(Status::error(""));
    }
}
