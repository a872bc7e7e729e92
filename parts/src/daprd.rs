//! A Dapr sidecar.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::app_id::AppId;
use crate::installed::Installed;
use crate::ports::{free_port, loopback};
use crate::process::{Process, Ready, command, retry_on_early_exit};

/// A running sidecar.
#[derive(Debug)]
pub struct Daprd {
    /// The process.
    pub process: Process,
    /// The address of its HTTP API.
    pub address: SocketAddr,
    /// Where other sidecars reach it.
    pub internal: SocketAddr,
    /// What its HTTP interface wants to see as `dapr-api-token`.
    pub token: String,
}

/// The ports of a sidecar.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SidecarPorts {
    pub(crate) http: u16,
    grpc: u16,
    /// Its port for other sidecars.
    pub(crate) internal: u16,
    public: u16,
}

impl SidecarPorts {
    pub(crate) fn choose() -> anyhow::Result<Self> {
        Ok(Self {
            http: free_port()?,
            grpc: free_port()?,
            internal: free_port()?,
            public: free_port()?,
        })
    }
}

/// Settings shared by all sidecars of a cluster.
#[derive(Clone, Debug)]
pub(crate) struct SidecarSettings {
    pub(crate) program: PathBuf,
    pub(crate) configs: Vec<PathBuf>,
    pub(crate) resources: Vec<PathBuf>,
    /// The environment of the configuration and the components.
    pub(crate) environment: Vec<(&'static str, String)>,
    pub(crate) scheduler: Option<SocketAddr>,
    /// The token that sidecars require.
    pub(crate) api_token: String,
    /// The token that sidecars send to their apps.
    pub(crate) app_token: String,
}

/// An app that is not part of Taskwire, such as one of a test.
#[derive(Clone, Debug)]
pub struct ExternalApp {
    /// Its app id.
    pub app_id: String,
    /// Its port on this machine.
    pub app_port: u16,
    /// Number of topics that it subscribes to.
    pub topics: usize,
    /// The token that its sidecar requires.
    pub api_token: String,
    /// The token that its sidecar sends to it.
    pub app_token: String,
    /// The sidecar's configuration; what a later file says comes before the earlier ones.
    pub configs: Vec<PathBuf>,
    /// Folders of components.
    pub resources: Vec<PathBuf>,
    /// What configuration and components read.
    pub environment: Vec<(&'static str, String)>,
    /// Where the scheduler of jobs is, if there is one.
    pub scheduler: Option<SocketAddr>,
}

/// The data of an app that its sidecar needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared<'a> {
    pub(crate) app_id: &'a str,
    pub(crate) port: u16,
    /// How many topics it subscribes to.
    pub(crate) topics: usize,
}

impl Daprd {
    /// Starts the sidecar of an app that already listens, with its log in `folder`.
    pub async fn start(
        installed: &Installed,
        app: &ExternalApp,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let settings = SidecarSettings {
            program: installed.daprd.clone(),
            configs: app.configs.clone(),
            resources: app.resources.clone(),
            environment: app.environment.clone(),
            scheduler: app.scheduler,
            api_token: app.api_token.clone(),
            app_token: app.app_token.clone(),
        };
        let declared = Declared {
            app_id: &app.app_id,
            port: app.app_port,
            topics: app.topics,
        };
        Self::start_for(&settings, declared, folder).await
    }

    /// Starts the sidecar of an app that listens already, and waits until it delivers.
    pub(crate) async fn start_for(
        settings: &SidecarSettings,
        app: Declared<'_>,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        retry_on_early_exit(|| async move {
            let ports = SidecarPorts::choose()?;
            let mut daprd = Self::spawn_for(settings, app, ports, app.app_id, folder)?;
            daprd.process.until_ready().await?;
            Ok(daprd)
        })
        .await
    }

    /// Starts the sidecar of an app, without waiting for either.
    pub(crate) fn spawn(
        settings: &SidecarSettings,
        app: AppId,
        app_port: u16,
        ports: SidecarPorts,
        name: &str,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let declared = Declared {
            app_id: app.as_str(),
            port: app_port,
            topics: app.subscriptions(),
        };
        Self::spawn_for(settings, declared, ports, name, folder)
    }

    fn spawn_for(
        settings: &SidecarSettings,
        app: Declared<'_>,
        ports: SidecarPorts,
        name: &str,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let mut command = command(&settings.program);
        command
            .current_dir(folder)
            .envs(
                settings
                    .environment
                    .iter()
                    .map(|(name, value)| (name, value)),
            )
            .env("NAMESPACE", "default")
            .env("DAPR_HOST_IP", "127.0.0.1")
            .env("DAPR_API_TOKEN", &settings.api_token)
            .env("APP_API_TOKEN", &settings.app_token)
            .args(["--mode", "standalone", "--app-id", app.app_id])
            .args([
                "--app-port",
                &app.port.to_string(),
                "--app-protocol",
                "http",
            ])
            .args(["--app-channel-address", "127.0.0.1"])
            .args(["--dapr-listen-addresses", "127.0.0.1"])
            .args(["--dapr-http-port", &ports.http.to_string()])
            .args(["--dapr-grpc-port", &ports.grpc.to_string()])
            .args(["--dapr-internal-grpc-listen-address", "127.0.0.1"])
            .args(["--dapr-internal-grpc-port", &ports.internal.to_string()])
            .args(["--dapr-public-listen-address", "127.0.0.1"])
            .args(["--dapr-public-port", &ports.public.to_string()])
            // Dapr 1.14 opens this port on all interfaces, whatever it is configured to.
            .arg("--enable-metrics=false")
            .args([
                "--enable-app-health-check",
                "--app-health-check-path",
                "/healthz",
            ])
            .args([
                "--app-health-probe-interval",
                "1",
                "--app-health-threshold",
                "1",
            ])
            .args(["--dapr-graceful-shutdown-seconds", "5", "--log-as-json"]);
        for config in &settings.configs {
            command.arg("--config").arg(config);
        }
        for folder in &settings.resources {
            command.arg("--resources-path").arg(folder);
        }
        if let Some(scheduler) = settings.scheduler {
            command.args(["--scheduler-host-address", &scheduler.to_string()]);
        }
        let address = loopback(ports.http);
        let ready = match app.topics {
            0 => Ready::Answers(format!("http://{address}/v1.0/healthz")),
            topics => Ready::Subscribed {
                metadata: format!("http://{address}/v1.0/metadata"),
                token: settings.api_token.clone(),
                topics,
            },
        };
        let process =
            Process::spawn(name, command, &folder.join(format!("{name}.log")))?.ready_when([ready]);
        Ok(Self {
            process,
            address,
            internal: loopback(ports.internal),
            token: settings.api_token.clone(),
        })
    }
}
