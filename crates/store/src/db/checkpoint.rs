//! Copies SQLite's write-ahead log into the database file, on a connection of its own.
//!
//! SQLite would do it within a commit, each 1,000 pages: the only writer would then wait for two flushes of the disk
//! and a few hundred writes, several times a second under load. A passive checkpoint on another connection
//! blocks nobody (<https://www.sqlite.org/wal.html#ckpt>).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::{Mutex, Notify};
use tokio::task::JoinSet;
use tracing::debug;

/// Transactions between two checkpoints, which write about 1,000 pages.
pub(super) const INTERVAL: u32 = 100;
/// Pages in the log after which the writer does it itself: when transactions follow each other without a pause, a
/// passive checkpoint never reaches the end of the log, and only at its end does SQLite restart the log.
const MOST_PAGES: &str = "4000";

/// The checkpoints of one database. They end when this is dropped.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    counter: Arc<Counter>,
    task: Mutex<JoinSet<()>>,
}

/// Counts transactions.
#[derive(Debug, Default)]
pub(super) struct Counter {
    since_last: AtomicU32,
    due: Notify,
    stop: Notify,
}

/// The options of the connection that writes.
pub(super) fn writer(file: SqliteConnectOptions) -> SqliteConnectOptions {
    file.pragma("wal_autocheckpoint", MOST_PAGES)
}

impl Checkpoints {
    pub(super) fn start(file: SqliteConnectOptions) -> Self {
        let counter = Arc::<Counter>::default();
        let mut task = JoinSet::new();
        task.spawn(run(file, Arc::clone(&counter)));
        Self {
            counter,
            task: Mutex::new(task),
        }
    }

    /// Ends them, and closes their connection: only when the last connection is closed is the log copied in full and
    /// deleted.
    pub(super) async fn stop(&self) {
        self.counter.stop.notify_one();
        while self.task.lock().await.join_next().await.is_some() {}
    }

    pub(super) fn counter(&self) -> Arc<Counter> {
        Arc::clone(&self.counter)
    }
}

impl Counter {
    /// Counts a transaction.
    pub(super) fn count(&self) {
        if self.since_last.fetch_add(1, Ordering::Relaxed) >= INTERVAL {
            self.since_last.store(0, Ordering::Relaxed);
            self.due.notify_one();
        }
    }
}

async fn run(file: SqliteConnectOptions, counter: Arc<Counter>) {
    let mut connection = None;
    loop {
        tokio::select! {
            biased;
            () = counter.stop.notified() => break,
            () = counter.due.notified() => {}
        }
        if let Err(error) = checkpoint(&file, &mut connection).await {
            // The next one does what this one did not; nothing is lost meanwhile.
            debug!(%error, "Cannot checkpoint");
            connection = None;
        }
    }
    if let Some(connection) = connection
        && let Err(error) = connection.close().await
    {
        debug!(%error, "Cannot close the connection of checkpoints");
    }
}

async fn checkpoint(
    file: &SqliteConnectOptions,
    connection: &mut Option<SqliteConnection>,
) -> Result<(), sqlx::Error> {
    let connection = match connection {
        Some(open) => open,
        None => connection.insert(file.connect().await?),
    };
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
        .execute(connection)
        .await?;
    Ok(())
}
