//! The servers that the files in `dapr/` are for, with certificates of an authority of their own.

use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::json;
use taskwire_parts::{Daprd, ExternalApp, Installed, Kafka, Login, Redis, Topic};
use taskwire_testkit::{Kind, TestDb};
use tempfile::TempDir;

use super::components::DAPR;
use crate::app::{APP_TOKEN, App};
use crate::environment::{API_TOKEN, TOPICS};
use crate::real::installed;

/// What the secrets say about the broker.
pub(super) enum Password {
    Right,
    Wrong,
}

/// A broker and stores.
pub(super) struct Servers {
    pub(super) login: Login,
    /// The certificate of the authority that the servers' are signed by.
    authority: String,
    installed: Installed,
    kafka: Kafka,
    /// Wants a password over TLS.
    redis: Redis,
    /// Wants nothing.
    plain_redis: Redis,
    postgres: TestDb,
    /// Last, so that it goes when nothing uses it any longer.
    folder: TempDir,
}

/// The login of a server on this machine, and the certificate of the authority behind its certificate.
fn login() -> (Login, String) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let certificate = authority.self_signed(&authority_key).unwrap();
    let authority = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let own = own.signed_by(&key, &authority).unwrap();
    let login = Login {
        username: "taskwire".into(),
        password: "only-for-tests".into(),
        identity: key.serialize_pem() + &own.pem(),
    };
    (login, certificate.pem())
}

impl Servers {
    /// Starts them, where they are installed.
    pub(super) async fn start() -> Option<Self> {
        installed(Self::find().await, "the files of dapr/")
    }

    async fn find() -> anyhow::Result<Self> {
        let installed = Installed::find()?;
        let folder = TempDir::new()?;
        let (login, authority) = login();
        let topics = TOPICS.map(|name| Topic {
            name: name.into(),
            partitions: 3,
            retention_ms: 3_600_000,
        });
        let plain = folder.path().join("plain");
        std::fs::create_dir(&plain)?;
        Ok(Self {
            kafka: Kafka::start_with_login(&installed, folder.path(), &topics, &login).await?,
            redis: Redis::start_with_login(&installed, folder.path(), &login).await?,
            plain_redis: Redis::start(&installed, &plain).await?,
            postgres: TestDb::create(Kind::Postgres),
            login,
            authority,
            installed,
            folder,
        })
    }

    /// The sidecar of an app with the components for managed servers.
    pub(super) async fn cloud(
        &self,
        app_id: &str,
        app: &App,
        password: &Password,
    ) -> anyhow::Result<Daprd> {
        self.sidecar(app_id, app, &["cloud"], password).await
    }

    /// The sidecar of an app with these folders of components.
    pub(super) async fn sidecar(
        &self,
        app_id: &str,
        app: &App,
        folders: &[&str],
        password: &Password,
    ) -> anyhow::Result<Daprd> {
        let mut resources = vec![PathBuf::from(DAPR)];
        for folder in folders {
            resources.push(format!("{DAPR}/components/{folder}").into());
        }
        let configs = vec![format!("{DAPR}/config.yaml").into()];
        self.daprd(app_id, app, configs, resources, password).await
    }

    /// A sidecar configured as in Kubernetes, which looks for other ones at an address instead of by multicast.
    pub(super) async fn like_kubernetes(&self, app_id: &str, app: &App, others: &str) -> Daprd {
        let quiet = self.folder.path().join(format!("{app_id}.yaml"));
        let text = format!(
            "spec: {{nameResolution: {{component: kubernetes, configuration: {{template: '{others}'}}}}}}\n"
        );
        std::fs::write(&quiet, text).unwrap();
        let configs = vec![format!("{DAPR}/kubernetes/config.yaml").into(), quiet];
        let resources = vec![DAPR.into(), format!("{DAPR}/components/cloud").into()];
        let daprd = self.daprd(app_id, app, configs, resources, &Password::Right);
        daprd.await.unwrap()
    }

    async fn daprd(
        &self,
        app_id: &str,
        app: &App,
        configs: Vec<PathBuf>,
        resources: Vec<PathBuf>,
        password: &Password,
    ) -> anyhow::Result<Daprd> {
        let app = ExternalApp {
            app_id: app_id.into(),
            app_port: app.port(),
            // Only consumers have the component that the app subscribes to.
            topics: if matches!(app_id, "task-chat" | "task-mcp") {
                0
            } else {
                2
            },
            api_token: API_TOKEN.into(),
            app_token: APP_TOKEN.into(),
            configs,
            resources,
            environment: self.environment(password),
            scheduler: None,
        };
        Daprd::start(&self.installed, &app, self.folder.path()).await
    }

    /// What `dapr/README.md` says that the files read.
    fn environment(&self, password: &Password) -> Vec<(&'static str, String)> {
        let file = self.folder.path().join("secrets.json");
        let Login {
            username,
            password: right,
            ..
        } = &self.login;
        let state = format!("{}?sslmode=disable", self.postgres.address);
        let secrets = json!({
            "kafka": {
                "brokers": self.kafka.address.to_string(),
                "username": username,
                "password": match password {
                    Password::Right => right,
                    Password::Wrong => "wrong",
                },
                "ca": self.authority,
            },
            "postgres": {"url": state},
            "redis": {
                "host": self.redis.address.to_string(),
                "username": username,
                "password": right,
            },
        });
        std::fs::write(&file, secrets.to_string()).unwrap();
        let nowhere = || "127.0.0.1:1".to_owned();
        vec![
            ("TASKWIRE_SECRETS_FILE", file.display().to_string()),
            ("TASKWIRE_KAFKA_BROKERS", self.kafka.plain.to_string()),
            ("TASKWIRE_KAFKA_SESSION_TIMEOUT", "2s".into()),
            ("TASKWIRE_KAFKA_HEARTBEAT", "500ms".into()),
            ("TASKWIRE_REDIS", self.plain_redis.address.to_string()),
            ("TASKWIRE_REDIS_PROCESSING_TIMEOUT", "20s".into()),
            ("TASKWIRE_STATE_DATABASE", state),
            ("TASKWIRE_API_SIDECAR", nowhere()),
            ("TASKWIRE_MCP_SIDECAR", nowhere()),
            ("TASKWIRE_CHAT_SIDECAR", nowhere()),
        ]
    }
}
