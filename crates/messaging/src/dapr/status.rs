//! What the sidecar is told about a delivery.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// The response to a delivery, which tells the sidecar what to do with the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Status {
    Success,
    Retry,
    Drop,
}

impl Status {
    pub(super) const ALL: [Self; 3] = [Self::Success, Self::Retry, Self::Drop];

    /// Its name in metrics; responses have it in capitals.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Retry => "retry",
            Self::Drop => "drop",
        }
    }
}

impl IntoResponse for Status {
    fn into_response(self) -> Response {
        let status = self.as_str().to_ascii_uppercase();
        Json(json!({ "status": status })).into_response()
    }
}
