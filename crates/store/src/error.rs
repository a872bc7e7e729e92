//! Errors of the store.

use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;
use uuid::Uuid;

use crate::Schema;
use crate::packed::UnpackError;

/// The error of a statement. Every method of [`Tx`](crate::Tx) fails with [`Error::Driver`] when the database refuses
/// or is unavailable, one that reads rows also with [`Error::Inconsistent`], and one that must change an exact number
/// of rows with [`Error::RowsAffected`]; nothing is written by a transaction that is not committed. What is not found
/// is `None` or false, not an error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused the statement or was unavailable.
    #[error("the database failed: {0}")]
    Driver(#[from] sqlx::Error),
    /// The connection was lost during the commit, so the transaction may have been committed.
    #[error("the database failed during a commit: {0}")]
    Unconfirmed(sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database schema could not be migrated: {0}")]
    Migrate(#[from] MigrateError),
    /// This program cannot work with the schema, and must not migrate it either.
    #[error("the database {}", .0.problem().unwrap_or_default())]
    Incompatible(Schema),
    /// A stored value is inconsistent.
    #[error("inconsistent row in {table}: {column} of {id}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
        /// The column.
        column: &'static str,
    },
    /// A newer version of Taskwire wrote the row in a format that this one cannot read.
    #[error("{table} has a row in format {format}, which a newer version of Taskwire wrote: {id}")]
    NewerFormat {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
        /// Its format.
        format: u8,
    },
    /// A text could not be compressed.
    #[error("a text for {table} could not be compressed")]
    NotPacked {
        /// The table.
        table: &'static str,
    },
    /// A copy of the database is damaged, and so is probably the database.
    #[error("the copy is damaged: {0}")]
    DamagedCopy(String),
    /// A statement changed an unexpected number of rows.
    #[error("{actual} rows changed where {expected} should")]
    RowsAffected {
        /// How many should have changed.
        expected: u64,
        /// How many did.
        actual: u64,
    },
    /// The database's address cannot be used.
    #[error("{0}")]
    Address(String),
    /// The schema was altered in an incompatible way.
    #[error("the database schema was altered: {0}")]
    Schema(&'static str),
}

/// Why a database is unavailable. The statement is not at fault: the same one succeeds afterwards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outage {
    /// Its disk is full.
    DiskFull,
    /// It is read-only: a replica, or a file that may not be written.
    ReadOnly,
    /// Its disk failed, or its file cannot be opened.
    DiskFailed,
    /// It could not be reached, or did not respond in time.
    Unreachable,
    /// It did not confirm a commit: the changes may be stored.
    Unconfirmed,
}

impl Error {
    /// Returns true if a unique key was violated. The call site knows the statement, and so which one.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Driver(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// Why the database is unavailable, if that is the cause.
    pub fn outage(&self) -> Option<Outage> {
        match self {
            Self::Driver(sqlx::Error::Database(error)) => outage_of_code(&error.code()?),
            Self::Driver(
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed,
            ) => Some(Outage::Unreachable),
            Self::Unconfirmed(_) => Some(Outage::Unconfirmed),
            _ => None,
        }
    }

    /// The error of a commit. What the database refused is not stored; if it no longer responds, nobody knows.
    pub(crate) fn of_commit(error: sqlx::Error) -> Self {
        if Self::is_lost(&error) {
            Self::Unconfirmed(error)
        } else {
            Self::Driver(error)
        }
    }

    /// Whether the connection was lost. A server that is stopped says so (SQLSTATE class 57P) before it closes it.
    fn is_lost(error: &sqlx::Error) -> bool {
        match error {
            sqlx::Error::Database(error) => error
                .code()
                .is_some_and(|code| code.len() == 5 && code.starts_with("57P")),
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => true,
            _ => false,
        }
    }

    /// Returns true if the database is unavailable.
    pub fn is_outage(&self) -> bool {
        self.outage().is_some()
    }

    /// Returns true if the transaction lost against another one (Postgres: SQLSTATE class 40, a deadlock or a
    /// serialization failure): it was rolled back, and a retry may succeed.
    pub fn is_contention(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Database(error)) => error
                .code()
                .is_some_and(|code| code.len() == 5 && code.starts_with("40")),
            _ => false,
        }
    }

    /// Returns true if a migration gave way to another transaction (Postgres: `lock_not_available`,
    /// `deadlock_detected`): it may succeed later.
    pub(crate) fn has_given_way(&self) -> bool {
        let (Self::Driver(error)
        | Self::Migrate(
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _),
        )) = self
        else {
            return false;
        };
        let code = error.as_database_error().and_then(DatabaseError::code);
        matches!(code.as_deref(), Some("55P03" | "40P01"))
    }

    pub(crate) fn inconsistent(
        table: &'static str,
        id: impl std::fmt::Display,
        column: &'static str,
    ) -> Self {
        Self::Inconsistent {
            table,
            id: id.to_string(),
            column,
        }
    }

    pub(crate) fn packed(table: &'static str, id: Uuid, why: UnpackError) -> Self {
        match why {
            UnpackError::Damaged => Self::inconsistent(table, id, "packed"),
            UnpackError::Format(format) => Self::NewerFormat {
                table,
                id: id.to_string(),
                format,
            },
        }
    }
}

