//! What is sent over channels: a row for each, which one process at a time claims, sends and marks.

use jiff::Timestamp;
use taskwire_domain::{ChannelId, DeliveryId, NotificationId, TaskId, UserId};
use uuid::Uuid;

use crate::row::row;
use crate::task::instant;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// Something that is sent over a channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChannelDelivery {
    /// The id; the same at every attempt, so that a receiver can tell a repetition.
    pub id: DeliveryId,
    /// The owner.
    pub owner: UserId,
    /// Over which channel.
    pub channel: ChannelId,
    /// `reminder`, `digest`, `notice`, `verification` or `test`.
    pub kind: String,
    /// What it is about: there is one for each channel.
    pub occasion: String,
    /// The notification, of a reminder.
    pub notification: Option<NotificationId>,
    /// When it should be sent.
    pub due_at: Timestamp,
    /// When it is tried next.
    pub not_before: Timestamp,
    /// The end of the quiet hours that it waits for.
    pub quiet_until: Option<Timestamp>,
    /// How often it was claimed.
    pub attempts: i64,
    /// `pending`, `sent`, `failed` or `cancelled`.
    pub status: String,
    /// Why the last attempt failed, or why it was cancelled.
    pub error: Option<String>,
    /// When it was sent, failed or cancelled.
    pub ended_at: Option<Timestamp>,
}

/// How a delivery ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ending<'a> {
    /// `sent`, `failed` or `cancelled`.
    pub status: &'static str,
    /// Why, unless it was sent.
    pub error: Option<&'a str>,
    /// When.
    pub at: Timestamp,
}

row! {
    struct DeliveryColumns, columns: delivery_columns {
        key {
            id: Uuid,
        }
        read {
            owner_id: Uuid,
            channel_id: Uuid,
            kind: String,
            occasion: String,
            notification_id: Option<Uuid>,
            due_at: i64,
            not_before: i64,
            quiet_until: Option<i64>,
            attempts: i64,
            status: String,
            error: Option<String>,
            ended_at: Option<i64>,
        }
    }
}

pub(crate) mod sql {
    //! Statements on `channel_deliveries`.

    use crate::statements::statements;

