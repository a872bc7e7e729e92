//! Events that a consumer gave up on, and the failures before that.

use jiff::Timestamp;
use taskwire_domain::{EventId, UserId};
use uuid::Uuid;

use crate::row::row;
use crate::task::instant;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// An event that a consumer gave up on, or a message that is not an event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeadLetter {
    /// The consumer.
    pub consumer: String,
    /// Id of the event; of a message that is not an event, an id derived from its bytes.
    pub event: EventId,
    /// The user of the event; the nil UUID if it is unknown.
    pub owner: UserId,
    /// Its position in the event log; 0 if it is unknown.
    pub seq: i64,
    /// Number of attempts.
    pub attempts: u32,
    /// Why the last attempt failed. Does not quote the event.
    pub error: String,
    /// The event as it was received.
    pub payload: String,
    /// When the consumer gave it up, or when its last replay failed.
    pub at: Timestamp,
    /// When a replay was requested; `None` if none is pending.
    pub replay_at: Option<Timestamp>,
    /// Where the record was on the broker; `None` if it did not come from one.
    pub place: Option<RecordPlace>,
}

/// Where a record is on a broker.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordPlace {
    /// Its topic.
    pub topic: String,
    /// Its partition, if the broker has any.
    pub partition: Option<i64>,
    /// Its offset in the partition, if the broker has any.
    pub offset: Option<i64>,
}

/// The failed deliveries of an event that a broker keeps redelivering.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failures {
    /// Number of failures.
    pub attempts: u32,
    /// Reason of the last failure.
    pub error: String,
}

row! {
    /// A row of `dead_letters`.
    struct Columns, columns: letter_columns {
        key { consumer: String, event_id: Uuid, }
        read {
            owner_id: Uuid,
            seq: i64,
            attempts: i64,
            error: String,
            payload: String,
            buried_at: i64,
            replay_at: Option<i64>,
            topic: Option<String>,
            topic_partition: Option<i64>,
            topic_offset: Option<i64>,
        }
    }
}

impl From<&DeadLetter> for Columns {
    fn from(letter: &DeadLetter) -> Self {
        Self {
            consumer: letter.consumer.clone(),
            event_id: letter.event.0,
            owner_id: letter.owner.0,
            seq: letter.seq,
            attempts: letter.attempts.into(),
            error: letter.error.clone(),
            payload: letter.payload.clone(),
            buried_at: letter.at.as_microsecond(),
            replay_at: letter.replay_at.map(Timestamp::as_microsecond),
            topic: letter.place.as_ref().map(|place| place.topic.clone()),
            topic_partition: letter.place.as_ref().and_then(|place| place.partition),
            topic_offset: letter.place.as_ref().and_then(|place| place.offset),
        }
    }
}

impl TryFrom<Columns> for DeadLetter {
    type Error = Error;

    fn try_from(row: Columns) -> Result<Self, Error> {
        Ok(Self {
            consumer: row.consumer,
            event: EventId(row.event_id),
            owner: UserId(row.owner_id),
            seq: row.seq,
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            error: row.error,
            payload: row.payload,
            at: instant(row.buried_at, "dead_letters", "buried_at")?,
            replay_at: row
                .replay_at
                .map(|at| instant(at, "dead_letters", "replay_at"))
                .transpose()?,
            place: row.topic.map(|topic| RecordPlace {
                topic,
                partition: row.topic_partition,
                offset: row.topic_offset,
            }),
        })
    }
}

pub(crate) mod sql {
    //! Statements on `dead_letters` and `failed_deliveries`. Operators see those of all owners; so do consumers.

    use crate::statements::statements;

