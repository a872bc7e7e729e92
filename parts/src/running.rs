//! A cluster that continues to run after the program that started it.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use crate::cluster::{Cluster, Plan};
use crate::folder;
use crate::process::{Process, signal};

/// Longest wait for a process to stop before it is killed.
const LIMIT: Duration = Duration::from_secs(10);
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The running cluster, as recorded in a file.
#[derive(Serialize, Deserialize)]
struct State {
    url: String,
    processes: Vec<Entry>,
    /// Removed when it is stopped.
    folders: Vec<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    name: String,
    pid: u32,
    /// Its start time: another process may have the same id by now.
    started: String,
    signal: String,
}

/// A started cluster.
#[derive(Debug)]
pub struct Running {
    /// The address of the gateway.
    pub url: String,
    /// A link that signs a browser in.
    pub link: String,
    /// The folder of the logs.
    pub folder: PathBuf,
    /// The address of the database.
    pub database: String,
    /// The address of the broker.
    pub broker: Option<SocketAddr>,
}

fn state_file() -> anyhow::Result<PathBuf> {
    Ok(folder::cache()?.join("parts.json"))
}

fn read() -> anyhow::Result<Option<State>> {
    match fs::read(state_file()?) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Starts a cluster and leaves it running.
pub async fn up(plan: Plan) -> anyhow::Result<Running> {
    if let Some(state) = read()? {
        if state.processes.iter().any(Entry::is_running) {
            bail!(
                "already running at {}: stop it first with `make parts-down`",
                state.url
            );
        }
        clear(&state)?;
    }
    let folder = folder::cache()?.join("parts-run");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let plan = Plan {
        folder: Some(folder.clone()),
        ..plan
    };
    let cluster = Cluster::start(&plan).await?;
    let link = cluster.link("local").await?;
    let url = cluster.url();
    let database = cluster.database_url().to_owned();
    let broker = cluster.broker_address();
    let (processes, folders) = cluster.release();
    let entries = processes
        .iter()
        .map(Entry::of)
        .collect::<anyhow::Result<_>>()?;
    let state = State {
        url: url.clone(),
        processes: entries,
        folders,
    };
    fs::write(state_file()?, serde_json::to_vec_pretty(&state)?)?;
    for process in processes {
        process.release();
    }
    Ok(Running {
        url,
        link,
        folder,
        database,
        broker,
    })
}

/// Stops the processes that [`up`] started, and returns their number; the logs stay.
pub async fn down() -> anyhow::Result<usize> {
    let Some(state) = read()? else {
        return Ok(0);
    };
    let mut stopped = 0;
    // Dependents first.
    for entry in state.processes.iter().rev() {
        if entry.is_running() {
            entry.stop().await?;
            stopped += 1;
        }
    }
    clear(&state)?;
    Ok(stopped)
}

fn clear(state: &State) -> anyhow::Result<()> {
    for folder in &state.folders {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
    }
    fs::remove_file(state_file()?)?;
    Ok(())
}

/// When a process was started, if it runs.
fn started(pid: u32) -> Option<String> {
    let output = Command::new("ps")
        .env("LC_ALL", "C")
        .args(["-o", "lstart=", "-o", "stat=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let (started, status) = text.trim().rsplit_once(' ')?;
    // A process that has ended stays listed until its parent reaps it.
    (!status.starts_with('Z')).then(|| started.trim().to_owned())
}

impl Entry {
    fn of(process: &Process) -> anyhow::Result<Self> {
        let name = process.name().to_owned();
        let pid = process.pid().with_context(|| format!("{name} has ended"))?;
        Ok(Self {
            started: started(pid).with_context(|| format!("{name} has ended"))?,
            // It takes seven seconds to leave a group with one member.
            signal: if name == "scheduler" {
                "KILL".to_owned()
            } else {
                process.stop_signal().as_str().to_owned()
            },
            name,
            pid,
        })
    }

    fn is_running(&self) -> bool {
        started(self.pid).as_ref() == Some(&self.started)
    }

    async fn stop(&self) -> anyhow::Result<()> {
        signal(self.pid, &self.signal)?;
        let begun = Instant::now();
        while self.is_running() {
            if begun.elapsed() > LIMIT {
                signal(self.pid, "KILL")?;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        Ok(())
    }
}
