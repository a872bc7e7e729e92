//! Errors of the endpoints that programs call (RFC 6749, section 5.2).

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::ApiError;

/// Why a request of a program is refused.
#[derive(Debug)]
pub(super) enum Failure {
    /// A code of the standard, and an explanation.
    Refused(&'static str, String),
    /// Something that concerns every request.
    Other(ApiError),
}

impl Failure {
    pub(super) fn new(code: &'static str, why: impl Into<String>) -> Self {
        Self::Refused(code, why.into())
    }

    /// A parameter is missing.
    pub(super) fn missing(name: &str) -> Self {
        Self::new("invalid_request", format!("{name} is missing"))
    }
}

impl<T: Into<ApiError>> From<T> for Failure {
    fn from(error: T) -> Self {
        Self::Other(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(code, why) => {
                let body = json!({"error": code, "error_description": why});
                (StatusCode::BAD_REQUEST, Json(body)).into_response()
            }
            Self::Other(error) => error.into_response(),
        }
    }
}
