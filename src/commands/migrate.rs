//! Bringing the schema up to date.

use clap::Args;

use crate::logging::say;
use crate::settings::Database;
use crate::wiring::{Parts, redacted};

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    parts.migrated(&options.database).await?.close().await;
    say(&format!(
        "The database {} is up to date.",
        redacted(&options.database.address(&parts.common)?)
    ));
    Ok(())
}
