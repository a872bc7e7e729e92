//! What carries events from the log to the consumers.

use std::time::Duration;

use clap::ValueEnum;
use taskwire_parts::Broker;

/// What carries events from the log to the consumers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Carrier {
    /// The embedded bus on SQLite
    Sqlite,
    /// The embedded bus on Postgres
    Postgres,
    /// Dapr with Redis streams
    Redis,
    /// Dapr with Kafka
    Kafka,
}

impl Carrier {
    /// The broker behind the sidecars; none on the embedded bus.
    pub(super) fn broker(self) -> Option<Broker> {
        match self {
            Self::Sqlite | Self::Postgres => None,
            Self::Redis => Some(Broker::Redis),
            Self::Kafka => Some(Broker::Kafka),
        }
    }

    /// How often the audit log is looked at for the time of a line. Each look is a query, which takes processor time from
    /// what is measured.
    pub(super) fn look_interval(self) -> Duration {
        Duration::from_millis(if self.broker().is_some() { 5 } else { 1 })
    }

    /// Its name in the report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "embedded, SQLite",
            Self::Postgres => "embedded, Postgres",
            Self::Redis => "daprd with Redis, Postgres",
            Self::Kafka => "daprd with Kafka, Postgres",
        }
    }
}