    statements! {
        INSERT = concat!("INSERT INTO channel_deliveries (", delivery_columns!(all), ")
            VALUES (", delivery_columns!(values), ") ON CONFLICT DO NOTHING");
        /// System: the sender serves all owners; each row carries its own. A claim is a lease: it ends by itself.
        CLAIM_SQLITE = concat!("UPDATE channel_deliveries SET not_before = $2, attempts = attempts + 1
            WHERE id IN (SELECT id FROM channel_deliveries WHERE status = 'pending' AND not_before <= $1
                ORDER BY not_before, id LIMIT $3)
            RETURNING ", delivery_columns!(read));
        /// System: as above; two concurrent senders claim different rows.
        CLAIM_POSTGRES = concat!("UPDATE channel_deliveries SET not_before = $2, attempts = attempts + 1
            WHERE id IN (SELECT id FROM channel_deliveries WHERE status = 'pending' AND not_before <= $1
                ORDER BY not_before, id LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING ", delivery_columns!(read));
        /// System: when the sender must run next.
        NEXT = "SELECT MIN(not_before) FROM channel_deliveries WHERE status = 'pending'";
        /// System: for operators. What is late, because it waits for a repetition too.
        OVERDUE = "SELECT COUNT(*) FROM channel_deliveries WHERE status = 'pending' AND due_at <= $1";
        /// An attempt whose lease has ended may report after a later one has begun.
        END = "UPDATE channel_deliveries SET status = $4, error = $5, ended_at = $6
            WHERE owner_id = $1 AND id = $2 AND attempts = $3 AND status = 'pending'";
        RETRY = "UPDATE channel_deliveries SET not_before = $4, error = $5
            WHERE owner_id = $1 AND id = $2 AND attempts = $3 AND status = 'pending'";
        /// What was claimed but not tried.
        RELEASE = "UPDATE channel_deliveries SET not_before = $4, attempts = attempts - 1
            WHERE owner_id = $1 AND id = $2 AND attempts = $3 AND status = 'pending'";
        /// Only what was never tried waits for the end of quiet hours.
        MOVE_QUIET_END = "UPDATE channel_deliveries SET quiet_until = $2, due_at = $2, not_before = $2
            WHERE owner_id = $1 AND status = 'pending' AND quiet_until IS NOT NULL AND attempts = 0";
        /// What another process is just sending is left to it.
        DELAY = "UPDATE channel_deliveries SET not_before = $3
            WHERE owner_id = $1 AND channel_id = $2 AND status = 'pending' AND not_before < $3 AND kind <> 'test'
                AND (attempts = 0 OR not_before <= $4)";
        CANCEL_OF_TASK = "UPDATE channel_deliveries SET status = 'cancelled', ended_at = $3
            WHERE owner_id = $1 AND status = 'pending' AND notification_id IN (
                SELECT id FROM notifications WHERE owner_id = $1 AND task_id = $2 AND ended_at IS NOT NULL)";
        FIND = concat!("SELECT ", delivery_columns!(read), " FROM channel_deliveries WHERE owner_id = $1 AND id = $2");
        LIST = concat!("SELECT ", delivery_columns!(read), " FROM channel_deliveries
            WHERE owner_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    }
}

impl TryFrom<DeliveryColumns> for ChannelDelivery {
    type Error = Error;

    fn try_from(row: DeliveryColumns) -> Result<Self, Error> {
        let at = |micros, column| instant(micros, "channel_deliveries", column);
        let maybe =
            |micros: Option<i64>, column| micros.map(|micros| at(micros, column)).transpose();
        Ok(Self {
            due_at: at(row.due_at, "due_at")?,
            not_before: at(row.not_before, "not_before")?,
            quiet_until: maybe(row.quiet_until, "quiet_until")?,
            ended_at: maybe(row.ended_at, "ended_at")?,
            id: DeliveryId(row.id),
            owner: UserId(row.owner_id),
            channel: ChannelId(row.channel_id),
            kind: row.kind,
            occasion: row.occasion,
            notification: row.notification_id.map(NotificationId),
            attempts: row.attempts,
            status: row.status,
            error: row.error,
        })
    }
}

impl Tx {
    /// Adds something to be sent; false if it was already, over this channel and about the same.
    pub async fn insert_channel_delivery(&mut self, row: &ChannelDelivery) -> Result<bool, Error> {
        let columns = DeliveryColumns {
            id: row.id.0,
            owner_id: row.owner.0,
            channel_id: row.channel.0,
            kind: row.kind.clone(),
            occasion: row.occasion.clone(),
            notification_id: row.notification.map(|id| id.0),
            due_at: row.due_at.as_microsecond(),
            not_before: row.not_before.as_microsecond(),
            quiet_until: row.quiet_until.map(Timestamp::as_microsecond),
            attempts: row.attempts,
            status: row.status.clone(),
            error: row.error.clone(),
            ended_at: row.ended_at.map(Timestamp::as_microsecond),
        };
        let inserted = with_connection!(self, |connection| columns
            .bind(sqlx::query(sql::INSERT))
            .execute(connection)
            .await?
            .rows_affected());
        Ok(inserted == 1)
    }

    /// Claims what is due, of all users, until `lease_until`; earliest first.
    pub async fn claim_channel_deliveries(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: i64,
    ) -> Result<Vec<ChannelDelivery>, Error> {
        let statement = if self.is_postgres() {
            sql::CLAIM_POSTGRES
        } else {
            sql::CLAIM_SQLITE
        };
        let rows: Vec<DeliveryColumns> = with_connection!(self, |connection| {
            sqlx::query_as(statement)
                .bind(now.as_microsecond())
                .bind(lease_until.as_microsecond())
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        let rows = rows.into_iter().map(ChannelDelivery::try_from);
        let mut rows = rows.collect::<Result<Vec<_>, Error>>()?;
        // RETURNING guarantees no order.
        rows.sort_by_key(|row| (row.due_at, row.id));
        Ok(rows)
    }

    /// When the next delivery is due.
    pub async fn next_channel_delivery(&mut self) -> Result<Option<Timestamp>, Error> {
        let next: Option<i64> = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::NEXT).fetch_one(connection).await?
        });
        next.map(|micros| instant(micros, "channel_deliveries", "not_before"))
            .transpose()
    }

    /// How many deliveries of all users are due and were not sent yet.
    pub async fn count_overdue_deliveries(&mut self, now: Timestamp) -> Result<i64, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::OVERDUE)
                .bind(now.as_microsecond())
                .fetch_one(connection)
                .await?
        }))
    }

    /// Marks a delivery as ended; false if this attempt is no longer the last one, or it had ended.
    pub async fn end_channel_delivery(
        &mut self,
        owner: UserId,
        id: DeliveryId,
        attempt: i64,
        ending: Ending<'_>,
    ) -> Result<bool, Error> {
        let changed = with_connection!(self, |connection| sqlx::query(sql::END)
            .bind(owner.0)
            .bind(id.0)
            .bind(attempt)
            .bind(ending.status)
            .bind(ending.error)
            .bind(ending.at.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(changed == 1)
    }

    /// Sets when a failed delivery is tried again; false if this attempt is no longer the last one, or it had ended.
    pub async fn retry_channel_delivery(
        &mut self,
        owner: UserId,
        id: DeliveryId,
        attempt: i64,
        not_before: Timestamp,
        error: &str,
    ) -> Result<bool, Error> {
        let changed = with_connection!(self, |connection| sqlx::query(sql::RETRY)
            .bind(owner.0)
            .bind(id.0)
            .bind(attempt)
            .bind(not_before.as_microsecond())
            .bind(error)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(changed == 1)
    }

    /// Gives back a delivery that was claimed but not tried.
    pub async fn release_channel_delivery(
        &mut self,
        owner: UserId,
        id: DeliveryId,
        attempt: i64,
        not_before: Timestamp,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::RELEASE)
            .bind(owner.0)
            .bind(id.0)
            .bind(attempt)
            .bind(not_before.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Moves what waits for the end of a user's quiet hours to another instant.
    pub async fn move_quiet_end(&mut self, owner: UserId, until: Timestamp) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::MOVE_QUIET_END)
            .bind(owner.0)
            .bind(until.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Lets everything wait that is to be sent over a channel, but for a test that its owner asked for: the channel does not
    /// work at the moment, and must not hold up others.
    pub async fn delay_channel(
        &mut self,
        owner: UserId,
        channel: ChannelId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::DELAY)
            .bind(owner.0)
            .bind(channel.0)
            .bind(until.as_microsecond())
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Cancels what is still to be sent about a task whose notifications have ended.
    pub async fn cancel_channel_deliveries(
        &mut self,
        owner: UserId,
        task: TaskId,
        now: Timestamp,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::CANCEL_OF_TASK)
            .bind(owner.0)
            .bind(task.0)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// A delivery by its id.
    pub async fn find_channel_delivery(
        &mut self,
        owner: UserId,
        id: DeliveryId,
    ) -> Result<Option<ChannelDelivery>, Error> {
        let row: Option<DeliveryColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND)
                .bind(owner.0)
                .bind(id.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(ChannelDelivery::try_from).transpose()
    }

    /// A user's deliveries before `before`, newest first.
    pub async fn list_channel_deliveries(
        &mut self,
        owner: UserId,
        before: DeliveryId,
        limit: i64,
    ) -> Result<Vec<ChannelDelivery>, Error> {
        let rows: Vec<DeliveryColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST)
                .bind(owner.0)
                .bind(before.0)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(ChannelDelivery::try_from).collect()
    }
}
