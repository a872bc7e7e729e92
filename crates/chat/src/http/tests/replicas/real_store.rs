//! A real sidecar over a real store, if this machine has them.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use taskwire_client::Secret;
use taskwire_messaging::dapr::{Sidecar, StateComponent};
use taskwire_testkit::{Kind, TestDb, eventually, free_port};
use tempfile::TempDir;

use super::Backend;

/// The API token of the sidecar.
const TOKEN: &str = "token-of-the-sidecar";
/// Longest time to start.
const LIMIT: Duration = Duration::from_secs(30);

/// The processes, which are killed when this is dropped.
pub(super) struct RealStore {
    sidecar: Sidecar,
    processes: Vec<Child>,
    _database: Option<TestDb>,
    _folder: TempDir,
}

/// The path of a program; CI must have it.
fn program(name: &str) -> Option<String> {
    let path = std::env::var(name).ok().filter(|path| !path.is_empty());
    if path.is_none() {
        taskwire_testkit::skip(format_args!(
            "{name} is not set: run scripts/parts.sh install, and take what scripts/parts.sh env prints"
        ));
    }
    path
}

impl RealStore {
    pub(super) async fn start(backend: Backend) -> Option<Self> {
        let daprd = program("TASKWIRE_DAPRD")?;
        let folder = tempfile::tempdir().unwrap();
        let mut processes = Vec::new();
        let (kind, name, value, database) = if backend == Backend::Redis {
            let port = free_port().to_string();
            let mut redis = Command::new(program("TASKWIRE_REDIS_SERVER")?);
            redis
                .args(["--port", &port, "--bind", "127.0.0.1"])
                .args(["--save", "", "--appendonly", "no", "--dir"])
                .arg(folder.path());
            processes.push(spawn(redis, folder.path()));
            let accepts = async || {
                let connected = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await;
                connected.ok().map(drop)
            };
            eventually(LIMIT, accepts).await;
            let host = format!("127.0.0.1:{port}");
            ("state.redis", "redisHost", host, None)
        } else {
            let database = TestDb::create(Kind::Postgres);
            let address = database.address.clone();
            (
                "state.postgresql",
                "connectionString",
                address,
                Some(database),
            )
        };
        let version = if backend == Backend::Redis {
            "v1"
        } else {
            "v2"
        };
        let component = format!(
            "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{name: taskstate}}\nspec:\n  \
             type: {kind}\n  version: {version}\n  metadata:\n  - {{name: {name}, value: \"{value}\"}}\n"
        );
        std::fs::write(folder.path().join("state.yaml"), component).unwrap();
        let port = free_port();
        let mut command = Command::new(daprd);
        command
            .env("DAPR_API_TOKEN", TOKEN)
            .env("DAPR_HOST_IP", "127.0.0.1")
            .args(["--mode", "standalone", "--app-id", "task-chat"])
            .args([
                "--dapr-listen-addresses",
                "127.0.0.1",
                "--dapr-http-port",
                &port.to_string(),
            ])
            .args(["--dapr-grpc-port", &free_port().to_string()])
            .args(["--dapr-internal-grpc-listen-address", "127.0.0.1"])
            .args(["--dapr-internal-grpc-port", &free_port().to_string()])
            .args(["--enable-metrics=false", "--resources-path"])
            .arg(folder.path());
        processes.push(spawn(command, folder.path()));
        let headers = Sidecar::headers(Some(&Secret::new(TOKEN))).unwrap();
        let http = reqwest::Client::builder().build().unwrap();
        let base = format!("http://127.0.0.1:{port}").parse().unwrap();
        let sidecar = Sidecar::new(base, headers, http);
        eventually(LIMIT, async || sidecar.check().await.ok()).await;
        Some(Self {
            sidecar,
            processes,
            _database: database,
            _folder: folder,
        })
    }

    pub(super) fn component(&self) -> StateComponent {
        StateComponent::new(self.sidecar.clone(), "taskstate")
    }
}

fn spawn(mut command: Command, folder: &Path) -> Child {
    let quiet = command.current_dir(folder).stdin(Stdio::null());
    let quiet = quiet.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.spawn().expect("the program starts")
}

impl Drop for RealStore {
    fn drop(&mut self) {
        // The sidecar first: it would log errors about its store.
        for process in self.processes.iter_mut().rev() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
