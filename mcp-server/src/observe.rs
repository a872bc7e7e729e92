//! What operators see of a tool call: its duration and its span.

use taskwire_domain::Trace;
use taskwire_telemetry::{Kind, metric};
use tokio::time::Instant;
use tracing::{Span, info_span};

use crate::tool_name::ToolName;

/// Measures a tool call.
pub(crate) fn measure(name: ToolName, is_error: bool, begun: Instant) {
    let mut labels = vec![
        ("mcp_method_name", "tools/call"),
        ("gen_ai_tool_name", name.as_str()),
    ];
    labels.extend(is_error.then_some(("error_type", "tool_error")));
    metrics::histogram!(metric::MCP_SERVER_OPERATION_DURATION, &labels).record(begun.elapsed());
}

/// The span of a tool call. rmcp runs it in a separate task, so the trace is the one in the call.
pub(crate) fn span(name: ToolName, trace: &Trace) -> Span {
    let name = name.as_str();
    let span = info_span!(
        "tool call",
        mcp.method.name = "tools/call",
        gen_ai.tool.name = name,
        request.id = tracing::field::Empty,
        otel.kind = tracing::field::Empty,
        otel.name = tracing::field::Empty,
    );
    if let Some(id) = &trace.request_id {
        span.record("request.id", id.as_str());
    }
    if let Some(parent) = &trace.traceparent {
        taskwire_telemetry::set_parent(&span, parent);
    }
    taskwire_telemetry::describe(&span, Kind::Server, format_args!("tools/call {name}"));
    span
}
