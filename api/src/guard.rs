//! The layers of the API in addition to those of every server: metrics, and refusal of unexpected bodies.

use std::time::Duration;

use axum::Router;
use axum::body::HttpBody;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use taskwire_domain::Invalid;
use taskwire_http::{BodyLimits, LayerOptions, with_layers};

use crate::error::ApiError;
use crate::state::Api;

pub(crate) fn layers(router: Router<Api>, api: &Api) -> Router<Api> {
    let with = LayerOptions {
        clock: api.clock.clone(),
        ids: api.ids.clone(),
        hosts: api.hosts.clone(),
        body: BodyLimits::default(),
    };
    let router = router.layer(from_fn(refuse_unread_body));
    with_layers(router, &with).layer(from_fn_with_state(api.clone(), measure))
}

/// Refuses a body on a read (RFC 9110, section 9.3.1): its sender expects it to have an effect.
async fn refuse_unread_body(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_api = request.uri().path().starts_with("/api/");
    if is_read && is_api && !request.body().is_end_stream() {
        let refused = Invalid::new(
            "",
            "unexpected_body",
            "This operation does not accept a body.",
        )
        .hint("Send what to read as query parameters.");
        return ApiError::Malformed(refused).into_response();
    }
    next.run(request).await
}

/// The methods that HTTP defines. All others share one label, or a client could fill the memory with invented names.
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
    if response.status() == StatusCode::INSUFFICIENT_STORAGE {
        api.readiness.record_full_disk();
    }
    let status = response.status().as_u16().to_string();
    metrics::counter!("taskwire_http_requests_total", "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("taskwire_http_request_duration_seconds", "route" => route)
        .record(took.as_secs_f64());
    response
}
