//! The tools that the MCP server offers to the user; the chat has no other access to tasks.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, ClientCapabilities, ClientConfig, ClientRequest,
    ContentBlock, Implementation, MetaObject, ProtocolVersion, RequestMetaObject, ServerResult,
    Tool,
};
use rmcp::service::{PeerRequestOptions, RunningService, ServiceError};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{ClientLifecycleMode, ClientServiceExt, RoleClient};
use serde_json::{Map, Value, json};
use taskwire_client::Secret;
use taskwire_domain::contract::headers;
use taskwire_domain::{Trace, TraceParent};
use taskwire_telemetry::Kind;
use tracing::{Instrument, info_span, warn};

use crate::model::Call;
use crate::sanitize;

/// Timeout of a call. One that takes longer may still succeed, which its outcome mentions.
const CALL_TIMEOUT: Duration = Duration::from_mins(1);
/// Timeout of the handshake.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Opens a connection to an MCP server in this process, for the user with this credential.
pub type Connect = Arc<dyn Fn(Secret) -> tokio::io::DuplexStream + Send + Sync>;

/// The location of the MCP server.
#[derive(Clone)]
pub enum ToolServer {
    /// Another process.
    Http {
        /// The endpoint, such as `http://127.0.0.1:8484/mcp`.
        url: String,
        /// The shared client.
        http: reqwest::Client,
    },
    /// This process.
    InProcess(Connect),
}

impl fmt::Debug for ToolServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http { url, .. } => f
                .debug_struct("Http")
                .field("url", url)
                .finish_non_exhaustive(),
            Self::InProcess(_) => f.write_str("InProcess"),
        }
    }
}

/// The error of a call that was not made, because it could not be stored first.
pub(crate) const NOT_STORED: &str = "Not run, because the conversation could not be stored.";

/// A tool of the server.
#[derive(Clone, Debug)]
pub(crate) struct ToolInfo {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) schema: Value,
    pub(crate) is_read_only: bool,
    pub(crate) is_destructive: bool,
}

/// A connection for one chat turn.
pub(crate) struct Tools {
    service: RunningService<RoleClient, ClientConfig>,
    list: Vec<ToolInfo>,
    /// The trace that the calls belong to.
    trace: Trace,
}

/// The tools are not available.
#[derive(Debug, thiserror::Error)]
#[error("the tool server cannot be reached")]
pub(crate) struct ToolServerUnavailable;

/// The outcome of a call.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct ToolOutcome {
    pub(crate) is_error: bool,
    /// No response was received: the effect is unknown.
    pub(crate) is_unknown: bool,
    pub(crate) value: Value,
}

impl ToolOutcome {
    /// The outcome of a call that succeeded.
    pub(crate) fn success(value: Value) -> Self {
        Self {
            is_error: false,
            is_unknown: false,
            value,
        }
    }

    /// No response was received.
    fn unknown(text: &str) -> Self {
        Self {
            is_unknown: true,
            ..Self::error(text)
        }
    }

    pub(crate) fn error(text: impl Into<String>) -> Self {
        Self {
            is_error: true,
            is_unknown: false,
            value: json!({"error": text.into()}),
        }
    }

    /// Returns true if the same call may succeed later: the API or its response was not available.
    pub(crate) fn is_retryable(&self) -> bool {
        /// Codes of items that failed for a transient reason.
        const TRANSIENT_CODES: &[&str] = &["unreachable", "unavailable", "internal_error"];
        /// Parts of the texts of the tool server and the chat that mark a whole call as failed for a transient reason.
        const TRANSIENT_TEXTS: &[&str] = &["cannot be reached", "Try again in ", NOT_STORED];
        if self.is_unknown {
            return true;
        }
        if self.is_error {
            let text = self.error_text();
            return TRANSIENT_TEXTS.iter().any(|part| text.contains(part));
        }
        let failures = self.value.get("failures").and_then(Value::as_array);
        failures.into_iter().flatten().any(|failure| {
            let code = failure.get("code").and_then(Value::as_str);
            code.is_some_and(|code| TRANSIENT_CODES.contains(&code))
                || failure.get("retry_after_seconds").is_some()
        })
    }

