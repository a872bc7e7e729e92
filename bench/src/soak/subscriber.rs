//! A subscriber that follows the event stream and reconnects.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use reqwest::Client;
use serde::Deserialize;
use uuid::Uuid;

/// Pause before it connects again.
const RETRY_DELAY: Duration = Duration::from_millis(20);

/// The events received on the streams of all users.
#[derive(Debug, Default)]
pub(super) struct Seen {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// How often each event was received.
    times: HashMap<Uuid, u32>,
    /// The newest version of each task.
    versions: HashMap<Uuid, i64>,
    unordered: usize,
}

/// The errors in the received events.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) missing: usize,
    pub(super) twice: usize,
    pub(super) unordered: usize,
    pub(super) unknown: usize,
}

impl Verdict {
    pub(super) fn is_wrong(&self) -> bool {
        self.missing + self.twice + self.unordered + self.unknown > 0
    }
}

#[derive(Deserialize)]
struct Event {
    id: Uuid,
    #[serde(rename = "type")]
    kind: String,
    subject: Uuid,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    sequence: i64,
}

impl Seen {
    pub(super) fn count(&self) -> usize {
        self.lock().times.len()
    }

    /// Compares the received events with the event log.
    pub(super) fn judge(&self, events: &HashMap<Uuid, i64>) -> Verdict {
        let inner = self.lock();
        let seen = |id: &&Uuid| inner.times.contains_key(*id);
        Verdict {
            missing: events.len() - events.keys().filter(seen).count(),
            twice: inner.times.values().filter(|times| **times > 1).count(),
            unordered: inner.unordered,
            unknown: inner
                .times
                .keys()
                .filter(|id| !events.contains_key(id))
                .count(),
        }
    }

    fn note(&self, event: &Event) {
        let mut inner = self.lock();
        *inner.times.entry(event.id).or_default() += 1;
        // Each change of a task is a separate version.
        if event.kind.starts_with("task.") {
            let last = inner.versions.insert(event.subject, event.data.sequence);
            if last.is_some_and(|last| last >= event.data.sequence) {
                inner.unordered += 1;
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Follows one user's events from the beginning, and resumes after each interruption.
pub(super) async fn follow(url: String, token: String, seen: Arc<Seen>) -> anyhow::Result<()> {
    let http = Client::builder().build()?;
    let mut last = "0".to_owned();
    loop {
        // An interruption is not an error; only the final set of events counts.
        let _ = read(&http, &url, &token, &mut last, &seen).await;
        tokio::time::sleep(RETRY_DELAY).await;
    }
}

async fn read(
    http: &Client,
    url: &str,
    token: &str,
    last: &mut String,
    seen: &Seen,
) -> anyhow::Result<()> {
    let answer = http
        .get(format!("{url}/api/v1/events"))
        .bearer_auth(token)
        .header("last-event-id", last.as_str())
        .send()
        .await?
        .error_for_status()?;
    let mut bytes = answer.bytes_stream();
    let mut text = Vec::new();
    let (mut id, mut data) = (None, None);
    while let Some(chunk) = bytes.next().await {
        text.extend_from_slice(&chunk?);
        let Some(end) = text.iter().rposition(|byte| *byte == b'\n') else {
            continue;
        };
        let rest = text.split_off(end + 1);
        let lines = String::from_utf8(std::mem::replace(&mut text, rest))?;
        for line in lines.lines() {
            if let Some(cursor) = line.strip_prefix("id: ") {
                id = Some(cursor.to_owned());
            } else if let Some(event) = line.strip_prefix("data: ") {
                data = Some(serde_json::from_str(event)?);
            } else if line.is_empty()
                && let (Some(cursor), Some(event)) = (id.take(), data.take())
            {
                // Only a complete event counts; one that was cut off is sent again.
                seen.note(&event);
                *last = cursor;
            }
        }
    }
    Ok(())
}
