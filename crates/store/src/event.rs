//! The event log: the outbox and the source of every stream. [`crate::LogReader`] reads it in order.

use sqlx::FromRow;
use taskwire_domain::{EventId, UserId};
use uuid::Uuid;

use crate::error::one_row;
use crate::tx::with_connection;
use crate::{Error, Tx, packed};

/// A committed event.
#[derive(Clone, Debug)]
pub struct StoredEvent {
    /// Its position in the log, which is also the cursor of readers.
    pub seq: i64,
    /// Its id.
    pub id: EventId,
    /// The owner.
    pub owner: UserId,
    /// The CloudEvent `type`.
    pub kind: String,
    /// Events with the same key stay in order.
    pub key: Uuid,
    /// The whole CloudEvent, as JSON.
    pub payload: String,
}

#[derive(FromRow)]
pub(crate) struct EventColumns {
    seq: i64,
    id: Uuid,
    owner_id: Uuid,
    kind: String,
    partition_key: Uuid,
    /// The payload in rows of the versions that did not pack it.
    payload: Option<String>,
    packed: Option<Vec<u8>>,
}

impl TryFrom<EventColumns> for StoredEvent {
    type Error = Error;

    fn try_from(row: EventColumns) -> Result<Self, Error> {
        let payload = match (row.packed, row.payload) {
            (Some(packed), _) => {
                packed::unpack(&packed, &[row.id, row.owner_id, row.partition_key])
                    .map_err(|why| Error::packed("events", row.id, why))?
            }
            (None, Some(payload)) => payload,
            (None, None) => return Err(Error::inconsistent("events", row.id, "payload")),
        };
        Ok(Self {
            seq: row.seq,
            id: EventId(row.id),
            owner: UserId(row.owner_id),
            kind: row.kind,
            key: row.partition_key,
            payload,
        })
    }
}

/// The columns of [`EventColumns`].
macro_rules! event_columns {
    () => {
        "seq, id, owner_id, kind, partition_key, payload, packed"
    };
}
pub(crate) use event_columns;

pub(crate) mod sql {
    //! Statements on `events`.

    use crate::statements::statements;

    statements! {
        APPEND_SQLITE = "INSERT INTO events (id, owner_id, kind, partition_key, packed) VALUES ($1, $2, $3, $4, $5)";
        /// The condition is evaluated before the row is created: a transaction has its id before it draws a number,
        /// which readers of the log rely on. A plain INSERT draws the number first.
        APPEND_POSTGRES = "INSERT INTO events (id, owner_id, kind, partition_key, packed)
            SELECT $1, $2, $3, $4, $5 WHERE pg_current_xact_id() IS NOT NULL";
        LIST_OF_OWNER = concat!("SELECT ", event_columns!(), " FROM events
            WHERE owner_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4");
        /// A consumer behind a broker has no position in the log. Reminders are audited only when their events are deleted.
        NOT_AUDITED = concat!("SELECT ", event_columns!(), " FROM events
            WHERE owner_id = $1 AND seq < $2
                AND (kind LIKE 'reminder.%'
                    OR seq > COALESCE((SELECT seq FROM consumer_positions WHERE consumer = 'audit' AND follows), 0))
            ORDER BY seq DESC LIMIT $3");
    }
}

impl Tx {
    /// Appends an event; `payload` is its whole CloudEvent as JSON.
    ///
    /// The row it is about must already have been written or locked in this transaction: then the order of `seq` is
    /// the order of commits for that row.
    pub async fn append_event(
        &mut self,
        id: EventId,
        owner: UserId,
        kind: &str,
        key: Uuid,
        payload: &str,
    ) -> Result<(), Error> {
        let packed = packed::pack(payload, &[id.0, owner.0, key])
            .ok_or(Error::NotPacked { table: "events" })?;
        let statement = if self.is_postgres() {
            sql::APPEND_POSTGRES
        } else {
            sql::APPEND_SQLITE
        };
        one_row(with_connection!(self, |connection| sqlx::query(statement)
            .bind(id.0)
            .bind(owner.0)
            .bind(kind)
            .bind(key)
            .bind(packed)
            .execute(connection)
            .await?
            .rows_affected()))?;
        self.notifies = true;
        Ok(())
    }

    /// A user's newest events before `before` that are not, or may not be yet, in the audit log, newest first.
    pub async fn events_not_audited(
        &mut self,
        owner: UserId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<StoredEvent>, Error> {
        let rows: Vec<EventColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::NOT_AUDITED)
                .bind(owner.0)
                .bind(before)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(TryInto::try_into).collect()
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
        rows.into_iter().map(TryInto::try_into).collect()
    }
}
