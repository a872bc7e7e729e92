//! The middleware around a router.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use taskwire_domain::{Clock, Ids};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::sensitive_headers::SetSensitiveHeadersLayer;
use tower_http::trace::TraceLayer;

use crate::body::{self, BodyLimits};
use crate::observe::{AccessLog, ObserveLayer};
use crate::problem::{problem, respond};
use crate::trace::NewId;
use crate::{coding, host, repeated, trace};

/// Lets the page load only its own files.
const CONTENT_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// Settings of the layers.
#[derive(Clone, Debug)]
pub struct LayerOptions {
    /// The clock for the ids of requests.
    pub clock: Arc<dyn Clock>,
    /// Generates the ids of requests that come without one.
    pub ids: Arc<Ids>,
    /// Accepted host names, without ports; any when empty.
    pub hosts: Arc<[String]>,
    /// The limits of request bodies.
    pub body: BodyLimits,
    /// The requests that are logged.
    pub access_log: AccessLog,
}

/// Gives each request of the router an id and a span, measures and logs it, and applies the checks that all servers
/// share.
pub fn with_layers<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    with: &LayerOptions,
) -> Router<S> {
    let new_id = NewId {
        clock: Arc::clone(&with.clock),
        ids: Arc::clone(&with.ids),
    };
    // A request passes them from the first to the last, its response from the last to the first.
    let identity = ServiceBuilder::new()
        .map_request(repeated::mark_repeated)
        .map_request(trace::drop_invalid_request_id)
        .layer(SetRequestIdLayer::x_request_id(new_id))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetSensitiveHeadersLayer::new([
            header::AUTHORIZATION,
            header::COOKIE,
            header::SET_COOKIE,
        ]))
        .map_request(trace::store_trace)
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(trace::span)
                .on_request(())
                .on_response(trace::record_response)
                .on_failure(()),
        )
        .map_request(trace::continue_trace)
        .layer(ObserveLayer(with.access_log))
        .map_request(coding::always_accept_identity)
        .layer(coding::compression());
    let rules = ServiceBuilder::new()
        .layer(from_fn(crate::problem::add_request_id))
        .map_response(security_headers)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Arc::clone(&with.hosts), check))
        .layer(from_fn_with_state(with.body, body::bound));
    router.layer(rules).layer(identity)
}

/// Measures the requests of a router whose callers are programs of the operator.
pub fn measured(router: Router) -> Router {
    router.layer(ObserveLayer(AccessLog::Off))
}

/// Puts only the limits of request bodies around a router, for one whose callers are programs of the operator.
pub fn with_body_limits(router: Router, limits: BodyLimits) -> Router {
    router.layer(from_fn_with_state(limits, body::bound))
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("Handler panicked");
    respond(&problem(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Internal server error.",
    ))
}

/// Runs the checks of a request's header. They are one layer, because each copies the service below it for each request.
async fn check(State(hosts): State<Arc<[String]>>, request: Request, next: Next) -> Response {
    let refused = repeated::refusal(&request)
        .or_else(|| host::refusal(&hosts, &request))
        .or_else(|| coding::refusal(&request));
    match refused {
        Some(refused) => refused,
        None => next.run(request).await,
    }
}

fn security_headers<B>(mut response: axum::http::Response<B>) -> axum::http::Response<B> {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("x-frame-options"), "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(CONTENT_POLICY));
    // A page with a form needs another one: browsers send its `Origin` as null otherwise.
    headers
        .entry(header::REFERRER_POLICY)
        .or_insert(HeaderValue::from_static("no-referrer"));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
