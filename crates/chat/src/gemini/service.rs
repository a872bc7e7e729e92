//! The HTTP layer below the client's retry layer: turns every response into one that the client understands.
//!
//! Gemini wraps errors in an array, gateways send HTML, and a 200 may not be a stream. Untouched, each of these would
//! lose its status, never be retried, or become an empty response.

use std::sync::Arc;
use std::time::Duration;

use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use http::header::InvalidHeaderValue;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use taskwire_domain::{Ids, Secret, SharedSecret};

use super::errors::{BAD_UPSTREAM, INSUFFICIENT_QUOTA};

/// Longest wait in a turn; beyond it another model is used.
const WAIT_MAX_S: u64 = 10;
/// Longest error body that is read, in bytes.
const ERROR_MAX: usize = 64 * 1024;

/// The key as a request carries it.
pub(super) fn bearer(key: &Secret) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose().trim()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Sends one attempt and normalises its answer.
pub(super) async fn send(
    http: reqwest::Client,
    ids: Arc<Ids>,
    key: SharedSecret,
    request: HttpRequestFactory,
) -> Result<reqwest::Response, OpenAIError> {
    let mut request = request.build().await?;
    let bearer = bearer(&key.current())
        .map_err(|_| OpenAIError::InvalidArgument("the model key is no header value".into()))?;
    request.headers_mut().insert(header::AUTHORIZATION, bearer);
    let mut answer = http.execute(request).await?;
    let status = answer.status();
    // Gemini answers 400 to a key that it does not know.
    if matches!(
        status,
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    ) {
        key.refused();
    }
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let kind = kind
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    if status.is_success() && kind.starts_with("text/event-stream") {
        return Ok(answer);
    }
    let mut after = answer
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let mut body = Vec::new();
    while let Some(bytes) = answer.chunk().await? {
        body.extend_from_slice(&bytes);
        if body.len() > ERROR_MAX {
            break;
        }
    }
    let envelope: Value = serde_json::from_slice(&body).unwrap_or_default();
    let error = envelope.get(0).unwrap_or(&envelope).get("error").cloned().unwrap_or_else(|| {
        json!({"status": BAD_UPSTREAM, "message": format!("The endpoint responded {status} with {kind:?}.")})
    });
    let quota = Quota::read(&error);
    after = quota.wait.or(after);
    let is_final = status == StatusCode::TOO_MANY_REQUESTS
        && (quota.is_lasting || after.is_some_and(|seconds| seconds > WAIT_MAX_S));
    let word = error
        .get("status")
        .or_else(|| error.get("type"))
        .and_then(Value::as_str);
    let word = if is_final {
        Some(INSUFFICIENT_QUOTA)
    } else {
        word
    };
    if let Some(seconds) = after.filter(|_| !is_final && status == StatusCode::TOO_MANY_REQUESTS) {
        jitter(&ids, seconds).await;
    }
    let body = json!({"error": {
        "message": error.get("message").and_then(Value::as_str).unwrap_or_default(),
        "type": word,
        "code": null,
        "param": after.map(|seconds| seconds.to_string()),
    }});
    let status = if status.is_success() || status.is_redirection() {
        StatusCode::BAD_REQUEST
    } else {
        status
    };
    let mut response = http::Response::builder().status(status);
    // The retry layer obeys this header without a limit, so it gets only a delay that a person can wait for.
    if let Some(seconds) = after.filter(|seconds| *seconds <= WAIT_MAX_S) {
        response = response.header(header::RETRY_AFTER, seconds);
    }
    let response = response.body(body.to_string());
    response
        .map(Into::into)
        .map_err(|error| OpenAIError::InvalidArgument(error.to_string()))
}

/// Adds up to a fifth to the wait, so that many waiting turns do not retry at once.
async fn jitter(ids: &Ids, seconds: u64) {
    let mut byte = [0];
    ids.fill(&mut byte);
    let [byte] = byte;
    tokio::time::sleep(Duration::from_secs(seconds).mul_f64(f64::from(byte) / 255.0 / 5.0)).await;
}

/// The quota in the details of a 429.
struct Quota {
    wait: Option<u64>,
    /// Used up for the rest of the day, or not available at all.
    is_lasting: bool,
}

impl Quota {
    fn read(error: &Value) -> Self {
        let details = error.get("details").and_then(Value::as_array);
        let mut quota = Self {
            wait: None,
            is_lasting: error
                .get("message")
                .and_then(Value::as_str)
                .is_some_and(|text| text.contains("limit: 0")),
        };
        for detail in details.into_iter().flatten() {
            if let Some(delay) = detail.get("retryDelay").and_then(Value::as_str) {
                quota.wait = seconds(delay);
            }
            let violations = detail.get("violations").and_then(Value::as_array);
            quota.is_lasting |= violations.into_iter().flatten().any(|violation| {
                violation
                    .get("quotaId")
                    .and_then(Value::as_str)
                    .is_some_and(|id| id.contains("PerDay"))
            });
        }
        quota
    }
}

/// `1.5s` as whole seconds, rounded up.
fn seconds(delay: &str) -> Option<u64> {
    let seconds: f64 = delay.trim_end_matches('s').parse().ok()?;
    if !(0.0..1e9).contains(&seconds) {
        return None;
    }
    Some(Duration::from_secs_f64(seconds.ceil()).as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_rounded_up() {
        assert_eq!(seconds("58s"), Some(58));
        assert_eq!(seconds("1.5s"), Some(2));
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds("-1s"), None);
        assert_eq!(seconds("NaN"), None);
    }

    #[test]
    fn a_daily_quota_and_a_zero_limit_last() {
        let daily = json!({"details": [{"violations": [{"quotaId": "RequestsPerDay"}]}, {"retryDelay": "3s"}]});
        let quota = Quota::read(&daily);
        assert!(quota.is_lasting);
        assert_eq!(quota.wait, Some(3));
        assert!(Quota::read(&json!({"message": "limit: 0, model: x"})).is_lasting);
    }
}
