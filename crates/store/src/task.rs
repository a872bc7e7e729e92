//! Task rows.

use taskwire_domain::{OccurrenceKey, SeriesId, Task, TaskId, UserId, Zone};

use crate::error::one_row;
use crate::tx::with_connection;
use crate::{Error, Tx};

mod condition;
mod count;
mod dialect;
mod explain;
mod found;
mod list;
mod order;
mod pick;
#[macro_use]
mod row;
mod delta;
mod purge;
mod required;
mod search;
mod series;
pub(crate) mod sql;
mod statement;
mod tag_key;
mod terms;
mod words;

pub(crate) use condition::Value;
pub use count::ListedCount;
pub use delta::{ChangedFields, Reverted, TaskDelta};
pub(crate) use dialect::Dialect;
pub(crate) use found::Found;
pub use list::Listed;
pub use order::{Direction, Keyset, Sort, SortValue};
pub(crate) use row::instant;
use row::{TaskRow, due_order};
pub use search::Correction;
pub use statement::TaskList;
use words::Words;

/// A row found by its id, which may be hidden: a successor that was withdrawn, or a task whose creation was undone.
#[derive(Clone, PartialEq, Debug)]
pub struct Occurrence {
    /// The task.
    pub task: Task,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

impl Tx {
    /// Inserts a task with its tags. Returns false, and changes nothing, if a task with that id or occurrence exists.
    pub async fn insert_task(&mut self, task: &Task, zone: &Zone) -> Result<bool, Error> {
        let row = TaskRow::new(task, zone, false, self.changed_by)?;
        let words = Words::new(task);
        // One statement on Postgres, because each is a round trip.
        let is_postgres = self.is_postgres();
        let (statement, text) = if is_postgres {
            (sql::INSERT_POSTGRES, words.vector())
        } else {
            (sql::INSERT_SQLITE, String::new())
        };
        let inserted = with_connection!(self, |connection| {
            let query = row.bind(sqlx::query(statement)).bind(words.hash());
            let query = if is_postgres { query.bind(text) } else { query };
            query.execute(connection).await?.rows_affected()
        });
        if inserted == 0 {
            return Ok(false);
        }
        if is_postgres {
            self.learn(task.owner, &words);
        } else {
            self.write_words(task, &words).await?;
        }
        self.link_tags(task).await?;
        Ok(true)
    }

    /// Writes a changed task over its previous version. `withdrawn` hides a successor that was withdrawn.
    pub async fn update_task(
        &mut self,
        task: &Task,
        zone: &Zone,
        withdrawn: bool,
    ) -> Result<(), Error> {
        let row = TaskRow::new(task, zone, withdrawn, self.changed_by)?;
        let words = Words::new(task);
        let hashes: Option<Option<i64>> = with_connection!(self, |connection| {
            let updated = row
                .bind(sqlx::query(sql::UPDATE))
                .fetch_optional(connection);
            match updated.await? {
                Some(row) => Some(sqlx::Row::try_get(&row, 0)?),
                None => None,
            }
        });
        one_row(u64::from(hashes.is_some()))?;
        if hashes.flatten() != Some(words.hash()) {
            self.write_words(task, &words).await?;
            with_connection!(self, |connection| sqlx::query(sql::SET_WORDS_HASH)
                .bind(task.owner.0)
                .bind(task.id.0)
                .bind(words.hash())
                .execute(connection)
                .await?
                .rows_affected());
        }
        Ok(())
    }

    /// Replaces the links by which a task is found by tag.
    pub async fn replace_tag_links(&mut self, task: &Task) -> Result<(), Error> {
        self.unlink_tags(task).await?;
        self.link_tags(task).await
    }

    /// Removes the links by which a task is found by tag, because it is hidden.
    pub async fn unlink_tags(&mut self, task: &Task) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::UNLINK_TAGS)
            .bind(task.owner.0)
            .bind(task.id.0)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    async fn link_tags(&mut self, task: &Task) -> Result<(), Error> {
        for tag in &task.tags {
            with_connection!(self, |connection| sqlx::query(sql::LINK_TAG)
                .bind(task.owner.0)
                .bind(task.id.0)
                .bind(tag.key())
                .execute(connection)
                .await?
                .rows_affected());
        }
        Ok(())
    }

    /// Updates a task's place in the order by due date, after its owner moved to another zone.
    pub async fn update_due_order(&mut self, task: &Task, zone: &Zone) -> Result<(), Error> {
        let updated = with_connection!(self, |connection| sqlx::query(sql::REORDER)
            .bind(task.owner.0)
            .bind(task.id.0)
            .bind(due_order(task.due.as_ref(), zone))
            .execute(connection)
            .await?
            .rows_affected());
        one_row(updated)
    }

