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
        READ_OF_TASK = "UPDATE notifications SET read_at = $3
            WHERE owner_id = $1 AND task_id = $2 AND read_at IS NULL";
        READ_OF_REMINDER = "UPDATE notifications SET read_at = $3
            WHERE owner_id = $1 AND reminder_id = $2 AND read_at IS NULL";
    }
}

impl TryFrom<NotificationColumns> for NotificationRow {
    type Error = Error;

    fn try_from(row: NotificationColumns) -> Result<Self, Error> {
        let at = |micros, column| instant(micros, "notifications", column);
        Ok(Self {
            id: NotificationId(row.id),
            owner: UserId(row.owner_id),
            task: TaskId(row.task_id),
            reminder: ReminderId(row.reminder_id),
            fire_at: at(row.fire_at, "fire_at")?,
            created_at: at(row.created_at, "created_at")?,
            read_at: row
                .read_at
                .map(|micros| at(micros, "read_at"))
                .transpose()?,
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

    /// Marks all notifications of a task as read.
    pub async fn mark_notifications_of_task_read(
        &mut self,
        owner: UserId,
        task: TaskId,
        now: Timestamp,
    ) -> Result<u64, Error> {
        Ok(with_connection!(self, |connection| sqlx::query(
            sql::READ_OF_TASK
        )
        .bind(owner.0)
        .bind(task.0)
        .bind(now.as_microsecond())
        .execute(connection)
        .await?
        .rows_affected()))
    }

    /// Marks all notifications of a reminder as read.
    pub async fn mark_notifications_of_reminder_read(
        &mut self,
        owner: UserId,
        reminder: ReminderId,
        now: Timestamp,
    ) -> Result<u64, Error> {
        Ok(with_connection!(self, |connection| sqlx::query(
            sql::READ_OF_REMINDER
        )
        .bind(owner.0)
        .bind(reminder.0)
        .bind(now.as_microsecond())
        .execute(connection)
        .await?
        .rows_affected()))
    }
}
