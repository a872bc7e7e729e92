//! Copies tasks within the database: over HTTP millions of them would take hours.

use std::fmt::Write as _;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

use crate::server::Store;

/// What is copied how often.
pub(super) struct Copies {
    /// Tasks of the one user that exists, numbered from 1.
    pub(super) templates: usize,
    /// Tasks that each user has in the end.
    pub(super) tasks: usize,
    /// Other users in the end.
    pub(super) others: usize,
}

enum Database {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Tables whose indexes are made after the rows, which is many times faster.
const INDEXED: &str = "('tasks', 'task_tags', 'task_words', 'tagged_tasks')";
/// What the triggers of `task_counts` would have counted, one row after the other.
const COUNT: &str = "DELETE FROM task_counts;
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
        SELECT owner_id, 'priority', '', priority, 0, COUNT(*) FROM tasks WHERE status = 'open' GROUP BY owner_id, priority;
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
        SELECT owner_id, 'due', '', due_order / 900000000, 0, COUNT(*) FROM tasks WHERE status = 'open'
        GROUP BY owner_id, due_order / 900000000;
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
        SELECT task_tags.owner_id, 'tag', name_key, CASE status WHEN 'open' THEN 0 WHEN 'deleted' THEN 2 ELSE 1 END, 0, COUNT(*)
        FROM task_tags JOIN tasks ON tasks.id = task_id GROUP BY 1, 3, 4";
/// What the triggers of `tagged_tasks` would have stored.
const STORE_TAGGED: &str = "DELETE FROM tagged_tasks;
    INSERT INTO tagged_tasks (owner_id, name_key, by_due, by_urgency, task_id, by_priority, by_title)
        SELECT link.owner_id, name_key, due_order, -priority, id, priority, substr(search, 1, 200)
        FROM task_tags AS link JOIN tasks ON tasks.id = link.task_id WHERE status = 'open' ORDER BY 1, 2, 3, 4, 5";
const MICROSECONDS_A_DAY: u64 = 86_400_000_000;

impl Copies {
    pub(super) async fn make(&self, store: Store, address: &str) -> anyhow::Result<()> {
        let mut database = Database::open(store, address).await?;
        let triggers = database.drop_triggers().await?;
        let indexes = database.drop_indexes().await?;
        let owner: Vec<Uuid> = database.ids("SELECT id FROM users").await?;
        let owner = owner.first().copied().unwrap_or_default();
        database
            .run(&format!(
                "CREATE TEMPORARY TABLE template AS SELECT * FROM tasks WHERE number <= {}",
                self.templates
            ))
            .await?;
        for other in 0..self.others {
            let copy =
                Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + other as u128 + 1);
            database.copy_user(owner, copy).await?;
            self.copy_tasks(&mut database, owner, copy, other + 1, 0)
                .await?;
        }
        self.copy_tasks(&mut database, owner, owner, 0, 1).await?;
        let last = format!("UPDATE users SET last_number = {}", self.tasks);
        database.run(&last).await?;
        database.run(STORE_TAGGED).await?;
        for index in indexes {
            database.run(&index).await?;
        }
        database.run(COUNT).await?;
        for trigger in triggers {
            database.run(&trigger).await?;
        }
        database.finish().await
    }

    /// Copies all templates of `from` as tasks of `to`, beginning with copy number `first`.
    async fn copy_tasks(
        &self,
        database: &mut Database,
        from: Uuid,
        to: Uuid,
        user: usize,
        first: usize,
    ) -> anyhow::Result<()> {
        let copies = self.tasks / self.templates;
        let columns = database.columns("tasks").await?;
        let number = format!("(number + copy * {})", self.templates);
        let id = |kind: &str| database.id(kind, &number, user);
        let word =
            |column: &str| format!("replace({column}, 'item' || (number - 1), 'item' || {number})");
        let days = "(CASE WHEN series_id IS NULL THEN copy % 700 ELSE 0 END)";
        let age = format!("({copies} - copy) * 30000000");
        let values: Vec<String> = columns
            .iter()
            .map(|column| match column.as_str() {
                "id" => id("0190"),
                "series_id" => format!("CASE WHEN series_id IS NULL THEN NULL ELSE {} END", id("0191")),
                "change_id" => id("0192"),
                "owner_id" => database.literal(to),
                "number" => number.clone(),
                "title" => word("title"),
                "search" => word("search"),
                "due" => database.date("due", days),
                "due_order" => format!(
                    "CASE WHEN due IS NULL THEN due_order ELSE due_order + {days} * {MICROSECONDS_A_DAY} END"
                ),
                "created_at" | "updated_at" | "completed_at" | "deleted_at" => format!("{column} - {age}"),
                other => other.to_owned(),
            })
            .collect();
        let numbers = database.series(first, copies - 1);
        let (task, user) = (id("0190"), database.literal(to));
        database
            .run(&format!(
                "INSERT INTO tasks ({}) SELECT {} FROM template, {numbers} ORDER BY copy, number",
                columns.join(", "),
                values.join(", ")
            ))
            .await?;
        database
            .run(&format!(
                "INSERT INTO task_tags (owner_id, task_id, name_key) SELECT {user}, {task}, name_key FROM template
                 JOIN task_tags ON task_tags.task_id = template.id, {numbers}"
            ))
            .await?;
        database.copy_words(from, to, &number, &numbers).await
    }
}

