//! The times of reminders: one row per reminder, updated in the same transaction as its task.

use jiff::Timestamp;
use sqlx::FromRow;
use taskwire_domain::{ReminderId, TaskId, UserId};
use uuid::Uuid;

use crate::task::instant;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// The time of one reminder.
#[derive(Clone, Debug)]
pub struct ReminderRow {
    /// The reminder.
    pub id: ReminderId,
    /// The owner.
    pub owner: UserId,
    /// Its task.
    pub task: TaskId,
    /// When it fires.
    pub fire_at: Timestamp,
}

/// A due reminder, claimed by this transaction.
#[derive(Clone, Debug)]
pub struct DueReminder {
    /// The reminder.
    pub id: ReminderId,
    /// The owner.
    pub owner: UserId,
    /// Its task.
    pub task: TaskId,
    /// When it should have fired.
    pub fire_at: Timestamp,
}

#[derive(FromRow)]
struct DueColumns {
    id: Uuid,
    owner_id: Uuid,
    task_id: Uuid,
    fire_at: i64,
}

pub(crate) mod sql {
    //! Statements on `reminders`.

    use crate::statements::statements;

    statements! {
        /// A reminder that has fired stays so unless its time changes.
        SCHEDULE = "INSERT INTO reminders (id, owner_id, task_id, fire_at, fired_at) VALUES ($2, $1, $3, $4, NULL)
            ON CONFLICT (id) DO UPDATE SET fire_at = excluded.fire_at, fired_at = NULL
            WHERE reminders.owner_id = $1 AND reminders.fire_at <> excluded.fire_at";
        CANCEL = "DELETE FROM reminders WHERE owner_id = $1 AND id = $2";
        CANCEL_ALL = "DELETE FROM reminders WHERE owner_id = $1 AND task_id = $2";
        IDS_OF_TASK = "SELECT id FROM reminders WHERE owner_id = $1 AND task_id = $2";
        /// System: the sweep serves all owners; each event it writes carries its own.
        CLAIM_SQLITE = "UPDATE reminders SET fired_at = $1
            WHERE id IN (SELECT id FROM reminders WHERE fired_at IS NULL AND fire_at <= $1 ORDER BY fire_at, id LIMIT $2)
            RETURNING id, owner_id, task_id, fire_at";
        /// System: as above; two concurrent sweeps claim different rows.
        CLAIM_POSTGRES = "UPDATE reminders SET fired_at = $1
            WHERE id IN (SELECT id FROM reminders WHERE fired_at IS NULL AND fire_at <= $1 ORDER BY fire_at, id LIMIT $2
                FOR UPDATE SKIP LOCKED)
            RETURNING id, owner_id, task_id, fire_at";
        /// System: when the sweep must run next.
        NEXT = "SELECT MIN(fire_at) FROM reminders WHERE fired_at IS NULL";
    }
}

impl Tx {
    /// Sets the time of a reminder.
    pub async fn schedule_reminder(&mut self, reminder: &ReminderRow) -> Result<bool, Error> {
        let changed = with_connection!(self, |connection| sqlx::query(sql::SCHEDULE)
            .bind(reminder.owner.0)
            .bind(reminder.id.0)
            .bind(reminder.task.0)
            .bind(reminder.fire_at.as_microsecond())
            .execute(connection)
            .await?
            .rows_affected());
        Ok(changed == 1)
    }

    /// Deletes the times of a task's reminders, except those in `keep`.
    pub async fn cancel_reminders(
        &mut self,
        owner: UserId,
        task: TaskId,
        keep: &[ReminderId],
    ) -> Result<(), Error> {
        if keep.is_empty() {
            with_connection!(self, |connection| sqlx::query(sql::CANCEL_ALL)
                .bind(owner.0)
                .bind(task.0)
                .execute(connection)
                .await?
                .rows_affected());
            return Ok(());
        }
        let ids: Vec<Uuid> = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::IDS_OF_TASK)
                .bind(owner.0)
                .bind(task.0)
                .fetch_all(connection)
                .await?
        });
        for id in ids
            .into_iter()
            .filter(|id| !keep.contains(&ReminderId(*id)))
        {
            with_connection!(self, |connection| sqlx::query(sql::CANCEL)
                .bind(owner.0)
                .bind(id)
                .execute(connection)
                .await?
                .rows_affected());
        }
        Ok(())
    }

    /// Claims due reminders, earliest first. They count as fired once this transaction commits.
    pub async fn claim_reminders(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<DueReminder>, Error> {
        let statement = if self.is_postgres() {
            sql::CLAIM_POSTGRES
        } else {
            sql::CLAIM_SQLITE
        };
        let rows: Vec<DueColumns> = with_connection!(self, |connection| {
            sqlx::query_as(statement)
                .bind(now.as_microsecond())
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        let mut due = rows
            .into_iter()
            .map(|row| {
                Ok(DueReminder {
                    id: ReminderId(row.id),
                    owner: UserId(row.owner_id),
                    task: TaskId(row.task_id),
                    fire_at: instant(row.fire_at, "reminders", "fire_at")?,
                })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        // RETURNING guarantees no order.
        due.sort_by_key(|reminder| (reminder.fire_at, reminder.id));
        Ok(due)
    }

    /// When the next reminder is due.
    pub async fn next_reminder(&mut self) -> Result<Option<Timestamp>, Error> {
        let next: Option<i64> = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::NEXT).fetch_one(connection).await?
        });
        next.map(|micros| instant(micros, "reminders", "fire_at"))
            .transpose()
    }
}
