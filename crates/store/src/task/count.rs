//! Counts open tasks. A withdrawn task is never open.
//!
//! Triggers count the open tasks of each priority, due value and tag in `task_counts`; those of a list are read.

use std::fmt::Write as _;

use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use taskwire_domain::{Priority, UserId};
use uuid::Uuid;

use super::condition::{Sql, Value};
use super::sql;
use super::statement::{Picked, TaskList};
use super::tag_key::TagKey;
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

/// Due values are counted by quarters of an hour, with which the days of every zone begin.
const QUARTER_US: i64 = 15 * 60 * 1_000_000;

/// What is counted: the rest of the statement is a condition on open tasks.
fn open(picked: Option<&Picked>, is_postgres: bool) -> String {
    // SQLite must not read all open tasks where few are picked by id.
    let plus = match picked {
        Some(Picked::Tag(_) | Picked::Recurring | Picked::Parent(_)) if !is_postgres => "+",
        _ => "",
    };
    format!(
        " FROM tasks WHERE {plus}owner_id = $1 AND NOT withdrawn AND {plus}status = 'open' AND "
    )
}

impl Tx {
    /// How many open tasks of a list there are, by their due value between instants in ascending order and by priority.
    pub async fn count_listed(
        &mut self,
        list: &TaskList,
        instants: &[Timestamp],
    ) -> Result<Vec<ListedCount>, Error> {
        let Sql { text, values, .. } = self.count_statement(list, instants).await?;
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

    async fn count_statement(
        &mut self,
        list: &TaskList,
        instants: &[Timestamp],
    ) -> Result<Sql, Error> {
        let picked = self.pick(list).await?;
        let dialect = self.dialect_of(list.owner, &list.filter).await?;
        let tag = match &picked {
            Some(Picked::OrderOfTag(tag)) if list.is_of_tag(tag) => Some(tag.clone()),
            _ => None,
        };
        // The open tasks of a tag are stored with what is counted.
        let (mut sql, due, rank) = if tag.is_some() {
            let sql = Sql::new(list.owner, &dialect);
            (sql, "by_due", "by_priority")
        } else {
            let sql = list.conditions(picked.as_ref(), &dialect);
            (sql, "due_order", "priority")
        };
        let conditions = std::mem::take(&mut sql.text);
        // After all dates, whatever an earlier version has written for "none".
        let end = Timestamp::MAX.as_microsecond();
        let _ = write!(
            sql.text,
            "SELECT CASE WHEN {due} > {end} THEN CAST(-1 AS BIGINT)"
        );
        for (index, instant) in instants.iter().enumerate() {
            let _ = write!(sql.text, " WHEN {due} < ");
            sql.bind(Value::Number(instant.as_microsecond()));
            let _ = write!(sql.text, " THEN {index}");
        }
        let count = instants.len();
        let _ = write!(
            sql.text,
            " ELSE {count} END AS passed, {rank} AS rank, COUNT(*)"
        );
        if let Some(tag) = tag {
            sql.push(" FROM tagged_tasks WHERE owner_id = $1 AND name_key = ");
            sql.bind(Value::Text(tag.as_str().to_owned()));
        } else {
            sql.push(&open(picked.as_ref(), dialect.is_postgres));
            sql.push(&conditions);
        }
        sql.push(" GROUP BY passed, rank");
        Ok(sql)
    }

    /// How many open tasks of a list have each tag, by the tag's key.
    pub async fn count_listed_by_tag(
        &mut self,
        list: &TaskList,
    ) -> Result<Vec<(String, i64)>, Error> {
        let picked = self.pick(list).await?;
        if let Some(Picked::OrderOfTag(key)) = &picked
            && list.is_of_tag(key)
            && let [tag] = list.required_tags().as_slice()
        {
            return self.count_with_tag(list.owner, &tag.key()).await;
        }
        let dialect = self.dialect_of(list.owner, &list.filter).await?;
        let mut sql = list.conditions(picked.as_ref(), &dialect);
        let conditions = std::mem::take(&mut sql.text);
        sql.push("SELECT name_key, COUNT(*) FROM task_tags WHERE owner_id = $1 AND name_key > ' ' AND task_id IN (SELECT id");
        sql.push(&open(picked.as_ref(), dialect.is_postgres));
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

    /// How many open tasks with a tag have each tag, by the tag's key.
    async fn count_with_tag(
        &mut self,
        owner: UserId,
        key: &str,
    ) -> Result<Vec<(String, i64)>, Error> {
        let mut counts = self.count_by_tag(owner).await?;
        counts.retain(|(name, _)| name == key);
        let pairs: Vec<(String, i64)> = with_connection!(self, |connection| {
            sqlx::query_as(sql::COUNT_BY_PAIR)
                .bind(owner.0)
                .fetch_all(connection)
                .await?
        });
        for (pair, count) in pairs {
            if TagKey::names(&pair).any(|name| name == key) {
                let other = TagKey::names(&pair).find(|name| *name != key);
                counts.extend(other.map(|other| (other.to_owned(), count)));
            }
        }
        Ok(counts)
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
        // After all dates, whatever an earlier version has written for "none".
        let last = Timestamp::MAX.as_microsecond().div_euclid(QUARTER_US) + 1;
        self.count_quarters(owner, [last, i64::MAX], [0; 4]).await
    }

    /// Whole quarters of an hour are counted already; at each end tasks of less than one are read.
    pub(super) async fn count_between(
        &mut self,
        owner: UserId,
        from: i64,
        before: i64,
    ) -> Result<i64, Error> {
        let first = from.saturating_add(QUARTER_US - 1).div_euclid(QUARTER_US);
        let last = before.div_euclid(QUARTER_US);
        if first > last {
            return self
                .count_quarters(owner, [0; 2], [from, before, 0, 0])
                .await;
        }
        let ends = [from, first * QUARTER_US, last * QUARTER_US, before];
        self.count_quarters(owner, [first, last], ends).await
    }

    async fn count_quarters(
        &mut self,
        owner: UserId,
        quarters: [i64; 2],
        ends: [i64; 4],
    ) -> Result<i64, Error> {
        Ok(with_connection!(self, |connection| {
            let mut query = sqlx::query_scalar(sql::COUNT_DUE).bind(owner.0);
            for number in quarters.into_iter().chain(ends) {
                query = query.bind(number);
            }
            query.fetch_one(connection).await?
        }))
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

    /// Adds up the counts of the first owner after `after` whose counts are spread over several rows: on Postgres each
    /// connection writes its own. At most `limit` rows are added up. Returns the owner, and whether that was all.
    pub async fn add_up_counts(
        &mut self,
        after: Option<UserId>,
        limit: i64,
    ) -> Result<Option<(UserId, bool)>, Error> {
        let owner: Option<Uuid> = with_connection!(self, |connection| sqlx::query_scalar(
            sql::NEXT_SPREAD_COUNTS
        )
        .bind(after.map_or(Uuid::nil(), |owner| owner.0))
        .fetch_optional(connection)
        .await?);
        let Some(owner) = owner else {
            return Ok(None);
        };
        let count: i64 = with_connection!(self, |connection| {
            let count = sqlx::query_scalar(sql::ADD_UP_COUNTS_POSTGRES)
                .bind(owner)
                .bind(limit)
                .fetch_one(&mut *connection)
                .await?;
            sqlx::query(sql::DROP_EMPTY_COUNTS)
                .bind(owner)
                .execute(connection)
                .await?;
            count
        });
        Ok(Some((UserId(owner), count < limit)))
    }

    /// How the database counts the tasks of a list, a line for each step; for tests.
    #[doc(hidden)]
    pub async fn explain_listed_counts(
        &mut self,
        list: &TaskList,
        instants: &[Timestamp],
    ) -> Result<Vec<String>, Error> {
        let Sql { text, values, .. } = self.count_statement(list, instants).await?;
        self.explain(&text, values).await
    }

    /// How the database reads the counts, a line for each step; for tests.
    #[doc(hidden)]
    pub async fn explain_counts(&mut self, owner: UserId) -> Result<Vec<String>, Error> {
        let mut plan = Vec::new();
        let quarters = vec![Value::Number(0); 6];
        for (statement, numbers) in [
            (sql::COUNT_DUE, quarters),
            (sql::COUNT_BY_PRIORITY, Vec::new()),
            (sql::COUNT_BY_TAG, Vec::new()),
            (crate::tag::sql::USAGE, Vec::new()),
        ] {
            let mut values = vec![Value::Id(owner.0)];
            values.extend(numbers);
            plan.extend(self.explain(statement, values).await?);
        }
        Ok(plan)
    }
}

fn priority(owner: UserId, rank: i64) -> Result<Priority, Error> {
    Priority::from_rank(rank).ok_or_else(|| Error::inconsistent("tasks", owner, "priority"))
}
