//! The plan of a cluster.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::app_id::AppId;
use crate::taskwire::Model;

/// The message broker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Broker {
    /// Kafka; state is in Postgres.
    Kafka,
    /// Redis streams; state is in Redis too.
    Redis,
}

impl Broker {
    /// Its folder of components in `dapr/`.
    pub(crate) fn components(self) -> &'static str {
        match self {
            Self::Kafka => "components/local-kafka",
            Self::Redis => "components/local-redis",
        }
    }
}

/// The database of the tasks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DatabaseChoice {
    /// An existing empty one.
    At(String),
    /// One on a server of the cluster, which can be killed.
    Own,
}

/// The plan of a cluster.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The binary `taskwire`.
    pub program: PathBuf,
    /// The broker.
    pub broker: Broker,
    /// The database.
    pub database: DatabaseChoice,
    /// Number of replicas of each part. If the relay is a separate part, it does not run in the API.
    pub replicas: BTreeMap<AppId, usize>,
    /// The model of the chat.
    pub model: Option<Model>,
    /// Partitions of each topic.
    pub partitions: u16,
    /// Whether there is a scheduler for jobs.
    pub has_scheduler: bool,
    /// Whether Kafka reassigns the partitions of a dead consumer after 2 seconds rather than 10.
    pub notices_deaths_early: bool,
    /// Whether replicas may be added later.
    pub can_grow: bool,
    /// More variables of Taskwire's processes.
    pub environment: Vec<(String, String)>,
    /// The folder for logs and files, instead of one that is removed at the end.
    pub folder: Option<PathBuf>,
}

impl Plan {
    /// One replica of each part with this binary and broker, for tests.
    pub fn new(program: impl Into<PathBuf>, broker: Broker, database: DatabaseChoice) -> Self {
        Self {
            program: program.into(),
            broker,
            database,
            replicas: AppId::STANDARD.into_iter().map(|id| (id, 1)).collect(),
            model: None,
            partitions: 4,
            has_scheduler: false,
            notices_deaths_early: true,
            can_grow: false,
            environment: Vec::new(),
            folder: None,
        }
    }

    /// The same with this many replicas of a part.
    #[must_use]
    pub fn with_replicas(mut self, id: AppId, count: usize) -> Self {
        self.replicas.insert(id, count);
        self
    }

    /// Whether balancers are needed in front of replicas.
    pub(crate) fn is_scalable(&self) -> bool {
        let has_several = |(id, count): (&AppId, &usize)| id.is_called() && *count > 1;
        self.can_grow || self.replicas.iter().any(has_several)
    }
}
