//! What is measured: Taskwire in one process, or as a process per part with a sidecar each.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use taskwire_parts::{AppId, Broker, Cluster, DatabaseChoice, Plan, Postgres};
use tempfile::TempDir;

use super::carrier::Carrier;
use super::cpu::Group;
use crate::server::{Server, sibling};

/// Partitions of each topic: what `docs/operations.md` recommends.
pub(crate) const PARTITIONS: u16 = 12;

/// A running installation.
pub(crate) struct Installation {
    /// Where the API is.
    pub(crate) address: SocketAddr,
    /// A token of a user.
    pub(crate) token: String,
    /// The address of the database.
    pub(crate) database: String,
    /// Its processes.
    pub(crate) groups: Vec<Group>,
    /// How often the audit log is looked at.
    pub(crate) look_interval: Duration,
    _servers: Servers,
}

/// Killed when dropped; the fields in the order in which they end.
#[expect(dead_code, reason = "held until it is dropped")]
enum Servers {
    Embedded(Box<(Server, Option<Postgres>, TempDir)>),
    Cluster(Box<Cluster>),
}

impl Installation {
    pub(crate) async fn start(carrier: Carrier) -> anyhow::Result<Self> {
        match carrier.broker() {
            None => Self::embedded(carrier).await,
            Some(broker) => Self::cluster(carrier, broker).await,
        }
    }

    async fn embedded(carrier: Carrier) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let (database, postgres) = if carrier == Carrier::Postgres {
            let postgres = Postgres::start(folder.path()).await?;
            (postgres.url.clone(), Some(postgres))
        } else {
            (folder.path().join("bench.db").display().to_string(), None)
        };
        let server = Server::taskwire_on(&database, TempDir::new()?).await?;
        let mut groups = vec![Group::new("Taskwire", [server.pid()?])];
        if let Some(postgres) = &postgres {
            groups.push(Group::new("Postgres", postgres.process.pid()));
        }
        Ok(Self {
            address: server.address,
            token: server.token.clone(),
            database,
            groups,
            look_interval: carrier.look_interval(),
            _servers: Servers::Embedded(Box::new((server, postgres, folder))),
        })
    }

    async fn cluster(carrier: Carrier, broker: Broker) -> anyhow::Result<Self> {
        let plan = Plan {
            partitions: PARTITIONS,
            ..Plan::new(sibling("taskwire")?, broker, DatabaseChoice::Own)
        };
        let cluster = Cluster::start(&plan).await?;
        let address = cluster.url();
        let address = address
            .strip_prefix("http://")
            .context("not an HTTP address")?
            .parse()?;
        let app = |id: AppId| cluster.apps(id).filter_map(|app| app.process.pid());
        let sidecar = |id: AppId| cluster.apps(id).filter_map(|app| app.sidecar.process.pid());
        let others = [AppId::Recurrence, AppId::Reminder];
        let postgres = cluster.postgres.as_ref();
        let groups = vec![
            Group::new("API and relay", app(AppId::Api)),
            Group::new("their sidecar", sidecar(AppId::Api)),
            Group::broker(cluster.kafka.as_ref(), cluster.redis.as_ref()),
            Group::new("sidecar of audit", sidecar(AppId::Audit)),
            Group::new("audit", app(AppId::Audit)),
            Group::new(
                "recurrence and reminder with sidecars",
                others.into_iter().flat_map(|id| app(id).chain(sidecar(id))),
            ),
            Group::new(
                "Postgres",
                postgres.and_then(|postgres| postgres.process.pid()),
            ),
        ];
        Ok(Self {
            address,
            token: cluster.token("ana").await?,
            database: cluster.database_url().to_owned(),
            groups,
            look_interval: carrier.look_interval(),
            _servers: Servers::Cluster(Box::new(cluster)),
        })
    }
}
