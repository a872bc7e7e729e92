//! The rows of an event consumer: its position, its inbox, its deliveries. Its dead letters are in `dead_letter`.

use jiff::Timestamp;
use taskwire_domain::{EventId, ReminderId, TaskId, UserId};

use crate::tx::with_connection;
use crate::{Error, Tx};

/// A reminder that reached its owner over a channel.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    /// The owner.
    pub owner: UserId,
    /// The reminder.
    pub reminder: ReminderId,
    /// The instant for which it fired: the same reminder fires again after its task has moved.
    pub fire_at: Timestamp,
    /// `in_app`.
    pub channel: &'static str,
    /// The task.
    pub task: TaskId,
    /// When it was delivered.
    pub delivered_at: Timestamp,
}

pub(crate) mod sql {
    //! Statements on the tables of consumers. Positions have no owner; inbox rows name an event, which has one.

    use crate::statements::statements;

    statements! {
        /// System: a consumer's position in the log of all owners.
        POSITION = "SELECT seq FROM consumer_positions WHERE consumer = $1";
        /// System: a position never moves back, so two processes of one consumer cannot undo each other's progress.
        ADVANCE = "INSERT INTO consumer_positions (consumer, seq) VALUES ($1, $2)
            ON CONFLICT (consumer) DO UPDATE SET seq = excluded.seq WHERE consumer_positions.seq < excluded.seq";
        /// System: the event carries its owner.
        RECEIVE = "INSERT INTO inbox (consumer, event_id, handled_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        /// System: the event carries its owner.
        RECEIVED = "SELECT EXISTS (SELECT 1 FROM inbox WHERE consumer = $1 AND event_id = $2)";
        /// System: as above; nothing is changed if another process holds the lease.
        ADVANCE_FENCED = "UPDATE consumer_positions SET seq = $2 WHERE consumer = $1 AND seq < $2
            AND EXISTS (SELECT 1 FROM leases WHERE name = $1 AND token = $3)";
        /// System: for operators and metrics.
        POSITIONS = "SELECT consumer, seq FROM consumer_positions WHERE follows ORDER BY consumer";
        /// System: where a reader of the log begins, if it has no position yet.
        BEGIN = "INSERT INTO consumer_positions (consumer, seq) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        /// System: how a consumer gets its events.
        SET_FOLLOWS = "INSERT INTO consumer_positions (consumer, seq, follows) VALUES ($1, 0, $2)
            ON CONFLICT (consumer) DO UPDATE SET follows = excluded.follows WHERE consumer_positions.follows <> excluded.follows";
        DELIVER = "INSERT INTO deliveries (owner_id, reminder_id, fire_at, channel, task_id, delivered_at)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    }
}

impl Tx {
    /// The position up to which a consumer has handled every event.
    pub async fn consumer_position(&mut self, consumer: &str) -> Result<i64, Error> {
        let seq: Option<i64> = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::POSITION)
                .bind(consumer)
                .fetch_optional(connection)
                .await?
        });
        Ok(seq.unwrap_or(0))
    }

    /// Moves a consumer's position forward; a move backward is ignored.
    pub async fn advance_consumer(&mut self, consumer: &str, seq: i64) -> Result<(), Error> {
        self.position_with(sql::ADVANCE, consumer, seq).await
    }

    /// Moves the position of a consumer that works under the lease of its name, if `token` is still current: a
    /// process that was paused while another took over changes nothing.
    pub async fn advance_fenced(
        &mut self,
        consumer: &str,
        seq: i64,
        token: i64,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::ADVANCE_FENCED)
            .bind(consumer)
            .bind(seq)
            .bind(token)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Inserts the inbox row of an event; false if it was handled before. Commit it together with the effect.
    pub async fn receive(
        &mut self,
        consumer: &str,
        event: EventId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let inserted = with_connection!(self, |connection| sqlx::query(sql::RECEIVE)
            .bind(consumer)
            .bind(event.0)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(inserted == 1)
    }

    /// Whether a consumer has handled an event.
    pub async fn was_received(&mut self, consumer: &str, event: EventId) -> Result<bool, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::RECEIVED)
                .bind(consumer)
                .bind(event.0)
                .fetch_one(connection)
                .await?
        }))
    }

    /// Notes at the start of a consumer whether it reads the log itself; otherwise it gets its events from a broker.
    pub async fn set_follows(&mut self, consumer: &str, follows: bool) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::SET_FOLLOWS)
            .bind(consumer)
            .bind(follows)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Has a reader of the log that never ran begin at this position; one that has a position keeps it.
    pub async fn begin_consumer(&mut self, consumer: &str, seq: i64) -> Result<(), Error> {
        self.position_with(sql::BEGIN, consumer, seq).await
    }

    /// Runs a statement with the name of a consumer and a position.
    async fn position_with(
        &mut self,
        statement: &'static str,
        consumer: &str,
        seq: i64,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(statement)
            .bind(consumer)
            .bind(seq)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The position of each consumer that has ever read the log, and was not moved behind a broker since.
    pub async fn consumer_positions(&mut self) -> Result<Vec<(String, i64)>, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_as(sql::POSITIONS).fetch_all(connection).await?
        }))
    }

    /// Records a delivered reminder; false if it was recorded before.
    pub async fn insert_delivery(&mut self, delivery: &DeliveryRow) -> Result<bool, Error> {
        let inserted = with_connection!(self, |connection| sqlx::query(sql::DELIVER)
            .bind(delivery.owner.0)
            .bind(delivery.reminder.0)
            .bind(delivery.fire_at.as_microsecond())
            .bind(delivery.channel)
            .bind(delivery.task.0)
            .bind(delivery.delivered_at.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(inserted == 1)
    }
}
