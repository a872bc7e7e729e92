//! The two servers that are compared, each a process of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::connection::Connection;

/// Names the server on which databases are created.
const POSTGRES: &str = "TASKWIRE_TEST_POSTGRES";
/// Longest time for a server to start.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// A kind of database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Store {
    Sqlite,
    Postgres,
}

impl Store {
    /// The operations that can be measured here.
    pub(crate) fn all() -> Vec<Self> {
        match std::env::var_os(POSTGRES) {
            Some(_) => vec![Self::Sqlite, Self::Postgres],
            None => vec![Self::Sqlite],
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "Postgres",
        }
    }
}

/// A running server.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// Empty for the baseline server, which requires none.
    pub(crate) token: String,
    /// From the start of the process to its first response.
    pub(crate) first_answer: Duration,
    /// Tasks created so far, which is also the last task number.
    made: Arc<AtomicUsize>,
    child: Child,
    folder: TempDir,
}

impl Server {
    /// The whole of Taskwire on an empty database.
    pub(crate) async fn taskwire(store: Store) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let database = database(store, &folder, "taskwire").await?;
        Self::taskwire_on(&database, folder).await
    }

    /// The whole of Taskwire on this database, with its files in `folder`.
    pub(crate) async fn taskwire_on(database: &str, folder: TempDir) -> anyhow::Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(sibling("taskwire")?);
        command
            .arg("serve")
            .args(["--log", "error", "--database-url", database])
            .args(["--trusted-proxy", "127.0.0.1"])
            .arg("--listen")
            .arg(address.to_string())
            .arg("--data-dir")
            .arg(folder.path());
        let mut server = Self::spawn(&mut command, address, folder).await?;
        let token = std::fs::read_to_string(server.folder.path().join("token"))?;
        token.trim().clone_into(&mut server.token);
        Ok(server)
    }

    /// The address of the database of [`Server::taskwire`].
    pub(crate) fn database(&self, store: Store) -> anyhow::Result<String> {
        address_of(store, &self.folder, "taskwire")
    }

    /// The baseline handler on a database with the same schema.
    pub(crate) async fn baseline(store: Store) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let database = database(store, &folder, "baseline").await?;
        let migrated = Command::new(sibling("taskwire")?)
            .args(["migrate", "--log", "error", "--database-url", &database])
            .stdout(Stdio::null())
            .status()
            .await?;
        if !migrated.success() {
            bail!("the baseline server's database could not be prepared");
        }
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg("baseline")
            .arg(address.to_string())
            .arg(&database);
        Self::spawn(&mut command, address, folder).await
    }

    async fn spawn(
        command: &mut Command,
        address: SocketAddr,
        folder: TempDir,
    ) -> anyhow::Result<Self> {
        let begun = Instant::now();
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()?;
        while !answers(address).await {
            if begun.elapsed() > START_TIMEOUT {
                bail!("a server did not start");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(Self {
            address,
            token: String::new(),
            first_answer: begun.elapsed(),
            made: Arc::default(),
            child,
            folder,
        })
    }

    /// Stops the server and returns its folder.
    pub(crate) async fn stop(mut self) -> anyhow::Result<TempDir> {
        let id = self.pid()?;
        Command::new("kill").arg(id.to_string()).status().await?;
        self.child.wait().await?;
        Ok(self.folder)
    }

    pub(crate) fn pid(&self) -> anyhow::Result<u32> {
        self.child.id().context("the server has ended")
    }

    pub(crate) fn counter(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.made)
    }

    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    /// Resident memory, from `/proc`.
    pub(crate) fn resident_kib(&self) -> anyhow::Result<u32> {
        let id = self.pid()?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("no VmRSS in /proc")?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
    }
}

pub(crate) async fn answers(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address, "").await else {
        return false;
    };
    connection.request("GET", "/healthz", "").await.is_ok()
}

pub(crate) fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// A program built into the same folder as this one.
pub(crate) fn sibling(name: &str) -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(name);
    if !path.exists() {
        bail!(
            "{} is not there; build it first (make bench does)",
            path.display()
        );
    }
    Ok(path)
}

/// An empty database.
pub(crate) async fn database(store: Store, folder: &TempDir, name: &str) -> anyhow::Result<String> {
    if store == Store::Postgres {
        let mut connection = PgConnection::connect(&std::env::var(POSTGRES)?).await?;
        let name = database_name(name);
        for statement in [
            format!("DROP DATABASE IF EXISTS {name}"),
            format!("CREATE DATABASE {name}"),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(statement))
                .execute(&mut connection)
                .await?;
        }
    }
    address_of(store, folder, name)
}

fn database_name(name: &str) -> String {
    format!("bench_{name}_{}", std::process::id())
}

/// The address of the database of this name.
fn address_of(store: Store, folder: &TempDir, name: &str) -> anyhow::Result<String> {
    match store {
        Store::Sqlite => Ok(folder.path().join("bench.db").display().to_string()),
        Store::Postgres => {
            let admin = std::env::var(POSTGRES)?;
            let (server, options) = match admin.split_once('?') {
                Some((server, options)) => (server, format!("?{options}")),
                None => (admin.as_str(), String::new()),
            };
            let (server, _) = server
                .rsplit_once('/')
                .context("the Postgres address names no database")?;
            Ok(format!("{server}/{}{options}", database_name(name)))
        }
    }
}
