//! The stored counts of tasks are always those of the rows.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::migrate::Migrator;
use sqlx::{PgPool, SqlitePool};
use taskwire_domain::{Priority, Status, Task, UserId};
use taskwire_store::{Db, Options, Tx};
use taskwire_testkit::{Kind, TestDb, both_databases};
use tempfile::TempDir;
use uuid::Uuid;

use crate::fixture::{Store, due, tags};
use crate::tagged;

both_databases!(
    are_those_of_the_rows_after_any_changes,
    a_change_that_is_rolled_back_is_not_counted,
    tasks_due_between_any_two_instants_are_counted,
    tasks_of_before_are_counted,
);

/// Owner, kind, name, number, tasks.
type Count = (Uuid, String, String, i64, i64);

const STORED: &str = "SELECT owner_id, kind, name, number, CAST(SUM(tasks) AS BIGINT) FROM task_counts
    GROUP BY owner_id, kind, name, number HAVING SUM(tasks) <> 0 ORDER BY owner_id, kind, name, number";
const COUNTED: &str = "SELECT owner_id, 'due' AS kind, '' AS name,
        CASE WHEN due_order < 0 THEN (due_order + 1) / 900000000 - 1 ELSE due_order / 900000000 END AS number, COUNT(*)
    FROM tasks WHERE status = 'open' GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT owner_id, 'priority', '', priority, COUNT(*) FROM tasks WHERE status = 'open' GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT task_tags.owner_id, 'tag', name_key,
        CAST(CASE status WHEN 'open' THEN 0 WHEN 'deleted' THEN 2 ELSE 1 END AS BIGINT), COUNT(*)
    FROM task_tags JOIN tasks ON tasks.id = task_id GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4";

async fn read(test: &TestDb, statement: &'static str) -> Vec<Count> {
    let query = sqlx::query_as(statement);
    if test.kind == Kind::Sqlite {
        let pool = SqlitePool::connect(&test.address).await.unwrap();
        let rows = query.fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows
    } else {
        let pool = PgPool::connect(&test.address).await.unwrap();
        let rows = sqlx::query_as(statement).fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows
    }
}

async fn assert_right(test: &TestDb) {
    assert_eq!(read(test, STORED).await, read(test, COUNTED).await);
}

/// A random state of a task, open more often than not.
fn varied(random: &mut StdRng, task: &Task) -> Task {
    let one = |random: &mut StdRng, of: &[&str]| of[random.random_range(0..of.len())].to_owned();
    let dues = [
        "",
        "1969-12-31T23:50",
        "1970-01-01",
        "2026-11-30",
        "2026-11-30T09:14:59",
        "2026-12-01",
        "2026-12-01T09:15",
        "2026-12-01T09:16[Asia/Kathmandu]",
    ];
    let text = one(random, &dues);
    let names = ["work", "Home", "garden"];
    let names: Vec<&str> = names
        .into_iter()
        .filter(|_| random.random_bool(0.4))
        .collect();
    Task {
        status: match random.random_range(0..6) {
            0 => Status::Completed,
            1 => Status::Skipped,
            2 => Status::Deleted,
            _ => Status::Open,
        },
        priority: Priority::from_rank(random.random_range(0..4)).unwrap(),
        due: (!text.is_empty()).then(|| due(&text)),
        tags: tags(&names),
        ..task.clone()
    }
}

/// Writes the next version of a task, with its tags.
async fn write(tx: &mut Tx, store: &Store, task: &mut Task, random: &mut StdRng) {
    let next = Task {
        version: task.version + 1,
        ..varied(random, task)
    };
    tx.update_task(&next, &store.zone, false).await.unwrap();
    if next.tags != task.tags {
        tx.replace_tag_links(&next).await.unwrap();
    }
    *task = next;
}

