//! An app beside the consumers, which gets every event and notes in which order.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use taskwire_messaging::{CloudEvent, Topic};
use taskwire_parts::{Cluster, Daprd};
use taskwire_testkit::LocalServer;

/// Its name for Dapr, and that of its group of consumers.
const APP_ID: &str = "observer";

/// The running app.
pub(crate) struct Observer {
    // The sidecar ends first.
    pub(crate) sidecar: Daprd,
    seen: Arc<Mutex<Seen>>,
    _server: LocalServer,
}

/// What was delivered.
#[derive(Default, Debug)]
struct Seen {
    /// By topic and key: the highest sequence of an event.
    last: HashMap<(String, String), i64>,
    /// By topic.
    ids: HashMap<String, HashSet<String>>,
    deliveries: usize,
    repeated: usize,
    /// First deliveries after that of a later event of their key.
    overtaken: Vec<String>,
}

/// How much was delivered so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Deliveries {
    pub(crate) all: usize,
    /// Those of an event that had been delivered before.
    pub(crate) repeated: usize,
    /// First deliveries after that of a later event of their key.
    pub(crate) overtaken: Vec<String>,
}

impl Observer {
    pub(crate) async fn start(cluster: &Cluster) -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        let router = Router::new()
            .route("/dapr/subscribe", get(subscriptions))
            .route("/healthz", get(async || StatusCode::NO_CONTENT))
            .route("/events/{topic}", post(deliver))
            .with_state(Arc::clone(&seen));
        let server = LocalServer::start(router).await;
        let sidecar = cluster
            .attach(APP_ID, server.port(), Topic::ALL.len())
            .await
            .unwrap();
        Self {
            sidecar,
            seen,
            _server: server,
        }
    }

    pub(crate) fn deliveries(&self) -> Deliveries {
        let seen = lock(&self.seen);
        Deliveries {
            all: seen.deliveries,
            repeated: seen.repeated,
            overtaken: seen.overtaken.clone(),
        }
    }

    /// The ids of the events of a topic.
    pub(crate) fn ids(&self, topic: Topic) -> HashSet<String> {
        let seen = lock(&self.seen);
        seen.ids.get(topic.as_str()).cloned().unwrap_or_default()
    }
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn subscriptions() -> Json<Value> {
    let of = |topic: &Topic| json!({"pubsubname": "taskpubsub", "topic": topic.as_str(), "route": format!("/events/{topic}")});
    Json(Topic::ALL.iter().map(of).collect())
}

async fn deliver(
    State(seen): State<Arc<Mutex<Seen>>>,
    Path(topic): Path<String>,
    body: Bytes,
) -> Json<Value> {
    let event = CloudEvent::parse(std::str::from_utf8(&body).unwrap()).unwrap();
    lock(&seen).note(topic, &event);
    Json(json!({"status": "SUCCESS"}))
}

impl Seen {
    fn note(&mut self, topic: String, event: &CloudEvent) {
        self.deliveries += 1;
        let (id, seq) = (event.id.to_string(), event.seq().unwrap());
        if !self.ids.entry(topic.clone()).or_default().insert(id) {
            self.repeated += 1;
            return;
        }
        let key = event.partitionkey.to_string();
        let last = self.last.entry((topic, key)).or_default();
        if seq <= *last {
            let text = format!("{} {} came after {last}: {seq}", event.kind, event.id);
            self.overtaken.push(text);
        }
        *last = seq.max(*last);
    }
}
