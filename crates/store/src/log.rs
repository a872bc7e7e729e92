//! Reads the event log in order, without ever skipping an event that is still being committed.
//!
//! On Postgres a number is drawn when an event is written, but the event becomes visible when its transaction commits,
//! so a later number can be visible before an earlier one. `docs/events.md` proves that the reader misses none.

use std::sync::atomic::Ordering;
use std::time::Duration;

use taskwire_domain::EventId;
use tokio::time::Instant;
use tracing::{info, warn};
use uuid::Uuid;

use crate::event::EventColumns;
use crate::tx::with_connection;
use crate::{Db, Error, StoredEvent, Tx};

/// Waiting longer than this for a transaction is logged.
const LONG_WAIT: Duration = Duration::from_secs(5);
/// Time before a gap is checked again at first: most close within the commit of one request.
const FIRST_POLL: Duration = Duration::from_millis(5);
/// Longest time between two checks of a gap that stays open.
const LAST_POLL: Duration = Duration::from_millis(500);

pub(crate) mod sql {
    //! Statements of the reader.

    use crate::event::event_columns;
    use crate::statements::statements;

    statements! {
        /// System: consumers read the log of all owners; what they write carries each event's owner.
        READ = concat!("SELECT ", event_columns!(), " FROM events WHERE seq > $1 ORDER BY seq LIMIT $2");
        /// System: the end of the log, even if all of it was deleted because of its age.
        END = "SELECT COALESCE((SELECT MAX(seq) FROM events),
            (SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'events_pruned_through'), 0)";
        /// System: the first event after a position.
        FIRST_AFTER = "SELECT id FROM events WHERE seq > $1 ORDER BY seq LIMIT 1";
        /// System: draws a transaction id, which is higher than that of every transaction that has one. SQLite has one
        /// writer and needs none.
        DRAW_BOUND_POSTGRES = "SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)";
        /// System: below the first value all transactions have ended; at or above the second, none has. SQLite has one
        /// writer and needs neither.
        SNAPSHOT_POSTGRES = "SELECT CAST(CAST(pg_snapshot_xmin(snapshot) AS TEXT) AS BIGINT),
                CAST(CAST(pg_snapshot_xmax(snapshot) AS TEXT) AS BIGINT)
            FROM (SELECT pg_current_snapshot() AS snapshot) AS now";
        /// System: whether the numbers of events are drawn one by one and upwards. SQLite draws no others.
        IS_SEQUENTIAL_POSTGRES = "SELECT seqcache = 1 AND seqincrement = 1 AND NOT seqcycle FROM pg_sequence
            WHERE seqrelid = CAST(pg_get_serial_sequence('events', 'seq') AS REGCLASS)";
    }
}

impl Tx {
    /// The highest number of a visible event. A lower one may still be committed; see [`LogReader::at_end`].
    pub async fn end_of_events(&mut self) -> Result<i64, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::END).fetch_one(connection).await?
        }))
    }

    /// The first visible event after a position.
    pub async fn first_event_after(&mut self, position: i64) -> Result<Option<EventId>, Error> {
        let id: Option<Uuid> = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::FIRST_AFTER)
                .bind(position)
                .fetch_optional(connection)
                .await?
        });
        Ok(id.map(EventId))
    }

    async fn read_events(&mut self, after: i64, limit: i64) -> Result<Vec<StoredEvent>, Error> {
        let rows: Vec<EventColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::READ)
                .bind(after)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn draw_bound(&mut self) -> Result<i64, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::DRAW_BOUND_POSTGRES)
                .fetch_one(connection)
                .await?
        }))
    }

    async fn snapshot(&mut self) -> Result<Snapshot, Error> {
        let (oldest, next): (i64, i64) = with_connection!(self, |connection| {
            sqlx::query_as(sql::SNAPSHOT_POSTGRES)
                .fetch_one(connection)
                .await?
        });
        Ok(Snapshot { oldest, next })
    }

    async fn is_sequential(&mut self) -> Result<bool, Error> {
        let answer: Option<bool> = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::IS_SEQUENTIAL_POSTGRES)
                .fetch_optional(connection)
                .await?
        });
        Ok(answer == Some(true))
    }
}

