//! A cluster and a user's client.

use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};
use taskwire_parts::{AppId, Broker, Cluster, DatabaseChoice, Installed, Missing, Model, Plan};
use taskwire_store::{Db, DeadLetter, Options};
use taskwire_testkit::gemini::FakeGemini;
use taskwire_testkit::{Collector, Kind, TestDb, eventually};

use crate::rest::{Answer, Rest};
use crate::stream::Follower;
use crate::{LIMIT, model};

/// The state of one test.
pub(crate) struct World {
    // In the order of dropping: the processes before their dependencies.
    pub(crate) cluster: Cluster,
    pub(crate) rest: Rest,
    pub(crate) live: Follower,
    pub(crate) collector: Collector,
    _gemini: FakeGemini,
    _db: TestDb,
}

/// Returns true if the machine has the required servers. If it has not and `CI` is set, the test fails.
pub(crate) fn is_installed(broker: Broker) -> bool {
    let find = || -> Result<(), Missing> {
        let installed = Installed::find()?;
        match broker {
            Broker::Kafka => installed.kafka().map(drop),
            Broker::Redis => installed.redis().map(drop),
        }
    };
    match find() {
        Ok(()) => true,
        Err(missing) => {
            taskwire_testkit::skip(missing);
            false
        }
    }
}

impl World {
    /// Starts a cluster over this broker; `None` if the machine cannot.
    pub(crate) async fn start(broker: Broker) -> Option<Self> {
        if !is_installed(broker) {
            return None;
        }
        let begun = Instant::now();
        let db = TestDb::create(Kind::Postgres);
        let gemini = model::start().await;
        let collector = Collector::start().await;
        let plan = Plan {
            model: Some(Model {
                key: "a key".into(),
                url: Some(gemini.url().into()),
                name: Some("gemini-test".into()),
            }),
            environment: [
                ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()),
                // The tests need not wait for the usual five seconds.
                ("OTEL_BSP_SCHEDULE_DELAY", "100"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
            ..Plan::new(
                env!("CARGO_BIN_EXE_taskwire"),
                broker,
                DatabaseChoice::At(db.address.clone()),
            )
        };
        let cluster = Cluster::start(&plan).await.unwrap();
        eprintln!("{broker:?}: the cluster is up after {:?}", begun.elapsed());
        let rest = Rest::new(&cluster.url(), &cluster.token("ana").await.unwrap());
        let live = Follower::start(&rest, "0").await;
        Some(Self {
            cluster,
            rest,
            live,
            collector,
            _gemini: gemini,
            _db: db,
        })
    }

    /// Sends a request to the sidecar of an app.
    pub(crate) async fn sidecar(
        &self,
        app: AppId,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let sidecar = &self.cluster.apps(app).next().unwrap().sidecar;
        let mut request = self
            .rest
            .http
            .request(method, format!("http://{}{path}", sidecar.address))
            .header("dapr-api-token", &sidecar.token)
            .body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        Answer {
            status: answer.status().as_u16(),
            body: answer.bytes().await.unwrap().to_vec(),
        }
    }

    /// Publishes bytes to a topic unchanged, like anybody with access to the broker.
    pub(crate) async fn put(&self, topic: &str, record: impl Into<reqwest::Body>) {
        let path = format!(
            "/v1.0/publish/taskpubsub/{topic}?metadata.rawPayload=true&metadata.partitionKey=k"
        );
        let headers = [("content-type", "application/octet-stream")];
        let answer = self
            .sidecar(AppId::Api, Method::POST, &path, &headers, record)
            .await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }

    /// Waits until this many dead letters are stored.
    pub(crate) async fn dead_letters(&self, count: usize) -> Vec<DeadLetter> {
        let db = Db::connect(self.cluster.database_url(), &Options::default())
            .await
            .unwrap();
        let letters = eventually(LIMIT, || async {
            let letters = db
                .read()
                .await
                .ok()?
                .dead_letters(None, None, 100)
                .await
                .ok()?;
            (letters.len() >= count).then_some(letters)
        })
        .await;
        db.close().await;
        letters
    }

    /// Waits until the audit log has a line of a task.
    pub(crate) async fn audited(&self, task: &Value) {
        eventually(LIMIT, || async {
            let log = self.rest.all("/api/v1/audit").await;
            log.iter()
                .any(|line| line["number"] == task["number"])
                .then_some(())
        })
        .await;
    }

    /// Creates a task.
    pub(crate) async fn create(&self, title: &str) -> Value {
        self.rest
            .post("/api/v1/tasks", &json!({"title": title}))
            .await
    }
}
