//! A writing connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::bail;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

/// Pause before a request is sent again.
const RETRY_DELAY: Duration = Duration::from_millis(20);
/// A request without a response for this long, with all its retries, is a failure.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);
/// Every this many requests disconnect before the response and send it again, so that some transactions are cut off in
/// the middle and their numbers rolled back.
const DISCONNECT_EVERY: u64 = 40;

struct Writer {
    http: Client,
    url: String,
    token: String,
    name: String,
    sent: u64,
}

/// Creates tasks, changes and completes them, until it is stopped.
pub(super) async fn write(
    url: String,
    token: String,
    connection: usize,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<()> {
    let mut writer = Writer {
        http: Client::builder().pool_max_idle_per_host(1).build()?,
        url,
        token,
        name: format!("soak-{}-{connection}", std::process::id()),
        sent: 0,
    };
    let mut round = 0_u64;
    while !stop.load(Ordering::Relaxed) {
        round += 1;
        // Some are of a series, which the recurrence consumer continues; some have a reminder.
        let is_series = round.is_multiple_of(3);
        let has_reminder = round.is_multiple_of(5);
        let task = json!({
            "title": format!("{connection} {round}"),
            "priority": "low",
            "due": (is_series || has_reminder).then_some("2031-05-06T09:00"),
            "recurrence": is_series.then(|| json!({"rrule": "FREQ=WEEKLY"})),
            "reminders": if has_reminder { json!([{"minutes_before": 5}]) } else { json!([]) },
        });
        let made = writer.send(Method::POST, "/api/v1/tasks", &task).await?;
        let number = made.get("number").and_then(Value::as_i64);
        let path = format!("/api/v1/tasks/{}", number.unwrap_or_default());
        let edit = json!({"notes": "changed"});
        writer.send(Method::PATCH, &path, &edit).await?;
        let complete = format!("{path}/complete");
        writer.send(Method::POST, &complete, &json!({})).await?;
    }
    Ok(())
}

impl Writer {
    /// Sends a change with one idempotency key until there is a response.
    async fn send(&mut self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.sent += 1;
        let key = format!("{}-{}", self.name, self.sent);
        let begun = Instant::now();
        if self.sent.is_multiple_of(DISCONNECT_EVERY) {
            let request = self.request(&method, path, body, &key).send();
            let disconnect_after = Duration::from_micros(300 * (self.sent / DISCONNECT_EVERY % 20));
            let _ = tokio::time::timeout(disconnect_after, request).await;
        }
        loop {
            let wrong = match self.request(&method, path, body, &key).send().await {
                Ok(answer) if answer.status().is_success() => return Ok(answer.json().await?),
                Ok(answer) if is_transient(answer.status()) => answer.status().to_string(),
                Ok(answer) => bail!("{method} {path}: {}", answer.text().await?),
                Err(error) => error.to_string(),
            };
            if begun.elapsed() > ANSWER_TIMEOUT {
                bail!("{method} {path} got no response: {wrong}");
            }
            tokio::time::sleep(RETRY_DELAY).await;
        }
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        body: &Value,
        key: &str,
    ) -> reqwest::RequestBuilder {
        self.http
            .request(method.clone(), format!("{}{path}", self.url))
            .bearer_auth(&self.token)
            .header("idempotency-key", key)
            .json(body)
    }
}

/// Whether the same request may succeed if it is sent again.
fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502..=504)
}
