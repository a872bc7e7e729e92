//! A transaction, or a read without one.

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

use taskwire_domain::filter::ChangedBy;

use crate::long_read::LongRead;
use crate::task::{Dialect, Found};
use crate::vocabulary::{KnownWords, NewWords};
use crate::{CommitNotifier, Error};

pub(crate) mod sql {
    //! Statements of transactions.

    use crate::statements::statements;

    statements! {
        /// System: touches no rows.
        SAVEPOINT = "SAVEPOINT step";
        /// System: touches no rows that were not written since.
        ROLLBACK_TO_SAVEPOINT = "ROLLBACK TO SAVEPOINT step";
        /// System: touches no rows.
        RELEASE_SAVEPOINT = "RELEASE SAVEPOINT step";
    }
}

/// A transaction. Dropping it rolls it back.
///
/// [`crate::Db::read`] returns one that only reads and has nothing to commit.
pub struct Tx {
    pub(crate) session: Session,
    /// Notified after a commit that appended events or requested replays.
    notifier: CommitNotifier,
    /// Whether events were appended.
    pub(crate) notifies: bool,
    /// Whether replays were requested.
    pub(crate) requests_replays: bool,
    /// Who changes the tasks.
    pub(crate) changed_by: ChangedBy,
    /// Words that may not be in the vocabulary yet.
    pub(crate) vocabulary: NewWords,
    /// What was last searched for, and what was found: one request asks several times.
    pub(crate) found_words: Option<(String, Found)>,
    /// The words that begin with what was searched for.
    pub(crate) dialect: Dialect,
}

pub(crate) enum Session {
    Sqlite(Connection<Sqlite>),
    Postgres(Connection<Postgres>),
}

/// The connection on which statements run.
pub(crate) enum Connection<D: sqlx::Database> {
    Writing(Transaction<'static, D>),
    Reading(PoolConnection<D>),
    Long(LongRead<D>),
}

impl Connection<Sqlite> {
    pub(crate) fn executor(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Writing(transaction) => &mut *transaction,
            Self::Reading(connection) => &mut *connection,
            Self::Long(read) => &mut read.connection,
        }
    }
}

impl Connection<Postgres> {
    pub(crate) fn executor(&mut self) -> &mut PgConnection {
        match self {
            Self::Writing(transaction) => &mut *transaction,
            Self::Reading(connection) => &mut *connection,
            Self::Long(read) => &mut read.connection,
        }
    }
}

impl<D: sqlx::Database> Connection<D> {
    async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Writing(transaction) => transaction.commit().await,
            Self::Reading(_) | Self::Long(_) => Ok(()),
        }
    }
}

/// Runs `$body` with the connection of whichever driver is in use: compiled once per driver, each against its own
/// types, so that the SQL text and the row struct exist once.
macro_rules! with_connection {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match &mut $tx.session {
            $crate::tx::Session::Sqlite(connection) => {
                let $connection = connection.executor();
                $body
            }
            $crate::tx::Session::Postgres(connection) => {
                let $connection = connection.executor();
                $body
            }
        }
    };
}
pub(crate) use with_connection;

impl Tx {
    pub(crate) fn new(session: Session, notifier: CommitNotifier, words: KnownWords) -> Self {
        Self {
            session,
            notifier,
            notifies: false,
            requests_replays: false,
            changed_by: ChangedBy::Taskwire,
            vocabulary: NewWords::new(words),
            found_words: None,
            dialect: Dialect::default(),
        }
    }

    /// Ends a long read, so that its connection can be used again. Dropped without it, the database stops reading.
    pub fn finish(&mut self) {
        match &mut self.session {
            Session::Sqlite(Connection::Long(read)) => read.finish(),
            Session::Postgres(Connection::Long(read)) => read.finish(),
            _ => {}
        }
    }

    pub(crate) fn is_writing(&self) -> bool {
        matches!(
            self.session,
            Session::Sqlite(Connection::Writing(_)) | Session::Postgres(Connection::Writing(_))
        )
    }

    /// Says who changes the tasks; otherwise it is Taskwire itself.
    pub fn set_changed_by(&mut self, kind: ChangedBy) {
        self.changed_by = kind;
    }

    /// Makes everything since [`crate::Db::begin`] durable, and notifies the readers of the event log. Fails with
    /// [`Error::Unconfirmed`] if the connection was lost meanwhile: then it may be durable.
    pub async fn commit(mut self) -> Result<(), Error> {
        self.write_vocabulary().await?;
        let committed = match self.session {
            Session::Sqlite(connection) => connection.commit().await,
            Session::Postgres(connection) => connection.commit().await,
        };
        committed.map_err(Error::of_commit)?;
        self.vocabulary.are_written();
        if self.notifies {
            self.notifier.notify();
        }
        if self.requests_replays {
            self.notifier.notify_of_replays();
        }
        Ok(())
    }

    /// Marks this point, to which [`Tx::rollback_to_savepoint`] returns. One at a time.
    pub async fn savepoint(&mut self) -> Result<(), Error> {
        self.control(sql::SAVEPOINT).await
    }

    /// Drops everything that was written since the savepoint, and the savepoint.
    pub async fn rollback_to_savepoint(&mut self) -> Result<(), Error> {
        self.control(sql::ROLLBACK_TO_SAVEPOINT).await?;
        self.release_savepoint().await
    }

    /// Keeps what was written since the savepoint, as a part of the transaction.
    pub async fn release_savepoint(&mut self) -> Result<(), Error> {
        self.control(sql::RELEASE_SAVEPOINT).await
    }

    async fn control(&mut self, statement: &'static str) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(statement)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.session, Session::Postgres(_))
    }
}
