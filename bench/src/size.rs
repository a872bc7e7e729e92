//! The disk space that changes take: bytes of `events` and `audit_log` per row, with their indexes separate.

use std::time::{Duration, Instant};

use anyhow::bail;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::connection::Connection;
use crate::server::{Server, Store};

/// Longest time for the audit log to catch up.
const AUDIT_TIMEOUT: Duration = Duration::from_mins(1);

/// Typical tasks of several kinds.
const TASKS: [&str; 5] = [
    r#"{"title":"Buy milk"}"#,
    r#"{"title":"Pay the rent","priority":"high","tags":["finance"],"due":"2027-03-01"}"#,
    r#"{"title":"Write the quarterly report for the board","notes":"Numbers from finance, draft by Tuesday.","tags":["work"],"due":"2027-01-04T09:00"}"#,
    r#"{"title":"Call the dentist","due":"2027-02-10T16:30[Europe/Rome]","reminders":[{"minutes_before":30}]}"#,
    r#"{"title":"Water the plants","tags":["home","garden"],"due":"2027-01-05","recurrence":"every week"}"#,
];

/// Creates, changes and completes tasks, and prints the sizes.
pub(crate) async fn run(tasks: usize) -> anyhow::Result<()> {
    println!(
        "{:<10}{:<12}{:>8}{:>14}{:>16}",
        "", "table", "rows", "bytes/row", "indexes/row"
    );
    for store in Store::all() {
        let server = Server::taskwire(store).await?;
        let mut connection = Connection::open(server.address, &server.token).await?;
        for (index, task) in TASKS.iter().cycle().take(tasks).enumerate() {
            connection.request("POST", "/api/v1/tasks", task).await?;
            // A number may also belong to a successor that a consumer has created meanwhile: it is a task like any
            // other.
            let path = format!("/api/v1/tasks/{}", index + 1);
            connection
                .request("PATCH", &path, r#"{"priority":"medium"}"#)
                .await?;
            connection
                .request("POST", &format!("{path}/complete"), "")
                .await?;
        }
        let mut database = Database::open(store, &server.database(store)?).await?;
        database.wait_for_audit().await?;
        for table in ["events", "audit_log"] {
            let rows = database
                .number(&format!("SELECT COUNT(*) FROM {table}"))
                .await?;
            let (own, indexes) = database.size(table).await?;
            println!(
                "{:<10}{table:<12}{rows:>8}{:>14}{:>16}",
                store.name(),
                own / rows.max(1),
                indexes / rows.max(1)
            );
        }
    }
    Ok(())
}

enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Database {
    async fn open(store: Store, address: &str) -> anyhow::Result<Self> {
        Ok(match store {
            Store::Sqlite => {
                Self::Sqlite(SqliteConnection::connect(&format!("sqlite://{address}")).await?)
            }
            Store::Postgres => Self::Postgres(PgConnection::connect(address).await?),
        })
    }

    async fn number(&mut self, statement: &str) -> anyhow::Result<i64> {
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        Ok(match self {
            Self::Sqlite(connection) => sqlx::query_scalar(statement).fetch_one(connection).await?,
            Self::Postgres(connection) => {
                sqlx::query_scalar(statement).fetch_one(connection).await?
            }
        })
    }

    /// Every event but those of reminders has a line.
    async fn wait_for_audit(&mut self) -> anyhow::Result<()> {
        const MISSING: &str = "SELECT COUNT(*) FROM events WHERE kind NOT LIKE 'reminder.%'
            AND id NOT IN (SELECT event_id FROM audit_log)";
        let begun = Instant::now();
        while self.number(MISSING).await? > 0 {
            if begun.elapsed() > AUDIT_TIMEOUT {
                bail!("the audit log does not catch up");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    /// Bytes of a table and of its indexes.
    async fn size(&mut self, table: &str) -> anyhow::Result<(i64, i64)> {
        let (own, indexes) = match self {
            Self::Sqlite(_) => (
                format!("SELECT COALESCE(SUM(pgsize), 0) FROM dbstat WHERE name = '{table}'"),
                format!(
                    "SELECT COALESCE(SUM(pgsize), 0) FROM dbstat
                    WHERE name IN (SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = '{table}')"
                ),
            ),
            Self::Postgres(_) => (
                format!("SELECT pg_table_size('{table}')"),
                format!("SELECT pg_indexes_size('{table}')"),
            ),
        };
        Ok((self.number(&own).await?, self.number(&indexes).await?))
    }
}
