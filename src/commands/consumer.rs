//! The consumers of events, as processes of their own.

use anyhow::Context;
use clap::{Args, ValueEnum};
use taskwire_consumers::{Consumer, Deps};
use tracing::info;

use crate::settings::{ApiAddress, Database, ServiceToken};
use crate::wiring::Parts;

#[derive(Args)]
pub(crate) struct Options {
    /// Which one
    which: Which,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    api: ApiAddress,
    #[command(flatten)]
    service: ServiceToken,
}

#[derive(Clone, Copy, ValueEnum)]
enum Which {
    /// Writes the audit log
    Audit,
    /// Makes the next occurrence of a completed one
    Recurrence,
    /// Fires reminders
    Reminder,
    /// All of them
    All,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let service = options
        .service
        .secret()?
        .context("a consumer needs the same --service-token as the API")?;
    let db = parts.existing(&options.database).await?;
    let mut seed = [0; 8];
    parts.ids.fill(&mut seed);
    let deps = Deps {
        db: db.clone(),
        client: parts.remote_api(&options.api)?.with_token(service),
        clock: parts.clock.clone(),
        cancel: parts.cancel.clone(),
        seed: u64::from_le_bytes(seed),
    };
    parts.relay_commits(&db);
    let one = match options.which {
        Which::Audit => Some(Consumer::Audit),
        Which::Recurrence => Some(Consumer::Recurrence),
        Which::Reminder => Some(Consumer::Reminder),
        Which::All => None,
    };
    info!(
        consumer = one.map_or("all", Consumer::as_str),
        "Consumer started"
    );
    match one {
        Some(one) => Box::pin(taskwire_consumers::run(one, deps)).await,
        None => Box::pin(taskwire_consumers::run_all(deps)).await,
    }
    db.close().await;
    Ok(())
}
