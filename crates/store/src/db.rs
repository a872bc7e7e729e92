//! Opening a database and handing out transactions.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sqlx::migrate::Migration;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection, SqlitePool, Transaction};

use crate::long_read::LongRead;
use crate::tx::{Connection, Session};
use crate::uncancelled::Uncancelled;
use crate::vocabulary::KnownWords;
use crate::{CommitNotifier, Error, Tx};

mod checkpoint;
mod migrations;
mod options;
mod pool;
mod postgres;

pub use options::Options;
pub use pool::PoolState;

use checkpoint::Checkpoints;
use options::ACQUIRE_TIMEOUT;
use pool::Waits;
use postgres::Server;

/// A database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pub(crate) pools: Pools,
    /// The migrations that this program has.
    migrations: Arc<[Migration]>,
    notifier: CommitNotifier,
    /// Whether a reader of the event log has reported a long wait.
    is_log_waiting: Arc<AtomicBool>,
    waits: Arc<Waits>,
    words: KnownWords,
}

#[derive(Clone, Debug)]
pub(crate) enum Pools {
    Sqlite {
        /// One connection: SQLite has one writer, and queueing here beats "database is locked".
        writer: SqlitePool,
        /// Opened read-only, so that a read can never become the second writer.
        readers: SqlitePool,
        /// The same for long reads.
        long: SqlitePool,
        checkpoints: Arc<Checkpoints>,
    },
    Postgres(Server),
}

/// Whether a text can be meant as the path of a file. Another kind of connection string, or a mistyped one, would make an
/// empty database under its name, with the password in it.
pub fn is_path(text: &str) -> bool {
    let is_explicit = text.starts_with(['/', '.']);
    let is_other = text.contains("://") || text.starts_with("postgres");
    !text.is_empty() && (is_explicit || !(is_other || text.contains(['@', '=', ':'])))
}

/// Rows that SQLite reads ahead of what was taken: those of the longest list.
const ROWS: usize = 1024;