/// The transactions that have ended.
#[derive(Clone, Copy, Debug)]
struct Snapshot {
    /// Every transaction with a lower id has ended, and its changes are visible.
    oldest: i64,
    /// One past the highest id that has ended; not a bound for later transactions.
    next: i64,
}

/// A transaction id drawn after numbers up to `through` had been seen. Whoever drew one of those numbers had an id
/// before that, and so a lower one: once all lower ids have ended, a number missing up to there will never appear.
#[derive(Clone, Copy, Debug)]
struct Bound {
    id: i64,
    through: i64,
}

/// Missing numbers right after the reader's position.
#[derive(Debug)]
struct Gap {
    /// When it was first seen.
    since: Instant,
    /// The highest number seen after it.
    seen: i64,
    /// Whether it has been logged.
    is_reported: bool,
}

impl Gap {
    fn new(seen: i64) -> Self {
        Self {
            since: Instant::now(),
            seen,
            is_reported: false,
        }
    }
}

/// Reads the log of all owners in order.
///
/// At a gap it stops until the missing number is visible or can never appear. Its connection must be one that may
/// write, because that check takes a transaction id; it takes one only for a gap that was seen twice, and one for all
/// gaps that were seen by then.
#[derive(Debug)]
pub struct LogReader {
    db: Db,
    /// Everything up to here has been returned, or was not requested.
    position: i64,
    /// No number up to here can still appear. Below `position` only until a reader that began at the end is ready.
    closed: i64,
    /// The next value of `closed`, and when it is reached.
    bound: Option<Bound>,
    gap: Option<Gap>,
    /// Whether it has been checked that numbers are drawn one by one.
    is_sequential: bool,
}

impl LogReader {
    /// Reads from `position`, which must be a position that a reader has reached before, or 0.
    pub fn new(db: Db, position: i64) -> Self {
        Self {
            db,
            position,
            closed: position,
            bound: None,
            gap: None,
            is_sequential: false,
        }
    }

    /// Reads from the last event that is visible now. It first waits until no number before that one can
    /// still appear, so no event that is committed later is missed.
    pub async fn at_end(db: Db) -> Result<Self, Error> {
        let mut tx = db.read().await?;
        let end = tx.end_of_events().await?;
        let mut reader = Self::new(db, end);
        if !tx.is_postgres() {
            return Ok(reader);
        }
        reader.check_sequence(&mut tx).await?;
        // In an empty log every number is still to come, and none is skipped.
        if end > 0 {
            reader.closed = 0;
            reader.gap = Some(Gap::new(end));
            reader.bound = Some(Bound {
                id: tx.draw_bound().await?,
                through: end,
            });
        }
        Ok(reader)
    }

    /// The reader's position; `None` while one that began at the end is not ready.
    pub fn position(&self) -> Option<i64> {
        (self.position <= self.closed).then_some(self.position)
    }