/// Tasks of Ada from a number on.
async fn insert(store: &Store, first: i64, count: i64, random: &mut StdRng) -> Vec<Task> {
    let mut all = Vec::new();
    for number in first..first + count {
        let task = varied(random, &store.task(number, "Task"));
        store.insert(&task).await;
        all.push(task);
    }
    all
}

async fn are_those_of_the_rows_after_any_changes(db: TestDb) {
    let store = Store::open(db).await;
    let eve = store.user("Eve").await;
    let mut random = StdRng::seed_from_u64(21);
    let mut own = insert(&store, 1, 25, &mut random).await;
    for number in 1..=5 {
        let task = Task {
            owner: eve,
            ..varied(&mut random, &store.task(number, "Of Eve"))
        };
        store.insert(&task).await;
    }
    assert_right(&store.test).await;
    for _ in 0..40 {
        let mut tx = store.db.begin().await.unwrap();
        for _ in 0..3 {
            let index = random.random_range(0..own.len());
            match random.random_range(0..10) {
                0 => {
                    let mut gone = own.swap_remove(index);
                    gone.status = Status::Deleted;
                    gone.version += 1;
                    tx.update_task(&gone, &store.zone, false).await.unwrap();
                    tx.purge_task(store.ada, gone.id).await.unwrap();
                }
                1 => {
                    let hidden = &mut own[index];
                    hidden.status = Status::Deleted;
                    hidden.version += 1;
                    tx.update_task(hidden, &store.zone, true).await.unwrap();
                    tx.unlink_tags(hidden).await.unwrap();
                    hidden.tags = vec![];
                }
                2 => tx
                    .update_due_order(&own[index], &taskwire_domain::Zone::utc())
                    .await
                    .unwrap(),
                _ => write(&mut tx, &store, &mut own[index], &mut random).await,
            }
        }
        tx.commit().await.unwrap();
        assert_right(&store.test).await;
    }
    // What an earlier version, or another program, writes.
    store
        .execute(
            "UPDATE tasks SET status = 'completed' WHERE number % 3 = 0;
            UPDATE tasks SET priority = 0, due_order = due_order - 1 WHERE number % 2 = 0;
            DELETE FROM task_tags WHERE name_key = 'work';
            DELETE FROM task_tags WHERE task_id IN (SELECT id FROM tasks WHERE number = 4);
            DELETE FROM tasks WHERE number = 4;",
        )
        .await;
    assert_right(&store.test).await;
}

async fn a_change_that_is_rolled_back_is_not_counted(db: TestDb) {
    let store = Store::open(db).await;
    let mut random = StdRng::seed_from_u64(3);
    let mut own = insert(&store, 1, 4, &mut random).await;
    let before = read(&store.test, STORED).await;
    let mut tx = store.db.begin().await.unwrap();
    for task in &mut own {
        write(&mut tx, &store, task, &mut random).await;
    }
    drop(tx);
    assert_eq!(read(&store.test, STORED).await, before);
    assert_right(&store.test).await;
}

