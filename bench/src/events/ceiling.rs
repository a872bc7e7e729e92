//! What a sidecar and its broker take at most: events published with nothing behind them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, ensure};
use axum::Router;
use axum::routing::get;
use reqwest::{Client, StatusCode};
use serde_json::json;
use taskwire_parts::{Broker, Daprd, ExternalApp, Installed, Kafka, Redis, Topic};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::cpu::{Cost, Group, Used};
use super::flow::KEYS;
use super::installation::PARTITIONS;
use super::numbers::{count, median};

/// Length of one round.
const ROUND: Duration = Duration::from_secs(3);
/// Rounds of each kind; the median counts.
const ROUNDS: usize = 3;
/// What the sidecar wants to see.
const TOKEN: &str = "bench";

const CONFIG: &str = r#"apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata:
  name: bench
spec:
  tracing:
    samplingRate: "1"
  # Without multicast.
  nameResolution:
    component: kubernetes
    configuration:
      template: '127.0.0.1:1'
"#;

/// Events a second.
pub(crate) struct Ceiling {
    /// One request for each event, one event of each key at a time.
    single: f64,
    /// One request for one event of each key, one request at a time.
    bulk: f64,
    /// The same as two requests, each for half of the keys.
    two_bulks: f64,
    cost: Vec<Cost>,
}

struct Target {
    http: Client,
    base: String,
    body: String,
}

/// Killed when dropped.
struct Bare {
    target: Arc<Target>,
    groups: Vec<Group>,
    _daprd: Daprd,
    _kafka: Option<Kafka>,
    _redis: Option<Redis>,
    _app: JoinSet<()>,
    _folder: TempDir,
}

impl Ceiling {
    pub(crate) async fn measure(broker: Broker) -> anyhow::Result<Self> {
        let bare = Bare::start(broker).await?;
        let (mut single, mut bulk, mut two_bulks) = (Vec::new(), Vec::new(), Vec::new());
        let mut cost = Vec::new();
        bare.publish(KEYS, 1).await?;
        for _ in 0..ROUNDS {
            let before = Used::now(&bare.groups)?;
            let published = bare.publish(KEYS, 1).await?;
            cost.push(Used::now(&bare.groups)?.since(&before, published));
            single.push(count(published) / ROUND.as_secs_f64());
            bulk.push(count(bare.publish(1, KEYS).await?) / ROUND.as_secs_f64());
            two_bulks.push(count(bare.publish(2, KEYS / 2).await?) / ROUND.as_secs_f64());
        }
        Ok(Self {
            single: median(single),
            bulk: median(bulk),
            two_bulks: median(two_bulks),
            cost,
        })
    }

    /// Says which share of it so many events a second are.
    pub(crate) fn print(&self, rate: f64) {
        println!(
            "    that is {:.0}% of what the sidecar takes with nothing behind it: {:.0}/s one by one ({:.0}/s in bulks of {KEYS}, {:.0}/s in two bulks of {})",
            100.0 * rate / self.single,
            self.single,
            self.bulk,
            self.two_bulks,
            KEYS / 2,
        );
        let cost: Vec<&Cost> = self.cost.iter().collect();
        println!(
            "    processor time per event of sidecar and broker alone: {}",
            Cost::medians(&cost)
        );
    }
}

