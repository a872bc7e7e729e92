//! How the database carries out a statement; for tests.

use sqlx::AssertSqlSafe;

use super::condition::Value;
use crate::tx::with_connection;
use crate::{Error, Tx};

impl Tx {
    /// The plan of a statement, a line for each step.
    pub(crate) async fn explain(
        &mut self,
        text: &str,
        values: Vec<Value>,
    ) -> Result<Vec<String>, Error> {
        if self.is_postgres() {
            let rows: Vec<(String,)> = with_connection!(self, |connection| {
                let mut query = sqlx::query_as(AssertSqlSafe(format!("EXPLAIN {text}")));
                for value in values {
                    query = value.bind(query);
                }
                query.fetch_all(connection).await?
            });
            return Ok(rows.into_iter().map(|(line,)| line).collect());
        }
        let rows: Vec<(i64, i64, i64, String)> = with_connection!(self, |connection| {
            let mut query = sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}")));
            for value in values {
                query = value.bind(query);
            }
            query.fetch_all(connection).await?
        });
        Ok(rows.into_iter().map(|(_, _, _, line)| line).collect())
    }
}
