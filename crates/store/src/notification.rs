//! Notifications, and whether they have been read.

use jiff::Timestamp;
use taskwire_domain::{NotificationId, ReminderId, TaskId, UserId};
use uuid::Uuid;

use crate::row::row;
use crate::task::instant;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// A reminder that fired.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotificationRow {
    /// Its id; a later notification has a greater one.
    pub id: NotificationId,
    /// The owner.
    pub owner: UserId,
    /// Its task.
    pub task: TaskId,
    /// The reminder.
    pub reminder: ReminderId,
    /// When the reminder was due.
    pub fire_at: Timestamp,
    /// When the notification was created.
    pub created_at: Timestamp,
    /// When it was marked as read.
    pub read_at: Option<Timestamp>,
    /// When there was no more to tell: its task was completed, moved or put off, or its reminder moved.
    pub ended_at: Option<Timestamp>,
    /// When it is told once more.
    pub nag_at: Option<Timestamp>,
    /// How often it was told once more.
    pub nags: i64,
}

row! {
    struct NotificationColumns, columns: notification_columns {
        read {
            id: Uuid,
            owner_id: Uuid,
            task_id: Uuid,
            reminder_id: Uuid,
            fire_at: i64,
            created_at: i64,
            read_at: Option<i64>,
            ended_at: Option<i64>,
            nag_at: Option<i64>,
            nags: i64,
        }
    }
}

pub(crate) mod sql {
    //! Statements on `notifications`.

    use crate::statements::statements;

