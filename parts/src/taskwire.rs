//! Taskwire's processes, each with its sidecar.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::app_id::AppId;
use crate::daprd::{Daprd, SidecarPorts, SidecarSettings};
use crate::ports::{free_port, loopback};
use crate::process::{Process, Ready, command};

/// A model's endpoint.
#[derive(Clone, Debug)]
pub struct Model {
    /// The key that it requires.
    pub key: String,
    /// Its address, if it is not Taskwire's default.
    pub url: Option<String>,
    /// The model's name, if it is not Taskwire's default.
    pub name: Option<String>,
}

/// Settings shared by all parts of an installation.
#[derive(Clone, Debug)]
pub(crate) struct AppSettings {
    pub(crate) program: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) database: String,
    pub(crate) service_token: String,
    /// The address to which the API forwards MCP.
    pub(crate) mcp: SocketAddr,
    /// The address to which the API forwards the chat.
    pub(crate) chat: SocketAddr,
    /// Whether the API publishes events, rather than a separate process.
    pub(crate) has_relay_in_api: bool,
    pub(crate) model: Option<Model>,
    /// More variables of all processes.
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) sidecar: SidecarSettings,
}

/// The ports of a part and its sidecar.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AppPorts {
    pub(crate) app: u16,
    pub(crate) sidecar: SidecarPorts,
}

impl AppPorts {
    pub(crate) fn choose() -> anyhow::Result<Self> {
        Ok(Self {
            app: free_port()?,
            sidecar: SidecarPorts::choose()?,
        })
    }
}

/// A running part with its sidecar.
#[derive(Debug)]
pub struct App {
    /// The part.
    pub id: AppId,
    /// The process.
    pub process: Process,
    /// Its sidecar.
    pub sidecar: Daprd,
    /// Its port.
    pub address: SocketAddr,
    /// Its sidecar's port for other sidecars.
    pub(crate) internal: SocketAddr,
}

impl App {
    /// Starts a part and its sidecar, without waiting for either. Replicas of one part differ in their number.
    pub(crate) fn spawn(
        settings: &AppSettings,
        id: AppId,
        number: usize,
        ports: AppPorts,
    ) -> anyhow::Result<Self> {
        let name = match number {
            0 => id.as_str().to_owned(),
            number => format!("{}-{}", id.as_str(), number + 1),
        };
        let address = loopback(ports.app);
        let mut command = taskwire(settings);
        command
            .env("DAPR_HTTP_PORT", ports.sidecar.http.to_string())
            .env("DAPR_API_TOKEN", &settings.sidecar.api_token)
            .args(arguments(settings, id))
            .args(["--listen", &address.to_string()]);
        if id.subscriptions() > 0 {
            command.env("APP_API_TOKEN", &settings.sidecar.app_token);
        }
        let log = settings.folder.join(format!("{name}.log"));
        let process = Process::spawn(&name, command, &log)?
            .ready_when([Ready::Answers(format!("http://{address}/healthz"))]);
        let sidecar = Daprd::spawn(
            &settings.sidecar,
            id,
            ports.app,
            ports.sidecar,
            &format!("{name}-daprd"),
            &settings.folder,
        )?;
        Ok(Self {
            id,
            process,
            sidecar,
            address,
            internal: loopback(ports.sidecar.internal),
        })
    }

    /// Waits until both are ready.
    pub async fn until_ready(&mut self) -> anyhow::Result<()> {
        self.process.until_ready().await?;
        self.sidecar.process.until_ready().await
    }

    /// Kills both.
    pub fn kill(&mut self) {
        self.process.kill();
        self.sidecar.process.kill();
    }

    /// Starts both on the same ports, killing them first if they run, and waits until they are ready.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.process.start_again()?;
        self.sidecar.process.start_again()?;
        self.until_ready().await
    }

    /// Asks both to stop, the sidecar first: it then delivers nothing more, and requests in progress end.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        self.sidecar.process.stop().await?;
        self.process.stop().await?;
        Ok(())
    }

    /// The base address, such as `http://127.0.0.1:8484`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// A command of Taskwire with the installation's settings.
pub(crate) fn taskwire(settings: &AppSettings) -> std::process::Command {
    let mut command = command(&settings.program);
    command
        .env("TASKWIRE_DATA_DIR", data_folder(&settings.folder))
        .envs(
            settings
                .environment
                .iter()
                .map(|(name, value)| (name, value)),
        );
    command
}

fn data_folder(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn arguments(settings: &AppSettings, id: AppId) -> Vec<String> {
    let flag = |name: &str, value: &str| [name.to_owned(), value.to_owned()];
    let database = flag("--database-url", &settings.database);
    let service = flag("--service-token", &settings.service_token);
    let bus = flag("--bus", "dapr");
    let api = flag("--api-url", &format!("dapr://{}", AppId::Api.as_str()));
    let (words, flags): (&[&str], Vec<[String; 2]>) = match id {
        AppId::Api => {
            let mut flags = vec![
                database,
                service,
                flag("--mcp-url", &format!("http://{}/mcp", settings.mcp)),
                flag("--chat-url", &format!("http://{}", settings.chat)),
                flag("--rate-limit", "0"),
                flag("--address-rate-limit", "0"),
            ];
            flags.extend(settings.has_relay_in_api.then_some(bus));
            (&["api"], flags)
        }
        AppId::Relay => (&["relay"], vec![database, bus]),
        AppId::Mcp => (&["mcp"], vec![api]),
        AppId::Chat => {
            let mcp = flag("--mcp-url", &format!("dapr://{}", AppId::Mcp.as_str()));
            let mut flags = vec![api, mcp, flag("--state", "dapr")];
            if let Some(model) = &settings.model {
                let url = model.url.iter().map(|url| flag("--model-base-url", url));
                let name = model.name.iter().map(|name| flag("--model", name));
                flags.push(flag("--model-api-key", &model.key));
                flags.extend(url.chain(name));
            }
            (&["chat"], flags)
        }
        AppId::Audit => (&["consumer", "audit"], vec![database, service, bus, api]),
        AppId::Recurrence => (
            &["consumer", "recurrence"],
            vec![database, service, bus, api],
        ),
        AppId::Reminder => (&["consumer", "reminder"], vec![database, service, bus, api]),
    };
    words
        .iter()
        .map(|word| (*word).to_owned())
        .chain(flags.into_iter().flatten())
        .collect()
}
