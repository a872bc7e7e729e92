//! What can go wrong with storage.

/// Why a statement did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused or was not there.
    #[error("the database failed: {0}")]
    Driver(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database schema could not be migrated: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// What came out of the database makes no sense.
    #[error("inconsistent row in {table}: {column} of {id}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
        /// The column.
        column: &'static str,
    },
    /// A statement changed another number of rows than it must.
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
}

impl Error {
    /// Whether a unique key was violated; which one is known at the call site that knows the statement.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Driver(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// Whether the database is not there or cannot work at the moment, which says nothing about the statement: the
    /// same one succeeds once the database is back.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|code| is_outage_code(&code))
            }
            Self::Driver(error) => matches!(
                error,
                sqlx::Error::Io(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed
            ),
            _ => false,
        }
    }

    /// Whether the transaction lost against another one (Postgres: SQLSTATE class 40, a deadlock or a serialization
    /// failure): nothing of it is left, and the same again may succeed.
    pub fn is_contention(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Database(error)) => error
                .code()
                .is_some_and(|code| code.len() == 5 && code.starts_with("40")),
            _ => false,
        }
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
}

/// Holds a mutation to the one row it is about.
pub(crate) fn one_row(actual: u64) -> Result<(), Error> {
    match actual {
        1 => Ok(()),
        actual => Err(Error::RowsAffected {
            expected: 1,
            actual,
        }),
    }
}

/// Postgres: SQLSTATE classes 08 (connection), 53 (resources), 57 (operator: shutdown, starting up), 58 (system).
/// SQLite: the primary result codes BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL and CANTOPEN in the low byte.
fn is_outage_code(code: &str) -> bool {
    if code.len() == 5 {
        return ["08", "53", "57", "58"]
            .iter()
            .any(|class| code.starts_with(class));
    }
    code.parse::<u32>()
        .is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 7 | 8 | 10 | 13 | 14))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_told_from_a_bad_statement() {
        for code in [
            "08006", "53300", "57P01", "57P03", "58030", "5", "10", "13", "14", "2570",
        ] {
            assert!(is_outage_code(code), "{code}");
        }
        for code in [
            "23505", "40001", "42601", "22021", "1", "19", "1555", "2067", "",
        ] {
            assert!(!is_outage_code(code), "{code}");
        }
        assert!(Error::Driver(sqlx::Error::PoolTimedOut).is_outage());
        assert!(!Error::Driver(sqlx::Error::RowNotFound).is_outage());
    }
}
