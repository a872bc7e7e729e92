//! One id and one span per request.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Response};
use taskwire_domain::contract::headers;
use taskwire_domain::{Clock, Ids, RequestId, Trace};
use taskwire_telemetry::Kind;
use tower_http::request_id;
use tracing::{Span, info_span};

use crate::observe::{UNMATCHED, method_name};
use crate::repeated::is_repeated;

/// Drops an `X-Request-Id` that is not fit for a log; the request then gets a new one.
pub(crate) fn drop_invalid_request_id<B>(mut request: Request<B>) -> Request<B> {
    let values = request.headers().get_all(headers::REQUEST_ID);
    let mut fit = values.iter().filter_map(|value| value.to_str().ok());
    let is_fit =
        matches!((fit.next(), fit.next()), (Some(id), None) if RequestId::parse(id).is_some());
    if !is_fit {
        request.headers_mut().remove(headers::REQUEST_ID);
    }
    request
}

/// Creates the ids of requests without one.
#[derive(Clone)]
pub(crate) struct NewId {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
}

impl request_id::MakeRequestId for NewId {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<request_id::RequestId> {
        let id = self.ids.uuid(self.clock.now()).to_string();
        HeaderValue::from_str(&id)
            .ok()
            .map(request_id::RequestId::new)
    }
}

/// Stores the request's id and trace for the handlers.
pub(crate) fn store_trace<B>(mut request: Request<B>) -> Request<B> {
    let headers = request.headers();
    let trace = Trace::of_headers(|name| {
        let value = headers.get(name).filter(|_| !is_repeated(headers, name));
        value?.to_str().ok()
    });
    request.extensions_mut().insert(trace);
    request
}

/// The span of a request. It names the route, never the path, which may contain user input.
pub(crate) fn span<B>(request: &Request<B>) -> Span {
    let trace = request.extensions().get::<Trace>();
    let method = method_name(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(UNMATCHED, MatchedPath::as_str);
    let span = info_span!(
        "request",
        request.id = tracing::field::Empty,
        trace.parent = tracing::field::Empty,
        http.request.method = method,
        http.route = route,
        otel.kind = tracing::field::Empty,
        otel.name = tracing::field::Empty,
    );
    if let Some(id) = trace.and_then(|trace| trace.request_id.as_ref()) {
        span.record("request.id", id.as_str());
    }
    if let Some(parent) = trace.and_then(|trace| trace.traceparent.as_ref()) {
        span.record("trace.parent", parent.as_str());
        taskwire_telemetry::set_parent(&span, parent);
    }
    taskwire_telemetry::describe(&span, Kind::Server, format_args!("{method} {route}"));
    span
}

/// If traces are on, makes the request's span the parent of everything it causes: handlers find it in [`Trace`], and
/// another process to which the request is forwarded finds it in the header.
pub(crate) fn continue_trace<B>(mut request: Request<B>) -> Request<B> {
    let Some(position) = taskwire_telemetry::current_traceparent() else {
        return request;
    };
    if let Ok(value) = HeaderValue::from_str(position.as_str()) {
        request.headers_mut().insert(headers::TRACEPARENT, value);
    }
    if let Some(trace) = request.extensions_mut().get_mut::<Trace>() {
        trace.traceparent = Some(position);
    }
    request
}

/// Records the status in the span.
pub(crate) fn record_response<B>(response: &Response<B>, _: Duration, span: &Span) {
    let status = response.status();
    taskwire_telemetry::set_attribute(
        span,
        "http.response.status_code",
        i64::from(status.as_u16()),
    );
    if status.is_server_error() {
        taskwire_telemetry::mark_failed(span);
    }
}
