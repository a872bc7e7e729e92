//! Counts open tasks. A withdrawn task is never open.

use jiff::Timestamp;
use taskwire_domain::{Priority, UserId};

use super::row::NO_DUE_DATE;
use super::sql;
use crate::tx::with_connection;
use crate::{Error, Tx};

impl Tx {
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
        let known = |rank| {
            Priority::from_rank(rank).ok_or_else(|| Error::inconsistent("tasks", owner, "priority"))
        };
        rows.into_iter()
            .map(|(rank, count)| Ok((known(rank)?, count)))
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
