//! A copy of a database in one file.

use std::path::{Path, PathBuf};

use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};

use crate::db::Pools;
use crate::{Db, Error};

/// What was copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Copied {
    /// Number of tasks in the copy, deleted ones included.
    pub tasks: i64,
}

pub(crate) mod sql {
    //! Statements of a copy.

    use crate::statements::statements;

    statements! {
        /// System: the whole database, as of the beginning of the statement. SQLite only: Postgres has tools of its own.
        COPY_SQLITE = "VACUUM INTO $1";
        /// System: `ok`, or what is wrong with the copy, on SQLite.
        CHECK_SQLITE = "PRAGMA integrity_check(1)";
        /// System: for the person who makes the copy.
        COUNT_TASKS = "SELECT COUNT(*) FROM tasks";
    }
}

impl Db {
    /// The file of an SQLite database.
    pub fn file(&self) -> Option<PathBuf> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => {
                Some(writer.connect_options().get_filename().to_owned())
            }
            Pools::Postgres(_) => None,
        }
    }

    /// Writes what is committed now into an empty file, and checks it; others go on writing meanwhile. `None` on
    /// Postgres. The caller makes the file durable, and removes it after an error.
    pub async fn copy_to(&self, file: &Path) -> Result<Option<Copied>, Error> {
        let Pools::Sqlite { readers, .. } = &self.pools else {
            return Ok(None);
        };
        let file = file.to_str().ok_or_else(|| {
            Error::Address(format!("The path {} is not valid text.", file.display()))
        })?;
        // A connection of its own, because it is busy for long, and without the driver's log of slow statements.
        let source = (*readers.connect_options()).clone();
        let mut source = source.disable_statement_logging().connect().await?;
        sqlx::query(sql::COPY_SQLITE)
            .bind(file)
            .execute(&mut source)
            .await?;
        source.close().await?;
        let copy = SqliteConnectOptions::new().filename(file).read_only(true);
        let mut copy = copy.disable_statement_logging().connect().await?;
        let copied = check(&mut copy).await?;
        copy.close().await?;
        Ok(Some(copied))
    }
}

async fn check(copy: &mut SqliteConnection) -> Result<Copied, Error> {
    let result: String = sqlx::query_scalar(sql::CHECK_SQLITE)
        .fetch_one(&mut *copy)
        .await?;
    if result != "ok" {
        return Err(Error::DamagedCopy(result));
    }
    let tasks = sqlx::query_scalar(sql::COUNT_TASKS).fetch_one(copy).await?;
    Ok(Copied { tasks })
}
