//! An app with Taskwire's own subscriber and a scripted handler.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use taskwire_client::Secret;
use taskwire_domain::event::EventData;
use taskwire_domain::{Actor, ChangeId, Clock, Event, EventId, EventKind, Ids, Via};
use taskwire_messaging::dapr::{FailureStore, FailureStoreFuture, Subscriber, Undeliverable};
use taskwire_messaging::{CloudEvent, Delivery, Handler, Handling, Outcome, Topic};
use taskwire_testkit::{FixedClock, LocalServer, eventually, seeded_ids};
use uuid::Uuid;

pub(crate) const APP_TOKEN: &str = "the token of the app";
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// The deliveries to the handler, and its scripted outcomes.
#[derive(Clone, Default)]
pub(crate) struct Script(Arc<State>);

#[derive(Default)]
struct State {
    /// Outcomes by event; after the last one the event is handled.
    outcomes: Mutex<HashMap<EventId, VecDeque<Outcome>>>,
    deliveries: Mutex<Vec<Delivery>>,
    failures: Mutex<HashMap<EventId, u32>>,
    letters: Mutex<Vec<Undeliverable>>,
    /// The paths at which a job or a binding called.
    calls: Mutex<Vec<String>>,
}

impl Script {
    pub(crate) fn answer(&self, event: EventId, outcomes: impl IntoIterator<Item = Outcome>) {
        let outcomes = outcomes.into_iter().collect();
        self.0.outcomes.lock().unwrap().insert(event, outcomes);
    }

    pub(crate) fn deliveries_of(&self, event: EventId) -> Vec<Delivery> {
        let deliveries = self.0.deliveries.lock().unwrap();
        let of_event = deliveries.iter().filter(|one| one.event.id == event);
        of_event.cloned().collect()
    }

    /// Ids of the events of a key, in the order of their first arrival.
    pub(crate) fn of_key(&self, key: Uuid) -> Vec<EventId> {
        let mut ids = Vec::new();
        for delivery in self.0.deliveries.lock().unwrap().iter() {
            if delivery.event.partitionkey == key && !ids.contains(&delivery.event.id) {
                ids.push(delivery.event.id);
            }
        }
        ids
    }

    pub(crate) async fn until_delivered(&self, event: EventId, times: usize) -> Vec<Delivery> {
        eventually(LIMIT, || async {
            let deliveries = self.deliveries_of(event);
            (deliveries.len() >= times).then_some(deliveries)
        })
        .await
    }

    pub(crate) async fn until_letter(
        &self,
        is_it: impl Fn(&Undeliverable) -> bool + Send + Sync,
    ) -> Undeliverable {
        eventually(LIMIT, || async {
            let letters = self.0.letters.lock().unwrap();
            letters.iter().find(|letter| is_it(letter)).cloned()
        })
        .await
    }

    /// How often a job or a binding called at this path.
    pub(crate) fn calls_of(&self, path: &str) -> usize {
        let calls = self.0.calls.lock().unwrap();
        calls.iter().filter(|call| *call == path).count()
    }

    fn router(&self) -> Router {
        let token = Secret::new(APP_TOKEN);
        let this = Arc::new(self.clone());
        let more = Router::new()
            .route("/wake", post(note))
            .route("/job/{name}", post(note))
            .route("/called/{status}", get(called))
            .with_state(self.clone());
        Subscriber::new(Arc::<Self>::clone(&this), this, "taskpubsub", token).router(more)
    }
}

async fn note(Shared(script): Shared<Script>, uri: Uri) -> StatusCode {
    let path = uri.path().to_owned();
    script.0.calls.lock().unwrap().push(path);
    StatusCode::NO_CONTENT
}

/// Answers with the status that it is asked for, and says who calls.
async fn called(Path(status): Path<u16>, uri: Uri, headers: HeaderMap) -> Response {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
    let body = json!({
        "query": uri.query(),
        "caller": header("dapr-caller-app-id"),
        "traceparent": header("traceparent"),
    });
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

impl Handler for Script {
    fn name(&self) -> &'static str {
        "audit"
    }

    fn topics(&self) -> &'static [Topic] {
        &[Topic::TaskEvents]
    }

    fn handle<'a>(&'a self, delivery: &'a Delivery) -> Handling<'a> {
        Box::pin(async move {
            self.0.deliveries.lock().unwrap().push(delivery.clone());
            let mut outcomes = self.0.outcomes.lock().unwrap();
            let outcomes = outcomes.get_mut(&delivery.event.id);
            outcomes
                .and_then(VecDeque::pop_front)
                .unwrap_or(Outcome::Ack)
        })
    }
}

impl FailureStore for Script {
    fn count_failure<'a>(
        &'a self,
        event: &'a CloudEvent,
        _: &'a str,
    ) -> FailureStoreFuture<'a, u32> {
        let mut failures = self.0.failures.lock().unwrap();
        let count = failures.entry(event.id).or_default();
        *count += 1;
        let count = *count;
        Box::pin(async move { Ok(count) })
    }

    fn forget_failures(&self, event: EventId) -> FailureStoreFuture<'_, ()> {
        self.0.failures.lock().unwrap().remove(&event);
        Box::pin(async { Ok(()) })
    }

    fn dead_letter(&self, record: Undeliverable) -> FailureStoreFuture<'_, ()> {
        self.0.letters.lock().unwrap().push(record);
        Box::pin(async { Ok(()) })
    }

    fn check(&self) -> FailureStoreFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// The app as a process that can be killed and started again.
pub(crate) struct App {
    pub(crate) script: Script,
    port: u16,
    server: tokio::sync::Mutex<Option<LocalServer>>,
}

impl App {
    pub(crate) async fn start() -> Self {
        let script = Script::default();
        let server = LocalServer::start(script.router()).await;
        Self {
            script,
            port: server.port(),
            server: tokio::sync::Mutex::new(Some(server)),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) async fn kill(&self) {
        if let Some(server) = self.server.lock().await.take() {
            server.kill().await;
        }
    }

    pub(crate) async fn start_again(&self) {
        let server = LocalServer::at(self.port, self.script.router()).await;
        *self.server.lock().await = Some(server);
    }
}

/// Creates events.
pub(crate) struct Events {
    ids: Ids,
    clock: FixedClock,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            ids: seeded_ids(1),
            clock: FixedClock::default(),
        }
    }
}

impl Events {
    pub(crate) fn key(&self) -> Uuid {
        self.ids.uuid(self.clock.now())
    }

    /// An event with this key, as published by the relay.
    pub(crate) fn of(&self, key: Uuid, seq: i64) -> CloudEvent {
        let now = self.clock.now();
        let owner = self.ids.next(now);
        CloudEvent::from_event(&Event {
            id: self.ids.next(now),
            kind: EventKind::TaskUpdated,
            owner,
            subject: key,
            key,
            time: now,
            data: EventData {
                schema_version: 1,
                sequence: seq,
                change: ChangeId(self.ids.uuid(now)),
                actor: Actor {
                    user: owner,
                    token: None,
                    via: Via::Web,
                    client: Some("\u{e4}\u{2603}".into()),
                    chat_turn: None,
                    tool_call: None,
                },
                before: None,
                after: None,
                reminder: None,
                reason: None,
                tag_before: None,
                tag: None,
            },
        })
        .for_broker(Some(seq))
    }
}