impl Bare {
    async fn start(broker: Broker) -> anyhow::Result<Self> {
        let installed = Installed::find()?;
        let folder = TempDir::new()?;
        let topic = Topic {
            name: "task-events".into(),
            partitions: PARTITIONS,
            retention_ms: 86_400_000,
        };
        let (kafka, redis) = match broker {
            Broker::Kafka => {
                let kafka = Kafka::start(&installed, folder.path(), &[topic]).await?;
                (Some(kafka), None)
            }
            Broker::Redis => (None, Some(Redis::start(&installed, folder.path()).await?)),
        };
        let component = match (&kafka, &redis) {
            (Some(kafka), _) => format!(
                "{{type: pubsub.kafka, version: v1, metadata: [{{name: brokers, value: '{}'}}, {{name: authType, value: none}}, {{name: disableTls, value: 'true'}}, {{name: version, value: '3.6.0'}}]}}",
                kafka.address
            ),
            (None, Some(redis)) => format!(
                "{{type: pubsub.redis, version: v1, metadata: [{{name: redisHost, value: '{}'}}, {{name: maxLenApprox, value: '1000000'}}]}}",
                redis.address
            ),
            (None, None) => anyhow::bail!("no broker"),
        };
        let resources = folder.path().join("components");
        std::fs::create_dir_all(&resources)?;
        std::fs::write(
            resources.join("pubsub.yaml"),
            format!(
                "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{name: taskpubsub}}\nspec: {component}\n"
            ),
        )?;
        let config = folder.path().join("config.yaml");
        std::fs::write(&config, CONFIG)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let app = ExternalApp {
            app_id: "bench".into(),
            app_port: listener.local_addr()?.port(),
            topics: 0,
            api_token: TOKEN.into(),
            app_token: TOKEN.into(),
            configs: vec![config],
            environment: Vec::new(),
            scheduler: None,
            resources: vec![resources],
        };
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let router = Router::new().route("/healthz", get(|| async { "ok" }));
            let _ = axum::serve(listener, router).await;
        });
        let daprd = Daprd::start(&installed, &app, folder.path()).await?;
        let groups = vec![
            Group::new("sidecar", daprd.process.pid()),
            Group::broker(kafka.as_ref(), redis.as_ref()),
        ];
        let target = Target {
            http: Client::builder().no_proxy().build()?,
            base: format!("http://{}", daprd.address),
            body: event(),
        };
        Ok(Self {
            target: Arc::new(target),
            groups,
            _daprd: daprd,
            _kafka: kafka,
            _redis: redis,
            _app: serving,
            _folder: folder,
        })
    }

    /// Publishes for one round over so many requests at a time, each with so many events of different keys. Answers how
    /// many events there were.
    async fn publish(&self, requests: usize, events: usize) -> anyhow::Result<usize> {
        let published = Arc::new(AtomicUsize::new(0));
        let end = Instant::now() + ROUND;
        let mut publishers = JoinSet::new();
        for request in 0..requests {
            let (target, published) = (Arc::clone(&self.target), Arc::clone(&published));
            publishers.spawn(async move {
                while Instant::now() < end {
                    if events == 1 {
                        target.one(request).await?;
                    } else {
                        target
                            .many(request * events..(request + 1) * events)
                            .await?;
                    }
                    published.fetch_add(events, Ordering::Relaxed);
                }
                anyhow::Ok(())
            });
        }
        while let Some(publisher) = publishers.join_next().await {
            publisher??;
        }
        Ok(published.load(Ordering::Relaxed))
    }
}

impl Target {
    async fn one(&self, key: usize) -> anyhow::Result<()> {
        let url = format!(
            "{}/v1.0/publish/taskpubsub/task-events?metadata.partitionKey=key-{key}",
            self.base
        );
        self.send(&url, "application/cloudevents+json", self.body.clone())
            .await
    }

    async fn many(&self, keys: std::ops::Range<usize>) -> anyhow::Result<()> {
        let entries: Vec<String> = keys
            .map(|key| {
                format!(
                    r#"{{"entryId":"{key}","contentType":"application/cloudevents+json","metadata":{{"partitionKey":"key-{key}"}},"event":{}}}"#,
                    self.body
                )
            })
            .collect();
        let url = format!(
            "{}/v1.0-alpha1/publish/bulk/taskpubsub/task-events",
            self.base
        );
        let body = format!("[{}]", entries.join(","));
        self.send(&url, "application/json", body).await
    }

    async fn send(&self, url: &str, content_type: &str, body: String) -> anyhow::Result<()> {
        let answer = self
            .http
            .post(url)
            .header("dapr-api-token", TOKEN)
            .header("content-type", content_type)
            .body(body)
            .send()
            .await
            .context("the sidecar does not answer")?;
        ensure!(
            answer.status() == StatusCode::NO_CONTENT,
            "the sidecar answered {}: {}",
            answer.status(),
            answer.text().await?
        );
        Ok(())
    }
}

/// An event of the usual size.
fn event() -> String {
    let id = "019b76da-a800-7000-8000-000000000001";
    let task = json!({
        "id": id, "number": 1, "title": "Write the quarterly report for the board, part 1",
        "notes": "Numbers from finance, draft by Tuesday.", "status": "open", "priority": "medium", "tags": ["work"],
        "due": "2027-01-04T09:00", "due_at": "2027-01-04T09:00:00Z", "due_weekday": "monday", "due_zone": "UTC",
        "is_overdue": false, "reminders": [], "version": 7, "created_at": "2026-12-01T09:00:00Z",
        "updated_at": "2026-12-01T09:00:00Z", "change": id,
    });
    json!({
        "specversion": "1.0", "id": id, "source": "/taskwire", "type": "task.updated.v1", "subject": id,
        "time": "2026-12-01T09:00:00Z", "datacontenttype": "application/json", "partitionkey": id, "taskwireowner": id,
        "sequence": "00000000000000000001", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "traceid": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "data": {
            "schema_version": 1, "sequence": 7, "change": id, "actor": {"user": id, "via": "rest", "client": "bench"},
            "before": task, "after": task,
        },
    })
    .to_string()
}
