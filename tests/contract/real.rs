//! Real sidecars with Redis or Kafka.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use taskwire_parts::{Daprd, ExternalApp, Installed, Kafka, Missing, Redis, Scheduler, Topic};
use tempfile::TempDir;

use crate::app::APP_TOKEN;
use crate::environment::{API_TOKEN, Broker, TOPICS};

/// What was started; none, and one line that says why, where it is not installed. Under CI that is a failure.
pub(crate) fn installed<T>(started: anyhow::Result<T>, what: &str) -> Option<T> {
    match started {
        Ok(servers) => Some(servers),
        Err(error) => {
            let missing = error.downcast::<Missing>().unwrap();
            taskwire_testkit::skip(format!("{what}: {missing}"));
            None
        }
    }
}

/// A broker, and the state store that both kinds of environment use.
pub(crate) struct Servers {
    installed: Installed,
    scheduler: Scheduler,
    redis: Redis,
    kafka: Option<Kafka>,
    /// Last, so that it is dropped when nothing uses it any longer.
    folder: TempDir,
}

impl Servers {
    /// Starts them, where they are installed.
    pub(crate) async fn start(broker: Broker) -> Option<Self> {
        installed(Self::find(broker).await, &format!("over {broker:?}"))
    }

    async fn find(broker: Broker) -> anyhow::Result<Self> {
        let installed = Installed::find()?;
        let folder = TempDir::new()?;
        let kafka = if broker == Broker::Kafka {
            let topics = TOPICS.map(|name| Topic {
                name: name.into(),
                partitions: 3,
                retention_ms: 3_600_000,
            });
            Some(Kafka::start(&installed, folder.path(), &topics).await?)
        } else {
            None
        };
        Ok(Self {
            scheduler: Scheduler::start(&installed, folder.path()).await?,
            redis: Redis::start(&installed, folder.path()).await?,
            installed,
            kafka,
            folder,
        })
    }

    /// Starts the sidecar of an app with this port.
    pub(crate) async fn sidecar(
        &self,
        app_id: &str,
        app_port: u16,
        max_retries: Option<u32>,
        callee: Option<SocketAddr>,
    ) -> Daprd {
        let folder = self.folder.path().join(app_id);
        self.write(&folder, max_retries, callee);
        let app = ExternalApp {
            app_id: app_id.into(),
            app_port,
            topics: 2,
            api_token: API_TOKEN.into(),
            app_token: APP_TOKEN.into(),
            configs: vec![folder.join("config.yaml")],
            resources: vec![folder.join("resources")],
            environment: Vec::new(),
            scheduler: Some(self.scheduler.address),
        };
        Daprd::start(&self.installed, &app, &folder).await.unwrap()
    }

    fn write(&self, folder: &Path, max_retries: Option<u32>, callee: Option<SocketAddr>) {
        let resources = folder.join("resources");
        std::fs::create_dir_all(&resources).unwrap();
        let write = |path: PathBuf, text: &str| std::fs::write(path, text).unwrap();
        let redis = self.redis.address;
        let pubsub = match &self.kafka {
            Some(kafka) => component(
                "taskpubsub",
                "pubsub.kafka",
                &[
                    ("brokers", &kafka.address.to_string()),
                    ("authType", "none"),
                    ("disableTls", "true"),
                    ("initialOffset", "oldest"),
                    ("version", "3.6.0"),
                    ("consumeRetryInterval", "100ms"),
                    ("sessionTimeout", "2s"),
                    ("heartbeatInterval", "500ms"),
                ],
            ),
            None => component(
                "taskpubsub",
                "pubsub.redis",
                &[
                    ("redisHost", &redis.to_string()),
                    ("concurrency", "1"),
                    ("processingTimeout", "2s"),
                    ("redeliverInterval", "1s"),
                ],
            ),
        };
        write(resources.join("pubsub.yaml"), &pubsub);
        let state = component(
            "taskstate",
            "state.redis",
            &[("redisHost", &redis.to_string())],
        );
        write(resources.join("state.yaml"), &state);
        let file = folder.join("secrets.json");
        write(file.clone(), r#"{"kafka": {"password": "hidden"}}"#);
        let secrets = component(
            "secrets",
            "secretstores.local.file",
            &[
                ("secretsFile", &file.display().to_string()),
                ("nestedSeparator", ":"),
            ],
        );
        write(resources.join("secrets.yaml"), &secrets);
        let limit = max_retries.map_or_else(String::new, |max| format!(", maxRetries: {max}"));
        write(
            resources.join("resiliency.yaml"),
            &RESILIENCY.replace("LIMIT", &limit),
        );
        let wake = component(
            "wake",
            "bindings.cron",
            &[
                ("schedule", "@every 1s"),
                ("direction", "input"),
                ("route", "/wake"),
            ],
        );
        write(resources.join("wake.yaml"), &wake);
        // An empty address is that of nobody.
        let template = callee.map_or_else(
            || "127.0.0.1:1".to_owned(),
            |callee| format!("{{{{if eq .ID \"task-audit\"}}}}{callee}{{{{end}}}}"),
        );
        write(
            folder.join("config.yaml"),
            &CONFIG.replace("TEMPLATE", &template),
        );
    }
}

const RESILIENCY: &str = "apiVersion: dapr.io/v1alpha1
kind: Resiliency
metadata: {name: contract}
spec:
  policies:
    timeouts: {deliver: 15s, publish: 10s}
    retries: {deliver: {policy: constant, duration: 100msLIMIT}}
  targets:
    components:
      taskpubsub: {inbound: {timeout: deliver, retry: deliver}, outbound: {timeout: publish}}
";

/// No multicast.
const CONFIG: &str = "apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: {name: contract}
spec:
  nameResolution: {component: kubernetes, configuration: {template: 'TEMPLATE'}}
  tracing: {samplingRate: \"1\"}
";

fn component(name: &str, kind: &str, metadata: &[(&str, &str)]) -> String {
    let metadata: String = metadata
        .iter()
        .map(|(name, value)| format!("    - {{name: {name}, value: \"{value}\"}}\n"))
        .collect::<Vec<_>>()
        .concat();
    format!(
        "apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {{name: {name}}}
spec:
  type: {kind}
  version: v1
  metadata:
{metadata}"
    )
}