    statements! {
        INSERT = concat!("INSERT INTO notifications (", notification_columns!(all), ")
            VALUES (", notification_columns!(values), ")");
        FIND = concat!("SELECT ", notification_columns!(read), " FROM notifications WHERE owner_id = $1 AND id = $2");
        LIST = concat!("SELECT ", notification_columns!(read), " FROM notifications WHERE owner_id = $1 AND id < $2
            ORDER BY id DESC LIMIT $3");
        LIST_UNREAD = concat!("SELECT ", notification_columns!(read), " FROM notifications
            WHERE owner_id = $1 AND id < $2 AND read_at IS NULL ORDER BY id DESC LIMIT $3");
        /// The first time counts.
        READ = "UPDATE notifications SET read_at = $3 WHERE owner_id = $1 AND id = $2 AND read_at IS NULL";
        END_OF_TASK = "UPDATE notifications SET read_at = COALESCE(read_at, $3), ended_at = $3, nag_at = NULL
            WHERE owner_id = $1 AND task_id = $2 AND ended_at IS NULL";
        END_OF_REMINDER = "UPDATE notifications SET read_at = COALESCE(read_at, $4), ended_at = $4, nag_at = NULL
            WHERE owner_id = $1 AND task_id = $2 AND reminder_id = $3 AND ended_at IS NULL";
        /// System: the sweep serves all owners; each row carries its own.
        CLAIM_NAGS_SQLITE = concat!("UPDATE notifications SET nags = nags + 1, nag_at = NULL
            WHERE id IN (SELECT id FROM notifications WHERE nag_at IS NOT NULL AND nag_at <= $1 ORDER BY nag_at, id LIMIT $2)
            RETURNING ", notification_columns!(read));
        /// System: as above; two concurrent sweeps claim different rows.
        CLAIM_NAGS_POSTGRES = concat!("UPDATE notifications SET nags = nags + 1, nag_at = NULL
            WHERE id IN (SELECT id FROM notifications WHERE nag_at IS NOT NULL AND nag_at <= $1 ORDER BY nag_at, id LIMIT $2
                FOR UPDATE SKIP LOCKED)
            RETURNING ", notification_columns!(read));
        SET_NAG = "UPDATE notifications SET nag_at = $3 WHERE owner_id = $1 AND id = $2 AND ended_at IS NULL";
        /// System: when the sweep must run next.
        NEXT_NAG = "SELECT MIN(nag_at) FROM notifications WHERE nag_at IS NOT NULL";
    }
}

impl TryFrom<NotificationColumns> for NotificationRow {
    type Error = Error;

    fn try_from(row: NotificationColumns) -> Result<Self, Error> {
        let at = |micros, column| instant(micros, "notifications", column);
        let maybe =
            |micros: Option<i64>, column| micros.map(|micros| at(micros, column)).transpose();
        Ok(Self {
            id: NotificationId(row.id),
            owner: UserId(row.owner_id),
            task: TaskId(row.task_id),
            reminder: ReminderId(row.reminder_id),
            fire_at: at(row.fire_at, "fire_at")?,
            created_at: at(row.created_at, "created_at")?,
            read_at: maybe(row.read_at, "read_at")?,
            ended_at: maybe(row.ended_at, "ended_at")?,
            nag_at: maybe(row.nag_at, "nag_at")?,
            nags: row.nags,
        })
    }
}

impl From<&NotificationRow> for NotificationColumns {
    fn from(row: &NotificationRow) -> Self {
        Self {
            id: row.id.0,
            owner_id: row.owner.0,
            task_id: row.task.0,
            reminder_id: row.reminder.0,
            fire_at: row.fire_at.as_microsecond(),
            created_at: row.created_at.as_microsecond(),
            read_at: row.read_at.map(Timestamp::as_microsecond),
            ended_at: row.ended_at.map(Timestamp::as_microsecond),
            nag_at: row.nag_at.map(Timestamp::as_microsecond),
            nags: row.nags,
        }
    }
}

impl Tx {
    /// Adds a notification.
    pub async fn insert_notification(&mut self, row: &NotificationRow) -> Result<(), Error> {
        let columns = NotificationColumns::from(row);
        with_connection!(self, |connection| columns
            .bind(sqlx::query(sql::INSERT))
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// A user's notification by id.
    pub async fn find_notification(
        &mut self,
        owner: UserId,
        id: NotificationId,
    ) -> Result<Option<NotificationRow>, Error> {
        let row: Option<NotificationColumns> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND)
                .bind(owner.0)
                .bind(id.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(NotificationRow::try_from).transpose()
    }

    /// A user's notifications before `before`, newest first; only the unread ones when asked.
    pub async fn list_notifications(
        &mut self,
        owner: UserId,
        is_unread: bool,
        before: NotificationId,
        limit: i64,
    ) -> Result<Vec<NotificationRow>, Error> {
        let statement = if is_unread {
            sql::LIST_UNREAD
        } else {
            sql::LIST
        };
        let rows: Vec<NotificationColumns> = with_connection!(self, |connection| {
            sqlx::query_as(statement)
                .bind(owner.0)
                .bind(before.0)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(NotificationRow::try_from).collect()
    }

    /// Marks a notification as read; false if it already was, or is not the user's.
    pub async fn mark_notification_read(
        &mut self,
        owner: UserId,
        id: NotificationId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let changed = with_connection!(self, |connection| sqlx::query(sql::READ)
            .bind(owner.0)
            .bind(id.0)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(changed == 1)
    }

    /// Ends all notifications of a task: there is no more to tell, and nothing of it is sent any more. They count as read.
    pub async fn end_notifications_of_task(
        &mut self,
        owner: UserId,
        task: TaskId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let ended = with_connection!(self, |connection| sqlx::query(sql::END_OF_TASK)
            .bind(owner.0)
            .bind(task.0)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        if ended > 0 {
            self.cancel_channel_deliveries(owner, task, now).await?;
        }
        Ok(())
    }

    /// Ends the notifications of one reminder of a task, which will fire again.
    pub async fn end_notifications_of_reminder(
        &mut self,
        owner: UserId,
        task: TaskId,
        reminder: ReminderId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let ended = with_connection!(self, |connection| sqlx::query(sql::END_OF_REMINDER)
            .bind(owner.0)
            .bind(task.0)
            .bind(reminder.0)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        if ended > 0 {
            self.cancel_channel_deliveries(owner, task, now).await?;
        }
        Ok(())
    }

    /// Claims notifications that are to be told once more, earliest first.
    pub async fn claim_nags(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<NotificationRow>, Error> {
        let statement = if self.is_postgres() {
            sql::CLAIM_NAGS_POSTGRES
        } else {
            sql::CLAIM_NAGS_SQLITE
        };
        let rows: Vec<NotificationColumns> = with_connection!(self, |connection| {
            sqlx::query_as(statement)
                .bind(now.as_microsecond())
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        let rows = rows.into_iter().map(NotificationRow::try_from);
        let mut rows = rows.collect::<Result<Vec<_>, Error>>()?;
        // RETURNING guarantees no order.
        rows.sort_by_key(|row| row.id);
        Ok(rows)
    }

    /// Sets when a notification is told once more.
    pub async fn set_nag(
        &mut self,
        owner: UserId,
        id: NotificationId,
        at: Timestamp,
    ) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::SET_NAG)
            .bind(owner.0)
            .bind(id.0)
            .bind(at.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// When the next notification is to be told once more.
    pub async fn next_nag(&mut self) -> Result<Option<Timestamp>, Error> {
        let next: Option<i64> = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::NEXT_NAG)
                .fetch_one(connection)
                .await?
        });
        next.map(|micros| instant(micros, "notifications", "nag_at"))
            .transpose()
    }
}
