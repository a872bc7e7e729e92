//! The tasks of series.

use taskwire_domain::{SeriesId, Task, UserId};

use super::condition::Value;
use super::row::TaskRow;
use super::sql;
use crate::tx::with_connection;
use crate::{Error, Tx};

impl Tx {
    /// The open tasks of a user's series after a number, by number.
    pub async fn open_series(
        &mut self,
        owner: UserId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Task>, Error> {
        let rows: Vec<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::OPEN_SERIES)
                .bind(owner.0)
                .bind(after)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(Task::try_from).collect()
    }

    /// The occurrences of a series that were completed or skipped, with a number before this one, the highest first.
    pub async fn ended_of_series(
        &mut self,
        owner: UserId,
        series: SeriesId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<Task>, Error> {
        let rows: Vec<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::ENDED_OF_SERIES)
                .bind(owner.0)
                .bind(series.0)
                .bind(before)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(Task::try_from).collect()
    }

    /// The task of a series with the highest number, in the trash too.
    pub async fn last_of_series(
        &mut self,
        owner: UserId,
        series: SeriesId,
    ) -> Result<Option<Task>, Error> {
        let row: Option<TaskRow> = with_connection!(self, |connection| {
            sqlx::query_as(sql::LAST_OF_SERIES)
                .bind(owner.0)
                .bind(series.0)
                .fetch_optional(connection)
                .await?
        });
        row.map(Task::try_from).transpose()
    }

    /// How the database reads the pages of [`Tx::open_series`] and [`Tx::ended_of_series`]; for tests.
    #[doc(hidden)]
    pub async fn explain_series(
        &mut self,
        owner: UserId,
        series: SeriesId,
    ) -> Result<[Vec<String>; 2], Error> {
        let limit = Value::Number(51);
        let open = vec![Value::Id(owner.0), Value::Number(0), limit.clone()];
        let before = Value::Number(i64::MAX);
        let ended = vec![Value::Id(owner.0), Value::Id(series.0), before, limit];
        Ok([
            self.explain(sql::OPEN_SERIES, open).await?,
            self.explain(sql::ENDED_OF_SERIES, ended).await?,
        ])
    }
}
