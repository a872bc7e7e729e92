//! Counts open tasks. A withdrawn task is never open.

use std::fmt::Write as _;

use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use taskwire_domain::{Priority, UserId};

use super::condition::Value;
use super::row::NO_DUE_DATE;
use super::sql;
use super::statement::TaskList;
use crate::tx::with_connection;
use crate::{Error, Tx};

/// Open tasks of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ListedCount {
    /// How many of the given instants come before or at their due value; none for those without a due value.
    pub passed: Option<usize>,
    /// Their priority.
    pub priority: Priority,
    /// How many there are.
    pub count: i64,
}

/// What is counted: the rest of the statement is a condition on open tasks.
const OPEN: &str = " FROM tasks WHERE owner_id = $1 AND NOT withdrawn AND status = 'open' AND ";

impl Tx {
    /// How many open tasks of a list there are, by their due value between instants in ascending order and by priority.
    pub async fn count_listed(
        &mut self,
        list: &TaskList,
        instants: &[Timestamp],
    ) -> Result<Vec<ListedCount>, Error> {
        let picked = self.pick(list).await?;
        let mut sql = list.conditions(picked.as_ref(), self.is_postgres());
        let conditions = std::mem::take(&mut sql.text);
        sql.push("SELECT CASE WHEN due IS NULL THEN CAST(-1 AS BIGINT)");
        for (index, instant) in instants.iter().enumerate() {
            sql.push(" WHEN due_order < ");
            sql.bind(Value::Number(instant.as_microsecond()));
            let _ = write!(sql.text, " THEN {index}");
        }
        let _ = write!(
            sql.text,
            " ELSE {} END AS passed, priority, COUNT(*)",
            instants.len()
        );
        sql.push(OPEN);
        sql.push(&conditions);
        sql.push(" GROUP BY passed, priority");
        let (text, values) = (sql.text, sql.values);
        let rows: Vec<(i64, i64, i64)> = with_connection!(self, |connection| {
            let mut query = sqlx::query_as(AssertSqlSafe(text));
            for value in values {
                query = value.bind(query);
            }
            query.fetch_all(connection).await?
        });
        let counted = |(passed, rank, count): (i64, i64, i64)| {
            Ok(ListedCount {
                passed: usize::try_from(passed).ok(),
                priority: priority(list.owner, rank)?,
                count,
            })
        };
        rows.into_iter().map(counted).collect()
    }

    /// How many open tasks of a list have each tag, by the tag's key.
    pub async fn count_listed_by_tag(
        &mut self,
        list: &TaskList,
    ) -> Result<Vec<(String, i64)>, Error> {
        let picked = self.pick(list).await?;
        let mut sql = list.conditions(picked.as_ref(), self.is_postgres());
        let conditions = std::mem::take(&mut sql.text);
        sql.push("SELECT name_key, COUNT(*) FROM task_tags WHERE owner_id = $1 AND task_id IN (SELECT id");
        sql.push(OPEN);
        sql.push(&conditions);
        sql.push(") GROUP BY name_key");
        let (text, values) = (sql.text, sql.values);
        Ok(with_connection!(self, |connection| {
            let mut query = sqlx::query_as(AssertSqlSafe(text));
            for value in values {
                query = value.bind(query);
            }
            query.fetch_all(connection).await?
        }))
    }

    /// How many open tasks are due from one instant on, before another.
    pub async fn count_due(
        &mut self,
        owner: UserId,
        from: Option<Timestamp>,
        before: Timestamp,
    ) -> Result<i64, Error> {
        let from = from.map_or(i64::MIN, Timestamp::as_microsecond);
        self.count_between(owner, from, before.as_microsecond())
            .await
    }

    /// How many open tasks have no due value.
    pub async fn count_undated(&mut self, owner: UserId) -> Result<i64, Error> {
        Ok(with_connection!(self, |connection| sqlx::query_scalar(
            sql::COUNT_UNDATED
        )
        .bind(owner.0)
        .bind(NO_DUE_DATE)
        .fetch_one(connection)
        .await?))
    }

    async fn count_between(&mut self, owner: UserId, from: i64, before: i64) -> Result<i64, Error> {
        Ok(with_connection!(self, |connection| sqlx::query_scalar(
            sql::COUNT_DUE
        )
        .bind(owner.0)
        .bind(from)
        .bind(before)
        .fetch_one(connection)
        .await?))
    }

    /// How many open tasks there are of each priority that occurs.
    pub async fn count_by_priority(
        &mut self,
        owner: UserId,
    ) -> Result<Vec<(Priority, i64)>, Error> {
        let rows: Vec<(i64, i64)> = with_connection!(self, |connection| {
            sqlx::query_as(sql::COUNT_BY_PRIORITY)
                .bind(owner.0)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter()
            .map(|(rank, count)| Ok((priority(owner, rank)?, count)))
            .collect()
    }

    /// How many open tasks have each tag, by the tag's key; only tags with open tasks.
    pub async fn count_by_tag(&mut self, owner: UserId) -> Result<Vec<(String, i64)>, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_as(sql::COUNT_BY_TAG)
                .bind(owner.0)
                .fetch_all(connection)
                .await?
        }))
    }
}

fn priority(owner: UserId, rank: i64) -> Result<Priority, Error> {
    Priority::from_rank(rank).ok_or_else(|| Error::inconsistent("tasks", owner, "priority"))
}
