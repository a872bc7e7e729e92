//! The unit of work: a transaction, or a read without one.

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

use crate::{Error, Wake};

/// A transaction. Dropping it rolls back.
///
/// [`crate::Db::read`] gives one that only reads and has nothing to commit.
pub struct Tx {
    pub(crate) session: Session,
    /// Rung after a commit that appended events.
    wake: Wake,
    /// Whether events were appended.
    pub(crate) rings: bool,
}

pub(crate) enum Session {
    Sqlite(Held<Sqlite>),
    Postgres(Held<Postgres>),
}

pub(crate) enum Held<D: sqlx::Database> {
    Writing(Transaction<'static, D>),
    Reading(PoolConnection<D>),
}

impl Held<Sqlite> {
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Writing(transaction) => &mut *transaction,
            Self::Reading(connection) => &mut *connection,
        }
    }
}

impl Held<Postgres> {
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        match self {
            Self::Writing(transaction) => &mut *transaction,
            Self::Reading(connection) => &mut *connection,
        }
    }
}

impl<D: sqlx::Database> Held<D> {
    async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Writing(transaction) => transaction.commit().await,
            Self::Reading(_) => Ok(()),
        }
    }
}

/// Runs `$body` with the connection of whichever driver is in use: compiled once per driver, each against its own
/// types, so that the SQL text and the row struct are written once.
macro_rules! with_connection {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match &mut $tx.session {
            $crate::tx::Session::Sqlite(held) => {
                let $connection = held.connection();
                $body
            }
            $crate::tx::Session::Postgres(held) => {
                let $connection = held.connection();
                $body
            }
        }
    };
}
pub(crate) use with_connection;

impl Tx {
    pub(crate) fn new(session: Session, wake: Wake) -> Self {
        Self {
            session,
            wake,
            rings: false,
        }
    }

    /// Makes everything since [`crate::Db::begin`] durable, and wakes the readers of the event log.
    pub async fn commit(self) -> Result<(), Error> {
        match self.session {
            Session::Sqlite(held) => held.commit().await?,
            Session::Postgres(held) => held.commit().await?,
        }
        if self.rings {
            self.wake.ring();
        }
        Ok(())
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.session, Session::Postgres(_))
    }
}
