//! Migrates the schema.

use clap::Args;
use taskwire_store::{Migrated, Schema};

use crate::logging::print_line;
use crate::settings::Database;
use crate::wiring::Parts;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    database: Database,
}

pub(crate) async fn run(parts: Parts, options: Options) -> anyhow::Result<()> {
    let (db, run) = parts.open_migrated(&options.database).await?;
    let schema = db.schema().await?;
    db.close().await;
    let place = parts.place(&options.database).await?;
    for Migrated { number, name, took } in &run {
        print_line(&format!("{number:04} {name} ({} ms)", took.as_millis()));
    }
    print_line(&match (run.first(), schema) {
        (Some(first), _) if first.number == 1 => {
            format!("The database {place} has been created.")
        }
        (Some(_), _) => format!("The database {place} has been migrated to the current schema."),
        (None, Schema::Newer(newer)) => format!(
            "The database {place} was migrated by a newer version of Taskwire (migration {}), and this version works with it.",
            newer.migration
        ),
        (None, _) => format!("The database {place} is up to date."),
    });
    Ok(())
}
