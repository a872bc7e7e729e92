//! Refusals as problem details (RFC 9457).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use taskwire_client::Error;
use taskwire_domain::contract::{Problem, ProblemField};
use tracing::warn;

/// A request that is not followed, and why.
#[derive(Debug)]
pub(super) struct Refusal(Box<Problem>);

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self(Box::new(Problem {
            kind: "about:blank".into(),
            title: status.canonical_reason().unwrap_or("Refused").into(),
            status: status.as_u16(),
            detail: detail.into(),
            code: code.into(),
            errors: Vec::new(),
            hint: None,
            request_id: None,
        }))
    }

    /// A field of the body that is wrong.
    pub(super) fn field(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mut refusal = Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail.clone());
        refusal.0.errors.push(ProblemField {
            pointer: pointer.into(),
            detail,
        });
        refusal
    }

    /// Says what to send instead.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(super) fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "The request has no valid credential.",
        )
        .hint("Sign in, or send Authorization: Bearer and a token.")
    }

    pub(super) fn method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "Method not allowed.",
        )
        .hint("See the Allow header.")
    }

    pub(super) fn body(status: StatusCode) -> Self {
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            return Self::new(status, "too_large", "The body is larger than 1 MB.")
                .hint("Send only the last message; the server stores the conversation.");
        }
        Self::new(
            StatusCode::BAD_REQUEST,
            "unreadable_body",
            "The body could not be read.",
        )
    }

    /// What the API says about a call made for the caller, or that it says nothing.
    pub(super) fn api(error: Error) -> Self {
        let (code, detail) = match error {
            Error::Problem(problem) if problem.status == 401 => return Self::unauthenticated(),
            Error::Problem(problem) => {
                if problem.status >= 500 {
                    warn!(
                        code = problem.code,
                        "The API failed while the chat called it"
                    );
                }
                return Self(problem);
            }
            Error::Unreachable(cause) => {
                warn!(cause, "No response from the API");
                ("api_unreachable", "The Taskwire API cannot be reached.")
            }
            Error::Unexpected(cause) => {
                warn!(cause, "The API answered the chat outside its contract");
                let detail = "The Taskwire API gave an answer that cannot be read.";
                ("unexpected_answer", detail)
            }
        };
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
            .hint("Try again in a moment; nothing was changed.")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, Json(self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"taskwire\""),
            );
        }
        let wait = match status {
            StatusCode::SERVICE_UNAVAILABLE => Some("5"),
            StatusCode::INSUFFICIENT_STORAGE => Some("30"),
            _ => None,
        };
        if let Some(wait) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(wait));
        }
        response
    }
}
