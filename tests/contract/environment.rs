//! A sidecar with a broker behind it and an app beside it.

use serde_json::Value;
use taskwire_client::Secret;
use taskwire_messaging::dapr::{Publisher, Sidecar};
use taskwire_testkit::sidecar::{App as Beside, Backends, FakeSidecar, Inbound, Options};

use crate::app::{APP_TOKEN, App, Events};

pub(crate) const API_TOKEN: &str = "the token of the sidecar";

/// What stands behind the sidecar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Broker {
    /// Nothing: the sidecar is the fake one.
    Fake,
}

/// What the tests work with.
pub(crate) struct Environment {
    pub(crate) broker: Broker,
    pub(crate) app: App,
    pub(crate) events: Events,
    pub(crate) http: reqwest::Client,
    backends: Backends,
    sidecar: tokio::sync::Mutex<FakeSidecar>,
    url: String,
}

impl Environment {
    /// Starts everything; none if it is not installed.
    pub(crate) async fn start(broker: Broker) -> Option<Self> {
        let app = App::start().await;
        let backends = Backends::default();
        let url = format!("http://127.0.0.1:{}", app.port());
        let sidecar = FakeSidecar::start(&backends, options("task-audit", &url, None)).await;
        sidecar.subscribed().await;
        Some(Self {
            broker,
            app,
            events: Events::default(),
            http: reqwest::Client::builder().build().unwrap(),
            backends,
            url: sidecar.url(),
            sidecar: tokio::sync::Mutex::new(sidecar),
        })
    }

    /// A second sidecar on the same broker, for an app on this port. It delivers an event at most three times.
    pub(crate) async fn beside(&self, app_id: &str, app_url: &str) -> FakeSidecar {
        let sidecar = FakeSidecar::start(&self.backends, options(app_id, app_url, Some(2))).await;
        sidecar.subscribed().await;
        sidecar
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub(crate) fn publisher(&self) -> Publisher {
        self.publisher_of("taskpubsub", API_TOKEN)
    }

    pub(crate) fn publisher_of(&self, component: &str, token: &str) -> Publisher {
        let headers = Sidecar::headers(Some(&Secret::new(token))).unwrap();
        let sidecar = Sidecar::new(self.url.parse().unwrap(), headers, self.http.clone());
        Publisher::new(sidecar, component)
    }

    /// Sends a request to the sidecar: its status, its `ETag` and its body.
    pub(crate) async fn call(&self, request: reqwest::RequestBuilder) -> (u16, String, Value) {
        let answer = request
            .header("dapr-api-token", API_TOKEN)
            .send()
            .await
            .unwrap();
        let etag = answer.headers().get("etag");
        let etag = etag.map_or("", |etag| etag.to_str().unwrap()).to_owned();
        let status = answer.status().as_u16();
        (status, etag, answer.json().await.unwrap_or_default())
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> u16 {
        let request = self.http.post(self.url(path)).json(body);
        self.call(request).await.0
    }

    /// Stops the sidecar and starts it again.
    pub(crate) async fn restart_sidecar(&self) {
        let mut sidecar = self.sidecar.lock().await;
        sidecar.stop().await;
        sidecar.restart().await;
        sidecar.subscribed().await;
    }
}

fn options(app_id: &str, app_url: &str, max_retries: Option<u32>) -> Options {
    Options {
        api_token: Some(API_TOKEN.into()),
        app: Some(Beside::new(app_url, APP_TOKEN)),
        inbound: Some(Inbound {
            max_retries,
            ..Inbound::default()
        }),
        secrets: [(
            "secrets".to_owned(),
            [("kafka:password".to_owned(), "hidden".to_owned())].into(),
        )]
        .into(),
        ..Options::of(app_id)
    }
}