async fn tasks_due_between_any_two_instants_are_counted(db: TestDb) {
    const QUARTER: i64 = 900_000_000;
    let store = Store::open(db).await;
    let mut random = StdRng::seed_from_u64(5);
    let base = store.now().as_microsecond().div_euclid(QUARTER) * QUARTER;
    let mut places = Vec::new();
    for number in 1..=60 {
        let task = store.task(number, "Task");
        store.insert(&task).await;
        let place = base + random.random_range(-3 * QUARTER..3 * QUARTER);
        places.push(if number % 10 == 0 {
            base + number * QUARTER / 10
        } else {
            place
        });
    }
    for (number, place) in (1..).zip(&places) {
        let place = format!("UPDATE tasks SET due_order = {place} WHERE number = {number}");
        store.execute(&place).await;
    }
    let mut tx = store.read().await;
    let instant = |micros| Timestamp::from_microsecond(micros).unwrap();
    for round in 0..200 {
        let mut ends = [0; 2].map(|_| base + random.random_range(-4 * QUARTER..8 * QUARTER));
        if round % 3 == 0 {
            ends = ends.map(|end| end.div_euclid(QUARTER) * QUARTER);
        }
        if round % 5 == 0 {
            ends[0] = places[random.random_range(0..places.len())];
        }
        ends.sort_unstable();
        let [from, before] = ends;
        let is_between = |place: &&i64| (from..before).contains(place);
        let expected = places.iter().filter(is_between).count();
        let counted = tx.count_due(store.ada, Some(instant(from)), instant(before));
        let counted = usize::try_from(counted.await.unwrap()).unwrap();
        assert_eq!(counted, expected, "{ends:?}");
        let expected = places.iter().filter(|place| **place < before).count();
        let counted = tx.count_due(store.ada, None, instant(before));
        let counted = usize::try_from(counted.await.unwrap()).unwrap();
        assert_eq!(counted, expected, "{before}");
    }
    assert_eq!(tx.count_undated(store.ada).await.unwrap(), 0);
    store
        .execute("UPDATE tasks SET due_order = 9223372036854775807 WHERE number <= 7")
        .await;
    assert_eq!(tx.count_undated(store.ada).await.unwrap(), 7);
}

/// The migrations of this program before the counts.
fn earlier(kind: Kind) -> TempDir {
    let kind = match kind {
        Kind::Sqlite => "sqlite",
        Kind::Postgres => "postgres",
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../migrations")
        .join(kind);
    let earlier = TempDir::new().unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let (path, name) = {
            let entry = entry.unwrap();
            (entry.path(), entry.file_name())
        };
        if name.to_str().unwrap() < "0021" {
            std::fs::copy(path, earlier.path().join(name)).unwrap();
        }
    }
    earlier
}

async fn tasks_of_before_are_counted(db: TestDb) {
    let folder = earlier(db.kind);
    let migrator = Migrator::new(folder.path()).await.unwrap();
    let (id, numbers) = match db.kind {
        Kind::Sqlite => (
            "randomblob(16)",
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 300)",
        ),
        Kind::Postgres => (
            "gen_random_uuid()",
            "WITH numbers AS (SELECT n FROM generate_series(1, 300) AS n)",
        ),
    };
    let insert = format!(
        "INSERT INTO users (id, name, name_key, zone, last_number, created_at) SELECT {id}, 'Ada', 'ada', 'UTC', 300, 1;
        INSERT INTO users (id, name, name_key, zone, last_number, created_at) SELECT {id}, 'Eve', 'eve', 'UTC', 300, 1;
        INSERT INTO tasks (id, owner_id, number, title, notes, search, status, priority, tags, due, due_order, withdrawn,
            reminders, version, created_at, updated_at, change_id)
        {numbers} SELECT {id}, users.id, n, 'task', '', 'task', CASE n % 5 WHEN 1 THEN 'completed' WHEN 2 THEN 'skipped'
            WHEN 3 THEN 'deleted' ELSE 'open' END, n % 4, '[]', NULL,
            CASE n % 3 WHEN 0 THEN 9223372036854775807 ELSE (n - 100) * CAST(777777777 AS BIGINT) END, FALSE, '[]', 1, n, n, {id}
            FROM numbers, users;
        INSERT INTO task_tags (owner_id, task_id, name_key)
            SELECT owner_id, id, 'tag ' || (number % 7) FROM tasks WHERE number % 2 = 0;
        INSERT INTO task_tags (owner_id, task_id, name_key) SELECT owner_id, id, 'other' FROM tasks WHERE number % 4 = 0;
        UPDATE tasks SET tags = '[\"Tag\",\"Other\"]' WHERE number % 4 = 0;"
    );
    let insert = sqlx::AssertSqlSafe(insert);
    if db.kind == Kind::Sqlite {
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(db.address.trim_start_matches("sqlite://"))
            .create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        migrator.run(&pool).await.unwrap();
        sqlx::raw_sql(insert).execute(&pool).await.unwrap();
        pool.close().await;
    } else {
        let pool = PgPool::connect(&db.address).await.unwrap();
        migrator.run(&pool).await.unwrap();
        sqlx::raw_sql(insert).execute(&pool).await.unwrap();
        pool.close().await;
    }
    let store = Db::connect(&db.address, &Options::default()).await.unwrap();
    let run = store.migrate().await.unwrap();
    assert_eq!((run[0].number, &*run[0].name), (21, "task counts"));
    assert!(read(&db, STORED).await.len() > 100);
    assert_right(&db).await;
    tagged::assert_right(&db, 100).await;
    store.close().await;
}

