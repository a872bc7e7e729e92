//! A cluster: a broker, a database, and each part of Taskwire with its sidecar.

mod plan;
mod secrets;
mod servers;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use futures::future::try_join_all;
use tempfile::TempDir;

use crate::app_id::AppId;
use crate::balancer::Balancer;
use crate::daprd::{Daprd, Declared, SidecarSettings};
use crate::installed::Installed;
use crate::kafka::Kafka;
use crate::ports::loopback;
use crate::postgres::Postgres;
use crate::process::{Process, output, retry_on_early_exit};
use crate::redis::Redis;
use crate::scheduler::Scheduler;
use crate::taskwire::{App, AppPorts, AppSettings, taskwire};

use secrets::Secrets;
use servers::Servers;

pub use plan::{Broker, DatabaseChoice, Plan};

/// The folder of the components.
const DAPR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../dapr");

/// A running installation. Dropping it kills its processes, dependents first.
#[derive(Debug)]
pub struct Cluster {
    /// The parts of Taskwire, all replicas.
    pub apps: Vec<App>,
    balancers: Balancers,
    /// Stores jobs.
    pub scheduler: Option<Scheduler>,
    /// The broker, if it is Kafka.
    pub kafka: Option<Kafka>,
    /// The broker and state store, if it is Redis.
    pub redis: Option<Redis>,
    /// The database, if the cluster has its own.
    pub postgres: Option<Postgres>,
    settings: AppSettings,
    /// Removed at the end, unless the plan names a folder.
    folder: Option<TempDir>,
}

/// In front of the apps that others call, if there may be several replicas.
#[derive(Debug, Default)]
struct Balancers {
    apps: BTreeMap<AppId, Balancer>,
    sidecars: BTreeMap<AppId, Balancer>,
}

impl Cluster {
    /// Starts everything, and returns when each part is ready.
    pub async fn start(plan: &Plan) -> anyhow::Result<Self> {
        let installed = Installed::find()?;
        let temporary = match &plan.folder {
            Some(folder) => {
                std::fs::create_dir_all(folder)?;
                None
            }
            None => Some(tempfile::Builder::new().prefix("taskwire-").tempdir()?),
        };
        let folder = match (&plan.folder, &temporary) {
            (Some(folder), _) => folder.clone(),
            (None, Some(folder)) => folder.path().to_owned(),
            (None, None) => anyhow::bail!("no folder"),
        };
        let servers = Servers::start(plan, &installed, &folder).await?;
        let secrets = Secrets::random()?;
        let (apps, balancers, settings) = retry_on_early_exit(|| {
            let (installed, folder, servers, secrets) = (&installed, &folder, &servers, &secrets);
            async move { start_apps(plan, installed, folder, servers, secrets).await }
        })
        .await?;
        let Servers {
            scheduler,
            kafka,
            redis,
            postgres,
            ..
        } = servers;
        Ok(Self {
            apps,
            balancers,
            scheduler,
            kafka,
            redis,
            postgres,
            settings,
            folder: temporary,
        })
    }

    /// The address of the gateway.
    pub fn url(&self) -> String {
        let balancer = self.balancers.apps.get(&AppId::Api);
        let address = balancer.map_or_else(
            || self.apps(AppId::Api).next().map(|app| app.address),
            |balancer| Some(balancer.address()),
        );
        format!("http://{}", address.unwrap_or_else(|| loopback(0)))
    }

    /// The replicas of a part.
    pub fn apps(&self, id: AppId) -> impl Iterator<Item = &App> {
        self.apps.iter().filter(move |app| app.id == id)
    }

    /// The first replica of a part.
    pub fn app(&mut self, id: AppId) -> anyhow::Result<&mut App> {
        let app = self.apps.iter_mut().find(|app| app.id == id);
        app.with_context(|| format!("no {} is running", id.as_str()))
    }

