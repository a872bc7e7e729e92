//! Kafka with a single broker.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::folder;
use crate::installed::{Installed, KafkaProgram};
use crate::login::Login;
use crate::ports::{free_port, loopback};
use crate::process::{Process, Ready, command, retry_on_early_exit};

/// The cluster id, the same for all of these clusters.
const CLUSTER: &str = "AAAAAAAAQACAAAAAAAAAAQ";
/// Version of prepared folders, increased when their contents change.
const PREPARED: u8 = 2;

/// In a prepared folder: the formatted disk.
const DISK: &str = "disk";
/// In a prepared folder: an archive of Kafka's classes (CDS), which saves a third of the start time.
const CLASSES: &str = "classes.jsa";

/// A topic to create.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Deserialize)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Number of partitions.
    pub partitions: u16,
    /// Retention time of records.
    pub retention_ms: u64,
}

/// A running broker.
#[derive(Debug)]
pub struct Kafka {
    /// The process.
    pub process: Process,
    /// Its address for clients.
    pub address: SocketAddr,
    /// Where they need not sign in, also if they have to at `address`.
    pub plain: SocketAddr,
}

impl Kafka {
    /// Starts a broker that has these topics, with its files in `folder`.
    ///
    /// Formatting its disk and creating topics each start a JVM. So both are done once per set of topics, and
    /// stored in the user's cache folder; each broker works on a copy.
    pub async fn start(
        installed: &Installed,
        folder: &Path,
        topics: &[Topic],
    ) -> anyhow::Result<Self> {
        Self::start_prepared(installed, folder, topics, None).await
    }

    /// The same, where clients have to sign in by SASL SCRAM-SHA-256 over TLS.
    pub async fn start_with_login(
        installed: &Installed,
        folder: &Path,
        topics: &[Topic],
        login: &Login,
    ) -> anyhow::Result<Self> {
        Self::start_prepared(installed, folder, topics, Some(login)).await
    }

    async fn start_prepared(
        installed: &Installed,
        folder: &Path,
        topics: &[Topic],
        login: Option<&Login>,
    ) -> anyhow::Result<Self> {
        let program = installed.kafka()?;
        let prepared = prepare(program, topics, login).await?;
        let data = folder.join("kafka");
        folder::copy(&prepared.join(DISK), &data)?;
        let identity = login.map(|login| login.write_identity(&data)).transpose()?;
        let classes = format!("-XX:SharedArchiveFile={}", prepared.join(CLASSES).display());
        let log = folder.join("kafka.log");
        Self::start_on(program, &data, identity.as_deref(), &log, &classes).await
    }

    async fn start_on(
        program: &KafkaProgram,
        data: &Path,
        identity: Option<&Path>,
        log: &Path,
        option: &str,
    ) -> anyhow::Result<Self> {
        retry_on_early_exit(|| async move {
            let ports = KafkaPorts::choose()?;
            let properties = write_properties(data, ports, identity)?;
            let port = if identity.is_some() {
                ports.secured
            } else {
                ports.plain
            };
            let mut command = java(program);
            command
                .args(["-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", option])
                .arg("kafka.Kafka")
                .arg(&properties);
            let mut process =
                Process::spawn("kafka", command, log)?.ready_when([Ready::Accepts(loopback(port))]);
            process.until_ready().await?;
            Ok(Self {
                process,
                address: loopback(port),
                plain: loopback(ports.plain),
            })
        })
        .await
    }
}

/// A JVM with Kafka's classes, tuned for a short life.
fn java(program: &KafkaProgram) -> Command {
    let mut command = command(&program.java);
    let classes = format!("{}/*", program.lib.display());
    command
        // The optimizing compiler costs more than it saves in the few minutes of a test.
        .arg("-XX:TieredStopAtLevel=1")
        .arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
        .args(["-cp", &classes]);
    command
}

/// The ports of a broker.
#[derive(Clone, Copy, Debug)]
struct KafkaPorts {
    plain: u16,
    /// Where clients sign in, if they have to.
    secured: u16,
    controller: u16,
}

impl KafkaPorts {
    fn choose() -> anyhow::Result<Self> {
        Ok(Self {
            plain: free_port()?,
            secured: free_port()?,
            controller: free_port()?,
        })
    }
}

/// A copy of these could be used with any other ports. With an identity, clients can sign in over TLS.
fn write_properties(
    data: &Path,
    ports: KafkaPorts,
    identity: Option<&Path>,
) -> anyhow::Result<PathBuf> {
    let KafkaPorts {
        plain: port,
        secured,
        controller,
    } = ports;
    let (listener, more) = match identity {
        Some(identity) => (
            format!(",SASL_SSL://127.0.0.1:{secured}"),
            format!(
                "sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.ssl.keystore.type=PEM
listener.name.sasl_ssl.ssl.keystore.location={}
",
                identity.display()
            ),
        ),
        None => (String::new(), String::new()),
    };
    let text = format!(
        "process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port}{listener},CONTROLLER://127.0.0.1:{controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
log.dirs={}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
{more}",
        data.join("log").display()
    );
    let path = data.join("server.properties");
    std::fs::write(&path, text)?;
    Ok(path)
}

/// A folder with a formatted disk with the topics and the account on it, and with an archive of classes.
async fn prepare(
    program: &KafkaProgram,
    topics: &[Topic],
    login: Option<&Login>,
) -> anyhow::Result<PathBuf> {
    let account = login.map(|login| {
        let (name, password) = (&login.username, &login.password);
        format!("SCRAM-SHA-256=[name={name},password={password}]")
    });
    let mut hash = DefaultHasher::new();
    (PREPARED, &program.lib, topics, &account).hash(&mut hash);
    let cache = folder::cache()?;
    let prepared = cache.join(format!("kafka-{:016x}", hash.finish()));
    if prepared.is_dir() {
        folder::mark_used(&prepared)?;
        return Ok(prepared);
    }
    folder::delete_unused(&cache, "kafka-")?;
    let folder = tempfile::Builder::new()
        .prefix("kafka-new-")
        .tempdir_in(&cache)?;
    let new = folder.path().join("kafka");
    let data = new.join(DISK);
    std::fs::create_dir_all(&data)?;
    let properties = write_properties(&data, KafkaPorts::choose()?, None)?;
    let mut format = java(program);
    format.arg("kafka.tools.StorageTool").args([
        "format",
        "-t",
        CLUSTER,
        "-c",
        folder::text(&properties)?,
    ]);
    if let Some(account) = account {
        format.args(["--add-scram", &account]);
    }
    run(format).await?;
    let archive = format!("-XX:ArchiveClassesAtExit={}", new.join(CLASSES).display());
    let mut kafka = Kafka::start_on(program, &data, None, &new.join("kafka.log"), &archive).await?;
    for topic in topics {
        let mut create = java(program);
        create
            .arg("org.apache.kafka.tools.TopicCommand")
            .args(["--bootstrap-server", &kafka.address.to_string()])
            .args(["--create", "--topic", &topic.name])
            .args(["--partitions", &topic.partitions.to_string()])
            .args(["--config", &format!("retention.ms={}", topic.retention_ms)]);
        run(create).await?;
    }
    kafka.process.stop().await?;
    // Another process may have prepared the same folder meanwhile.
    if let Err(error) = std::fs::rename(&new, &prepared) {
        ensure!(prepared.is_dir(), error);
    }
    Ok(prepared)
}

async fn run(command: Command) -> anyhow::Result<()> {
    let output = tokio::process::Command::from(command)
        .output()
        .await
        .context("cannot start Java")?;
    ensure!(
        output.status.success(),
        "Kafka's tool failed: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
