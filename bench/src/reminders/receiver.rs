//! The server behind all webhooks.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;
use taskwire_domain::{Clock, SystemClock};

/// A message that arrived.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// `webhook-id`
    pub(super) id: String,
    pub(super) title: String,
    pub(super) at: Timestamp,
}

#[derive(Default)]
struct Seen {
    told: Vec<Told>,
    titles: BTreeSet<String>,
}

/// The receiver of all messages.
pub(super) struct Receiver {
    pub(super) base: String,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Deserialize)]
struct Body {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    title: String,
}

impl Receiver {
    pub(super) async fn start() -> anyhow::Result<Self> {
        let seen = Arc::<Mutex<Seen>>::default();
        let router = Router::new()
            .fallback(receive)
            .with_state(Arc::clone(&seen));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { base, seen })
    }

    /// How many different reminders arrived.
    pub(super) fn distinct(&self) -> usize {
        lock(&self.seen).titles.len()
    }

    pub(super) fn told(&self) -> Vec<Told> {
        lock(&self.seen).told.clone()
    }
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn receive(State(seen): State<Arc<Mutex<Seen>>>, headers: HeaderMap, body: Bytes) {
    let at = SystemClock.now();
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok());
    if let (Ok(body), Some(id)) = (serde_json::from_slice::<Body>(&body), id) {
        let told = Told {
            id: id.to_owned(),
            title: body.data.title,
            at,
        };
        let mut seen = lock(&seen);
        seen.titles.insert(told.title.clone());
        seen.told.push(told);
    }
}
