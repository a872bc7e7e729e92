//! Brings the schema of a database up to date, one process at a time.

use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::migrate::{Migration, Migrator};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePoolOptions;
use tokio::time::Instant;
use tracing::{info, warn};

use crate::db::Pools;
use crate::schema::Applied;
use crate::tx::{Connection, Session, with_connection};
use crate::vocabulary::KnownWords;
use crate::{Db, Error, Schema, Tx, folding};

/// The name in `meta` of the oldest migration whose versions work with the schema.
const OLDEST: &str = "oldest_compatible_migration";
/// The name in `meta` of the version of Taskwire that migrated last.
const MIGRATED_BY: &str = "migrated_by";
/// How long a migration waits for a table that others use. While it waits, everybody who comes later waits behind it.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);
/// Pause before the next attempt, in which the others get their turn.
const PAUSE: Duration = Duration::from_secs(1);
/// Maximum number of attempts.
const ATTEMPTS: u32 = 20;
/// How long a process waits for another one that migrates the same file.
const FILE_TIMEOUT: Duration = Duration::from_mins(2);

/// A migration that was run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Migrated {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// How long it took.
    pub took: Duration,
}

pub(crate) mod sql {
    //! Statements on the list of migrations, which sqlx keeps.

    use crate::statements::statements;

    statements! {
        /// System: the schema has no owner.
        HAS_MIGRATIONS_SQLITE = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')";
        /// System: the schema has no owner.
        HAS_MIGRATIONS_POSTGRES = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
        /// System: the schema has no owner.
        APPLIED = "SELECT version, checksum FROM _sqlx_migrations ORDER BY version";
        /// System: the schema has no owner.
        META = "SELECT value FROM meta WHERE name = $1";
        /// System: the schema has no owner.
        SET_META = "INSERT INTO meta (name, value) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        /// System: one process at a time migrates. Held until the end of the transaction, because behind a pooler a
        /// session's lock could stay with a connection that is no longer ours. SQLite's writer needs none.
        LOCK_POSTGRES = "SELECT pg_advisory_xact_lock(hashtextextended('taskwire.migrate', 0))";
        /// System: for this transaction. On SQLite a migration waits for nobody once it has the writer.
        LIMIT_LOCKS_POSTGRES = "SELECT set_config('lock_timeout', $1, true)";
    }
}

impl Db {
    /// Compares the schema with this program's.
    pub async fn schema(&self) -> Result<Schema, Error> {
        self.read().await?.schema(self.migrations()).await
    }

    /// Brings the schema up to date; returns what was run. Other processes may do the same at the same moment. On Postgres
    /// it also collects statistics of tables that have none.
    pub async fn migrate(&self) -> Result<Vec<Migrated>, Error> {
        let done = self.run_missing().await?;
        self.collect_missing_statistics().await?;
        Ok(done)
    }

    /// Runs the migrations that are missing.
    async fn run_missing(&self) -> Result<Vec<Migrated>, Error> {
        let mut done = Vec::new();
        if self.schema().await?.problem().is_none() {
            return Ok(done);
        }
        let sessions = Sessions::open(self).await?;
        let result = loop {
            match self.migrate_one_patiently(&sessions).await {
                Ok(Some(migrated)) => done.push(migrated),
                Ok(None) => break Ok(done),
                Err(error) => break Err(error),
            }
        };
        sessions.close().await;
        result
    }

