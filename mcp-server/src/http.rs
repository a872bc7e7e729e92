//! Streamable HTTP: one endpoint, stateless, both protocol eras.

use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post_service;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rmcp::model::ErrorData;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::{Value, json};
use taskwire_client::{Claim, Client, Error};
use taskwire_domain::contract::{Problem, headers};
use taskwire_domain::text::clip;
use taskwire_domain::{Trace, UserId, Via};
use taskwire_http::{LogUser, header_problem, problem, respond, unknown_method};
use taskwire_telemetry::OutageLog;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::TaskServer;
use crate::identity::{Caller, bearer};
use crate::mode::Mode;
use crate::params;

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
    /// Ends open streams at shutdown.
    pub cancel: CancellationToken,
}

/// Serves the tools at `/mcp` to every caller that the API at `client` accepts.
pub fn router(client: Client, options: HttpOptions) -> Router {
    let server = TaskServer::over_http(client.clone()).with_mode(options.mode);
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
            Authenticator {
                api: client,
                outages: Arc::new(OutageLog::new("mcp", "ask the API who calls")),
            },
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

/// Asks the API who calls.
#[derive(Clone)]
struct Authenticator {
    api: Client,
    outages: Arc<OutageLog>,
}

/// Accepts a request if the API accepts its token now. The result is not cached: a revoked token ends at once.
async fn authenticate(
    State(Authenticator { api, outages }): State<Authenticator>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(token) = bearer(request.headers()) else {
        return refuse(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "Send an access token as `Authorization: Bearer …`.",
        );
    };
    let headers = request.headers();
    let trace = Trace::of_headers(|name| headers.get(name)?.to_str().ok());
    let client = api.with_token(token).with_trace(trace);
    let asking = client.with_claim(Claim {
        via: Some(Via::Mcp),
        ..Claim::default()
    });
    let session = asking.session().await;
    if !matches!(session, Err(Error::Unreachable(_))) {
        outages.worked();
    }
    match session {
        Ok(session) => {
            let user = LogUser(UserId(session.user.id));
            request.extensions_mut().insert(Caller {
                client,
                user: session.user,
                scopes: session.token.map(|token| token.scopes),
            });
            let mut response = next.run(request).await;
            response.extensions_mut().insert(user);
            response
        }
        Err(Error::Problem(refused)) => refusal_of(&refused),
        Err(error @ Error::Unreachable(_)) => {
            outages.failed(&error);
            unavailable()
        }
        Err(error) => {
            warn!(%error, "Taskwire's API did not identify the caller");
            unavailable()
        }
    }
}

fn refusal_of(refused: &Problem) -> Response {
    debug!(
        problem.code = refused.code,
        problem.status = refused.status,
        "Rejected request"
    );
    match refused.status {
        401 => {
            let mut response = refuse(
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "The access token is not accepted.",
            );
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
            response
        }
        403 => refuse(
            StatusCode::FORBIDDEN,
            "forbidden",
            "The access token does not allow this.",
        ),
        // Its hint says how many seconds to wait.
        429 => {
            let advice = refused.hint.as_deref().unwrap_or("Wait a moment.");
            let detail = format!("{} {advice}", refused.detail);
            respond(&Problem {
                retry_after_seconds: refused.retry_after_seconds,
                ..problem(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail)
            })
        }
        _ => unavailable(),
    }
}

fn unavailable() -> Response {
    refuse(
        StatusCode::SERVICE_UNAVAILABLE,
        "api_unreachable",
        "Taskwire's API cannot be reached; nothing was changed; try again.",
    )
}

fn refuse(status: StatusCode, code: &str, detail: &str) -> Response {
    respond(&problem(status, code, detail))
}
