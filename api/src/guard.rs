//! What surrounds every request: host check, security headers, measurement, and answers for what is not there.

use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use taskwire_domain::Invalid;
use taskwire_domain::text::clip;
use tower_http::catch_panic::CatchPanicLayer;

use crate::error::ApiError;
use crate::state::Api;

/// What the page may load: itself, and nothing else.
const CONTENT_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

pub(crate) fn layers(router: Router<Api>, api: &Api) -> Router<Api> {
    router
        .layer(from_fn_with_state(api.clone(), check_host))
        .layer(CatchPanicLayer::custom(|_| {
            ApiError::Internal("a handler panicked".into()).into_response()
        }))
        .layer(from_fn(security_headers))
        .layer(from_fn_with_state(api.clone(), measure))
}

pub(crate) async fn unknown_path() -> ApiError {
    ApiError::NotFound("such path".into())
}

/// The router adds `Allow`.
pub(crate) async fn unknown_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        ApiError::MethodNotAllowed.into_response()
    }
}

/// A page of another site can make a browser call this server under a name of its own (DNS rebinding); such a call
/// carries a foreign `Host`. A call within the process has none.
async fn check_host(State(api): State<Api>, request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        // A name that is not even text is nobody's.
        .map(|value| value.to_str().unwrap_or_default())
        .or_else(|| {
            request
                .uri()
                .authority()
                .map(axum::http::uri::Authority::as_str)
        });
    // A container platform asks for health by address; there is nothing of anybody's in the answer.
    let open = matches!(request.uri().path(), "/healthz" | "/readyz" | "/metrics");
    let known = match host {
        _ if open => true,
        None => true,
        Some(_) if api.hosts.is_empty() => true,
        Some(host) => {
            let name = match host.rsplit_once(':') {
                Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
                _ => host,
            };
            api.hosts.iter().any(|own| own.eq_ignore_ascii_case(name))
        }
    };
    if known {
        next.run(request).await
    } else {
        ApiError::Forbidden(
            Invalid::new(
                "Host",
                "unknown_host",
                format!("Host {:?} is not allowed.", clip(host.unwrap_or_default())),
            )
            .hint("Start it with --allowed-host to add a name."),
        )
        .into_response()
    }
}

async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("x-frame-options"), "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(CONTENT_POLICY));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The methods that HTTP defines; any other is one label, or a client could fill the memory with names of its own.
fn label(method: &Method) -> &'static str {
    const KNOWN: [Method; 9] = [
        Method::GET,
        Method::POST,
        Method::PATCH,
        Method::PUT,
        Method::DELETE,
        Method::HEAD,
        Method::OPTIONS,
        Method::TRACE,
        Method::CONNECT,
    ];
    const NAMES: [&str; 9] = [
        "GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT",
    ];
    KNOWN
        .iter()
        .zip(NAMES)
        .find_map(|(known, name)| (known == method).then_some(name))
        .unwrap_or("other")
}

/// Counts and times requests by route, never by path: a path holds what users typed.
async fn measure(State(api): State<Api>, request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unmatched", MatchedPath::as_str)
        .to_owned();
    let method = label(request.method());
    let start = api.clock.now();
    let response = next.run(request).await;
    let took = Duration::try_from(
        api.clock
            .now()
            .duration_since(start)
            .max(SignedDuration::ZERO),
    )
    .unwrap_or_default();
    let status = response.status().as_u16().to_string();
    metrics::counter!("taskwire_http_requests_total", "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("taskwire_http_request_duration_seconds", "route" => route)
        .record(took.as_secs_f64());
    response
}