    /// Waits for tables that others use, without making everybody else wait.
    async fn migrate_one_patiently(&self, sessions: &Sessions) -> Result<Option<Migrated>, Error> {
        let mut attempts = 1;
        loop {
            match self.migrate_one(sessions).await {
                Err(error) if error.has_given_way() && attempts < ATTEMPTS => {
                    warn!(
                        attempts,
                        "A migration waits for a table that another transaction uses; trying again"
                    );
                    attempts += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                other => return other,
            }
        }
    }

    /// Runs the first migration that is missing, in a transaction of its own, so that its locks are held briefly.
    async fn migrate_one(&self, sessions: &Sessions) -> Result<Option<Migrated>, Error> {
        let mut tx = Tx::new(
            sessions.begin().await?,
            self.commit_notifier().clone(),
            KnownWords::default(),
        );
        tx.lock_migrations().await?;
        let known = self.migrations();
        let next = match tx.schema(known).await? {
            Schema::Current | Schema::Newer(_) => return Ok(None),
            Schema::Empty => known.first(),
            Schema::Older => {
                let applied = tx.applied().await?;
                let is_missing =
                    |one: &&Migration| applied.iter().all(|row| row.version != one.version);
                known.iter().find(is_missing)
            }
            schema @ (Schema::TooNew(_) | Schema::Different(_)) => {
                return Err(Error::Incompatible(schema));
            }
        };
        let Some(next) = next else {
            return Ok(None);
        };
        let begun = Instant::now();
        tx.run_migration(next, known).await?;
        if next.version == folding::MIGRATION {
            tx.fold_stored_texts().await?;
        }
        tx.set_meta(MIGRATED_BY, env!("CARGO_PKG_VERSION")).await?;
        tx.commit().await?;
        let took = begun.elapsed();
        let (number, name) = (next.version, next.description.to_string());
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        info!(
            migration = number,
            name, duration_ms, "Migrated the database"
        );
        Ok(Some(Migrated { number, name, took }))
    }
}

/// Connections for migrating. The driver logs the whole text of a statement that takes long, which is a file here.
enum Sessions {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

impl Sessions {
    async fn open(db: &Db) -> Result<Self, Error> {
        Ok(match &db.pools {
            Pools::Sqlite { writer, .. } => {
                let file = (*writer.connect_options()).clone();
                let file = file.busy_timeout(FILE_TIMEOUT).disable_statement_logging();
                let pool = SqlitePoolOptions::new().max_connections(1);
                Self::Sqlite(pool.connect_with(file).await?)
            }
            Pools::Postgres(server) => {
                let server = (*server.pool().connect_options()).clone();
                let pool = PgPoolOptions::new().max_connections(1);
                Self::Postgres(
                    pool.connect_with(server.disable_statement_logging())
                        .await?,
                )
            }
        })
    }

    async fn begin(&self) -> Result<Session, Error> {
        Ok(match self {
            Self::Sqlite(pool) => Session::Sqlite(Connection::Writing(
                pool.begin_with("BEGIN IMMEDIATE").await?,
            )),
            Self::Postgres(pool) => Session::Postgres(Connection::Writing(pool.begin().await?)),
        })
    }

    async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    async fn schema(&mut self, known: &[Migration]) -> Result<Schema, Error> {
        let applied = self.applied().await?;
        let mut schema = Schema::of(&applied, known);
        if let Schema::Newer(newer) = &mut schema {
            let oldest = self.meta(OLDEST).await?.map(|oldest| oldest.parse());
            let oldest = oldest.unwrap_or(Ok(0));
            newer.oldest = oldest.map_err(|_| Error::inconsistent("meta", OLDEST, "value"))?;
            newer.version = self.meta(MIGRATED_BY).await?;
            if newer.oldest > newer.known {
                schema = Schema::TooNew(newer.clone());
            }
        }
        Ok(schema)
    }

    /// The migrations that were run, in order; none on an empty database.
    async fn applied(&mut self) -> Result<Vec<Applied>, Error> {
        let lookup = if self.is_postgres() {
            sql::HAS_MIGRATIONS_POSTGRES
        } else {
            sql::HAS_MIGRATIONS_SQLITE
        };
        Ok(with_connection!(self, |connection| {
            let exists: bool = sqlx::query_scalar(lookup)
                .fetch_one(&mut *connection)
                .await?;
            if exists {
                sqlx::query_as(sql::APPLIED).fetch_all(connection).await?
            } else {
                Vec::new()
            }
        }))
    }

    async fn meta(&mut self, name: &str) -> Result<Option<String>, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_scalar(sql::META)
                .bind(name)
                .fetch_optional(connection)
                .await?
        }))
    }

    async fn set_meta(&mut self, name: &str, value: &str) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::SET_META)
            .bind(name)
            .bind(value)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Waits for other processes that migrate.
    async fn lock_migrations(&mut self) -> Result<(), Error> {
        if !self.is_postgres() {
            return Ok(());
        }
        let limit = format!("{}ms", LOCK_TIMEOUT.as_millis());
        with_connection!(self, |connection| {
            sqlx::query(sql::LOCK_POSTGRES)
                .execute(&mut *connection)
                .await?
                .rows_affected();
            sqlx::query(sql::LIMIT_LOCKS_POSTGRES)
                .bind(&limit)
                .execute(connection)
                .await?
                .rows_affected();
        });
        Ok(())
    }

    async fn run_migration(&mut self, next: &Migration, known: &[Migration]) -> Result<(), Error> {
        let mut migrator = Migrator::with_migrations(known.to_vec());
        // The transaction has the lock.
        migrator.set_locking(false);
        let target = Some(next.version);
        // Not `run_to`: with it the future of a caller is not `Send`.
        with_connection!(self, |connection| migrator
            .run_direct(target, connection, false)
            .await?);
        Ok(())
    }
}
