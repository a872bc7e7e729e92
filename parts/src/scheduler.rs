//! Dapr's scheduler, which stores jobs.

use std::net::SocketAddr;
use std::path::Path;

use crate::installed::Installed;
use crate::ports::{free_port, loopback};
use crate::process::{Process, Ready, command, retry_on_early_exit};

const ID: &str = "dapr-scheduler-server-0";

/// A running scheduler.
#[derive(Debug)]
pub struct Scheduler {
    /// The process.
    pub process: Process,
    /// Its address for sidecars.
    pub address: SocketAddr,
}

impl Scheduler {
    /// Starts a scheduler with its files in `folder`.
    pub async fn start(installed: &Installed, folder: &Path) -> anyhow::Result<Self> {
        let (data, log) = (folder.join("scheduler"), folder.join("scheduler.log"));
        retry_on_early_exit(|| async {
            let (port, healthz) = (free_port()?, free_port()?);
            let (client, http, peer) = (free_port()?, free_port()?, free_port()?);
            let mut command = command(&installed.scheduler);
            command
                .args(["--mode", "standalone", "--id", ID, "--replica-count", "1"])
                .args(["--listen-address", "127.0.0.1"])
                .args(["--port", &port.to_string()])
                .args(["--healthz-listen-address", "127.0.0.1"])
                .args(["--healthz-port", &healthz.to_string()])
                .arg("--enable-metrics=false")
                .arg("--etcd-data-dir")
                .arg(&data)
                .args(["--etcd-client-ports", &format!("{ID}={client}")])
                .args(["--etcd-client-http-ports", &format!("{ID}={http}")])
                .args([
                    "--initial-cluster",
                    &format!("{ID}=http://127.0.0.1:{peer}"),
                ]);
            let healthz = format!("http://127.0.0.1:{healthz}/healthz");
            let mut process =
                Process::spawn("scheduler", command, &log)?.ready_when([Ready::Answers(healthz)]);
            process.until_ready().await?;
            Ok(Self {
                process,
                address: loopback(port),
            })
        })
        .await
    }
}
