//! The layers of the API in addition to those of every server: refusal of unexpected bodies, and notes of a full disk.

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
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
        access_log: api.access_log,
    };
    let router = router.layer(from_fn(refuse_unread_body));
    with_layers(router, &with).layer(from_fn_with_state(api.clone(), note_full_disk))
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
        let (parts, _) = request.into_parts();
        let unread = next.run(Request::from_parts(parts, Body::empty())).await;
        // A method that does not exist is the nearer reason.
        if unread.status() == StatusCode::METHOD_NOT_ALLOWED {
            return unread;
        }
        return ApiError::Malformed(refused).into_response();
    }
    next.run(request).await
}

/// Notes that a request was refused because the disk is full, for the check of readiness.
async fn note_full_disk(State(api): State<Api>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status() == StatusCode::INSUFFICIENT_STORAGE {
        api.readiness.record_full_disk();
    }
    response
}
