//! Follows the event stream like a browser: with the last id after every interruption.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures::StreamExt;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::LIMIT;
use super::rest::Rest;

/// Interval between two checks or attempts.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// One event of the stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) cursor: String,
    pub(crate) kind: String,
    pub(crate) data: Value,
}

impl Event {
    pub(crate) fn id(&self) -> &str {
        self.data["id"].as_str().unwrap()
    }

    /// The task or tag it is about.
    pub(crate) fn subject(&self) -> &str {
        self.data["subject"].as_str().unwrap()
    }

    pub(crate) fn sequence(&self) -> i64 {
        self.data["data"]["sequence"].as_i64().unwrap()
    }

    pub(crate) fn after(&self) -> &Value {
        &self.data["data"]["after"]
    }
}

/// Collects events until it is dropped.
pub(crate) struct Follower {
    seen: Arc<Mutex<Vec<Event>>>,
    task: JoinHandle<()>,
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Follower {
    /// Follows from a cursor on; returns once it is connected.
    pub(crate) async fn start(rest: &Rest, after: &str) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (connected, ready) = tokio::sync::oneshot::channel();
        let task = tokio::spawn(follow(
            rest.clone(),
            after.to_owned(),
            Arc::clone(&seen),
            connected,
        ));
        tokio::time::timeout(LIMIT, ready)
            .await
            .expect("the event stream begins")
            .unwrap();
        Self { seen, task }
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until an event matches.
    pub(crate) async fn until(&self, what: &str, fits: impl Fn(&Event) -> bool + Sync) -> Event {
        let (mut count, mut moved) = (0, Instant::now());
        loop {
            if let Some(event) = self.find(&fits) {
                return event;
            }
            // A long log takes its time to be replayed; what counts is that it goes on.
            let now = self.seen.lock().unwrap().len();
            if now != count {
                (count, moved) = (now, Instant::now());
            }
            assert!(
                moved.elapsed() < LIMIT,
                "no event of {what} came; these did: {:#?}",
                self.kinds()
            );
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    fn find(&self, fits: impl Fn(&Event) -> bool) -> Option<Event> {
        let seen = self.seen.lock().unwrap();
        seen.iter().find(|event| fits(event)).cloned()
    }

    fn kinds(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter()
            .map(|event| format!("{} {} {}", event.cursor, event.kind, event.after()["title"]))
            .collect()
    }
}

async fn follow(
    rest: Rest,
    mut last: String,
    seen: Arc<Mutex<Vec<Event>>>,
    connected: tokio::sync::oneshot::Sender<()>,
) {
    let mut connected = Some(connected);
    loop {
        let request = rest
            .http
            .get(format!("{}/api/v1/events", rest.base))
            .bearer_auth(&rest.token)
            .header("last-event-id", &last)
            .send()
            .await;
        if let Ok(answer) = request
            && answer.status().is_success()
        {
            let mut bytes = answer.bytes_stream();
            let mut pending = Vec::new();
            while let Some(Ok(chunk)) = bytes.next().await {
                pending.extend_from_slice(&chunk);
                while let Some(end) = pending.windows(2).position(|pair| pair == b"\n\n") {
                    let frame: Vec<u8> = pending.drain(..end + 2).collect();
                    if let Some(event) = read(&String::from_utf8(frame).unwrap()) {
                        last.clone_from(&event.cursor);
                        seen.lock().unwrap().push(event);
                    }
                    if let Some(connected) = connected.take() {
                        let _ = connected.send(());
                    }
                }
            }
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// Reads a frame; `None` for a comment.
fn read(frame: &str) -> Option<Event> {
    let field = |name: &str| {
        frame
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    Some(Event {
        cursor: field("id")?.to_owned(),
        kind: field("event")?.to_owned(),
        data: serde_json::from_str(field("data")?).unwrap(),
    })
}
