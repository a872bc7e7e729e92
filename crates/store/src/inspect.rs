//! What an operator wants to know about a database.

use std::time::Duration;

use jiff::Timestamp;

use crate::tx::with_connection;
use crate::{Error, Tx};

/// The state of a database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Inspection {
    /// The version of the database's program.
    pub version: String,
    /// Its clock; `None` on SQLite, which has that of this process.
    pub now: Option<Timestamp>,
    /// Size of the event log in bytes, indexes included; on SQLite that of the whole file.
    pub log_bytes: u64,
    /// How long the oldest transaction has been open, if there is one; `None` on SQLite.
    pub oldest_transaction: Option<Duration>,
}

pub(crate) mod sql {
    //! Statements of an inspection.

    use crate::statements::statements;

    statements! {
        /// System: for operators.
        VERSION_SQLITE = "SELECT 'SQLite ' || sqlite_version()";
        /// System: for operators.
        VERSION_POSTGRES = "SELECT 'Postgres ' || current_setting('server_version')";
        /// System: for operators. SQLite has the clock of this process.
        NOW_POSTGRES = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";
        /// System: for operators.
        BYTES_SQLITE = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        /// System: for operators.
        BYTES_POSTGRES = "SELECT pg_total_relation_size('events')";
        /// System: for operators; in seconds. SQLite cannot tell.
        OLDEST_POSTGRES = "SELECT CAST(EXTRACT(EPOCH FROM MAX(clock_timestamp() - xact_start)) AS BIGINT)
            FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        /// System: for operators; the first damage that is found, or `ok`. SQLite only: Postgres has no such statement.
        DAMAGE_SQLITE = "PRAGMA quick_check(1)";
        /// System: leases have no owner.
        HOLDER = "SELECT holder FROM leases WHERE name = $1 AND holder IS NOT NULL";
    }
}

impl Tx {
    /// The state of the database.
    pub async fn inspect(&mut self) -> Result<Inspection, Error> {
        let is_postgres = self.is_postgres();
        let (version, bytes) = if is_postgres {
            (sql::VERSION_POSTGRES, sql::BYTES_POSTGRES)
        } else {
            (sql::VERSION_SQLITE, sql::BYTES_SQLITE)
        };
        Ok(with_connection!(self, |connection| {
            let version = sqlx::query_scalar(version)
                .fetch_one(&mut *connection)
                .await?;
            let bytes: i64 = sqlx::query_scalar(bytes)
                .fetch_one(&mut *connection)
                .await?;
            let mut inspection = Inspection {
                version,
                now: None,
                log_bytes: bytes.try_into().unwrap_or_default(),
                oldest_transaction: None,
            };
            if is_postgres {
                let oldest: Option<i64> = sqlx::query_scalar(sql::OLDEST_POSTGRES)
                    .fetch_one(&mut *connection)
                    .await?;
                inspection.oldest_transaction = oldest
                    .and_then(|seconds| seconds.try_into().ok())
                    .map(Duration::from_secs);
                let now: i64 = sqlx::query_scalar(sql::NOW_POSTGRES)
                    .fetch_one(connection)
                    .await?;
                inspection.now = Timestamp::from_microsecond(now).ok();
            }
            inspection
        }))
    }

    /// The first damage in the file of an SQLite database, if there is any. Reads the whole file.
    pub async fn damage(&mut self) -> Result<Option<String>, Error> {
        if self.is_postgres() {
            return Ok(None);
        }
        let found: String = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::DAMAGE_SQLITE)
                .fetch_one(connection)
                .await?
        });
        Ok((found != "ok").then_some(found))
    }

    /// Who holds a lease, as it named itself.
    pub async fn lease_holder(&mut self, name: &str) -> Result<Option<String>, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::HOLDER)
                .bind(name)
                .fetch_optional(connection)
                .await?
        }))
    }
}
