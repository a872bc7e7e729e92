//! Responses for unknown paths, and for methods that a path does not have.

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::problem::{problem, respond};

/// The response for a path that does not exist.
pub async fn unknown_path() -> Response {
    respond(&problem(
        StatusCode::NOT_FOUND,
        "unknown_path",
        "There is no such path.",
    ))
}

/// The response for a method that the path does not have; the router adds `Allow`. `OPTIONS` gets only that header.
pub async fn unknown_method(method: Method) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    let mut refused = problem(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "Method not allowed.",
    );
    refused.hint = Some("See the Allow header for the allowed methods, and /docs.".into());
    respond(&refused)
}
