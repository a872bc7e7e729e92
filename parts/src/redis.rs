//! A temporary Redis server.

use std::net::SocketAddr;
use std::path::Path;

use crate::installed::Installed;
use crate::login::Login;
use crate::ports::{free_port, loopback};
use crate::process::{Process, Ready, command, retry_on_early_exit};

/// A running Redis.
#[derive(Debug)]
pub struct Redis {
    /// The process.
    pub process: Process,
    /// Its address for clients.
    pub address: SocketAddr,
}

impl Redis {
    /// Starts a server. It writes every change to a file in `folder`, so that nothing is lost if it is killed.
    pub async fn start(installed: &Installed, folder: &Path) -> anyhow::Result<Self> {
        Self::start_for(installed, folder, None).await
    }

    /// The same, where clients have to sign in over TLS.
    pub async fn start_with_login(
        installed: &Installed,
        folder: &Path,
        login: &Login,
    ) -> anyhow::Result<Self> {
        Self::start_for(installed, folder, Some(login)).await
    }

    async fn start_for(
        installed: &Installed,
        folder: &Path,
        login: Option<&Login>,
    ) -> anyhow::Result<Self> {
        let program = installed.redis()?;
        let data = folder.join("redis");
        std::fs::create_dir_all(&data)?;
        let identity = login.map(|login| login.write_identity(&data)).transpose()?;
        let identity = identity.as_deref();
        let (data, log) = (data.as_path(), folder.join("redis.log"));
        retry_on_early_exit(|| async {
            let port = free_port()?;
            let mut command = command(program);
            command
                .args(["--bind", "127.0.0.1"])
                .args(["--save", "", "--appendonly", "yes", "--appendfsync", "no"])
                .arg("--dir")
                .arg(data);
            match (login, identity) {
                (Some(login), Some(identity)) => {
                    let (name, password) = (&login.username, &login.password);
                    command
                        .args(["--port", "0", "--tls-port", &port.to_string()])
                        .args(["--tls-auth-clients", "no", "--tls-cert-file"])
                        .arg(identity)
                        .arg("--tls-key-file")
                        .arg(identity)
                        .args(["--user", "default", "off", "--user", name, "on"])
                        .args([&format!(">{password}"), "~*", "&*", "+@all"]);
                }
                _ => {
                    command.args(["--port", &port.to_string()]);
                }
            }
            let mut process = Process::spawn("redis", command, &log)?
                .ready_when([Ready::Accepts(loopback(port))]);
            process.until_ready().await?;
            Ok(Self {
                process,
                address: loopback(port),
            })
        })
        .await
    }
}
