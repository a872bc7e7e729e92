//! Streamable HTTP: one endpoint, stateless, both protocol eras.

use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post_service;
use http::{HeaderMap, StatusCode, header};
use rmcp::model::ErrorData;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::{Value, json};
use taskwire_client::{Client, SharedSecret};
use taskwire_domain::Clock;
use taskwire_domain::contract::headers;
use taskwire_domain::text::clip;
use taskwire_http::{PublicUrl, header_problem, respond, unknown_method};
use tokio_util::sync::CancellationToken;

use crate::TaskServer;
use crate::authentication::{Authenticator, authenticate};
use crate::challenge::{Challenge, refuse};
use crate::identity::Caller;
use crate::mode::Mode;
use crate::params;
use crate::request_state::StateKey;
use crate::tool_name::ToolName;

/// Longest message, in bytes.
const BODY_MAX: usize = 4 * 1024 * 1024;

/// Settings of the endpoint.
#[derive(Clone, Debug, Default)]
pub struct HttpOptions {
    /// Accepted host names, with or without port; empty means this machine only.
    pub allowed_hosts: Vec<String>,
    /// Accepted web origins, such as `https://tasks.example.com:443` or `http://localhost:*`; empty means none.
    /// Programs that are not web pages send no origin and may always call.
    pub allowed_origins: Vec<String>,
    /// What callers may do at most.
    pub mode: Mode,
    /// The credential of Taskwire's own services. Without it, tokens of OAuth are not accepted.
    pub service: Option<SharedSecret>,
    /// The address under which clients know the server that also serves `/oauth`; unknown if that is not known.
    pub public_url: PublicUrl,
    /// Authenticates what clients send back with a confirmation; without it they are not asked for one.
    pub state_key: Option<StateKey>,
    /// The time; by default that of the system.
    pub clock: Option<Arc<dyn Clock>>,
    /// Ends open streams at shutdown.
    pub cancel: CancellationToken,
}

/// Serves the tools at `/mcp` to every caller that the API at `client` accepts.
pub fn router(client: Client, options: HttpOptions) -> Router {
    let mut server = TaskServer::over_http().with_mode(options.mode);
    if let Some(key) = options.state_key {
        server = server.with_state_key(key);
    }
    if let Some(clock) = options.clock {
        server = server.with_clock(clock);
    }
    let mut config = StreamableHttpServerConfig::default()
        // With sessions rmcp opens streams with an empty event, which some clients cannot read, and a session would
        // have to be bound to its user.
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_allowed_origins(options.allowed_origins)
        .with_max_request_body_bytes(BODY_MAX)
        // An empty list would accept every web page.
        .enforce_origin_validation()
        .with_cancellation_token(options.cancel);
    if !options.allowed_hosts.is_empty() {
        config = config.with_allowed_hosts(options.allowed_hosts);
    }
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    // Without sessions there is nothing to listen to or to delete.
    let endpoint = post_service(service)
        .route_layer(middleware::from_fn(check_message))
        .route_layer(middleware::from_fn_with_state(
            Authenticator::new(client, options.service, options.public_url),
            authenticate,
        ));
    Router::new()
        .route("/mcp", endpoint)
        .method_not_allowed_fallback(unknown_method)
}

/// Refuses input that rmcp would ignore or misinterpret: query parameters, an idempotency key,
/// unknown members of `params`, and anything that is not JSON-RPC.
async fn check_message(request: Request, next: Next) -> Response {
    if let Some(query) = request.uri().query().filter(|query| !query.is_empty()) {
        let name = query.split(['=', '&']).next().unwrap_or_default();
        let detail = format!(
            "Unknown query parameter {:?}: none is accepted here; omit it.",
            clip(name)
        );
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "unknown_field", &detail);
    }
    if request.headers().contains_key(headers::IDEMPOTENCY_KEY) {
        let mut refused = header_problem(
            StatusCode::BAD_REQUEST,
            "idempotency_key_not_supported",
            "Idempotency-Key",
            "MCP does not take an Idempotency-Key.",
        );
        refused.hint = Some("Send request_id among the arguments of the tool.".into());
        return respond(&refused);
    }
    if !is_json(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_MAX).await else {
        let detail = format!("A message has at most {BODY_MAX} bytes.");
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", &detail);
    };
    let message = match params::read_message(&bytes) {
        Ok(message) => message,
        Err(refused) => {
            return answer(StatusCode::BAD_REQUEST, refused.id.as_ref(), &refused.error);
        }
    };
    let id = message.get("id").filter(|id| !id.is_null());
    if let (Some(id), Some(method)) = (id, message.get("method").and_then(Value::as_str))
        // Whatever they say: no request over HTTP has them.
        && !params::is_of_a_connection(method)
        && let Err(error) = params::check(method, message.get("params"))
    {
        return answer(StatusCode::OK, Some(id), &error);
    }
    if let Some(refused) = missing_scope(&parts, &message) {
        return refused;
    }
    let response = next.run(Request::from_parts(parts, bytes.into())).await;
    // The content type has been checked: rmcp returns this for JSON that is not JSON-RPC.
    if response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        let error = ErrorData::invalid_request("The body is not a JSON-RPC 2.0 message.", None);
        return answer(StatusCode::BAD_REQUEST, None, &error);
    }
    response
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE);
    let essence = value.and_then(|value| value.to_str().ok()?.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// A JSON-RPC error. MCP requires that the response to an unreadable message has no `id`.
fn answer(status: StatusCode, id: Option<&Value>, error: &ErrorData) -> Response {
    let mut message = json!({"jsonrpc": "2.0", "error": error});
    if let (Some(id), Some(members)) = (id, message.as_object_mut()) {
        members.insert("id".into(), id.clone());
    }
    (status, axum::Json(message)).into_response()
}

/// The refusal of a call that the grant of the caller does not cover. Its client can ask the person for more.
fn missing_scope(parts: &http::request::Parts, message: &Value) -> Option<Response> {
    let method = message.get("method")?.as_str()?;
    let tool = message.get("params")?.get("name")?.as_str()?;
    let tool = ToolName::parse(tool).filter(|_| method == "tools/call")?;
    let caller = parts.extensions.get::<Caller>()?;
    let scopes = caller.scopes.as_ref().filter(|_| caller.is_granted)?;
    (!tool.is_allowed(scopes)).then(|| {
        let detail = format!("{} needs a scope that was not granted.", tool.as_str());
        let mut response = refuse(StatusCode::FORBIDDEN, "insufficient_scope", &detail);
        let needed = tool.scopes_with(scopes);
        parts.extensions.get::<Challenge>().inspect(|challenge| {
            challenge.insert(response.headers_mut(), Some("insufficient_scope"), &needed);
        });
        response
    })
}
