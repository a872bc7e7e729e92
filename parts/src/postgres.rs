//! A separate Postgres server, which may be killed.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use tempfile::TempDir;

use crate::folder::text;
use crate::ports::free_port;
use crate::process::{Process, Ready, StopSignal, command, retry_on_early_exit};

/// A running server.
#[derive(Debug)]
pub struct Postgres {
    /// The process.
    pub process: Process,
    /// The address of its database.
    pub url: String,
    /// Separate from the folders of the other servers, which its user may not be allowed to read.
    data: Option<TempDir>,
}

/// The user of the server, which refuses to run as root.
#[derive(Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

impl Postgres {
    /// Starts a server with an empty database. Committed data survives a kill of the server, but not of the machine.
    pub async fn start(folder: &Path) -> anyhow::Result<Self> {
        Self::start_for(folder, None).await
    }

    /// The same, where the user `postgres` has to show a password (SCRAM-SHA-256).
    pub async fn start_with_password(folder: &Path, password: &str) -> anyhow::Result<Self> {
        Self::start_for(folder, Some(password)).await
    }

    async fn start_for(folder: &Path, password: Option<&str>) -> anyhow::Result<Self> {
        let programs = programs()?;
        let user = user()?;
        let home = tempfile::Builder::new()
            .prefix("taskwire-postgres-")
            .tempdir()?;
        if let Some(user) = user {
            std::os::unix::fs::chown(home.path(), Some(user.uid), Some(user.gid))?;
        }
        let data = home.path().join("data");
        let mut init = as_user(&programs.join("initdb"), user);
        init.current_dir("/")
            .args(["-D", text(&data)?, "-U", "postgres"])
            .args(["-E", "UTF8", "--locale=C", "--no-sync"]);
        let account = if let Some(password) = password {
            let file = home.path().join("password");
            std::fs::write(&file, password)?;
            init.args(["-A", "scram-sha-256", "--pwfile", text(&file)?]);
            format!("postgres:{password}")
        } else {
            init.args(["-A", "trust"]);
            "postgres".to_owned()
        };
        let output = tokio::process::Command::from(init).output().await?;
        ensure!(
            output.status.success(),
            "initdb failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let log = folder.join("postgres.log");
        let (programs, data) = (programs.as_path(), text(&data)?);
        let account = &account;
        let (process, url) = retry_on_early_exit(|| async {
            let port = free_port()?.to_string();
            let mut command = as_user(&programs.join("postgres"), user);
            command.current_dir("/").args(["-D", data, "-p", &port]);
            for setting in [
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "max_connections=200",
                // Data written by a killed process is kept by the system.
                "fsync=off",
                "full_page_writes=off",
            ] {
                command.args(["-c", setting]);
            }
            let is_ready = ["-q", "-h", "127.0.0.1", "-p", &port, "-U", "postgres"];
            let ready = Ready::Says(
                programs.join("pg_isready"),
                is_ready.map(ToOwned::to_owned).into(),
            );
            let mut process = Process::spawn("postgres", command, &log)?
                .ready_when([ready])
                // Does not wait for clients to disconnect.
                .stopped_by(StopSignal::Interrupt);
            process.until_ready().await?;
            let url = format!("postgres://{account}@127.0.0.1:{port}/postgres");
            Ok((process, url))
        })
        .await?;
        Ok(Self {
            process,
            url,
            data: Some(home),
        })
    }

    /// The process, and the folder that remains if it continues to run.
    pub(crate) fn into_parts(self) -> (Process, Option<PathBuf>) {
        (self.process, self.data.map(TempDir::keep))
    }
}

fn as_user(program: &Path, user: Option<User>) -> Command {
    let mut command = command(program);
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    command
}

/// The user for the server if this program runs as root.
fn user() -> anyhow::Result<Option<User>> {
    if id(&["-u"])? != Some(0) {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let (Some(uid), Some(gid)) = (id(&["-u", name])?, id(&["-g", name])?) {
            return Ok(Some(User { uid, gid }));
        }
    }
    anyhow::bail!("Postgres does not run as root, and there is neither a user postgres nor nobody")
}

fn id(args: &[&str]) -> anyhow::Result<Option<u32>> {
    let output = Command::new("id")
        .args(args)
        .output()
        .context("cannot run id")?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(output
        .status
        .success()
        .then(|| text.trim().parse().ok())
        .flatten())
}

/// The folder with the server's programs: from the path, or else the newest version that the distribution has
/// installed.
fn programs() -> anyhow::Result<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let version = |folder: &PathBuf| -> u32 {
        let name = folder.file_name().and_then(|name| name.to_str());
        name.and_then(|name| name.parse().ok()).unwrap_or(0)
    };
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    versions.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    std::env::split_paths(&paths)
        // Distributions have wrappers of some programs in the path, but not of the server.
        .chain(versions.into_iter().map(|version| version.join("bin")))
        .map(|folder| folder.join("initdb"))
        .filter(|program| program.is_file())
        // A symbolic link in the path may be in a folder without the other programs.
        .filter_map(|program| Some(program.canonicalize().ok()?.parent()?.to_owned()))
        .find(|folder| {
            ["postgres", "pg_isready"]
                .iter()
                .all(|name| folder.join(name).is_file())
        })
        .context("no Postgres server: `scripts/postgres.sh install` installs it")
}