    statements! {
        INSERT = concat!("INSERT INTO dead_letters (", letter_columns!(all), ") VALUES (", letter_columns!(values), ")
            ON CONFLICT DO NOTHING");
        /// System: for operators and metrics.
        COUNT = "SELECT COUNT(*) FROM dead_letters WHERE consumer = $1";
        /// System: for operators; in the order in which they were given up, after a position; of one consumer or of all.
        LIST = concat!("SELECT ", letter_columns!(read), " FROM dead_letters
            WHERE (buried_at, event_id) > ($1, $2) AND consumer = COALESCE($4, consumer)
            ORDER BY buried_at, event_id LIMIT $3");
        /// System: for operators and consumers.
        FIND = concat!("SELECT ", letter_columns!(read), " FROM dead_letters WHERE consumer = $1 AND event_id = $2");
        /// System: by operators.
        REQUEST_REPLAY = "UPDATE dead_letters SET replay_at = $3 WHERE consumer = $1 AND event_id = $2";
        /// System: a consumer's own, in the order of the requests.
        TO_REPLAY = concat!("SELECT ", letter_columns!(read), " FROM dead_letters
            WHERE consumer = $1 AND replay_at IS NOT NULL ORDER BY replay_at, seq, event_id LIMIT $2");
        /// System: a consumer's own.
        REPLAY_FAILED = "UPDATE dead_letters SET replay_at = NULL, attempts = attempts + 1, error = $3, buried_at = $4
            WHERE consumer = $1 AND event_id = $2";
        /// System: by operators, or by the consumer that has handled it.
        REMOVE = "DELETE FROM dead_letters WHERE consumer = $1 AND event_id = $2";
        /// System: a consumer's own.
        FAILED = "INSERT INTO failed_deliveries (consumer, event_id, attempts, error, failed_at) VALUES ($1, $2, 1, $3, $4)
            ON CONFLICT (consumer, event_id) DO UPDATE SET attempts = failed_deliveries.attempts + 1,
                error = excluded.error, failed_at = excluded.failed_at
            RETURNING attempts";
        /// System: a consumer's own.
        FAILURES = "SELECT attempts, error FROM failed_deliveries WHERE consumer = $1 AND event_id = $2";
        /// System: a consumer's own.
        FORGET_FAILURES = "DELETE FROM failed_deliveries WHERE consumer = $1 AND event_id = $2";
    }
}

impl Tx {
    /// Stores an event that a consumer cannot handle. Idempotent.
    pub async fn insert_dead_letter(&mut self, letter: &DeadLetter) -> Result<(), Error> {
        let row = Columns::from(letter);
        with_connection!(self, |connection| row
            .bind(sqlx::query(sql::INSERT))
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Number of dead letters of a consumer.
    pub async fn count_dead_letters(&mut self, consumer: &str) -> Result<i64, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::COUNT)
                .bind(consumer)
                .fetch_one(connection)
                .await?
        }))
    }

    /// Dead letters of a consumer or of all, in the order in which they were given up, after this position.
    pub async fn dead_letters(
        &mut self,
        consumer: Option<&str>,
        after: Option<(Timestamp, EventId)>,
        limit: i64,
    ) -> Result<Vec<DeadLetter>, Error> {
        let (at, event) = after.map_or((i64::MIN, Uuid::nil()), |(at, event)| {
            (at.as_microsecond(), event.0)
        });
        let rows: Vec<Columns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST)
                .bind(at)
                .bind(event)
                .bind(limit)
                .bind(consumer)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(DeadLetter::try_from).collect()
    }

    /// One dead letter.
    pub async fn find_dead_letter(
        &mut self,
        consumer: &str,
        event: EventId,
    ) -> Result<Option<DeadLetter>, Error> {
        let row: Option<Columns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND)
                .bind(consumer)
                .bind(event.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(DeadLetter::try_from).transpose()
    }

    /// Requests the replay of a dead letter; false if there is none.
    pub async fn request_replay(
        &mut self,
        consumer: &str,
        event: EventId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let found = with_connection!(self, |connection| sqlx::query(sql::REQUEST_REPLAY)
            .bind(consumer)
            .bind(event.0)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        self.requests_replays = true;
        Ok(found == 1)
    }

    /// Dead letters of a consumer whose replay is requested.
    pub async fn dead_letters_to_replay(
        &mut self,
        consumer: &str,
        limit: i64,
    ) -> Result<Vec<DeadLetter>, Error> {
        let rows: Vec<Columns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::TO_REPLAY)
                .bind(consumer)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(DeadLetter::try_from).collect()
    }

    /// Records another failure of a dead letter.
    pub async fn replay_failed(
        &mut self,
        consumer: &str,
        event: EventId,
        error: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::REPLAY_FAILED)
            .bind(consumer)
            .bind(event.0)
            .bind(error)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Removes a dead letter that was handled or discarded; false if there is none.
    pub async fn remove_dead_letter(
        &mut self,
        consumer: &str,
        event: EventId,
    ) -> Result<bool, Error> {
        let removed = with_connection!(self, |connection| sqlx::query(sql::REMOVE)
            .bind(consumer)
            .bind(event.0)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(removed == 1)
    }

    /// Counts a failed delivery of an event that the broker redelivers. Returns the number of failures, this one
    /// included.
    pub async fn delivery_failed(
        &mut self,
        consumer: &str,
        event: EventId,
        error: &str,
        now: Timestamp,
    ) -> Result<u32, Error> {
        let attempts: i64 = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::FAILED)
                .bind(consumer)
                .bind(event.0)
                .bind(error)
                .bind(now.as_microsecond())
                .fetch_one(connection)
                .await?
        });
        Ok(u32::try_from(attempts).unwrap_or(u32::MAX))
    }

    /// The failed deliveries of an event, if any.
    pub async fn delivery_failures(
        &mut self,
        consumer: &str,
        event: EventId,
    ) -> Result<Option<Failures>, Error> {
        let row: Option<(i64, String)> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FAILURES)
                .bind(consumer)
                .bind(event.0)
                .fetch_optional(connection)
                .await?
        });
        Ok(row.map(|(attempts, error)| Failures {
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            error,
        }))
    }

    /// Forgets the failed deliveries of an event.
    pub async fn forget_failures(&mut self, consumer: &str, event: EventId) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::FORGET_FAILURES)
            .bind(consumer)
            .bind(event.0)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }
}
