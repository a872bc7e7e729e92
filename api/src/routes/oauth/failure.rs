//! Errors of the endpoints that programs call (RFC 6749, section 5.2).

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::ApiError;

/// Why a request of a program is refused.
#[derive(Debug)]
pub(super) enum Failure {
    /// A code of the standard, and an explanation.
    Refused(&'static str, String),
    /// The client shows who it is in a way that this server does not know.
    Unauthenticated(&'static str),
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

/// An explanation in the characters that `error_description` may have: visible ASCII without `"` and `\`, and blanks.
pub(super) fn describe(why: &str) -> String {
    let allowed = |c| match c {
        '"' | '\\' => '\'',
        ' '..='~' => c,
        _ => '?',
    };
    why.chars().map(allowed).collect()
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
                let body = json!({"error": code, "error_description": describe(&why)});
                (StatusCode::BAD_REQUEST, Json(body)).into_response()
            }
            Self::Unauthenticated(why) => {
                let body = json!({"error": "invalid_client", "error_description": why});
                // The scheme that was used, as the standard requires.
                let scheme = [(header::WWW_AUTHENTICATE, "Basic realm=\"taskwire\"")];
                (StatusCode::UNAUTHORIZED, scheme, Json(body)).into_response()
            }
            Self::Other(error) => error.into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_has_the_characters_of_the_standard() {
        assert_eq!(describe("\"né\\x\"\n is wrong"), "'n?'x'? is wrong");
    }
}
