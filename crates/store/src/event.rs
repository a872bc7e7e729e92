//! The event log: the outbox and the source of every stream.

use sqlx::FromRow;
use taskwire_domain::{EventId, UserId};
use uuid::Uuid;

use crate::tx::with_connection;
use crate::{Db, Error, Tx};

/// An event as it was committed.
#[derive(Clone, Debug)]
pub struct StoredEvent {
    /// Its place in the log; the cursor of everyone who reads it.
    pub seq: i64,
    /// Its id.
    pub id: EventId,
    /// Whose it is.
    pub owner: UserId,
    /// The CloudEvent `type`.
    pub kind: String,
    /// Events with the same key stay in order.
    pub key: Uuid,
    /// The whole CloudEvent, as JSON.
    pub payload: String,
}

#[derive(FromRow)]
struct EventColumns {
    seq: i64,
    id: Uuid,
    owner_id: Uuid,
    kind: String,
    partition_key: Uuid,
    payload: String,
}

impl From<EventColumns> for StoredEvent {
    fn from(row: EventColumns) -> Self {
        Self {
            seq: row.seq,
            id: EventId(row.id),
            owner: UserId(row.owner_id),
            kind: row.kind,
            key: row.partition_key,
            payload: row.payload,
        }
    }
}

pub(crate) mod sql {
    //! Statements on `events`.

    use crate::statements::statements;

    statements! {
        APPEND = "INSERT INTO events (id, owner_id, kind, partition_key, payload) VALUES ($1, $2, $3, $4, $5)";
        LIST_OF_OWNER = "SELECT seq, id, owner_id, kind, partition_key, payload FROM events
            WHERE owner_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4";
        /// System: consumers read the log of all owners; what they write carries each event's owner.
        READ = "SELECT seq, id, owner_id, kind, partition_key, payload FROM events WHERE seq > $1 ORDER BY seq LIMIT $2";
        /// System: the end of the log.
        END = "SELECT COALESCE(MAX(seq), 0) FROM events";
        /// System: the oldest transaction still running and the next to start. SQLite has one writer and needs neither.
        HORIZON_POSTGRES = "SELECT CAST(CAST(pg_snapshot_xmin(snapshot) AS TEXT) AS BIGINT),
                CAST(CAST(pg_snapshot_xmax(snapshot) AS TEXT) AS BIGINT)
            FROM (SELECT pg_current_snapshot() AS snapshot) AS now";
    }
}

impl Tx {
    /// Appends an event; `payload` is its whole CloudEvent as JSON.
    ///
    /// The row it is about must have been written or locked before in this transaction: then the order of `seq` is
    /// the order of commits for that row.
    pub async fn append_event(
        &mut self,
        id: EventId,
        owner: UserId,
        kind: &str,
        key: Uuid,
        payload: &str,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::APPEND)
            .bind(id.0)
            .bind(owner.0)
            .bind(kind)
            .bind(key)
            .bind(payload)
            .execute(connection)
            .await?
            .rows_affected());
        self.rings = true;
        Ok(())
    }

    /// A user's events after `after` up to and including `until`, in order.
    pub async fn events_of(
        &mut self,
        owner: UserId,
        after: i64,
        until: i64,
        limit: i64,
    ) -> Result<Vec<StoredEvent>, Error> {
        let rows: Vec<EventColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST_OF_OWNER)
                .bind(owner.0)
                .bind(after)
                .bind(until)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The last place in the log.
    pub async fn end_of_events(&mut self) -> Result<i64, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::END).fetch_one(connection).await?
        }))
    }

    async fn read_events(&mut self, after: i64, limit: i64) -> Result<Vec<StoredEvent>, Error> {
        let rows: Vec<EventColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::READ)
                .bind(after)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Postgres: (oldest running transaction, next transaction).
    async fn horizon(&mut self) -> Result<(i64, i64), Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_as(sql::HORIZON_POSTGRES)
                .fetch_one(connection)
                .await?
        }))
    }
}

/// Reads the log of all owners without ever stepping over an event that is still being committed.
///
/// On Postgres `seq` is drawn when an event is written but seen when its transaction commits, so a later number can
/// be visible before an earlier one. The reader stops before a gap until every transaction that was running when it
/// first saw the gap has ended: then the missing number is there, or was rolled back and never will be.
#[derive(Debug)]
pub struct LogReader {
    db: Db,
    /// Everything up to here has been handed out or will never exist.
    position: i64,
    /// The gap being waited for: the number before it, and the first transaction that cannot fill it.
    gap: Option<(i64, i64)>,
}

impl LogReader {
    /// Reads what comes after `position`.
    pub fn new(db: Db, position: i64) -> Self {
        Self {
            db,
            position,
            gap: None,
        }
    }

    /// Where the reader is.
    pub fn position(&self) -> i64 {
        self.position
    }

    /// The next events in order, at most `limit`; empty when there is nothing new, or only behind a gap.
    pub async fn next(&mut self, limit: i64) -> Result<Vec<StoredEvent>, Error> {
        let mut tx = self.db.read().await?;
        let settled = match (self.gap, tx.is_postgres()) {
            (Some((before, end)), true) if before == self.position => tx.horizon().await?.0 >= end,
            _ => false,
        };
        let mut events = tx.read_events(self.position, limit).await?;
        if tx.is_postgres() {
            // The horizon was taken before the rows, so a gap that is settled stays settled in what was just read.
            let mut expected = self.position + 1;
            let mut first = settled;
            let hole = events.iter().position(|event| {
                let gap = event.seq != expected && !first;
                first = false;
                expected = event.seq + 1;
                gap
            });
            if let Some(hole) = hole {
                events.truncate(hole);
                let before = events.last().map_or(self.position, |event| event.seq);
                if self.gap.is_none_or(|(known, _)| known != before) {
                    self.gap = Some((before, tx.horizon().await?.1));
                }
            }
        }
        if let Some(last) = events.last() {
            self.position = last.seq;
        }
        Ok(events)
    }

    /// Whether the reader waits for a gap to close, and should look again soon.
    pub fn waits(&self) -> bool {
        self.gap.is_some_and(|(before, _)| before == self.position)
    }
}