    /// Starts one more replica of a part, and waits until it is ready. The API, MCP and the chat can have
    /// several only in a cluster that is planned as scalable.
    pub async fn add(&mut self, id: AppId) -> anyhow::Result<&mut App> {
        let settings = &self.settings;
        // Removed replicas have left their logs.
        let number = (0..usize::MAX)
            .find(|number| {
                let log = match number {
                    0 => format!("{}.log", id.as_str()),
                    number => format!("{}-{}.log", id.as_str(), number + 1),
                };
                !settings.folder.join(log).exists()
            })
            .unwrap_or_default();
        let mut app = retry_on_early_exit(|| async move {
            let mut app = App::spawn(settings, id, number, AppPorts::choose()?)?;
            app.until_ready().await?;
            Ok(app)
        })
        .await?;
        app.id = id;
        self.balancers.add(&app);
        self.apps.push(app);
        self.apps.last_mut().context("it was just added")
    }

    /// Stops the last replica of a part, like a cluster that is scaled down.
    pub async fn remove(&mut self, id: AppId) -> anyhow::Result<()> {
        let last = self.apps.iter().rposition(|app| app.id == id);
        let last = last.with_context(|| format!("no {} is running", id.as_str()))?;
        let mut app = self.apps.remove(last);
        self.balancers.remove(&app);
        app.stop().await
    }

    /// Starts the sidecar of an app of another kind, which listens at `port` and gets events from the same broker.
    pub async fn attach(&self, app_id: &str, port: u16, topics: usize) -> anyhow::Result<Daprd> {
        let broker = match self.kafka {
            Some(_) => Broker::Kafka,
            None => Broker::Redis,
        };
        let component = Path::new(DAPR)
            .join(broker.components())
            .join("pubsub.yaml");
        // Its scopes name Taskwire's own apps.
        let component: Vec<String> = std::fs::read_to_string(component)?
            .lines()
            .filter(|line| !line.starts_with("scopes:"))
            .map(ToOwned::to_owned)
            .collect();
        let resources = self.settings.folder.join(app_id);
        std::fs::create_dir_all(&resources)?;
        std::fs::write(resources.join("pubsub.yaml"), component.join("\n"))?;
        let settings = SidecarSettings {
            resources: vec![resources],
            ..self.settings.sidecar.clone()
        };
        let app = Declared {
            app_id,
            port,
            topics,
        };
        Daprd::start_for(&settings, app, &self.settings.folder).await
    }

    /// Creates a token like an administrator, and its user.
    pub async fn token(&self, user: &str) -> anyhow::Result<String> {
        self.run(&["token", "create", "--user", user]).await
    }

    /// A link that signs a browser in.
    pub async fn link(&self, user: &str) -> anyhow::Result<String> {
        let url = self.url();
        self.run(&["token", "link", "--user", user, "--api-url", &url])
            .await
    }

    /// Runs a command of Taskwire on the installation's database. Returns its output.
    pub async fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        run(&self.settings, arguments).await
    }

    /// The address of the broker.
    pub fn broker_address(&self) -> Option<SocketAddr> {
        let kafka = self.kafka.as_ref().map(|kafka| kafka.address);
        kafka.or(self.redis.as_ref().map(|redis| redis.address))
    }

    /// The address of the database.
    pub fn database_url(&self) -> &str {
        &self.settings.database
    }

    /// The folder of logs and files.
    pub fn folder(&self) -> &Path {
        &self.settings.folder
    }

    /// The token in requests of sidecars to their apps.
    pub fn app_token(&self) -> &str {
        &self.settings.sidecar.app_token
    }

    /// The credential of the processes that call the API as a service.
    pub fn service_token(&self) -> &str {
        &self.settings.service_token
    }

    /// Lets everything continue to run. Returns the processes, dependencies first, and the folders that remain.
    pub(crate) fn release(self) -> (Vec<Process>, Vec<PathBuf>) {
        let mut folders: Vec<PathBuf> = self.folder.map(TempDir::keep).into_iter().collect();
        let mut processes = Vec::new();
        if let Some(postgres) = self.postgres {
            let (process, folder) = postgres.into_parts();
            processes.push(process);
            folders.extend(folder);
        }
        processes.extend(self.redis.map(|redis| redis.process));
        processes.extend(self.kafka.map(|kafka| kafka.process));
        processes.extend(self.scheduler.map(|scheduler| scheduler.process));
        for app in self.apps {
            processes.push(app.process);
            processes.push(app.sidecar.process);
        }
        (processes, folders)
    }
}

