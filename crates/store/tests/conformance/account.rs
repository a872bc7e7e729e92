//! Deleting an account leaves no row of it in any table.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use taskwire_domain::UserId;
use taskwire_store::Erased;
use taskwire_testkit::{Kind, TestDb, both_databases};
use uuid::Uuid;

use crate::fixture::Store;

both_databases!(no_table_keeps_rows_of_a_deleted_account);

/// Rows deleted in one transaction.
const BATCH: i64 = 7;
/// Rows of each user in each table.
const ROWS: u128 = 20;

/// A column that an INSERT must name.
#[derive(sqlx::FromRow)]
struct Column {
    table: String,
    name: String,
    /// The type on Postgres.
    kind: String,
}

/// A connection of the test, which sees every table.
enum Raw {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

macro_rules! with_pool {
    ($raw:expr, |$pool:ident| $body:expr) => {
        match $raw {
            Raw::Sqlite($pool) => $body,
            Raw::Postgres($pool) => $body,
        }
    };
}

impl Raw {
    async fn connect(db: &TestDb) -> Self {
        match db.kind {
            Kind::Sqlite => Self::Sqlite(SqlitePool::connect(&db.address).await.unwrap()),
            Kind::Postgres => Self::Postgres(PgPool::connect(&db.address).await.unwrap()),
        }
    }

    /// The columns without a default of every table whose rows have an owner.
    async fn columns(&self) -> Vec<Column> {
        let statement = match self {
            Self::Sqlite(_) => {
                "SELECT tables.name AS \"table\", columns.name,
                    CASE columns.type WHEN 'BLOB' THEN 'uuid' ELSE lower(columns.type) END AS kind
                FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
                WHERE tables.type = 'table' AND columns.\"notnull\" AND columns.dflt_value IS NULL
                    AND columns.type <> 'INTEGER' AND tables.sql NOT LIKE 'CREATE VIRTUAL%'
                    AND 'owner_id' IN (SELECT name FROM pragma_table_info(tables.name))
                ORDER BY tables.name, columns.cid"
            }
            Self::Postgres(_) => {
                "SELECT CAST(table_name AS TEXT) AS \"table\", CAST(column_name AS TEXT) AS name,
                    CAST(data_type AS TEXT) AS kind
                FROM information_schema.columns AS columns
                WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
                    AND is_generated = 'NEVER'
                    AND EXISTS (SELECT 1 FROM information_schema.columns AS owners
                        WHERE owners.table_name = columns.table_name AND owners.column_name = 'owner_id')
                ORDER BY table_name, ordinal_position"
            }
        };
        with_pool!(self, |pool| sqlx::query_as(statement)
            .fetch_all(pool)
            .await
            .unwrap())
    }

    /// Inserts a row of this owner, in which all that must be unique has `number`. False if a row to which it refers is
    /// missing.
    async fn insert(&self, columns: &[Column], owner: UserId, number: u128) -> bool {
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let placeholders: Vec<String> = (1..)
            .zip(columns)
            .map(|(n, column)| match column.kind.as_str() {
                "tsvector" => format!("CAST(${n} AS TSVECTOR)"),
                _ => format!("${n}"),
            })
            .collect();
        let statement = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            columns[0].table,
            names.join(", "),
            placeholders.join(", ")
        );
        let inserted = with_pool!(self, |pool| {
            let mut query = sqlx::query(AssertSqlSafe(statement.clone()));
            for column in columns {
                query = match (column.name.as_str(), column.kind.as_str()) {
                    ("owner_id", _) => query.bind(owner.0),
                    (_, "uuid") => query.bind(Uuid::from_u128(number)),
                    (_, "text" | "tsvector") => query.bind(number.to_string()),
                    (_, "bytea") => query.bind(vec![0_u8]),
                    (_, "bigint") => query.bind(i64::try_from(number).unwrap()),
                    (_, "boolean") => query.bind(false),
                    (name, other) => panic!("{}.{name} is {other}", column.table),
                };
            }
            query.execute(pool).await.map(|_| ())
        });
        match inserted {
            Ok(()) => true,
            Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => false,
            // A table with one row for each user.
            Err(sqlx::Error::Database(error))
                if error.is_unique_violation()
                    && columns.iter().all(|column| column.name != "id") =>
            {
                true
            }
            Err(error) => panic!("{statement}: {error}"),
        }
    }

    /// The number of rows of an owner.
    async fn count(&self, table: &str, owner: UserId) -> i64 {
        let statement = format!("SELECT COUNT(*) FROM {table} WHERE owner_id = $1");
        with_pool!(self, |pool| sqlx::query_scalar(AssertSqlSafe(statement))
            .bind(owner.0)
            .fetch_one(pool)
            .await
            .unwrap())
    }
}

async fn no_table_keeps_rows_of_a_deleted_account(db: TestDb) {
    let store = Store::open(db).await;
    let eve = store.user("Eve").await;
    let raw = Raw::connect(&store.test).await;
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for column in raw.columns().await {
        tables.entry(column.table.clone()).or_default().push(column);
    }
    assert!(tables.len() >= 15, "{:?}", tables.keys());
    // Tables that refer to others are filled after them.
    let mut left: Vec<&String> = tables.keys().collect();
    while !left.is_empty() {
        let before = left.len();
        let mut still = Vec::new();
        for table in left {
            let columns = &tables[table];
            if raw.insert(columns, store.ada, 1).await {
                for number in 2..=ROWS {
                    assert!(raw.insert(columns, store.ada, number).await);
                }
                for number in 101..=100 + ROWS {
                    assert!(raw.insert(columns, eve, number).await);
                }
            } else {
                still.push(table);
            }
        }
        assert!(still.len() < before, "cannot fill {still:?}");
        left = still;
    }

    let mut tx = store.db.begin().await.unwrap();
    assert!(tx.hold_user(store.ada).await.unwrap());
    // An account that is not closed keeps everything.
    let erased = tx.erase_account(store.ada, BATCH).await.unwrap();
    assert_eq!(erased, Erased::User);
    assert!(tx.find_user(store.ada).await.unwrap().is_some());
    assert!(tx.close_account(store.ada, store.now()).await.unwrap());
    assert!(!tx.close_account(store.ada, store.now()).await.unwrap());
    tx.commit().await.unwrap();
    // Credentials end at once.
    for table in ["tokens", "sign_in_codes", "invitations"] {
        assert_eq!(raw.count(table, store.ada).await, 0, "{table}");
    }
    let mut steps = 0;
    loop {
        let mut tx = store.db.begin().await.unwrap();
        assert_eq!(tx.next_closed_account().await.unwrap(), Some(store.ada));
        let erased = tx.erase_account(store.ada, BATCH).await.unwrap();
        tx.commit().await.unwrap();
        steps += 1;
        match erased {
            Erased::Rows(deleted) => assert!((1..=BATCH.unsigned_abs() * 3).contains(&deleted)),
            Erased::User => break,
        }
    }
    assert!(steps > 20, "{steps}");
    for table in tables.keys() {
        assert_eq!(raw.count(table, store.ada).await, 0, "{table}");
        assert!(raw.count(table, eve).await > 0, "{table}");
    }
    let mut tx = store.db.begin().await.unwrap();
    assert_eq!(tx.next_closed_account().await.unwrap(), None);
    assert!(!tx.hold_user(store.ada).await.unwrap());
    assert!(tx.hold_user(eve).await.unwrap());
    assert!(tx.find_user(eve).await.unwrap().is_some());
}