/// Checks that a statement changed exactly one row.
pub(crate) fn one_row(actual: u64) -> Result<(), Error> {
    match actual {
        1 => Ok(()),
        actual => Err(Error::RowsAffected {
            expected: 1,
            actual,
        }),
    }
}

/// SQLite's IOERR_SHMSIZE: the file of the shared index cannot grow; according to its documentation, because the disk
/// is full.
const SQLITE_IOERR_SHMSIZE: u32 = 4874;

/// SQLite's IOERR_WRITE: reported when a quota or a file size limit is reached; a full disk has a code of
/// its own.
const SQLITE_IOERR_WRITE: u32 = 778;

/// Postgres: SQLSTATE. SQLite: the primary result code is the low byte of the extended one.
fn outage_of_code(code: &str) -> Option<Outage> {
    if code.len() == 5 {
        return match code {
            "53100" => Some(Outage::DiskFull),
            // A replica, or a server in read-only mode.
            "25006" => Some(Outage::ReadOnly),
            _ if code.starts_with("58") => Some(Outage::DiskFailed),
            // A database that takes no connections; a transaction that was idle for too long, of which nothing is left.
            "55000" | "25P03" => Some(Outage::Unreachable),
            // Connection, resources, operator: shut down, starting up; a password that was changed, a database that is
            // not there. No statement was run.
            _ if ["08", "53", "57", "28", "3D"]
                .iter()
                .any(|class| code.starts_with(class)) =>
            {
                Some(Outage::Unreachable)
            }
            _ => None,
        };
    }
    let code: u32 = code.parse().ok()?;
    match (code, code & 0xff) {
        (SQLITE_IOERR_SHMSIZE | SQLITE_IOERR_WRITE, _) | (_, 13) => Some(Outage::DiskFull),
        (_, 8) => Some(Outage::ReadOnly),
        // IOERR and CANTOPEN.
        (_, 10 | 14) => Some(Outage::DiskFailed),
        // BUSY, LOCKED, NOMEM and INTERRUPT.
        (_, 5 | 6 | 7 | 9) => Some(Outage::Unreachable),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_distinguished_from_a_bad_statement() {
        for (code, outage) in [
            ("08006", Outage::Unreachable),
            ("53300", Outage::Unreachable),
            ("57P01", Outage::Unreachable),
            ("28P01", Outage::Unreachable),
            ("3D000", Outage::Unreachable),
            ("55000", Outage::Unreachable),
            ("57P03", Outage::Unreachable),
            ("53100", Outage::DiskFull),
            ("58030", Outage::DiskFailed),
            ("25006", Outage::ReadOnly),
            ("5", Outage::Unreachable),
            ("8", Outage::ReadOnly),
            ("9", Outage::Unreachable),
            ("10", Outage::DiskFailed),
            ("13", Outage::DiskFull),
            ("14", Outage::DiskFailed),
            ("778", Outage::DiskFull),
            ("2570", Outage::DiskFailed),
            ("4874", Outage::DiskFull),
        ] {
            assert_eq!(outage_of_code(code), Some(outage), "{code}");
        }
        for code in [
            "23505", "25P02", "40001", "42601", "22021", "1", "19", "1555", "2067", "",
        ] {
            assert_eq!(outage_of_code(code), None, "{code}");
        }
        assert!(Error::Driver(sqlx::Error::PoolTimedOut).is_outage());
        assert!(!Error::Driver(sqlx::Error::RowNotFound).is_outage());
    }
}
