//! Deletes tasks for good.

use std::collections::BTreeSet;

use jiff::Timestamp;
use taskwire_domain::{Task, TaskId, UserId};

use super::row::TaskRow;
use super::{Occurrence, sql};
use crate::error::one_row;
use crate::tx::with_connection;
use crate::{Error, Tx};

impl TryFrom<TaskRow> for Occurrence {
    type Error = Error;

    fn try_from(row: TaskRow) -> Result<Self, Error> {
        let withdrawn = row.withdrawn;
        Ok(Self {
            task: Task::try_from(row)?,
            withdrawn,
        })
    }
}

impl Tx {
    /// A user's tasks in the trash, up to `limit`.
    pub async fn tasks_in_trash(&mut self, owner: UserId, limit: i64) -> Result<Vec<Task>, Error> {
        let rows: Vec<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::IN_TRASH)
                .bind(owner.0)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(Task::try_from).collect()
    }

    /// Tasks of all owners that were deleted before `before`, up to `limit`: those in the trash, and those that are
    /// hidden because their creation was undone. A successor that was withdrawn is kept: its place in the series is
    /// taken.
    pub async fn old_trash(
        &mut self,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<Occurrence>, Error> {
        let rows: Vec<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::OLD_TRASH)
                .bind(before.as_microsecond())
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(Occurrence::try_from).collect()
    }

    /// Whether the task with this number was not deleted for good; a hidden one too.
    pub async fn is_number_known(&mut self, owner: UserId, number: i64) -> Result<bool, Error> {
        let known = self.known_numbers(owner, &BTreeSet::from([number])).await?;
        Ok(!known.is_empty())
    }

    /// Those of the numbers whose tasks were not deleted for good; hidden ones too.
    pub async fn known_numbers(
        &mut self,
        owner: UserId,
        numbers: &BTreeSet<i64>,
    ) -> Result<BTreeSet<i64>, Error> {
        let statement = if self.is_postgres() {
            sql::KNOWN_NUMBERS_POSTGRES
        } else {
            sql::KNOWN_NUMBERS_SQLITE
        };
        let all: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let found: Vec<i64> = with_connection!(self, |connection| {
            sqlx::query_scalar(statement)
                .bind(owner.0)
                .bind(format!("[{}]", all.join(",")))
                .fetch_all(connection)
                .await?
        });
        Ok(found.into_iter().collect())
    }

    /// Deletes a task for good, with its reminders, its notifications and its links to tags. Its events stay.
    pub async fn purge_task(&mut self, owner: UserId, id: TaskId) -> Result<(), Error> {
        for statement in [
            sql::UNLINK_TAGS,
            sql::PURGE_REMINDERS,
            sql::PURGE_NOTIFICATIONS,
        ] {
            with_connection!(self, |connection| sqlx::query(statement)
                .bind(owner.0)
                .bind(id.0)
                .execute(connection)
                .await?
                .rows_affected());
        }
        one_row(with_connection!(self, |connection| sqlx::query(sql::PURGE)
            .bind(owner.0)
            .bind(id.0)
            .execute(connection)
            .await?
            .rows_affected()))
    }
}