    /// The text of an error.
    pub(crate) fn error_text(&self) -> String {
        let text = self
            .value
            .get("error")
            .or_else(|| self.value.get("text"))
            .and_then(Value::as_str);
        text.map_or_else(|| self.value.to_string(), str::to_owned)
    }
}

impl ToolServer {
    /// Connects as the user on behalf of a request, and lists the tools.
    pub(crate) async fn connect(
        &self,
        token: &Secret,
        trace: &Trace,
    ) -> Result<Tools, ToolServerUnavailable> {
        match tokio::time::timeout(CONNECT_TIMEOUT, self.initialize(token, trace.clone())).await {
            Ok(Ok(tools)) => Ok(tools),
            Ok(Err(reason)) => {
                warn!(reason, "The tool server did not respond");
                Err(ToolServerUnavailable)
            }
            Err(_) => {
                warn!("The tool server did not respond in time");
                Err(ToolServerUnavailable)
            }
        }
    }

    async fn initialize(&self, token: &Secret, trace: Trace) -> Result<Tools, String> {
        let implementation = Implementation::new("taskwire-chat", env!("CARGO_PKG_VERSION"));
        let client = ClientConfig::new(ClientCapabilities::default(), implementation);
        let lifecycle = ClientLifecycleMode::Auto {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            legacy_version: None,
        };
        let service = match self {
            Self::Http { url, http } => {
                let config = StreamableHttpClientTransportConfig::with_uri(url.as_str())
                    .auth_header(token.expose())
                    .custom_headers(trace_headers(&trace));
                let transport = StreamableHttpClientTransport::with_client(http.clone(), config);
                client.serve_with_lifecycle(transport, lifecycle).await
            }
            Self::InProcess(connect) => {
                client
                    .serve_with_lifecycle(connect(token.clone()), lifecycle)
                    .await
            }
        };
        let service = service.map_err(|error| error.to_string())?;
        let list = service
            .list_all_tools()
            .await
            .map_err(|error| error.to_string())?;
        Ok(Tools {
            service,
            list: list.into_iter().map(ToolInfo::from).collect(),
            trace,
        })
    }
}

impl From<Tool> for ToolInfo {
    fn from(tool: Tool) -> Self {
        let hints = tool.annotations.unwrap_or_default();
        let is_read_only = hints.read_only_hint == Some(true);
        Self {
            name: tool.name.into_owned(),
            description: tool.description.unwrap_or_default().into_owned(),
            schema: Value::Object(tool.input_schema.as_ref().clone()),
            is_read_only,
            // Absent means destructive, according to the protocol.
            is_destructive: !is_read_only && hints.destructive_hint != Some(false),
        }
    }
}

impl ToolInfo {
    /// The tool in the format for models; one without arguments must not have an empty schema.
    pub(crate) fn for_model(&self) -> Value {
        let mut function = json!({"name": self.name, "description": self.description});
        let properties = self.schema.get("properties").and_then(Value::as_object);
        if properties.is_some_and(|properties| !properties.is_empty())
            && let Some(function) = function.as_object_mut()
        {
            function.insert("parameters".into(), self.schema.clone());
        }
        json!({"type": "function", "function": function})
    }
}