/// What one of several writers did with its own tasks, whose counts it shares with the others.
async fn write_for_a_while(store: Arc<Store>, mut own: Vec<Task>, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    for _ in 0..40 {
        let mut tx = store.db.begin().await.unwrap();
        for _ in 0..5 {
            let index = random.random_range(0..own.len());
            write(&mut tx, &store, &mut own[index], &mut random).await;
        }
        tx.commit().await.unwrap();
    }
}

/// Otherwise each change would read all versions of a row that those before it have left.
#[tokio::test]
async fn a_transaction_that_changes_a_count_often_takes_several_rows() {
    let store = Store::open(TestDb::create(Kind::Postgres)).await;
    let mut tx = store.db.begin().await.unwrap();
    for number in 1..=250 {
        let task = Task {
            tags: tags(&["work"]),
            ..store.task(number, "Task")
        };
        assert!(tx.insert_task(&task, &store.zone).await.unwrap());
    }
    tx.commit().await.unwrap();
    let rows = "SELECT owner_id, kind, name, writer, tasks FROM task_counts WHERE kind = 'tag'";
    let rows = read(&store.test, rows).await;
    // Two changes for each task, of which every two hundred take another row.
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows.iter().all(|row| row.4 <= 100), "{rows:?}");
    assert_right(&store.test).await;
    // The next transaction begins with the first row again.
    store.insert(&store.task(251, "Task")).await;
    let rows = "SELECT owner_id, kind, name, writer, tasks FROM task_counts
        WHERE kind = 'priority' AND writer < 4294967296";
    let rows = read(&store.test, rows).await;
    assert_eq!(rows.iter().map(|row| row.4).sum::<i64>(), 101, "{rows:?}");
}

async fn add_up(db: &Db, after: Option<UserId>) -> Option<(UserId, bool)> {
    let mut tx = db.begin().await.unwrap();
    let added = tx.add_up_counts(after, 4).await.unwrap();
    tx.commit().await.unwrap();
    added
}

/// Transactions that change the same counts in any order neither wait for each other nor fail, also while the counts
/// are added up.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_the_same_counts_never_deadlock() {
    let store = Arc::new(Store::open(TestDb::create(Kind::Postgres)).await);
    let mut random = StdRng::seed_from_u64(1);
    let mut writers = Vec::new();
    for writer in 0..6_u64 {
        let first = i64::try_from(writer * 10 + 1).unwrap();
        let own = insert(&store, first, 10, &mut random).await;
        writers.push(tokio::spawn(write_for_a_while(
            Arc::clone(&store),
            own,
            writer,
        )));
    }
    while writers.iter().any(|writer| !writer.is_finished()) {
        add_up(&store.db, None).await;
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_right(&store.test).await;
    let right = read(&store.test, STORED).await;
    while let Some((owner, _)) = add_up(&store.db, None).await {
        assert_eq!(owner, store.ada);
    }
    assert_eq!(add_up(&store.db, None).await, None);
    let rows = "SELECT owner_id, kind, name, number, tasks FROM task_counts WHERE writer = 0
        ORDER BY owner_id, kind, name, number";
    // One row for each number, and none for those that are zero.
    assert_eq!(read(&store.test, rows).await, right);
    assert_right(&store.test).await;
}
