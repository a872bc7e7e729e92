//! How a sidecar answers, and how it reads the answers of an app.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An error in Dapr's form.
pub(super) fn error(status: u16, code: &str, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(json!({"errorCode": code, "message": message}))).into_response()
}

/// Done, and nothing to say.
pub(super) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// For what this fake does not do.
pub(super) fn not_modelled(what: &str) -> Response {
    error(501, "FAKE_NOT_MODELLED", what)
}

/// What an app's answer to a delivery means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// Handled.
    Ack,
    /// To be delivered again.
    Retry,
    /// Not to be delivered again.
    Drop,
}

/// Reads an app's answer to a delivery.
pub(super) fn verdict(status: u16, body: &[u8]) -> Verdict {
    match status {
        200..=299 => {
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            match body.get("status").and_then(Value::as_str) {
                None | Some("" | "SUCCESS") => Verdict::Ack,
                Some("DROP") => Verdict::Drop,
                // A word that it does not know counts as a failure.
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
