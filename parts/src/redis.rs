//! A temporary Redis server.

use std::net::SocketAddr;
use std::path::Path;

use crate::installed::Installed;
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
        let program = installed.redis()?;
        let data = folder.join("redis");
        std::fs::create_dir_all(&data)?;
        let (data, log) = (data.as_path(), folder.join("redis.log"));
        retry_on_early_exit(|| async {
            let port = free_port()?;
            let mut command = command(program);
            command
                .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
                .args(["--save", "", "--appendonly", "yes", "--appendfsync", "no"])
                .arg("--dir")
                .arg(data);
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
