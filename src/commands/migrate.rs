//! Migrates the schema.

use clap::Args;
use taskwire_store::Schema;

use crate::logging::print_line;
use crate::settings::Database;
use crate::wiring::Parts;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let (db, before) = parts.open_migrated(&options.database).await?;
    db.close().await;
    let place = parts.place(&options.database).await?;
    print_line(&match before {
        Schema::Empty => format!("The database {place} has been created."),
        Schema::Older => format!("The database {place} has been migrated to the current schema."),
        Schema::Current | Schema::Newer(_) => format!("The database {place} is up to date."),
    });
    Ok(())
}