    /// A task by its number.
    pub async fn find_task_by_number(
        &mut self,
        owner: UserId,
        number: i64,
    ) -> Result<Option<Task>, Error> {
        let row: Option<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_BY_NUMBER)
                .bind(owner.0)
                .bind(number)
                .fetch_optional(connection)
                .await?
        });
        row.map(Task::try_from).transpose()
    }

    /// A user's tasks after a number, in order of their numbers; also those in the trash.
    pub async fn tasks_after(
        &mut self,
        owner: UserId,
        number: i64,
        limit: i64,
    ) -> Result<Vec<Task>, Error> {
        let rows: Vec<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LIST_BY_NUMBER)
                .bind(owner.0)
                .bind(number)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(Task::try_from).collect()
    }

    /// A task by its id.
    pub async fn find_task(&mut self, owner: UserId, id: TaskId) -> Result<Option<Task>, Error> {
        let found = self.find_occurrence(owner, id).await?;
        Ok(found
            .filter(|found| !found.withdrawn)
            .map(|found| found.task))
    }

    /// A task by its id, even if it was withdrawn.
    pub async fn find_occurrence(
        &mut self,
        owner: UserId,
        id: TaskId,
    ) -> Result<Option<Occurrence>, Error> {
        let row: Option<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_BY_ID)
                .bind(owner.0)
                .bind(id.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(|row| {
            let withdrawn = row.withdrawn;
            Task::try_from(row).map(|task| Occurrence { task, withdrawn })
        })
        .transpose()
    }

    /// A task of a series by its occurrence key.
    pub async fn find_task_by_key(
        &mut self,
        owner: UserId,
        series: SeriesId,
        key: &OccurrenceKey,
    ) -> Result<Option<Task>, Error> {
        let row: Option<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_BY_KEY)
                .bind(owner.0)
                .bind(series.0)
                .bind(key.to_string())
                .fetch_optional(connection)
                .await?
        });
        row.map(Task::try_from).transpose()
    }

    /// Returns true if any task of a series has the key, even one that was withdrawn.
    pub async fn is_key_taken(
        &mut self,
        owner: UserId,
        series: SeriesId,
        key: &OccurrenceKey,
    ) -> Result<bool, Error> {
        let count: i64 = with_connection!(self, |connection| {
            sqlx::query_scalar(sql::KEY_TAKEN)
                .bind(owner.0)
                .bind(series.0)
                .bind(key.to_string())
                .fetch_one(connection)
                .await?
        });
        Ok(count > 0)
    }

    /// The open task of a series.
    pub async fn find_open_of_series(
        &mut self,
        owner: UserId,
        series: SeriesId,
    ) -> Result<Option<Task>, Error> {
        let row: Option<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_OPEN_OF_SERIES)
                .bind(owner.0)
                .bind(series.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(Task::try_from).transpose()
    }

    /// The task that was created when an occurrence of its series ended, unless it was withdrawn.
    pub async fn find_successor(
        &mut self,
        owner: UserId,
        series: SeriesId,
        ended: TaskId,
    ) -> Result<Option<Task>, Error> {
        let row: Option<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::FIND_SUCCESSOR)
                .bind(owner.0)
                .bind(series.0)
                .bind(ended.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(Task::try_from).transpose()
    }

    /// Locks a task's row until the transaction ends. Not needed on SQLite, where this
    /// transaction is the only writer. Returns whether it had to be locked: then data read before may be out of date.
    pub async fn lock_task(&mut self, owner: UserId, id: TaskId) -> Result<bool, Error> {
        let is_needed = self.is_postgres();
        if is_needed {
            with_connection!(self, |connection| sqlx::query(sql::LOCK_POSTGRES)
                .bind(owner.0)
                .bind(id.0)
                .execute(connection)
                .await?
                .rows_affected());
        }
        Ok(is_needed)
    }

    /// The numbers of the open tasks of a series; there should be at most one.
    pub async fn open_numbers_of_series(
        &mut self,
        owner: UserId,
        series: SeriesId,
    ) -> Result<Vec<i64>, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::OPEN_NUMBERS_OF_SERIES)
                .bind(owner.0)
                .bind(series.0)
                .fetch_all(connection)
                .await?
        }))
    }

    /// The tasks that have a tag, in the trash too; `key` is its folded name.
    pub async fn tasks_with_tag(&mut self, owner: UserId, key: &str) -> Result<Vec<Task>, Error> {
        let rows: Vec<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::WITH_TAG)
                .bind(owner.0)
                .bind(key)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(Task::try_from).collect()
    }

    /// The parts of a task by number, in the trash too.
    pub async fn subtasks(&mut self, owner: UserId, parent: i64) -> Result<Vec<Task>, Error> {
        let rows: Vec<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::SUBTASKS)
                .bind(owner.0)
                .bind(parent)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(Task::try_from).collect()
    }

    /// All open tasks with a due value or a reminder.
    pub async fn open_timed_tasks(&mut self, owner: UserId) -> Result<Vec<Task>, Error> {
        let rows: Vec<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::OPEN_TIMED)
                .bind(owner.0)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(Task::try_from).collect()
    }
}
