//! Both schemas are equivalent, but for the index of words, which each database has in its own way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sqlx::{PgPool, SqlitePool};
use taskwire_testkit::{Kind, TestDb};

use crate::fixture::Store;

/// Of each column, by table and name: its type in words of both, and whether it may be null.
type Columns = BTreeMap<(String, String), (String, bool)>;
/// Of each key: its table and its columns.
type Keys = BTreeSet<(String, Vec<String>)>;

#[derive(Debug, PartialEq)]
struct Schema {
    columns: Columns,
    unique: Keys,
    indexes: Keys,
    /// Table, columns, table referred to.
    foreign: BTreeSet<(String, Vec<String>, String)>,
}

fn keys(rows: Vec<(String, String, String)>) -> Keys {
    let mut keys: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (table, key, column) in rows {
        keys.entry((table, key)).or_default().push(column);
    }
    keys.into_iter()
        .map(|((table, _), columns)| (table, columns))
        .collect()
}

fn foreign(rows: Vec<(String, String, String, String)>) -> BTreeSet<(String, Vec<String>, String)> {
    let mut keys: BTreeMap<(String, String, String), Vec<String>> = BTreeMap::new();
    for (table, key, column, target) in rows {
        keys.entry((table, key, target)).or_default().push(column);
    }
    keys.into_iter()
        .map(|((table, _, target), columns)| (table, columns, target))
        .collect()
}

async fn of_sqlite(address: &str) -> Schema {
    let pool = SqlitePool::connect(address).await.unwrap();
    let columns: Vec<(String, String, String, bool)> = sqlx::query_as(
        "SELECT tables.name, columns.name, columns.type, columns.\"notnull\" = 0
        FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
        WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND tables.name NOT IN ('_sqlx_migrations', 'search_owners') AND tables.name NOT LIKE 'task_words%'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let indexes = |unique: bool| {
        sqlx::query_as(
            "SELECT tables.name, keys.name, columns.name
            FROM sqlite_master AS tables JOIN pragma_index_list(tables.name) AS keys
                JOIN pragma_index_info(keys.name) AS columns
            WHERE tables.type = 'table' AND tables.name NOT IN ('_sqlx_migrations', 'search_owners') AND tables.name NOT LIKE 'task_words%' AND keys.\"unique\" = $1
                -- Columns of expressions, which the list of Postgres has not, and that one which is an expression there.
                AND columns.name IS NOT NULL AND columns.name <> 'urgency'
            ORDER BY tables.name, keys.name, columns.seqno",
        )
        .bind(unique)
        .fetch_all(&pool)
    };
    let mut unique = keys(indexes(true).await.unwrap());
    // The tables that number their rows need no index for their key.
    for table in ["changes", "events"] {
        unique.insert((table.into(), vec!["seq".into()]));
    }
    let schema = Schema {
        columns: columns
            .into_iter()
            .map(|(table, column, kind, null)| {
                let kind = match kind.as_str() {
                    "BLOB" if column == "packed" => "bytea",
                    "BLOB" => "uuid",
                    "TEXT" => "text",
                    "BIGINT" | "INTEGER" => "bigint",
                    "BOOLEAN" => "boolean",
                    other => panic!("{table}.{column} is {other}"),
                };
                ((table, column), (kind.to_owned(), null))
            })
            .collect(),
        unique,
        indexes: keys(indexes(false).await.unwrap()),
        foreign: foreign(
            sqlx::query_as(
                "SELECT tables.name, CAST(keys.id AS TEXT), keys.\"from\", keys.\"table\"
                FROM sqlite_master AS tables JOIN pragma_foreign_key_list(tables.name) AS keys
                WHERE tables.type = 'table' ORDER BY tables.name, keys.id, keys.seq",
            )
            .fetch_all(&pool)
            .await
            .unwrap(),
        ),
    };
    pool.close().await;
    schema
}

async fn of_postgres(address: &str) -> Schema {
    let pool = PgPool::connect(address).await.unwrap();
    let columns: Vec<(String, String, String, String, Option<String>)> = sqlx::query_as(
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT),
            CAST(is_nullable AS TEXT), CAST(collation_name AS TEXT)
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT IN ('_sqlx_migrations', 'task_words')",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    for (table, column, kind, _, collation) in &columns {
        assert!(
            kind != "text" || collation.as_deref() == Some("C"),
            "{table}.{column} is compared by the rules of a language"
        );
    }
    let indexes = |unique: bool| {
        sqlx::query_as(
            "SELECT CAST(tables.relname AS TEXT), CAST(names.relname AS TEXT), CAST(columns.attname AS TEXT)
            FROM pg_index AS keys JOIN pg_class AS tables ON tables.oid = keys.indrelid
                JOIN pg_class AS names ON names.oid = keys.indexrelid
                CROSS JOIN LATERAL unnest(keys.indkey) WITH ORDINALITY AS places (number, place)
                JOIN pg_attribute AS columns ON columns.attrelid = tables.oid AND columns.attnum = places.number
            WHERE tables.relnamespace = 'public'::regnamespace AND tables.relname NOT IN ('_sqlx_migrations', 'task_words')
                AND keys.indisunique = $1
            ORDER BY tables.relname, names.relname, places.place",
        )
        .bind(unique)
        .fetch_all(&pool)
    };
    let schema = Schema {
        columns: columns
            .into_iter()
            .map(|(table, column, kind, null, _)| ((table, column), (kind, null == "YES")))
            .collect(),
        unique: keys(indexes(true).await.unwrap()),
        indexes: keys(indexes(false).await.unwrap()),
        foreign: foreign(
            sqlx::query_as(
                "SELECT CAST(tables.relname AS TEXT), CAST(keys.conname AS TEXT), CAST(columns.attname AS TEXT),
                    CAST(targets.relname AS TEXT)
                FROM pg_constraint AS keys JOIN pg_class AS tables ON tables.oid = keys.conrelid
                    JOIN pg_class AS targets ON targets.oid = keys.confrelid
                    CROSS JOIN LATERAL unnest(keys.conkey) WITH ORDINALITY AS places (number, place)
                    JOIN pg_attribute AS columns ON columns.attrelid = tables.oid AND columns.attnum = places.number
                WHERE keys.contype = 'f' AND tables.relname <> 'task_words'
                ORDER BY tables.relname, keys.conname, places.place",
            )
            .fetch_all(&pool)
            .await
            .unwrap(),
        ),
    };
    pool.close().await;
    schema
}

#[tokio::test]
async fn tables_columns_and_keys_are_the_same() {
    let sqlite = Store::open(TestDb::create(Kind::Sqlite)).await;
    let postgres = Store::open(TestDb::create(Kind::Postgres)).await;
    let left = of_sqlite(&sqlite.test.address).await;
    let right = of_postgres(&postgres.test.address).await;
    assert!(left.columns.len() > 100 && left.unique.len() > 15 && left.foreign.len() > 8);
    assert_eq!(left.columns, right.columns);
    assert_eq!(left.unique, right.unique);
    assert_eq!(left.indexes, right.indexes);
    assert_eq!(left.foreign, right.foreign);
}

#[test]
fn migrations_have_the_same_numbers_and_names() {
    let names = |kind: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../migrations")
            .join(kind);
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}
