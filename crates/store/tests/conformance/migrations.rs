//! Versions with different migrations on the same database.

use std::path::Path;
use std::time::Duration;

use sqlx::PgPool;
use taskwire_store::{Db, Error, NewerSchema, Options, Schema};
use taskwire_testkit::{Kind, TestDb, both_databases, eventually};
use tempfile::TempDir;

use crate::fixture::Store;

const LIMIT: Duration = Duration::from_secs(30);

/// The migrations of this program in order, as its files say.
fn numbers() -> Vec<i64> {
    let names = std::fs::read_dir(folder("sqlite")).unwrap();
    let mut numbers: Vec<i64> = names
        .map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name[..4].parse().unwrap()
        })
        .collect();
    numbers.sort_unstable();
    numbers
}

/// The newest of them.
fn newest() -> i64 {
    *numbers().last().unwrap()
}

fn folder(kind: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../migrations")
        .join(kind)
}

/// What a version after this one has, the same for both databases.
struct Later(TempDir);

impl Later {
    fn new(migrations: &[(i64, &str, String)]) -> Self {
        let this = Self(TempDir::new().unwrap());
        for kind in ["sqlite", "postgres"] {
            let folder = this.0.path().join(kind);
            std::fs::create_dir(&folder).unwrap();
            for (number, name, text) in migrations {
                std::fs::write(folder.join(format!("{number:04}_{name}.sql")), text).unwrap();
            }
        }
        this
    }

    async fn open(&self, test: &TestDb) -> Db {
        let options = Options {
            later_migrations: Some(self.0.path().into()),
            ..Options::default()
        };
        Db::connect(&test.address, &options).await.unwrap()
    }
}

fn expand(number: i64) -> (i64, &'static str, String) {
    let text = "ALTER TABLE tags ADD COLUMN icon TEXT; CREATE TABLE more (id BIGINT NOT NULL PRIMARY KEY);";
    (number, "expand", text.into())
}

fn contract(number: i64, oldest: i64) -> (i64, &'static str, String) {
    let text = format!(
        "DROP TABLE more;
        INSERT INTO meta (name, value) VALUES ('oldest_compatible_migration', '{oldest}')
            ON CONFLICT (name) DO UPDATE SET value = excluded.value;"
    );
    (number, "contract", text)
}

async fn an_older_version_works_as_long_as_the_schema_says(db: TestDb) {
    let store = Store::open(db).await;
    let own = newest();
    assert_eq!(store.db.schema().await.unwrap(), Schema::Current);
    assert_eq!(store.db.migrate().await.unwrap(), []);
    let newer = |migration, oldest| NewerSchema {
        migration,
        oldest,
        known: own,
        version: Some(env!("CARGO_PKG_VERSION").into()),
    };
    // What only adds leaves this version alone, the running one and one that starts.
    let next = Later::new(&[expand(own + 1)]).open(&store.test).await;
    assert_eq!(next.schema().await.unwrap(), Schema::Older);
    let run = next.migrate().await.unwrap();
    assert_eq!((run[0].number, &*run[0].name), (own + 1, "expand"));
    assert_eq!(next.schema().await.unwrap(), Schema::Current);
    for db in [&store.db, &store.again().await] {
        let schema = db.schema().await.unwrap();
        assert_eq!(schema, Schema::Newer(newer(own + 1, 0)));
        assert_eq!(db.migrate().await.unwrap(), []);
        let mut tx = db.begin().await.unwrap();
        tx.end_of_events().await.unwrap();
        tx.commit().await.unwrap();
    }
    // What removes says for whom.
    let last = Later::new(&[expand(own + 1), contract(own + 2, own + 1)]);
    let last = last.open(&store.test).await;
    last.migrate().await.unwrap();
    let next_one = Later::new(&[expand(own + 1)]).open(&store.test).await;
    assert!(matches!(
        next_one.schema().await.unwrap(),
        Schema::Newer(newer) if newer.oldest == own + 1
    ));
    let expected = Schema::TooNew(newer(own + 2, own + 1));
    assert_eq!(store.db.schema().await.unwrap(), expected);
    let refused = store.db.migrate().await.unwrap_err();
    assert!(matches!(&refused, Error::Incompatible(schema) if *schema == expected));
    for db in [next, last, next_one] {
        db.close().await;
    }
}

