//! Responses of a sidecar, and its interpretation of an app's responses.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An error in Dapr's format.
pub(super) fn error(status: u16, code: &str, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(json!({"errorCode": code, "message": message}))).into_response()
}

/// An empty success.
pub(super) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// The response to requests that this fake does not support.
pub(super) fn not_modelled(what: &str) -> Response {
    error(501, "FAKE_NOT_MODELLED", what)
}

/// The meaning of an app's response to a delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// Handled.
    Ack,
    /// Deliver it again.
    Retry,
    /// Do not deliver it again.
    Drop,
}

/// Interprets an app's response to a delivery.
pub(super) fn verdict(status: u16, body: &[u8]) -> Verdict {
    match status {
        200..=299 => {
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            match body.get("status").and_then(Value::as_str) {
                None | Some("" | "SUCCESS") => Verdict::Ack,
                Some("DROP") => Verdict::Drop,
                // An unknown word counts as a failure.
                Some(_) => Verdict::Retry,
            }
        }
        404 => Verdict::Drop,
        _ => Verdict::Retry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_decides_what_comes_next() {
        for (status, body, expected) in [
            (204, "", Verdict::Ack),
            (200, "ok", Verdict::Ack),
            (200, "[]", Verdict::Ack),
            (200, "{}", Verdict::Ack),
            (200, r#"{"status":"SUCCESS"}"#, Verdict::Ack),
            (200, r#"{"status":"RETRY"}"#, Verdict::Retry),
            (200, r#"{"status":"done"}"#, Verdict::Retry),
            (200, r#"{"status":"DROP"}"#, Verdict::Drop),
            (404, r#"{"status":"SUCCESS"}"#, Verdict::Drop),
            (401, "", Verdict::Retry),
            (500, r#"{"status":"SUCCESS"}"#, Verdict::Retry),
        ] {
            assert_eq!(
                verdict(status, body.as_bytes()),
                expected,
                "{status} {body}"
            );
        }
    }
}
