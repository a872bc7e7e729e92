//! The interface of the fake sidecar for tests.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use tokio::task::JoinHandle;

use super::answers::no_content;
use super::backends::{Backends, lock};
use super::faults::{Fault, Publish};
use super::options::Options;
use super::shared::{Delivered, Shared, TOKEN};
use super::{calls, delivery, publishing, stores};
use crate::LocalServer;

/// Longest wait for the app's subscriptions.
const LIMIT: Duration = Duration::from_secs(30);

/// A running fake sidecar. Dropping it kills it.
pub struct FakeSidecar {
    shared: Arc<Shared>,
    port: u16,
    running: Option<(LocalServer, Delivering)>,
}

/// The delivering task; it ends when this is dropped.
struct Delivering(JoinHandle<()>);

impl Drop for Delivering {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl FakeSidecar {
    /// Starts a sidecar on a free port.
    pub async fn start(backends: &Backends, options: Options) -> Self {
        Self::start_at(0, backends, options).await
    }

    /// Starts a sidecar on this port.
    pub async fn start_at(port: u16, backends: &Backends, options: Options) -> Self {
        let mut sidecar = Self {
            shared: Arc::new(Shared::new(backends.clone(), options)),
            port,
            running: None,
        };
        sidecar.restart().await;
        sidecar
    }

    /// The address of its HTTP API, such as `http://127.0.0.1:3500`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it like `kill -9`: offsets that are not committed are lost.
    pub async fn kill(&mut self) {
        if let Some((server, delivering)) = self.running.take() {
            drop(delivering);
            server.kill().await;
        }
        self.shared.is_healthy.send_replace(false);
        self.shared.topics.send_replace(None);
    }

    /// Ends it like SIGTERM.
    pub async fn stop(&mut self) {
        self.kill().await;
        self.shared.commit_all();
    }

    /// Starts it again on its port, after killing it if it is running.
    pub async fn restart(&mut self) {
        self.kill().await;
        let server = LocalServer::at(self.port, router(&self.shared)).await;
        self.port = server.port();
        let delivering = tokio::spawn(delivery::run(Arc::clone(&self.shared)));
        self.running = Some((server, Delivering(delivering)));
    }

    /// Replaces a secret in one of its stores.
    pub fn set_secret(&self, store: &str, name: &str, value: &str) {
        let mut stores = lock(&self.shared.secrets);
        let secrets = stores.entry(store.to_owned()).or_default();
        secrets.insert(name.to_owned(), value.to_owned());
    }

    /// Loads the components of a sidecar that starts slowly.
    pub fn finish_starting(&self) {
        self.shared.is_started.send_replace(true);
    }

    /// Decides the fault of each event published from now on; `None` for no fault.
    pub fn on_publish(&self, decide: impl Fn(&Publish) -> Option<Fault> + Send + Sync + 'static) {
        self.shared.faults.set(Some(Arc::new(decide)));
    }

    /// Lets every event through from now on.
    pub fn clear_faults(&self) {
        self.shared.faults.set(None);
    }

    /// Releases the events that are held.
    pub fn release(&self) {
        self.shared.faults.release();
    }

    /// Every attempt to publish an event, successful or not.
    pub fn published(&self) -> Vec<Publish> {
        self.shared.faults.seen()
    }

    /// Number of publish requests in progress.
    pub fn in_flight(&self) -> usize {
        self.shared.faults.in_flight()
    }

    /// Largest number of publish requests in progress at the same time.
    pub fn most_in_flight(&self) -> usize {
        self.shared.faults.most_in_flight()
    }

    /// Every delivery so far.
    pub fn deliveries(&self) -> Vec<Delivered> {
        self.shared.delivered()
    }

    /// The topics that the app subscribes to, once they are known.
    pub async fn subscribed(&self) -> Vec<String> {
        let mut topics = self.shared.topics.subscribe();
        let known = tokio::time::timeout(LIMIT, topics.wait_for(Option::is_some)).await;
        let known = known.expect("the app says what it subscribes to");
        let topics = known.ok().and_then(|topics| topics.clone());
        let topics = topics.unwrap_or_default().into_iter();
        topics.map(|(topic, _)| topic).collect()
    }

    /// Returns true if the app is healthy and gets deliveries.
    pub fn is_delivering(&self) -> bool {
        *self.shared.is_healthy.borrow()
    }

    /// When a job of the app is due, as it was asked for, if there is such a job.
    pub fn job_due(&self, name: &str) -> Option<String> {
        calls::job_due(&self.shared, name)
    }

    /// Calls the app because a job is due; whether there is one and the app took it.
    pub async fn trigger_job(&self, name: &str) -> bool {
        calls::trigger_job(&self.shared, name).await
    }

    /// Calls the app because the cron binding of this name ticks; returns whether the app accepted it.
    pub async fn tick(&self, binding: &str) -> bool {
        calls::tick(&self.shared, binding).await
    }
}

fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/v1.0/healthz", get(healthz))
        .route("/v1.0/healthz/outbound", get(|| async { no_content() }))
        .route("/v1.0/metadata", get(metadata))
        .merge(publishing::routes())
        .merge(stores::routes())
        .merge(calls::routes())
        .layer(from_fn_with_state(Arc::clone(shared), guard))
        .with_state(Arc::clone(shared))
}

/// Serves nothing before the components are loaded, and nothing without the token.
async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_probe = request.method() == Method::GET
        && matches!(path, "/v1.0/healthz" | "/v1.0/healthz/outbound");
    if is_probe && !*shared.is_started.borrow() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let _ = shared
        .is_started
        .subscribe()
        .wait_for(|is_started| *is_started)
        .await;
    if let Some(token) = &shared.options.api_token
        && !is_probe
    {
        let shown = request.headers().get(TOKEN).map(HeaderValue::as_bytes);
        if shown != Some(token.as_bytes()) {
            return (StatusCode::UNAUTHORIZED, "invalid api token").into_response();
        }
    }
    next.run(request).await
}

/// Ready once the app listens.
async fn healthz(State(shared): State<Arc<Shared>>) -> Response {
    if shared.options.app.is_none() || shared.topics.borrow().is_some() {
        no_content()
    } else {
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

async fn metadata(State(shared): State<Arc<Shared>>) -> Response {
    let component = |name: &str, kind: &str| json!({"name": name, "type": kind, "version": "v1"});
    let mut components = vec![
        component(&shared.options.pubsub, "pubsub.kafka"),
        component(&shared.options.state_store, "state.redis"),
    ];
    for name in lock(&shared.secrets).keys() {
        components.push(component(name, "secretstores.local.file"));
    }
    let mut body = json!({
        "id": shared.options.app_id,
        "runtimeVersion": "1.18.3",
        "components": components,
    });
    // Not known before the app was asked and is healthy.
    if let Some(topics) = &*shared.topics.borrow()
        && *shared.is_healthy.borrow()
    {
        let pubsub = &shared.options.pubsub;
        let all = topics.iter().map(|(topic, dead_letters)| {
            let dead_letters = dead_letters.as_deref().unwrap_or_default();
            json!({"pubsubname": pubsub, "topic": topic, "deadLetterTopic": dead_letters})
        });
        body["subscriptions"] = all.collect();
    }
    axum::Json(body).into_response()
}