impl Db {
    /// Opens `postgres://…` or `sqlite://path` (a plain path works too) and leaves its schema as it is.
    pub async fn connect(address: &str, options: &Options) -> Result<Self, Error> {
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            return Self::connect_postgres(address, options).await;
        }
        let path = address.strip_prefix("sqlite://").unwrap_or(address);
        if !is_path(path) {
            return Err(Error::Address(
                "The database address is neither postgres://user:password@host/name nor a path of an SQLite file. If it is a path, write ./ before it.".into(),
            ));
        }
        Self::connect_sqlite(Path::new(path), options).await
    }

    async fn connect_sqlite(path: &Path, options: &Options) -> Result<Self, Error> {
        if !options.create && !path.exists() {
            return Err(Error::Address(format!(
                "There is no database at {}; `taskwire migrate` creates one.",
                path.display()
            )));
        }
        let file = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(options.create)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // With WAL, NORMAL survives a crash of the process at any moment; FULL would only protect against
            // a loss of power, at a third of the write rate (measured). This is the only place to change it.
            .synchronous(SqliteSynchronous::Normal)
            // A container's root may be read-only, with no folder for temporary files.
            .pragma("temp_store", "memory")
            // A list is read in one go: with fewer rows, the thread that reads and the one that takes them wait for each
            // other by turns.
            .row_buffer_size(ROWS)
            .busy_timeout(ACQUIRE_TIMEOUT);
        let checkpoints = Checkpoints::start(file.clone().create_if_missing(false));
        let transactions = checkpoints.counter();
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            // Checked when it is returned to the pool, so it need not be checked when it is acquired.
            .after_release(move |connection, _| {
                transactions.count();
                Box::pin(is_usable(connection))
            })
            .test_before_acquire(false)
            .connect_with(checkpoint::writer(file.clone()))
            .await?;
        let readers = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                // A file does not go away between two reads, and each test costs two changes of thread.
                .test_before_acquire(false)
        };
        let file = file.create_if_missing(false).read_only(true);
        let long = readers(options.long_reads).connect_lazy_with(file.clone());
        let readers = readers(options.connections).connect_with(file).await?;
        Ok(Self {
            pools: Pools::Sqlite {
                writer,
                readers,
                long,
                checkpoints: Arc::new(checkpoints),
            },
            migrations: migrations::sqlite(options.later_migrations.as_deref()).await?,
            notifier: CommitNotifier::default(),
            is_log_waiting: Arc::default(),
            waits: Arc::default(),
            words: KnownWords::default(),
        })
    }

    async fn connect_postgres(address: &str, options: &Options) -> Result<Self, Error> {
        Ok(Self {
            pools: Pools::Postgres(Server::connect(address, options).await?),
            migrations: migrations::postgres(options.later_migrations.as_deref()).await?,
            notifier: CommitNotifier::default(),
            is_log_waiting: Arc::default(),
            waits: Arc::default(),
            words: KnownWords::default(),
        })
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx, Error> {
        let session = match &self.pools {
            // IMMEDIATE, because a transaction that reads first and writes later fails at once when another process
            // writes.
            Pools::Sqlite { writer, .. } => {
                let waiting = self.waits.writer.begin();
                let begun = writer.begin_with("BEGIN IMMEDIATE").await;
                Session::Sqlite(Connection::Writing(waiting.end(begun)?))
            }
            Pools::Postgres(server) => {
                let waiting = self.waits.writer.begin();
                let connection = waiting.end(server.acquire().await)?;
                // Dropped between the BEGIN and its result, the driver would return the connection to the pool with a
                // transaction open that it does not know of.
                let begin = Uncancelled::new(Transaction::begin(connection, None));
                Session::Postgres(Connection::Writing(begin.await?))
            }
        };
        Ok(Tx::new(session, self.notifier.clone(), self.words.clone()))
    }

    /// Takes a connection for reading, without a transaction: each statement sees the latest commit.
    pub async fn read(&self) -> Result<Tx, Error> {
        let session = match &self.pools {
            Pools::Sqlite { readers, .. } => {
                let waiting = self.waits.readers.begin();
                let acquired = readers.acquire().await;
                Session::Sqlite(Connection::Reading(waiting.end(acquired)?))
            }
            Pools::Postgres(server) => {
                let waiting = self.waits.readers.begin();
                let acquired = server.acquire().await;
                Session::Postgres(Connection::Reading(waiting.end(acquired)?))
            }
        };
        Ok(Tx::new(session, self.notifier.clone(), self.words.clone()))
    }

    /// Takes a connection for a read that may take long. There are few, so this may wait; nobody else waits for it. Call
    /// [`Tx::finish`] at the end.
    pub async fn read_long(&self) -> Result<Tx, Error> {
        let waiting = self.waits.long.begin();
        let session = match &self.pools {
            Pools::Sqlite { long, .. } => {
                let connection = waiting.end(long.acquire().await)?;
                Session::Sqlite(Connection::Long(LongRead::sqlite(connection).await?))
            }
            Pools::Postgres(server) => {
                let connection = waiting.end(server.acquire_long().await)?;
                Session::Postgres(Connection::Long(LongRead::postgres(connection)))
            }
        };
        Ok(Tx::new(session, self.notifier.clone(), self.words.clone()))
    }

    /// Notifies when events are committed.
    pub fn commit_notifier(&self) -> &CommitNotifier {
        &self.notifier
    }

    /// Forwards notifications of commits between processes that share this database, for as long as the future is
    /// polled. Returns at once on SQLite, where readers of other processes poll.
    pub async fn forward_notifications(&self) {
        if let Pools::Postgres(server) = &self.pools {
            self.notifier.forward(server.pool().clone()).await;
        }
    }

    /// Receives what other processes say of requested replays, for as long as the future is polled: what
    /// [`Self::forward_notifications`] also does, for a process that needs nothing else. Returns at once on SQLite.
    pub async fn receive_replays(&self) {
        if let Pools::Postgres(server) = &self.pools {
            self.notifier.receive_replays(server.pool().clone()).await;
        }
    }

    /// Tells other processes that replays were requested, from a process that forwards nothing.
    pub async fn announce_replays(&self) {
        if let Pools::Postgres(server) = &self.pools {
            self.notifier.announce_replays(server.pool()).await;
        }
    }

    /// The state of each pool of connections, for metrics.
    pub fn pools(&self) -> Vec<PoolState> {
        let Waits {
            writer,
            readers,
            long,
        } = &*self.waits;
        match &self.pools {
            Pools::Sqlite {
                writer: one,
                readers: many,
                long: few,
                ..
            } => vec![
                PoolState::of("writer", one, &[writer]),
                PoolState::of("readers", many, &[readers]),
                PoolState::of("long_reads", few, &[long]),
            ],
            Pools::Postgres(server) => {
                vec![
                    PoolState::of("postgres", server.pool(), &[writer, readers]),
                    PoolState::of("long_reads", server.long_pool(), &[long]),
                ]
            }
        }
    }

    /// Whether [`Self::forward_notifications`] has anything to do.
    pub fn forwards_notifications(&self) -> bool {
        matches!(self.pools, Pools::Postgres(_))
    }

    /// The number of the newest migration that this program has.
    pub fn newest_migration(&self) -> i64 {
        self.migrations.last().map_or(0, |newest| newest.version)
    }

    /// The migrations that this program has, in order.
    pub(crate) fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    pub(crate) fn is_log_waiting(&self) -> &AtomicBool {
        &self.is_log_waiting
    }

    /// `sqlite` or `postgres`, for logs and `doctor`.
    pub fn kind(&self) -> &'static str {
        match self.pools {
            Pools::Sqlite { .. } => "sqlite",
            Pools::Postgres(_) => "postgres",
        }
    }

    /// Closes all connections, waiting for those in use.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite {
                writer,
                readers,
                long,
                checkpoints,
            } => {
                checkpoints.stop().await;
                long.close().await;
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(server) => server.close().await,
        }
    }
}

/// Whether SQLite's writer may be used again; otherwise another connection takes its place.
///
/// When the disk is full or fails, SQLite rolls back by itself, even in the middle of a transaction. The driver's own
/// ROLLBACK then finds none and fails, and the driver keeps counting a transaction that no longer exists: it would
/// never begin another one.
async fn is_usable(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // The rollback runs in the connection's thread; this waits for it.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

#[cfg(test)]
mod tests;
