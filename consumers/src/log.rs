//! Implements the bus's log over the event log in the database.

use std::sync::Arc;
use std::time::Duration;

use taskwire_domain::Clock;
use taskwire_messaging::{Entry, Log};
use taskwire_store::{Db, DeadLetter, Error, LogReader, StoredEvent};
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

/// Time between two reads without a notification: events of other processes are found by polling on SQLite, and on
/// Postgres when the listener has lost its connection.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// Shortest time between two reads after notifications: under load one read serves many commits, and an event after
/// a quiet moment is still read at once.
const MIN_READ_INTERVAL: Duration = Duration::from_millis(5);

/// The event log of a database, for one consumer.
#[derive(Debug)]
pub struct StoreLog {
    db: Db,
    consumer: &'static str,
    clock: Arc<dyn Clock>,
    /// The token of the lease under which the consumer works, if it needs one.
    fence: Option<i64>,
    /// Only the bus's reader uses it; locked because the trait gives no exclusive access.
    reading: Mutex<Reading>,
}

#[derive(Debug)]
struct Reading {
    reader: LogReader,
    /// Marked as unchanged before each read, so that a commit during the read notifies again.
    commits: watch::Receiver<u64>,
    /// When the log was last read.
    last: Instant,
}

impl StoreLog {
    /// The log of `db` for the consumer of this name.
    pub fn new(db: Db, consumer: &'static str, clock: Arc<dyn Clock>) -> Self {
        let reading = Reading {
            reader: LogReader::new(db.clone(), 0),
            commits: db.commit_notifier().subscribe(),
            last: Instant::now(),
        };
        Self {
            db,
            consumer,
            clock,
            fence: None,
            reading: Mutex::new(reading),
        }
    }

    /// The same log, whose position moves only while the lease of the consumer's name has this token.
    #[must_use]
    pub fn fenced(self, token: i64) -> Self {
        Self {
            fence: Some(token),
            ..self
        }
    }
}

impl Log for StoreLog {
    type Error = Error;

    async fn position(&self) -> Result<i64, Error> {
        self.db.read().await?.consumer_position(self.consumer).await
    }

    async fn advance(&self, position: i64) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        match self.fence {
            None => tx.advance_consumer(self.consumer, position).await?,
            Some(token) => tx.advance_fenced(self.consumer, position, token).await?,
        }
        tx.commit().await
    }

    async fn read(&self, after: i64, limit: usize) -> Result<Vec<Entry>, Error> {
        let mut reading = self.reading.lock().await;
        reading.commits.mark_unchanged();
        if reading.reader.position() != Some(after) {
            reading.reader = LogReader::new(self.db.clone(), after);
        }
        reading.last = Instant::now();
        let events = reading.reader.next(limit).await?;
        Ok(events.into_iter().map(entry).collect())
    }

    async fn wait(&self) {
        let mut reading = self.reading.lock().await;
        let pause = reading.reader.next_poll_in().unwrap_or(POLL_INTERVAL);
        // Whether notified or not, the log is read next.
        let _ = tokio::time::timeout(pause, reading.commits.changed()).await;
        tokio::time::sleep_until(reading.last + MIN_READ_INTERVAL).await;
    }

    async fn dead_letter(&self, entry: &Entry, attempts: u32, error: &str) -> Result<(), Error> {
        let letter = DeadLetter {
            consumer: self.consumer.into(),
            event: entry.id,
            owner: entry.owner,
            seq: entry.seq,
            attempts,
            error: error.to_owned(),
            payload: entry.payload.clone(),
            at: self.clock.now(),
            replay_at: None,
            place: None,
        };
        let mut tx = self.db.begin().await?;
        tx.insert_dead_letter(&letter).await?;
        tx.commit().await
    }
}

fn entry(event: StoredEvent) -> Entry {
    Entry {
        seq: event.seq,
        id: event.id,
        owner: event.owner,
        kind: event.kind,
        key: event.key,
        payload: event.payload,
    }
}
