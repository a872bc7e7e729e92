//! Processes with everything in each, on one database.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::server::{self, Store};

/// Longest time for a process to respond.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// The processes; the first one is asked.
pub(super) struct Replicas {
    all: Vec<Replica>,
    program: PathBuf,
    database: String,
    _folder: TempDir,
}

struct Replica {
    address: SocketAddr,
    folder: TempDir,
    child: Child,
}

impl Replicas {
    pub(super) async fn start(store: Store, count: usize) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let database = server::database(store, &folder, "reminders").await?;
        let program = server::sibling("taskwire")?;
        let mut all = Vec::new();
        for _ in 0..count {
            let (address, folder) = (server::free_address()?, TempDir::new()?);
            let child = spawn(&program, &database, address, &folder).await?;
            all.push(Replica {
                address,
                folder,
                child,
            });
        }
        Ok(Self {
            all,
            program,
            database,
            _folder: folder,
        })
    }

    /// Kills one of them, and starts it again.
    pub(super) async fn kill(&mut self, turn: usize) -> anyhow::Result<()> {
        let which = turn % self.all.len();
        let replica = self.all.get_mut(which).context("there are processes")?;
        replica.child.kill().await?;
        let Replica {
            address, folder, ..
        } = replica;
        replica.child = spawn(&self.program, &self.database, *address, folder).await?;
        Ok(())
    }

    pub(super) fn url(&self) -> String {
        let first = self.all.first();
        first.map_or_else(String::new, |first| format!("http://{}", first.address))
    }

    /// Creates a user and a token.
    pub(super) async fn token(&self, user: &str) -> anyhow::Result<String> {
        let made = Command::new(&self.program)
            .args(["token", "create", "--log", "error", "--user", user])
            .args(["--database-url", &self.database])
            .output()
            .await?;
        ensure!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        Ok(String::from_utf8(made.stdout)?.trim().to_owned())
    }
}

async fn spawn(
    program: &PathBuf,
    database: &str,
    address: SocketAddr,
    folder: &TempDir,
) -> anyhow::Result<Child> {
    let child = Command::new(program)
        .args(["serve", "--log", "error", "--private-channels"])
        .args(["--database-url", database, "--listen", &address.to_string()])
        .arg("--data-dir")
        .arg(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()?;
    let begun = Instant::now();
    while !server::answers(address).await {
        ensure!(begun.elapsed() < START_TIMEOUT, "a process did not start");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(child)
}
