//! Subscriptions: tells a client that a resource has changed, from the user's event stream.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{ErrorCode, ErrorData, ResourceUpdatedNotificationParam};
use rmcp::service::{Peer, SubscriptionSink};
use serde_json::Value;
use taskwire_client::{Client, Error, EventStream, StreamEvent};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::debug;

use crate::resources::ResourceUri;

/// How long events are collected: a change of many tasks leads to one notification of each resource.
const WINDOW: Duration = Duration::from_millis(100);

/// Pauses before the event stream is opened again.
const RETRY: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
];

/// Longest list of resources that one client follows.
pub(crate) const WATCHED_MAX: usize = 200;

/// The resources that a client follows, and how it is told.
pub(crate) enum Listener {
    /// `subscriptions/listen`.
    Stream(SubscriptionSink),
    /// `resources/subscribe`.
    Connection(Peer<RoleServer>, Arc<Mutex<BTreeSet<String>>>),
}

impl Listener {
    /// Tells of the resources that are touched; false if the client has left.
    async fn tell(&self, touched: &Touched) -> bool {
        match self {
            Self::Stream(sink) => {
                let watched = sink.accepted().resource_subscriptions.iter().flatten();
                for uri in watched.filter(|uri| touched.has(uri)) {
                    if sink.notify_resource_updated(uri.clone()).await.is_err() {
                        return false;
                    }
                }
            }
            Self::Connection(peer, watched) => {
                let watched = watched.lock().await.clone();
                for uri in watched.into_iter().filter(|uri| touched.has(uri)) {
                    let update = ResourceUpdatedNotificationParam::new(uri);
                    if peer.notify_resource_updated(update).await.is_err() {
                        return false;
                    }
                }
            }
        }
        true
    }
}

/// What events were about.
#[derive(Debug, Default)]
struct Touched {
    numbers: BTreeSet<i64>,
    any: bool,
    /// Some events may be missing.
    all: bool,
}

impl Touched {
    fn add(&mut self, event: &StreamEvent) {
        self.any = true;
        self.all |= event.kind == "reset";
        for side in ["before", "after"] {
            let number = event.data.pointer(&format!("/data/{side}/number"));
            self.numbers.extend(number.and_then(Value::as_i64));
        }
    }

    fn has(&self, uri: &str) -> bool {
        match ResourceUri::parse(uri) {
            Some(ResourceUri::Task(number)) => self.all || self.numbers.contains(&number),
            // Any change may put a task into a list.
            Some(_) => self.all || self.any,
            None => false,
        }
    }
}

/// Follows the user's events until the client leaves or its credential ends.
pub(crate) async fn follow(client: &Client, listener: &Listener) {
    let mut cursor: Option<String> = None;
    let mut failures = 0;
    let mut touched = Touched::default();
    loop {
        match client.events(cursor.as_deref()).await {
            Ok(mut events) => {
                failures = 0;
                if !listener.tell(&touched).await {
                    return;
                }
                touched = Touched::default();
                if !read(&mut events, &mut cursor, listener).await {
                    return;
                }
            }
            Err(Error::Problem(problem)) if matches!(problem.status, 401 | 403) => {
                debug!(problem.code = problem.code, "Ended a subscription");
                return;
            }
            Err(error) => {
                debug!(%error, "Cannot follow events for a subscription");
                // The cursor may be too old, or of a database that was restored.
                if matches!(error, Error::Problem(_)) {
                    cursor = None;
                }
                let pause = RETRY.get(failures).or(RETRY.last());
                tokio::time::sleep(pause.copied().unwrap_or_default()).await;
                failures += 1;
            }
        }
        // Without a cursor the stream continues with new events, and those of the gap are missing.
        touched.all |= cursor.is_none();
    }
}

/// Reads a stream until it ends; false if the client has left.
async fn read(events: &mut EventStream, cursor: &mut Option<String>, listener: &Listener) -> bool {
    let mut touched = Touched::default();
    let mut until: Option<Instant> = None;
    loop {
        let next = match until {
            None => events.next().await,
            Some(end) => {
                let Ok(next) = timeout_at(end, events.next()).await else {
                    if !listener.tell(&touched).await {
                        return false;
                    }
                    touched = Touched::default();
                    until = None;
                    continue;
                };
                next
            }
        };
        match next {
            Ok(Some(event)) => {
                touched.add(&event);
                *cursor = Some(event.cursor);
                until.get_or_insert_with(|| Instant::now() + WINDOW);
            }
            Ok(None) => break,
            Err(error) => {
                debug!(%error, "Lost the events of a subscription");
                break;
            }
        }
    }
    listener.tell(&touched).await
}

/// The subscriptions of one connection by `resources/subscribe`.
#[derive(Debug)]
pub(crate) struct Subscriptions {
    watched: Arc<Mutex<BTreeSet<String>>>,
    /// Whether the events are being followed.
    has_begun: AtomicBool,
    /// Ends with the connection.
    end: CancellationToken,
    _guard: DropGuard,
}

impl Subscriptions {
    pub(crate) fn new() -> Self {
        let end = CancellationToken::new();
        Self {
            watched: Arc::default(),
            has_begun: AtomicBool::new(false),
            _guard: end.clone().drop_guard(),
            end,
        }
    }

    /// Follows one more resource. An error says why it cannot.
    pub(crate) async fn add(
        &self,
        uri: String,
        client: &Client,
        peer: &Peer<RoleServer>,
    ) -> Result<(), String> {
        let mut watched = self.watched.lock().await;
        if watched.len() >= WATCHED_MAX && !watched.contains(&uri) {
            return Err(format!(
                "At most {WATCHED_MAX} resources can be subscribed to at a time."
            ));
        }
        watched.insert(uri);
        drop(watched);
        if !self.has_begun.swap(true, Ordering::SeqCst) {
            let listener = Listener::Connection(peer.clone(), Arc::clone(&self.watched));
            let (client, end) = (client.clone(), self.end.clone());
            tokio::spawn(async move {
                end.run_until_cancelled(follow(&client, &listener)).await;
            });
        }
        Ok(())
    }

    /// Follows a resource no longer.
    pub(crate) async fn remove(&self, uri: &str) {
        self.watched.lock().await.remove(uri);
    }
}

/// Over HTTP each request stands alone.
pub(crate) fn no_connection() -> ErrorData {
    ErrorData::new(
        ErrorCode::METHOD_NOT_FOUND,
        "This connection has no stream for updates: read the resource again, or use subscriptions/listen of MCP 2026-07-28.",
        None,
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_touch_their_task_and_every_list() {
        let mut touched = Touched::default();
        assert!(!touched.has("agenda://today"));
        touched.add(&StreamEvent {
            kind: "task.updated.v1".into(),
            data: json!({"data": {"before": {"number": 3}, "after": {"number": 3}}}),
            ..StreamEvent::default()
        });
        for (uri, expected) in [
            ("task://3", true),
            ("task://4", false),
            ("tasks://today", true),
            ("agenda://today", true),
            ("changes://recent", true),
            ("file://x", false),
        ] {
            assert_eq!(touched.has(uri), expected, "{uri}");
        }
        touched.add(&StreamEvent {
            kind: "reset".into(),
            ..StreamEvent::default()
        });
        assert!(touched.has("task://4"));
    }
}