impl Balancers {
    async fn start() -> anyhow::Result<Self> {
        let mut balancers = Self::default();
        for id in AppId::STANDARD.into_iter().filter(|id| id.is_called()) {
            balancers.apps.insert(id, Balancer::start().await?);
            balancers.sidecars.insert(id, Balancer::start().await?);
        }
        Ok(balancers)
    }

    fn add(&self, app: &App) {
        if let Some(balancer) = self.apps.get(&app.id) {
            balancer.add(app.address);
        }
        if let Some(balancer) = self.sidecars.get(&app.id) {
            balancer.add(app.internal);
        }
    }

    fn remove(&self, app: &App) {
        if let Some(balancer) = self.apps.get(&app.id) {
            balancer.remove(app.address);
        }
        if let Some(balancer) = self.sidecars.get(&app.id) {
            balancer.remove(app.internal);
        }
    }
}

async fn start_apps(
    plan: &Plan,
    installed: &Installed,
    folder: &Path,
    servers: &Servers,
    secrets: &Secrets,
) -> anyhow::Result<(Vec<App>, Balancers, AppSettings)> {
    let balancers = if plan.is_scalable() {
        Balancers::start().await?
    } else {
        Balancers::default()
    };
    let mut ports = BTreeMap::new();
    for id in plan.replicas.keys() {
        ports.insert(*id, AppPorts::choose()?);
    }
    let first = |id: AppId| {
        ports
            .get(&id)
            .with_context(|| format!("no {}", id.as_str()))
    };
    let app = |id: AppId| -> anyhow::Result<SocketAddr> {
        match balancers.apps.get(&id) {
            Some(balancer) => Ok(balancer.address()),
            None => Ok(loopback(first(id)?.app)),
        }
    };
    let sidecar = |id: AppId| -> anyhow::Result<String> {
        Ok(match balancers.sidecars.get(&id) {
            Some(balancer) => balancer.address().to_string(),
            None => loopback(first(id)?.sidecar.internal).to_string(),
        })
    };
    let mut environment = servers.environment(plan);
    environment.extend([
        ("TASKWIRE_API_SIDECAR", sidecar(AppId::Api)?),
        ("TASKWIRE_MCP_SIDECAR", sidecar(AppId::Mcp)?),
        ("TASKWIRE_CHAT_SIDECAR", sidecar(AppId::Chat)?),
    ]);
    let dapr = Path::new(DAPR);
    let settings = AppSettings {
        program: plan.program.clone(),
        folder: folder.to_owned(),
        database: servers.database.clone(),
        service_token: secrets.service.clone(),
        mcp: app(AppId::Mcp)?,
        chat: app(AppId::Chat)?,
        has_relay_in_api: !plan.replicas.contains_key(&AppId::Relay),
        model: plan.model.clone(),
        environment: plan.environment.clone(),
        sidecar: SidecarSettings {
            program: installed.daprd.clone(),
            configs: vec![dapr.join("config.yaml")],
            resources: vec![
                dapr.to_owned(),
                dapr.join("components/local"),
                dapr.join(plan.broker.components()),
            ],
            environment,
            scheduler: servers
                .scheduler
                .as_ref()
                .map(|scheduler| scheduler.address),
            api_token: secrets.sidecar.clone(),
            app_token: secrets.app.clone(),
        },
    };
    run(&settings, &["migrate"]).await?;
    let mut apps = Vec::new();
    for (id, count) in &plan.replicas {
        for number in 0..*count {
            let ports = match number {
                0 => *first(*id)?,
                _ => AppPorts::choose()?,
            };
            let app = App::spawn(&settings, *id, number, ports)?;
            balancers.add(&app);
            apps.push(app);
        }
    }
    try_join_all(apps.iter_mut().map(App::until_ready)).await?;
    Ok((apps, balancers, settings))
}

async fn run(settings: &AppSettings, arguments: &[&str]) -> anyhow::Result<String> {
    let mut command = taskwire(settings);
    command
        .env("TASKWIRE_DATABASE_URL", &settings.database)
        .args(arguments);
    output(command).await
}
