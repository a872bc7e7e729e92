//! What a cluster consists of.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::app_id::AppId;
use crate::taskwire::Model;

/// Which broker carries events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Broker {
    /// Kafka; state is in Postgres.
    Kafka,
    /// Redis streams; state is in Redis too.
    Redis,
}

impl Broker {
    /// Its components, below `dapr/`.
    pub(crate) fn components(self) -> &'static str {
        match self {
            Self::Kafka => "components/local-kafka",
            Self::Redis => "components/local-redis",
        }
    }
}

/// Which database holds the tasks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DatabaseChoice {
    /// An empty one that is there already.
    At(String),
    /// On a server of the cluster's own, which can be killed.
    Own,
}

/// What a cluster consists of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The binary `taskwire`.
    pub program: PathBuf,
    /// The broker.
    pub broker: Broker,
    /// The database.
    pub database: DatabaseChoice,
    /// How many replicas each part has. A part of its own for the relay takes it out of the API.
    pub replicas: BTreeMap<AppId, usize>,
    /// The model of the chat.
    pub model: Option<Model>,
    /// Partitions of each topic.
    pub partitions: u16,
    /// Whether there is a scheduler for jobs.
    pub has_scheduler: bool,
    /// Whether Kafka gives away what a dead consumer had after 2 seconds rather than 10.
    pub notices_deaths_early: bool,
    /// Whether replicas may be added later.
    pub can_grow: bool,
    /// Where logs and files go, instead of a folder that is removed in the end.
    pub folder: Option<PathBuf>,
}

impl Plan {
    /// One replica of each part on this binary and broker, for tests.
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
            folder: None,
        }
    }

    /// The same with this many replicas of a part.
    #[must_use]
    pub fn with_replicas(mut self, id: AppId, count: usize) -> Self {
        self.replicas.insert(id, count);
        self
    }

    /// Whether something has to stand in front of replicas.
    pub(crate) fn is_scalable(&self) -> bool {
        let has_several = |(id, count): (&AppId, &usize)| id.is_called() && *count > 1;
        self.can_grow || self.replicas.iter().any(has_several)
    }
}
