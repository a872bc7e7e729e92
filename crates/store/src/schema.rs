//! Compares the database's schema with this program's.

use crate::tx::with_connection;
use crate::{Error, Tx};

/// The schema of a database compared with this program's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Schema {
    /// It is the same.
    Current,
    /// There is none.
    Empty,
    /// Migrations have yet to run.
    Older,
    /// A newer program has migrated it to this version, which is unknown here.
    Newer(i64),
}

impl Schema {
    /// Compares the newest migration that was run with the newest that is known.
    pub(crate) fn of(applied: Option<i64>, known: Option<i64>) -> Self {
        let Some(version) = applied else {
            return Self::Empty;
        };
        match applied.cmp(&known) {
            std::cmp::Ordering::Less => Self::Older,
            std::cmp::Ordering::Equal => Self::Current,
            std::cmp::Ordering::Greater => Self::Newer(version),
        }
    }
}

pub(crate) mod sql {
    //! Statements on the list of migrations, which sqlx keeps.

    use crate::statements::statements;

    statements! {
        /// System: the schema has no owner.
        HAS_MIGRATIONS_SQLITE = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')";
        /// System: the schema has no owner.
        HAS_MIGRATIONS_POSTGRES = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
        /// System: the schema has no owner.
        APPLIED = "SELECT MAX(version) FROM _sqlx_migrations";
    }
}

impl Tx {
    /// The newest migration that was run on the database; `None` on an empty one.
    pub(crate) async fn applied_migration(&mut self) -> Result<Option<i64>, Error> {
        let lookup = if self.is_postgres() {
            sql::HAS_MIGRATIONS_POSTGRES
        } else {
            sql::HAS_MIGRATIONS_SQLITE
        };
        Ok(with_connection!(self, |connection| {
            let exists: bool = sqlx::query_scalar(lookup)
                .fetch_one(&mut *connection)
                .await?;
            if exists {
                sqlx::query_scalar(sql::APPLIED)
                    .fetch_one(connection)
                    .await?
            } else {
                None
            }
        }))
    }
}