/// The beginning of an owner's words in the index.
fn prefix(owner: Uuid) -> String {
    let mut text = String::new();
    for byte in owner.as_bytes().iter().skip(12) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

impl Database {
    async fn open(store: Store, address: &str) -> anyhow::Result<Self> {
        Ok(match store {
            Store::Sqlite => {
                let options = SqliteConnectOptions::new()
                    .filename(address)
                    .foreign_keys(false)
                    .pragma("synchronous", "off")
                    .pragma("cache_size", "-1000000");
                Self::Sqlite(options.connect().await?)
            }
            Store::Postgres => {
                let mut connection = PgConnection::connect(address).await?;
                for setting in [
                    // Triggers and foreign keys are not checked.
                    "SET session_replication_role = replica",
                    "SET maintenance_work_mem = '1GB'",
                    "SET synchronous_commit = off",
                ] {
                    sqlx::query(setting).execute(&mut connection).await?;
                }
                Self::Postgres(connection)
            }
        })
    }

    async fn run(&mut self, statement: &str) -> anyhow::Result<()> {
        let statement = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()));
        match self {
            Self::Sqlite(connection) => statement.execute(connection).await.map(|_| ())?,
            Self::Postgres(connection) => statement.execute(connection).await.map(|_| ())?,
        }
        Ok(())
    }

    async fn texts(&mut self, statement: &str) -> anyhow::Result<Vec<String>> {
        let statement = AssertSqlSafe(statement.to_owned());
        Ok(match self {
            Self::Sqlite(connection) => sqlx::query_scalar(statement).fetch_all(connection).await?,
            Self::Postgres(connection) => {
                sqlx::query_scalar(statement).fetch_all(connection).await?
            }
        })
    }

    async fn ids(&mut self, statement: &str) -> anyhow::Result<Vec<Uuid>> {
        let statement = AssertSqlSafe(statement.to_owned());
        Ok(match self {
            Self::Sqlite(connection) => sqlx::query_scalar(statement).fetch_all(connection).await?,
            Self::Postgres(connection) => {
                sqlx::query_scalar(statement).fetch_all(connection).await?
            }
        })
    }

    async fn columns(&mut self, table: &str) -> anyhow::Result<Vec<String>> {
        let statement = match self {
            Self::Sqlite(_) => format!("SELECT name FROM pragma_table_xinfo('{table}') WHERE hidden = 0"),
            Self::Postgres(_) => format!(
                "SELECT CAST(column_name AS TEXT) FROM information_schema.columns
                 WHERE table_schema = current_schema() AND table_name = '{table}' AND is_generated = 'NEVER'"
            ),
        };
        self.texts(&statement).await
    }

    /// Drops the indexes that no constraint needs, and returns the statements that make them.
    async fn drop_indexes(&mut self) -> anyhow::Result<Vec<String>> {
        let (names, made) = match self {
            Self::Sqlite(_) => {
                let of = format!(
                    "FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN {INDEXED}"
                );
                (format!("SELECT name {of}"), format!("SELECT sql {of}"))
            }
            Self::Postgres(_) => {
                let of = format!(
                    "FROM pg_indexes WHERE tablename IN {INDEXED}
                     AND indexname NOT IN (SELECT conname FROM pg_constraint)"
                );
                (
                    format!("SELECT CAST(indexname AS TEXT) {of}"),
                    format!("SELECT indexdef {of}"),
                )
            }
        };
        let made = self.texts(&made).await?;
        for name in self.texts(&names).await? {
            self.run(&format!("DROP INDEX {name}")).await?;
        }
        Ok(made)
    }

    /// Takes away the triggers that count and order tasks, and returns the statements that bring them back.
    async fn drop_triggers(&mut self) -> anyhow::Result<Vec<String>> {
        if let Self::Postgres(_) = self {
            let mut back = Vec::new();
            for table in ["tasks", "task_tags"] {
                self.run(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))
                    .await?;
                back.push(format!("ALTER TABLE {table} ENABLE TRIGGER USER"));
            }
            return Ok(back);
        }
        let of = "FROM sqlite_schema WHERE type = 'trigger' AND (name LIKE 'task_counts%' OR name LIKE 'tagged_tasks%' OR name LIKE 'task_tags%')";
        let made = self.texts(&format!("SELECT sql {of}")).await?;
        for name in self.texts(&format!("SELECT name {of}")).await? {
            self.run(&format!("DROP TRIGGER {name}")).await?;
        }
        Ok(made)
    }

    fn literal(&self, id: Uuid) -> String {
        match self {
            Self::Sqlite(_) => format!("X'{}'", id.simple()),
            Self::Postgres(_) => format!("CAST('{id}' AS UUID)"),
        }
    }

    /// An id made of the number of a task and its user.
    fn id(&self, kind: &str, number: &str, user: usize) -> String {
        match self {
            Self::Sqlite(_) => {
                format!("unhex('{kind}' || printf('%08x', {number}) || '70008000{user:012x}')")
            }
            Self::Postgres(_) => format!(
                "CAST('{kind}' || lpad(to_hex({number}), 8, '0') || '70008000{user:012x}' AS UUID)"
            ),
        }
    }

    fn date(&self, column: &str, days: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("date({column}, '+' || {days} || ' days')"),
            Self::Postgres(_) => {
                format!("to_char(CAST({column} AS DATE) + CAST({days} AS INT), 'YYYY-MM-DD')")
            }
        }
    }

    /// A table of one column `copy`.
    fn series(&self, first: usize, last: usize) -> String {
        match self {
            Self::Sqlite(_) => format!(
                "(WITH RECURSIVE copies (copy) AS (SELECT {first} UNION ALL SELECT copy + 1 FROM copies WHERE copy < {last})
                  SELECT copy FROM copies)"
            ),
            // 64 bits, because ages are computed from it.
            Self::Postgres(_) => format!(
                "generate_series(CAST({first} AS BIGINT), CAST({last} AS BIGINT)) AS copies (copy)"
            ),
        }
    }

    async fn copy_user(&mut self, from: Uuid, to: Uuid) -> anyhow::Result<()> {
        let columns = self.columns("users").await?;
        let values: Vec<String> = columns
            .iter()
            .map(|column| match column.as_str() {
                "id" => self.literal(to),
                "name" | "name_key" => format!("'{}'", to.simple()),
                other => other.to_owned(),
            })
            .collect();
        let columns = columns.join(", ");
        let (from, to) = (self.literal(from), self.literal(to));
        let values = values.join(", ");
        self.run(&format!(
            "INSERT INTO users ({columns}) SELECT {values} FROM users WHERE id = {from}"
        ))
        .await?;
        self.run(&format!(
            "INSERT INTO vocabulary (owner_id, word, reversed)
             SELECT {to}, word, reversed FROM vocabulary WHERE owner_id = {from}"
        ))
        .await?;
        if let Self::Sqlite(_) = self {
            self.run(&format!(
                "INSERT INTO search_owners (owner_id) VALUES ({to})"
            ))
            .await?;
        }
        Ok(())
    }

    async fn copy_words(
        &mut self,
        from: Uuid,
        to: Uuid,
        number: &str,
        numbers: &str,
    ) -> anyhow::Result<()> {
        let (old, new) = (prefix(from), prefix(to));
        let (from, to) = (self.literal(from), self.literal(to));
        let statement = match self {
            Self::Sqlite(_) => {
                let words = |text: &str, section: char| {
                    format!("replace(' ' || replace(lower({text}), ',', ''), ' ', ' {new}{section}')")
                };
                let title = words(&format!("replace(title, 'item' || (number - 1), 'item' || {number})"), 't');
                let (tags, notes) = (words("json_extract(tags, '$[0]')", 't'), words("notes", 'n'));
                format!(
                    "INSERT INTO task_words (rowid, words)
                     SELECT (SELECT code FROM search_owners WHERE owner_id = {to}) * 4294967296 + {number},
                         {title} || ' x' || CASE WHEN tags = '[]' THEN '' ELSE {tags} END
                         || CASE WHEN notes = '' THEN '' ELSE ' x' || {notes} END
                     FROM template, {numbers} ORDER BY 1"
                )
            }
            Self::Postgres(_) => format!(
                "INSERT INTO task_words (owner_id, number, words)
                 SELECT {to}, {number}, CAST(replace(replace(CAST(words AS TEXT), 'titem' || (number - 1) || '''',
                     'titem' || {number} || ''''), '{old}', '{new}') AS TSVECTOR)
                 FROM (SELECT * FROM task_words WHERE owner_id = {from}
                     AND number IN (SELECT number FROM template)) AS words, {numbers}"
            ),
        };
        self.run(&statement).await
    }

    /// As it is after a while of use.
    async fn finish(mut self) -> anyhow::Result<()> {
        match &self {
            Self::Sqlite(_) => self.run("PRAGMA wal_checkpoint(TRUNCATE)").await,
            Self::Postgres(_) => self.run("VACUUM ANALYZE").await,
        }
    }
}