    /// The next events in order: `limit` of them, or fewer when there are no more, or only behind a gap.
    pub async fn next(&mut self, limit: usize) -> Result<Vec<StoredEvent>, Error> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut tx = self.db.read().await?;
        if !tx.is_postgres() {
            // With one writer at a time, numbers are committed in the order in which they are drawn.
            let events = tx.read_events(self.position, limit).await?;
            self.closed = events.last().map_or(self.position, |last| last.seq);
            self.position = self.closed;
            return Ok(events);
        }
        self.check_sequence(&mut tx).await?;
        if self.is_waiting(&mut tx).await? {
            return Ok(Vec::new());
        }
        let mut events = tx.read_events(self.position, limit).await?;
        let seen = events.last().map_or(self.position, |last| last.seq);
        let mut reached = self.closed;
        events.retain(|event| {
            let follows = event.seq <= reached.saturating_add(1);
            if follows {
                reached = reached.max(event.seq);
            }
            follows
        });
        self.closed = reached;
        if let Some(last) = events.last() {
            self.position = last.seq;
            self.leave_gap();
        }
        if self.position < seen && self.gap.is_none() {
            self.gap = Some(Gap::new(seen));
        }
        Ok(events)
    }

    /// Whether there is an open gap.
    async fn is_waiting(&mut self, tx: &mut Tx) -> Result<bool, Error> {
        let oldest = self.close_bound(tx).await?;
        let Some(gap) = &self.gap else {
            return Ok(false);
        };
        let is_open = if self.closed >= gap.seen {
            false
        } else if self.position > self.closed {
            true
        } else {
            let next = tx.read_events(self.position, 1).await?;
            next.first()
                .is_some_and(|event| event.seq > self.closed.saturating_add(1))
        };
        if !is_open {
            self.leave_gap();
            return Ok(false);
        }
        if self.bound.is_none() {
            self.bound = Some(Bound {
                through: gap.seen,
                id: tx.draw_bound().await?,
            });
        }
        self.report(oldest);
        Ok(true)
    }

    /// Closes the numbers under the bound if it has been reached; returns the oldest running transaction, if it
    /// was queried. Comes before rows are read, so that they include everything that has ended by now.
    async fn close_bound(&mut self, tx: &mut Tx) -> Result<Option<i64>, Error> {
        // Without a gap nothing waits for it; a later gap may lie under it too.
        let (Some(bound), Some(_)) = (self.bound, &self.gap) else {
            return Ok(None);
        };
        if bound.through <= self.closed {
            self.bound = None;
            return Ok(None);
        }
        let now = tx.snapshot().await?;
        if now.oldest >= bound.id {
            self.closed = bound.through;
            self.bound = None;
        } else if now.next <= bound.id {
            // The id was drawn and its transaction has ended, yet this database has not reached it: it was restored to
            // an earlier state at the same address, and its ids say nothing about the bound.
            self.bound = None;
        }
        Ok(Some(now.oldest))
    }

    /// Logs a long wait, once per process.
    fn report(&mut self, oldest_transaction: Option<i64>) {
        let Some(gap) = &mut self.gap else {
            return;
        };
        let waited = gap.since.elapsed();
        if waited < LONG_WAIT || self.db.is_log_waiting().swap(true, Ordering::Relaxed) {
            return;
        }
        gap.is_reported = true;
        warn!(
            position = self.position,
            oldest_transaction,
            waited_s = waited.as_secs(),
            "The event log is waiting for a long transaction; later events are delayed until it ends"
        );
    }

    fn leave_gap(&mut self) {
        if let Some(gap) = self.gap.take()
            && gap.is_reported
        {
            self.db.is_log_waiting().store(false, Ordering::Relaxed);
            info!(
                waited_s = gap.since.elapsed().as_secs(),
                "The event log continues"
            );
        }
    }

    /// A session that draws numbers in advance could use one after the bound was drawn.
    async fn check_sequence(&mut self, tx: &mut Tx) -> Result<(), Error> {
        if !self.is_sequential {
            if !tx.is_sequential().await? {
                return Err(Error::Schema(
                    "event numbers are not assigned one by one, so events could be missed; \
                     run: ALTER SEQUENCE events_seq_seq INCREMENT 1 CACHE 1 NO CYCLE",
                ));
            }
            self.is_sequential = true;
        }
        Ok(())
    }

    /// How long the reader has been waiting for a gap to close, if it is.
    pub fn waited(&self) -> Option<Duration> {
        self.gap.as_ref().map(|gap| gap.since.elapsed())
    }

    /// When to check a gap again: the longer it has been open, the later. `None` without a gap.
    pub fn next_poll_in(&self) -> Option<Duration> {
        let waited = self.waited()?;
        Some((waited / 8).clamp(FIRST_POLL, LAST_POLL))
    }
}

impl Drop for LogReader {
    fn drop(&mut self) {
        // Another reader may have to log the same wait.
        if self.gap.as_ref().is_some_and(|gap| gap.is_reported) {
            self.db.is_log_waiting().store(false, Ordering::Relaxed);
        }
    }
}
