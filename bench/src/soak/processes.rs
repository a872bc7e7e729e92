//! A process per part, on a separate database.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rand::RngExt;
use rand::rngs::StdRng;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::server::{self, Store};

/// Longest time for the API to respond.
const START_TIMEOUT: Duration = Duration::from_secs(20);
/// Shared by the processes.
const SERVICE_TOKEN: &str = "a secret that only this run knows of";

/// The API and the consumers.
pub(super) struct Processes {
    parts: Vec<Part>,
    address: SocketAddr,
    pub(super) database: String,
    program: PathBuf,
    folder: TempDir,
}

struct Part {
    name: &'static str,
    arguments: Vec<String>,
    child: Child,
}

impl Processes {
    pub(super) async fn start() -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let database = server::database(Store::Postgres, &folder, "soak").await?;
        let address = server::free_address()?;
        let mut processes = Self {
            parts: Vec::new(),
            address,
            database,
            program: server::sibling("taskwire")?,
            folder,
        };
        processes.add("api", &["api", "--listen", &address.to_string()])?;
        let begun = Instant::now();
        while !server::answers(address).await {
            if begun.elapsed() > START_TIMEOUT {
                bail!("the API did not start");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let url = processes.url();
        for consumer in ["audit", "recurrence", "reminder"] {
            processes.add(consumer, &["consumer", consumer, "--api-url", &url])?;
        }
        Ok(processes)
    }

    fn add(&mut self, name: &'static str, arguments: &[&str]) -> anyhow::Result<()> {
        let mut arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        arguments.extend(self.shared());
        arguments.extend(["--service-token", SERVICE_TOKEN].map(Into::into));
        let child = spawn(&self.program, &arguments)?;
        self.parts.push(Part {
            name,
            arguments,
            child,
        });
        Ok(())
    }

    fn shared(&self) -> [String; 6] {
        let folder = self.folder.path().display().to_string();
        let database = self.database.clone();
        [
            "--log".into(),
            "error".into(),
            "--database-url".into(),
            database,
            "--data-dir".into(),
            folder,
        ]
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Creates a user and a token.
    pub(super) async fn token(&self, user: &str) -> anyhow::Result<String> {
        let made = Command::new(&self.program)
            .args(["token", "create", "--user", user])
            .args(self.shared())
            .output()
            .await?;
        if !made.status.success() {
            bail!(
                "no token for {user}: {}",
                String::from_utf8_lossy(&made.stderr)
            );
        }
        Ok(String::from_utf8(made.stdout)?.trim().to_owned())
    }

    /// Kills one of the processes and starts it again; returns which.
    pub(super) async fn kill(&mut self, rng: &mut StdRng) -> anyhow::Result<&'static str> {
        let which = rng.random_range(0..self.parts.len());
        let part = self.parts.get_mut(which).context("there are processes")?;
        part.child.kill().await?;
        part.child = spawn(&self.program, &part.arguments)?;
        Ok(part.name)
    }
}

fn spawn(program: &PathBuf, arguments: &[String]) -> anyhow::Result<Child> {
    Ok(Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()?)
}
