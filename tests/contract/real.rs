//! Real sidecars with Redis or Kafka.

use std::path::{Path, PathBuf};

use taskwire_parts::{Daprd, ExternalApp, Installed, Kafka, Missing, Redis, Topic};
use tempfile::TempDir;

use crate::app::APP_TOKEN;
use crate::environment::{API_TOKEN, Broker, TOPICS};

/// A broker, and the state store that both kinds of environment use.
pub(crate) struct Servers {
    installed: Installed,
    redis: Redis,
    kafka: Option<Kafka>,
    /// Last, so that it is dropped when nothing uses it any longer.
    folder: TempDir,
}

impl Servers {
    /// Starts them; `None`, and one line that says why, if they are not installed. In CI that is a failure.
    pub(crate) async fn start(broker: Broker) -> Option<Self> {
        match Self::find(broker).await {
            Ok(servers) => Some(servers),
            Err(error) => {
                taskwire_testkit::skip(error.downcast::<Missing>().unwrap());
                None
            }
        }
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
    ) -> Daprd {
        let folder = self.folder.path().join(app_id);
        self.write(&folder, max_retries);
        let app = ExternalApp {
            app_id: app_id.into(),
            app_port,
            topics: 2,
            api_token: API_TOKEN.into(),
            app_token: APP_TOKEN.into(),
            config: folder.join("config.yaml"),
            resources: vec![folder.join("resources")],
        };
        Daprd::start(&self.installed, &app, &folder).await.unwrap()
    }

    fn write(&self, folder: &Path, max_retries: Option<u32>) {
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
        write(folder.join("config.yaml"), CONFIG);
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

/// No multicast: the sidecars call no other app.
const CONFIG: &str = "apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: {name: contract}
spec:
  nameResolution: {component: kubernetes, configuration: {template: '127.0.0.1:1'}}
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
