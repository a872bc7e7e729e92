//! State shared by the parts of a fake sidecar.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use bytes::Bytes;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::watch;

use super::answers::Verdict;
use super::backends::{Backends, lock};
use super::faults::Faults;
use super::options::{App, Options};

/// The header for the tokens of sidecar and app.
pub(super) const TOKEN: &str = "dapr-api-token";

/// One delivery of an event to the app.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivered {
    /// The topic.
    pub topic: String,
    /// The record's key.
    pub key: Option<String>,
    /// The id of the CloudEvent; empty if it has none.
    pub id: String,
    /// The HTTP status of the app's response; `None` if it did not respond.
    pub status: Option<u16>,
    /// Whether that counts as handled.
    pub is_handled: bool,
}

/// A topic to which the app subscribes, and its dead-letter topic.
pub(super) type Topic = (String, Option<String>);

pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) backends: Backends,
    pub(super) faults: Faults,
    /// By store and name.
    pub(super) secrets: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
    pub(super) is_started: watch::Sender<bool>,
    pub(super) is_healthy: watch::Sender<bool>,
    /// Topics to which the app subscribes; `None` until it was asked.
    pub(super) topics: watch::Sender<Option<Vec<Topic>>>,
    delivered: Mutex<Vec<Delivered>>,
    /// The position up to which each partition of a topic is handled, committed or not.
    handled: Mutex<HashMap<(String, u32), u64>>,
    http: reqwest::Client,
    rng: Mutex<StdRng>,
}

impl Shared {
    pub(super) fn new(backends: Backends, options: Options) -> Self {
        Self {
            is_started: watch::Sender::new(!options.is_slow),
            is_healthy: watch::Sender::new(false),
            topics: watch::Sender::new(None),
            faults: Faults::default(),
            secrets: Mutex::new(options.secrets.clone()),
            delivered: Mutex::default(),
            handled: Mutex::default(),
            http: reqwest::Client::builder().build().expect("an HTTP client"),
            rng: Mutex::new(StdRng::seed_from_u64(options.seed)),
            backends,
            options,
        }
    }

    /// A random UUID.
    pub(super) fn random_id(&self) -> String {
        let mut bytes = [0_u8; 16];
        lock(&self.rng).fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes)
            .into_uuid()
            .to_string()
    }

    /// Calls an app; `None` if it does not respond in time.
    pub(super) async fn call(
        &self,
        app: &App,
        method: Method,
        path: &str,
        mut headers: HeaderMap,
        body: Bytes,
        timeout: Duration,
    ) -> Option<(u16, HeaderMap, Bytes)> {
        headers.remove(TOKEN);
        if let Some(token) = &app.token {
            headers.insert(TOKEN, value(token));
        }
        let path = path.trim_start_matches('/');
        let answer = self
            .http
            .request(method, format!("{}/{path}", app.url))
            .headers(headers)
            .timeout(timeout)
            .body(body)
            .send()
            .await
            .ok()?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Some((status, headers, answer.bytes().await.ok()?))
    }

    pub(super) fn record(&self, delivered: Delivered) {
        lock(&self.delivered).push(delivered);
    }

    pub(super) fn delivered(&self) -> Vec<Delivered> {
        lock(&self.delivered).clone()
    }

    /// Records the position up to which a partition is handled.
    pub(super) fn handled(&self, topic: &str, partition: u32, next: u64) {
        lock(&self.handled).insert((topic.to_owned(), partition), next);
    }

    /// Commits everything that is handled.
    pub(super) fn commit_all(&self) {
        for ((topic, partition), next) in lock(&self.handled).drain() {
            self.backends
                .commit(&self.options.app_id, &topic, partition, next);
        }
    }
}

impl Delivered {
    pub(super) fn new(
        topic: &str,
        key: Option<&str>,
        id: &str,
        status: Option<u16>,
        verdict: Verdict,
    ) -> Self {
        Self {
            topic: topic.to_owned(),
            key: key.map(str::to_owned),
            id: id.to_owned(),
            status,
            is_handled: verdict == Verdict::Ack,
        }
    }
}

/// A header value; text that is not a valid one becomes empty.
pub(super) fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// Headers of a call to an app.
pub(super) fn headers<'a>(pairs: impl IntoIterator<Item = (&'static str, &'a str)>) -> HeaderMap {
    pairs
        .into_iter()
        .map(|(name, text)| (HeaderName::from_static(name), value(text)))
        .collect()
}
