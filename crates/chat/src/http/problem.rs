//! Errors as problem details (RFC 9457).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use taskwire_client::Error;
use taskwire_domain::contract::{Problem, ProblemField};
use taskwire_http::{problem, respond};
use taskwire_messaging::dapr::StateError;
use tracing::{debug, error, warn};

/// A rejected request, and why.
#[derive(Debug)]
pub(super) struct Refusal(Box<Problem>);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self(Box::new(problem(status, code, detail)))
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

    /// Adds a hint: what to send instead.
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

    /// The shared store does not respond, so it is unknown whether a turn runs on another replica.
    pub(super) fn turn_state(cause: &StateError) -> Self {
        match cause {
            StateError::Unavailable(refused) if !refused.is_temporary() => {
                error!(%cause, "The state store refuses the chat's requests: check its component, its scopes and its token");
            }
            // The state store's log of outages has the line for operators.
            _ => debug!(%cause, "The state store does not respond to the chat"),
        }
        Self::interrupted()
    }

    /// The lease of the conversation was lost before the turn had begun.
    pub(super) fn interrupted() -> Self {
        let detail = "The chat cannot tell whether a response is in progress in this conversation.";
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "turn_state_unavailable",
            detail,
        )
        .hint("Send the same message again in a moment; nothing is done twice.")
    }

    /// The API's error for a call made on behalf of the caller, or the lack of a response.
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
                debug!(cause, "No response from the API");
                ("api_unreachable", "The Taskwire API cannot be reached.")
            }
            Error::Unexpected(cause) => {
                warn!(
                    cause,
                    "The API's response to the chat does not match its contract"
                );
                let detail = "The Taskwire API returned an invalid response.";
                ("unexpected_answer", detail)
            }
        };
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
            .hint("Try again in a moment; nothing was changed.")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut refused = *self.0;
        // A temporary refusal of the API includes the time to wait.
        refused.retry_after_seconds = refused.retry_after_seconds.or(match refused.status {
            503 => Some(5),
            507 => Some(30),
            _ => None,
        });
        respond(&refused)
    }
}
