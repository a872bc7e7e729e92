//! The lines of the audit log as another connection sees them.

use std::collections::BTreeSet;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

/// Most lines of one look.
const LIMIT: i64 = 5_000;

const NEW: &str =
    "SELECT seq, task_id FROM audit_log WHERE owner_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
const END: &str = "SELECT COALESCE(MAX(seq), 0) FROM events";
const OWNER: &str = "SELECT owner_id FROM events ORDER BY seq DESC LIMIT 1";

enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Follows the audit log of one user.
pub(crate) struct Lines {
    database: Database,
    pub(crate) owner: Uuid,
    /// Everything up to here was seen.
    floor: i64,
    /// What was seen beyond it: lines of different tasks come in any order.
    ahead: BTreeSet<i64>,
}

/// Runs a statement on whichever database it is.
macro_rules! on {
    ($database:expr, |$connection:ident| $body:expr) => {
        match $database {
            Database::Sqlite($connection) => $body,
            Database::Postgres($connection) => $body,
        }
    };
}

impl Lines {
    /// Follows the user of the newest event.
    pub(crate) async fn open(address: &str) -> anyhow::Result<Self> {
        let mut database = if address.starts_with("postgres://") {
            Database::Postgres(PgConnection::connect(address).await?)
        } else {
            let file = SqliteConnectOptions::new()
                .filename(address)
                .read_only(true);
            Database::Sqlite(file.connect().await?)
        };
        let owner = on!(&mut database, |connection| sqlx::query_scalar(OWNER)
            .fetch_one(connection)
            .await?);
        Ok(Self {
            database,
            owner,
            floor: 0,
            ahead: BTreeSet::new(),
        })
    }

    /// Leaves out what there is now.
    pub(crate) async fn skip(&mut self) -> anyhow::Result<()> {
        self.floor = on!(&mut self.database, |connection| sqlx::query_scalar(END)
            .fetch_one(connection)
            .await?);
        self.ahead.clear();
        Ok(())
    }

    /// The tasks of the lines that are new, one for each line.
    pub(crate) async fn look(&mut self) -> anyhow::Result<Vec<Uuid>> {
        let rows: Vec<(i64, Uuid)> = on!(&mut self.database, |connection| sqlx::query_as(NEW)
            .bind(self.owner)
            .bind(self.floor)
            .bind(LIMIT)
            .fetch_all(connection)
            .await?);
        let mut new = Vec::new();
        for (seq, task) in rows {
            if self.ahead.insert(seq) {
                new.push(task);
            }
        }
        while self.ahead.remove(&(self.floor + 1)) {
            self.floor += 1;
        }
        Ok(new)
    }
}
