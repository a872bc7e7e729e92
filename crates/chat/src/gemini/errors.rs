//! Classifies failures by what to do about them.

use std::time::Duration;

use async_openai::error::OpenAIError;
use serde_json::Value;

use crate::model::ModelError;

/// The next step after a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Remedy {
    /// Retry the same request with the same model.
    Retry,
    /// Try the next model.
    NextModel,
    /// Retry with the literal for a missing signature.
    SkipSignature,
    /// Retry without `reasoning_effort`.
    DropEffort,
    /// Give up.
    GiveUp,
}

/// A failed request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Failure {
    pub(super) remedy: Remedy,
    pub(super) error: ModelError,
    /// For the log: the status and its name, never the text.
    pub(super) label: String,
}

/// The error type that makes the client's retry layer give up at once.
pub(super) const INSUFFICIENT_QUOTA: &str = "insufficient_quota";
/// The status name for an unusable response.
pub(super) const BAD_UPSTREAM: &str = "BAD_UPSTREAM";

impl Failure {
    fn new(remedy: Remedy, error: ModelError, label: impl Into<String>) -> Self {
        Self {
            remedy,
            error,
            label: label.into(),
        }
    }

    /// Nothing was received in time. The model is not retried: it has used up its time.
    pub(super) fn stalled() -> Self {
        Self::new(Remedy::NextModel, ModelError::Stalled, "no answer in time")
    }

    /// Reads an error of the client.
    pub(super) fn of(error: &OpenAIError) -> Self {
        match error {
            OpenAIError::ApiError(answer) => {
                let status = answer.status_code.as_u16();
                let api = &answer.api_error;
                if status >= 500 {
                    // The client passes a 5xx body on unread.
                    let body: Value = serde_json::from_str(&api.message).unwrap_or_default();
                    let word = body
                        .pointer("/error/type")
                        .and_then(Value::as_str)
                        .unwrap_or_default();
                    return Self::status(status, word, "", None);
                }
                let wait = api
                    .param
                    .as_deref()
                    .and_then(|seconds| seconds.parse().ok());
                let word = api.r#type.as_deref().unwrap_or_default();
                Self::status(status, word, &api.message, wait.map(Duration::from_secs))
            }
            OpenAIError::StreamError(_) => {
                Self::new(Remedy::Retry, ModelError::Unreachable, "cut stream")
            }
            OpenAIError::JSONDeserialize(..) => {
                Self::new(Remedy::Retry, ModelError::Unusable, "broken chunk")
            }
            _ => Self::new(Remedy::NextModel, ModelError::Unreachable, "no connection"),
        }
    }

    /// Reads an error inside a stream.
    pub(super) fn in_band(error: &Value) -> Self {
        let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
        let code = error.get("code");
        let code = code.and_then(|code| code.as_u64().or_else(|| code.as_str()?.parse().ok()));
        match code.and_then(|code| u16::try_from(code).ok()) {
            Some(status @ 400..=499) => Self::status(status, text("status"), text("message"), None),
            _ => Self::new(
                Remedy::Retry,
                ModelError::Unreachable,
                format!("in-band {}", text("status")),
            ),
        }
    }

    fn status(status: u16, word: &str, message: &str, wait: Option<Duration>) -> Self {
        let label = format!("{status} {word}");
        let folded = message.to_ascii_lowercase();
        match status {
            429 => Self::new(Remedy::NextModel, ModelError::Quota(wait), label),
            401 | 403 => Self::new(Remedy::GiveUp, ModelError::Key, label),
            404 => Self::new(Remedy::NextModel, ModelError::Refused(clip(message)), label),
            400 if word == BAD_UPSTREAM => {
                Self::new(Remedy::NextModel, ModelError::Unreachable, label)
            }
            400 if folded.contains("thought_signature") || folded.contains("thought signature") => {
                Self::new(
                    Remedy::SkipSignature,
                    ModelError::Refused(clip(message)),
                    label,
                )
            }
            400 if folded.contains("reasoning_effort") => Self::new(
                Remedy::DropEffort,
                ModelError::Refused(clip(message)),
                label,
            ),
            // An invalid key is a 400 on Gemini.
            400 if folded.contains("api key not valid") => {
                Self::new(Remedy::GiveUp, ModelError::Key, label)
            }
            400..=499 => Self::new(Remedy::GiveUp, ModelError::Refused(clip(message)), label),
            _ => Self::new(Remedy::NextModel, ModelError::Unreachable, label),
        }
    }
}

fn clip(message: &str) -> String {
    crate::sanitize::line(message, 200)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn remedy(status: u16, word: &str, message: &str) -> Remedy {
        Failure::status(status, word, message, None).remedy
    }

    #[test]
    fn each_status_has_its_remedy() {
        assert_eq!(remedy(429, INSUFFICIENT_QUOTA, ""), Remedy::NextModel);
        assert_eq!(
            remedy(400, "INVALID_ARGUMENT", "is missing a thought_signature in"),
            Remedy::SkipSignature
        );
        assert_eq!(
            remedy(400, "", "Invalid reasoning_effort: minimal."),
            Remedy::DropEffort
        );
        assert_eq!(remedy(400, "", "Unknown name \"store\""), Remedy::GiveUp);
        assert_eq!(remedy(401, "", ""), Remedy::GiveUp);
        assert_eq!(remedy(404, "", ""), Remedy::NextModel);
        assert_eq!(remedy(503, "", ""), Remedy::NextModel);
    }

    #[test]
    fn errors_in_the_stream_are_read_by_their_code() {
        let busy = Failure::in_band(&json!({"code": 503, "status": "UNAVAILABLE"}));
        assert_eq!(busy.remedy, Remedy::Retry);
        let refused = Failure::in_band(&json!({"code": "401", "status": "UNAUTHENTICATED"}));
        assert_eq!(refused.error, ModelError::Key);
    }
}
