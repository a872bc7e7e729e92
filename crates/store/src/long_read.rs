//! Reads that may take long, such as searches. They have connections of their own, so that nobody else waits for them,
//! and the database stops one whose result nobody waits for any longer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::pool::PoolConnection;
use sqlx::{Database, Postgres, Sqlite};

/// Instructions of SQLite between two looks at whether to stop: some microseconds.
const STEPS: i32 = 10_000;

/// A connection for one long read.
pub(crate) struct LongRead<D: Database> {
    pub(crate) connection: PoolConnection<D>,
    /// SQLite looks at it while it reads.
    stop: Arc<AtomicBool>,
    is_finished: bool,
    /// Whether an unfinished read ends with its connection.
    ends_with_connection: bool,
}

impl LongRead<Sqlite> {
    pub(crate) async fn sqlite(
        mut connection: PoolConnection<Sqlite>,
    ) -> Result<Self, sqlx::Error> {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        connection
            .lock_handle()
            .await?
            .set_progress_handler(STEPS, move || !asked.load(Ordering::Relaxed));
        Ok(Self {
            connection,
            stop,
            is_finished: false,
            ends_with_connection: false,
        })
    }
}

impl LongRead<Postgres> {
    /// The server notices within a moment that the connection was closed, and stops.
    pub(crate) fn postgres(connection: PoolConnection<Postgres>) -> Self {
        Self {
            connection,
            stop: Arc::default(),
            is_finished: false,
            ends_with_connection: true,
        }
    }
}

impl<D: Database> LongRead<D> {
    /// Nothing is being read any more, so the connection can be used again.
    pub(crate) fn finish(&mut self) {
        self.is_finished = true;
    }
}

impl<D: Database> Drop for LongRead<D> {
    fn drop(&mut self) {
        if self.is_finished {
            return;
        }
        self.stop.store(true, Ordering::Relaxed);
        if self.ends_with_connection {
            self.connection.close_on_drop();
        }
    }
}

#[cfg(test)]
mod tests;
