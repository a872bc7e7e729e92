//! A sidecar with a broker and an app.

use std::net::SocketAddr;

use serde_json::Value;
use taskwire_client::Secret;
use taskwire_messaging::dapr::{Publisher, Sidecar};
use taskwire_parts::Daprd;
use taskwire_testkit::sidecar::{App as BesideFake, Backends, FakeSidecar, Inbound, Options};
use tokio::sync::Mutex;

use crate::app::{APP_TOKEN, App, Events};
use crate::real::Servers;

pub(crate) const API_TOKEN: &str = "the token of the sidecar";
/// Every topic that the tests use.
pub(crate) const TOPICS: [&str; 4] = [
    "task-events",
    "task-events.audit.dlq",
    "answers",
    "answers.dlq",
];

/// The backend of the sidecar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Broker {
    /// None: the sidecar is the fake one.
    Fake,
    /// daprd with Redis streams.
    Redis,
    /// daprd with Kafka.
    Kafka,
}

enum Behind {
    Fake(Backends),
    Real(Box<Servers>),
}

/// A sidecar of either kind. Dropping it kills it.
#[expect(clippy::large_enum_variant, reason = "there are two of them in a test")]
pub(crate) enum Running {
    Fake(FakeSidecar),
    Real(Daprd),
}

/// The environment of the tests.
pub(crate) struct Environment {
    pub(crate) broker: Broker,
    pub(crate) app: App,
    pub(crate) events: Events,
    pub(crate) http: reqwest::Client,
    url: String,
    running: Mutex<Running>,
    /// After the sidecar, which uses it.
    behind: Behind,
}

impl Environment {
    /// Starts everything; `None` if it is not installed.
    pub(crate) async fn start(broker: Broker) -> Option<Self> {
        let behind = match broker {
            Broker::Fake => Behind::Fake(Backends::default()),
            Broker::Redis | Broker::Kafka => Behind::Real(Box::new(Servers::start(broker).await?)),
        };
        let app = App::start().await;
        let sidecar = behind.sidecar("task-audit", app.port(), None, None).await;
        Some(Self {
            broker,
            app,
            events: Events::default(),
            http: reqwest::Client::builder().build().unwrap(),
            url: sidecar.url(),
            running: Mutex::new(sidecar),
            behind,
        })
    }

    /// A second sidecar on the same broker, for an app on this port. It delivers an event at most three times.
    pub(crate) async fn second_sidecar(&self, app_id: &str, app_port: u16) -> Running {
        self.behind.sidecar(app_id, app_port, Some(2), None).await
    }

    /// A second sidecar that finds the first one.
    pub(crate) async fn caller(&self, app_id: &str, app_port: u16) -> Running {
        let first = match &*self.running.lock().await {
            Running::Fake(_) => None,
            Running::Real(daprd) => Some(daprd.internal),
        };
        self.behind.sidecar(app_id, app_port, None, first).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub(crate) fn publisher(&self) -> Publisher {
        self.publisher_of("taskpubsub", API_TOKEN)
    }

    pub(crate) fn publisher_of(&self, component: &str, token: &str) -> Publisher {
        Publisher::new(self.sidecar_with(token), component)
    }

    pub(crate) fn sidecar(&self) -> Sidecar {
        self.sidecar_with(API_TOKEN)
    }

    fn sidecar_with(&self, token: &str) -> Sidecar {
        let headers = Sidecar::headers(Some(&Secret::new(token))).unwrap();
        Sidecar::new(self.url.parse().unwrap(), headers, self.http.clone())
    }

    /// The fake sidecar calls the app when it is told to; a real one does so by itself.
    pub(crate) async fn fire_job(&self, name: &str) {
        if let Running::Fake(sidecar) = &*self.running.lock().await {
            assert!(sidecar.trigger_job(name).await);
        }
    }

    /// The same for a binding.
    pub(crate) async fn tick(&self, binding: &str) {
        if let Running::Fake(sidecar) = &*self.running.lock().await {
            assert!(sidecar.tick(binding).await);
        }
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
        match &mut *self.running.lock().await {
            Running::Fake(sidecar) => {
                sidecar.stop().await;
                sidecar.restart().await;
                sidecar.subscribed().await;
            }
            Running::Real(daprd) => {
                daprd.process.stop().await.unwrap();
                daprd.process.restart().await.unwrap();
            }
        }
    }
}

impl Running {
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Fake(sidecar) => sidecar.url(),
            Self::Real(daprd) => format!("http://{}", daprd.address),
        }
    }
}

impl Behind {
    async fn sidecar(
        &self,
        app_id: &str,
        app_port: u16,
        max_retries: Option<u32>,
        callee: Option<SocketAddr>,
    ) -> Running {
        let backends = match self {
            Self::Fake(backends) => backends,
            Self::Real(servers) => {
                let sidecar = servers.sidecar(app_id, app_port, max_retries, callee);
                return Running::Real(sidecar.await);
            }
        };
        let url = format!("http://127.0.0.1:{app_port}");
        let options = Options {
            api_token: Some(API_TOKEN.into()),
            app: Some(BesideFake::new(url, APP_TOKEN)),
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
        };
        let sidecar = FakeSidecar::start(backends, options).await;
        sidecar.subscribed().await;
        Running::Fake(sidecar)
    }
}
