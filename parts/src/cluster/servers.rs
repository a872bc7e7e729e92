//! The servers that Taskwire depends on.

use std::path::Path;

use super::plan::{Broker, DatabaseChoice, Plan};
use crate::installed::Installed;
use crate::kafka::{Kafka, Topic};
use crate::postgres::Postgres;
use crate::process::{command, output};
use crate::redis::Redis;
use crate::scheduler::Scheduler;

/// The servers that must run before any part starts.
pub(super) struct Servers {
    pub(super) scheduler: Option<Scheduler>,
    pub(super) kafka: Option<Kafka>,
    pub(super) redis: Option<Redis>,
    pub(super) postgres: Option<Postgres>,
    pub(super) database: String,
}

impl Servers {
    pub(super) async fn start(
        plan: &Plan,
        installed: &Installed,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let scheduler = async {
            anyhow::Ok(if plan.has_scheduler {
                Some(Scheduler::start(installed, folder).await?)
            } else {
                None
            })
        };
        let kafka = async {
            anyhow::Ok(match plan.broker {
                Broker::Kafka => {
                    let topics = topics(plan).await?;
                    Some(Kafka::start(installed, folder, &topics).await?)
                }
                Broker::Redis => None,
            })
        };
        let redis = async {
            anyhow::Ok(match plan.broker {
                Broker::Redis => Some(Redis::start(installed, folder).await?),
                Broker::Kafka => None,
            })
        };
        let postgres = async {
            anyhow::Ok(match plan.database {
                DatabaseChoice::Own => Some(Postgres::start(folder).await?),
                DatabaseChoice::At(_) => None,
            })
        };
        let (scheduler, kafka, redis, postgres) =
            tokio::try_join!(scheduler, kafka, redis, postgres)?;
        let database = match (&plan.database, &postgres) {
            (DatabaseChoice::At(url), _) => url.clone(),
            (DatabaseChoice::Own, Some(postgres)) => postgres.url.clone(),
            (DatabaseChoice::Own, None) => anyhow::bail!("no database"),
        };
        Ok(Self {
            scheduler,
            kafka,
            redis,
            postgres,
            database,
        })
    }

    /// The environment of the components in `dapr/`.
    pub(super) fn environment(&self, plan: &Plan) -> Vec<(&'static str, String)> {
        let mut environment = vec![("TASKWIRE_STATE_DATABASE", state_url(&self.database))];
        if let Some(kafka) = &self.kafka {
            let (session, heartbeat) = if plan.notices_deaths_early {
                ("2s", "500ms")
            } else {
                ("10s", "3s")
            };
            environment.extend([
                ("TASKWIRE_KAFKA_BROKERS", kafka.address.to_string()),
                ("TASKWIRE_KAFKA_SESSION_TIMEOUT", session.to_owned()),
                ("TASKWIRE_KAFKA_HEARTBEAT", heartbeat.to_owned()),
            ]);
        }
        if let Some(redis) = &self.redis {
            environment.extend([
                ("TASKWIRE_REDIS", redis.address.to_string()),
                ("TASKWIRE_REDIS_PROCESSING_TIMEOUT", "20s".to_owned()),
            ]);
        }
        environment
    }
}

/// Servers for tests have no TLS, and Dapr's driver must be told.
fn state_url(database: &str) -> String {
    if database.contains('?') {
        database.to_owned()
    } else {
        format!("{database}?sslmode=disable")
    }
}

/// The topics that Taskwire requires.
async fn topics(plan: &Plan) -> anyhow::Result<Vec<Topic>> {
    let mut command = command(&plan.program);
    command
        .args(["topics", "--format", "json"])
        .args(["--partitions", &plan.partitions.to_string()]);
    Ok(serde_json::from_str(&output(command).await?)?)
}
