//! Opens the database.

use std::path::PathBuf;

use anyhow::{Context, bail};
use taskwire_store::{Db, Migrated, Options, Schema};
use tracing::info;

use super::Parts;
use crate::data;
use crate::settings::{Database, Migration, redacted};

impl Parts {
    /// Opens the database of a server that starts, and brings its schema up to date unless that is left to
    /// `taskwire migrate`.
    pub(crate) async fn open_for_server(
        &self,
        database: &Database,
        migration: Migration,
    ) -> anyhow::Result<Db> {
        if migration.no_migrate {
            return self.open_existing(database).await;
        }
        let (db, _) = self.open_migrated(database).await?;
        Ok(db)
    }

    /// Opens the database, which is created if there is none, and migrates its schema if it is not current. Returns what
    /// was run.
    pub(crate) async fn open_migrated(
        &self,
        database: &Database,
    ) -> anyhow::Result<(Db, Vec<Migrated>)> {
        if database.database_url.is_none() {
            data::prepare(&self.installation.data_dir()?)?;
        }
        let db = self.connect(database, true).await?;
        let schema = db.schema().await?;
        note_newer(&schema);
        if schema.problem().is_none() {
            return Ok((db, Vec::new()));
        }
        let place = self.place(database).await?;
        let run = db.migrate().await;
        let run = run.with_context(|| format!("cannot migrate {place}"))?;
        Ok((db, run))
    }

    /// Opens the database of an existing installation, whose schema must be one that this program works with: with a
    /// mistyped address nothing must be created.
    pub(crate) async fn open_existing(&self, database: &Database) -> anyhow::Result<Db> {
        let db = self.connect(database, false).await?;
        let place = self.place(database).await?;
        let schema = db.schema().await?;
        if let Some(why) = schema.problem() {
            bail!("the database {place} {why}");
        }
        note_newer(&schema);
        Ok(db)
    }

    /// Opens the database without checking its schema.
    pub(crate) async fn connect(&self, database: &Database, create: bool) -> anyhow::Result<Db> {
        let address = database.address(&self.installation, &self.secrets).await?;
        let default = Options::default();
        let connections = database.database_connections;
        let options = Options {
            connections: connections.unwrap_or(default.connections),
            create,
            rotating: Some(address.clone()),
            later_migrations: later_migrations(),
            ..default
        };
        let address = address.current();
        Db::connect(address.expose(), &options)
            .await
            .with_context(|| format!("cannot open the database {}", redacted(address.expose())))
    }

    /// Where the database is, without its password.
    pub(crate) async fn place(&self, database: &Database) -> anyhow::Result<String> {
        let address = database.address(&self.installation, &self.secrets).await?;
        Ok(redacted(address.current().expose()))
    }
}

/// Says in the log that a newer version has migrated the database, for whoever wonders about a rollback.
fn note_newer(schema: &Schema) {
    if let Schema::Newer(newer) = schema {
        info!(
            migration = newer.migration,
            known = newer.known,
            "A newer version of Taskwire has migrated the database; this one works with its schema"
        );
    }
}

/// Migrations of a later version, which the rehearsal of an upgrade gives to a build for tests.
fn later_migrations() -> Option<PathBuf> {
    cfg!(debug_assertions)
        .then(|| std::env::var_os("TASKWIRE_TEST_LATER_MIGRATIONS"))
        .flatten()
        .map(Into::into)
}
