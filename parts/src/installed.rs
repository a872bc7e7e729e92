//! The servers installed on this machine, according to `scripts/parts.sh env`.

use std::path::PathBuf;

/// The paths of the programs.
#[derive(Clone, Debug)]
pub struct Installed {
    /// The Dapr sidecar.
    pub daprd: PathBuf,
    /// Dapr's scheduler.
    pub scheduler: PathBuf,
    /// Kafka and its Java, if they are installed.
    pub kafka: Option<KafkaProgram>,
    /// The Redis server, if it is installed.
    pub redis: Option<PathBuf>,
}

/// The files to start Kafka.
#[derive(Clone, Debug)]
pub struct KafkaProgram {
    /// Java.
    pub java: PathBuf,
    /// The folder of Kafka's jars.
    pub lib: PathBuf,
}

/// The programs that are missing, and how to install them.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Missing(pub String);

fn program(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn missing(what: &str, needs: &str) -> Missing {
    Missing(format!(
        "no {what}: `scripts/parts.sh install` installs it{needs}; then: set -a; source <(scripts/parts.sh env); set +a"
    ))
}

impl Installed {
    /// Finds the programs in the environment.
    pub fn find() -> Result<Self, Missing> {
        let no_dapr = || missing("daprd", " with Go 1.26 or newer");
        Ok(Self {
            daprd: program("TASKWIRE_DAPRD").ok_or_else(no_dapr)?,
            scheduler: program("TASKWIRE_DAPR_SCHEDULER").ok_or_else(no_dapr)?,
            kafka: program("TASKWIRE_JAVA")
                .zip(program("TASKWIRE_KAFKA_LIB"))
                .map(|(java, lib)| KafkaProgram { java, lib }),
            redis: program("TASKWIRE_REDIS_SERVER"),
        })
    }

    /// Kafka.
    pub fn kafka(&self) -> Result<&KafkaProgram, Missing> {
        self.kafka
            .as_ref()
            .ok_or_else(|| missing("Kafka", " with Java 17 or newer and Maven"))
    }

    /// Redis.
    pub fn redis(&self) -> Result<&PathBuf, Missing> {
        self.redis
            .as_ref()
            .ok_or_else(|| missing("Redis", " from the distribution"))
    }
}
