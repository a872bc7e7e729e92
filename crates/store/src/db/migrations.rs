//! The migrations that a program has.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::migrate::{Migration, Migrator};

use crate::Error;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// The migrations of this program for SQLite, in order, and those in the folder `sqlite` of `later`.
pub(super) async fn sqlite(later: Option<&Path>) -> Result<Arc<[Migration]>, Error> {
    with_later(&SQLITE, later.map(|folder| folder.join("sqlite"))).await
}

/// The same for Postgres.
pub(super) async fn postgres(later: Option<&Path>) -> Result<Arc<[Migration]>, Error> {
    with_later(&POSTGRES, later.map(|folder| folder.join("postgres"))).await
}

async fn with_later(own: &Migrator, later: Option<PathBuf>) -> Result<Arc<[Migration]>, Error> {
    let mut all = own.iter().cloned().collect::<Vec<_>>();
    if let Some(folder) = later {
        all.extend(Migrator::new(folder).await?.iter().cloned());
        all.sort();
    }
    Ok(all.into())
}