impl Tools {
    /// All tools in the format for models, in the server's order.
    pub(crate) fn for_model(&self) -> Vec<Value> {
        self.list.iter().map(ToolInfo::for_model).collect()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&ToolInfo> {
        self.list.iter().find(|tool| tool.name == name)
    }

    /// Calls a tool. The turn and the call are sent along, because they identify the actor; the key makes a repetition
    /// harmless.
    pub(crate) async fn call(&self, turn: &str, call: &Call, key: Option<&str>) -> ToolOutcome {
        // A model can invent names.
        let name = self.get(&call.name).map_or("unknown", |tool| &tool.name);
        let span = info_span!(
            "tool call",
            gen_ai.operation.name = "execute_tool",
            gen_ai.tool.name = name,
            otel.kind = tracing::field::Empty,
            otel.name = tracing::field::Empty,
        );
        taskwire_telemetry::describe(&span, Kind::Client, format_args!("execute_tool {name}"));
        let outcome = self
            .call_in_time(turn, call, key)
            .instrument(span.clone())
            .await;
        if outcome.is_error {
            taskwire_telemetry::mark_failed(&span);
        }
        outcome
    }

    async fn call_in_time(&self, turn: &str, call: &Call, key: Option<&str>) -> ToolOutcome {
        match tokio::time::timeout(CALL_TIMEOUT, self.send(turn, call, key)).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(ServiceError::McpError(refused))) => {
                ToolOutcome::error(sanitize::line(&refused.message, 500))
            }
            Ok(Err(error)) => {
                warn!(tool = call.name, tool.call = call.id, error = %error, "No response to a tool call");
                ToolOutcome::unknown(
                    "No response. The change may have been made: check before you try again.",
                )
            }
            Err(_) => {
                warn!(
                    tool = call.name,
                    tool.call = call.id,
                    "No response to a tool call in time"
                );
                ToolOutcome::unknown(
                    "No response in time. The change may still be made: check before you try again.",
                )
            }
        }
    }

    async fn send(
        &self,
        turn: &str,
        call: &Call,
        key: Option<&str>,
    ) -> Result<ToolOutcome, ServiceError> {
        let mut meta = Map::new();
        meta.insert("taskwire/chatTurn".into(), json!(turn));
        meta.insert("taskwire/toolCall".into(), json!(call.id));
        if let Some(key) = key {
            meta.insert("taskwire/callKey".into(), json!(key));
        }
        if let Some(id) = &self.trace.request_id {
            meta.insert("taskwire/requestId".into(), json!(id.as_str()));
        }
        if let Some(parent) = position(&self.trace) {
            meta.insert(headers::TRACEPARENT.into(), json!(parent.as_str()));
        }
        let options =
            PeerRequestOptions::no_options().with_meta(RequestMetaObject(MetaObject(meta)));
        let params =
            CallToolRequestParams::new(call.name.clone()).with_arguments(call.arguments.clone());
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
        let handle = self
            .service
            .send_request_with_option(request, options)
            .await?;
        match handle.await_response().await? {
            ServerResult::CallToolResult(result) => {
                let value = result
                    .structured_content
                    .unwrap_or_else(|| parse(&result.content));
                let value = if value.is_object() {
                    value
                } else {
                    json!({"result": value})
                };
                let is_error = result.is_error == Some(true);
                let value = match value.get("text") {
                    Some(text) if is_error => json!({"error": text}),
                    _ => value,
                };
                Ok(ToolOutcome {
                    is_error,
                    is_unknown: false,
                    value: sanitize::tool_result(value),
                })
            }
            _ => Err(ServiceError::UnexpectedResponse),
        }
    }

    /// Closes the connection.
    pub(crate) async fn close(self) {
        // An error means that the connection is already closed.
        drop(self.service.cancel().await);
    }
}

/// The current position in the trace: the current span, or the request that led to it.
fn position(trace: &Trace) -> Option<TraceParent> {
    taskwire_telemetry::current_traceparent().or_else(|| trace.traceparent.clone())
}

/// The headers of each request of a connection, which belongs to one turn.
fn trace_headers(trace: &Trace) -> HashMap<HeaderName, HeaderValue> {
    position(trace)
        .and_then(|parent| HeaderValue::from_str(parent.as_str()).ok())
        .map(|parent| (HeaderName::from_static(headers::TRACEPARENT), parent))
        .into_iter()
        .collect()
}

/// The text of a result; most of our tools write JSON there.
fn parse(content: &[ContentBlock]) -> Value {
    let texts: Vec<&str> = content
        .iter()
        .filter_map(|block| match block {
            ContentBlock::Text(text) => Some(text.text.as_str()),
            _ => None,
        })
        .collect();
    let text = texts.join("\n");
    match serde_json::from_str(&text) {
        Ok(value @ Value::Object(_)) => value,
        _ => json!({"text": text}),
    }
}
