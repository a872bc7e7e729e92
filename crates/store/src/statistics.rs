//! Statistics of tables, by which Postgres chooses between indexes. It collects them by itself, but a minute late: a copy
//! that was just restored has none, and its lists would be read from the wrong indexes.

use tracing::info;

use crate::tx::with_connection;
use crate::{Db, Error};

pub(crate) mod sql {
    //! Statements on statistics.

    use crate::statements::statements;

    statements! {
        /// System: whether a table has rows, whoever owns them, and no statistics. SQLite needs none.
        ARE_MISSING_POSTGRES = "SELECT EXISTS (SELECT 1 FROM (
                SELECT 'tasks' AS name WHERE EXISTS (SELECT 1 FROM tasks)
                UNION ALL SELECT 'task_tags' WHERE EXISTS (SELECT 1 FROM task_tags)
                UNION ALL SELECT 'task_words' WHERE EXISTS (SELECT 1 FROM task_words)
                UNION ALL SELECT 'task_counts' WHERE EXISTS (SELECT 1 FROM task_counts)
                UNION ALL SELECT 'tagged_tasks' WHERE EXISTS (SELECT 1 FROM tagged_tasks)) AS filled
            WHERE NOT EXISTS (SELECT 1 FROM pg_stats WHERE schemaname = current_schema() AND tablename = filled.name))";
        /// System: for the rows of everybody, not on SQLite. What is being vacuumed is left out, and gets its statistics there.
        COLLECT_POSTGRES = "ANALYZE (SKIP_LOCKED) tasks, task_tags, task_words, task_counts, tagged_tasks";
    }
}

impl Db {
    /// Has Postgres collect the statistics that the lists of tasks need, if there are none.
    pub(crate) async fn collect_missing_statistics(&self) -> Result<(), Error> {
        let mut tx = self.read().await?;
        if !tx.is_postgres() {
            return Ok(());
        }
        let are_missing: bool = with_connection!(tx, |connection| {
            sqlx::query_scalar(sql::ARE_MISSING_POSTGRES)
                .fetch_one(connection)
                .await?
        });
        if are_missing {
            info!("Collecting statistics of tables that have none");
            with_connection!(tx, |connection| sqlx::query(sql::COLLECT_POSTGRES)
                .execute(connection)
                .await?
                .rows_affected());
        }
        Ok(())
    }
}