/// Each says what it has run, and together they have run everything once.
async fn processes_that_migrate_at_once_share_the_work(db: TestDb) {
    let own = newest();
    let later = Later::new(&[expand(own + 1), contract(own + 2, own + 1)]);
    let mut all = Vec::new();
    for _ in 0..6 {
        let db = later.open(&db).await;
        assert_eq!(db.schema().await.unwrap(), Schema::Empty);
        all.push(db);
    }
    let mut migrating = Vec::new();
    for db in all {
        migrating.push(tokio::spawn(async move {
            let run = db.migrate().await.unwrap();
            assert_eq!(db.schema().await.unwrap(), Schema::Current);
            db.close().await;
            run
        }));
    }
    let mut run = Vec::new();
    for one in migrating {
        run.extend(one.await.unwrap().into_iter().map(|one| one.number));
    }
    run.sort_unstable();
    let mut expected = numbers();
    expected.extend([own + 1, own + 2]);
    assert_eq!(run, expected);
}

async fn a_migration_that_fails_leaves_nothing_and_is_run_again(db: TestDb) {
    let store = Store::open(db).await;
    let own = newest();
    let broken = (
        own + 1,
        "broken",
        "CREATE TABLE half (id BIGINT); SELECT * FROM nowhere;".into(),
    );
    let broken = Later::new(&[broken]).open(&store.test).await;
    assert!(matches!(broken.migrate().await, Err(Error::Migrate(_))));
    assert_eq!(store.db.schema().await.unwrap(), Schema::Current);
    let text = "CREATE TABLE half (id BIGINT);".into();
    let repaired = Later::new(&[(own + 1, "repaired", text)])
        .open(&store.test)
        .await;
    assert_eq!(repaired.migrate().await.unwrap().len(), 1);
    // Another migration of the same number.
    let schema = broken.schema().await.unwrap();
    assert_eq!(schema, Schema::Different(own + 1));
    assert!(schema.problem().unwrap().contains("another version"));
    assert!(matches!(
        broken.migrate().await,
        Err(Error::Incompatible(_))
    ));
    for db in [broken, repaired] {
        db.close().await;
    }
}

both_databases!(
    an_older_version_works_as_long_as_the_schema_says,
    processes_that_migrate_at_once_share_the_work,
    a_migration_that_fails_leaves_nothing_and_is_run_again,
);

/// A migration does not queue for a table for long, where everybody else would queue behind it.
#[tokio::test]
async fn a_migration_lets_others_pass_while_it_waits_for_a_table() {
    const WAITING: &str =
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
    let store = Store::open(TestDb::create(Kind::Postgres)).await;
    let observer = PgPool::connect(&store.test.address).await.unwrap();
    let mut tx = store.db.begin().await.unwrap();
    tx.list_tags(store.ada).await.unwrap();
    let next = Later::new(&[expand(newest() + 1)]);
    let next_db = next.open(&store.test).await;
    let migrating = tokio::spawn(async move {
        let run = next_db.migrate().await.unwrap();
        next_db.close().await;
        run.len()
    });
    let is_waiting = || async {
        let waiting: bool = sqlx::query_scalar(WAITING)
            .fetch_one(&observer)
            .await
            .unwrap();
        waiting.then_some(())
    };
    eventually(LIMIT, is_waiting).await;
    // The first transaction is still open.
    store.read().await.list_tags(store.ada).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(migrating.await.unwrap(), 1);
    observer.close().await;
}

/// Versions of before the mechanism.
const UNDECLARED: i64 = 7;

/// Whether a migration takes something away that an earlier version may need.
fn removes(text: &str) -> bool {
    let text = text.to_uppercase();
    let changes = [
        "DROP TABLE",
        "DROP COLUMN",
        "RENAME",
        "SET NOT NULL",
        "ADD CONSTRAINT",
        "CREATE UNIQUE",
    ];
    changes.iter().any(|change| text.contains(change)) || text.contains(" TYPE ")
}

/// A database that has a later one would refuse it: migrations run in order.
#[test]
fn a_number_that_was_left_out_stays_out() {
    let left_out: Vec<i64> = (1..=newest())
        .filter(|number| !numbers().contains(number))
        .collect();
    assert_eq!(left_out, [12, 17, 26, 27]);
}

#[test]
fn a_migration_that_removes_something_says_who_can_work_with_it() {
    assert!(removes("alter table tags drop column color"));
    assert!(removes("ALTER TABLE tags ALTER COLUMN color TYPE BIGINT"));
    assert!(!removes("ALTER TABLE tags ADD COLUMN icon TEXT"));
    for kind in ["sqlite", "postgres"] {
        for entry in std::fs::read_dir(folder(kind)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let number: i64 = name[..4].parse().unwrap();
            // One transaction each: a lock of a session would not survive a pooler.
            assert!(!text.contains("no-transaction"), "{name}");
            let says = text.contains("'oldest_compatible_migration'");
            assert!(
                number <= UNDECLARED || !removes(&text) || says,
                "{kind}/{name}"
            );
        }
    }
}
