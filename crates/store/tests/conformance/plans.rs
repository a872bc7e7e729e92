//! How lists are read: each order from an index, without sorting.

use taskwire_domain::filter::Filter;
use taskwire_domain::{SeriesId, Status, TagName, TaskId};
use taskwire_store::{Direction, Keyset, Sort, SortValue, TaskList};
use taskwire_testkit::{Kind, TestDb, both_databases};
use uuid::Uuid;

use crate::fixture::Store;

/// Many tasks of Ada, as a program of SQL makes them.
pub(crate) async fn filled(db: TestDb) -> Store {
    let store = Store::open(db).await;
    // Nothing collects statistics of an SQLite file.
    let (id, analyze, numbers) = match store.test.kind {
        Kind::Sqlite => (
            "randomblob(16)",
            "",
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000)",
        ),
        Kind::Postgres => (
            "gen_random_uuid()",
            "ANALYZE;",
            "WITH numbers AS (SELECT n FROM generate_series(1, 20000) AS n)",
        ),
    };
    let insert = format!(
        "INSERT INTO tasks (id, owner_id, number, title, notes, search, status, priority, tags, due, due_order, withdrawn,
            reminders, version, created_at, updated_at, completed_at, change_id, words_hash, derived_version)
        {numbers} SELECT {id}, (SELECT id FROM users), n, 'task', '', 'task ' || n,
            CASE n % 4 WHEN 0 THEN 'open' WHEN 1 THEN 'completed' WHEN 2 THEN 'skipped' ELSE 'deleted' END, n % 4, '[]',
            '2026-12-01', n % 500, FALSE, '[]', 1, n, n, CASE n % 4 WHEN 1 THEN n END, {id}, 1, 1 FROM numbers;
        INSERT INTO task_tags (owner_id, task_id, name_key)
            SELECT owner_id, id, CASE number % 400 WHEN 0 THEN 'rare' ELSE 'common' END FROM tasks;
        {analyze}"
    );
    store.execute(&insert).await;
    store
}

/// Whether a step of a plan sorts, or reads a table whole.
pub(crate) fn is_bad(kind: Kind, line: &str) -> bool {
    match kind {
        Kind::Sqlite => line.contains("TEMP B-TREE") || line.contains("SCAN tasks"),
        Kind::Postgres => {
            let step = line.trim().trim_start_matches("->").trim_start();
            let rows = line.split_once("rows=").and_then(|(_, rest)| {
                let rows = rest.split(' ').next()?;
                rows.parse::<u32>().ok()
            });
            // The pages of the four statuses may be merged by sorting.
            let is_merge = rows.is_some_and(|rows| rows <= 4 * 51);
            step.starts_with("Sort  ") && !is_merge
                || [
                    "Incremental Sort",
                    "Seq Scan",
                    "Parallel Seq Scan",
                    "Gather",
                ]
                .iter()
                .any(|bad| step.starts_with(bad))
        }
    }
}

async fn every_order_is_read_from_an_index(db: TestDb) {
    let store = filled(db).await;
    let mut tx = store.read().await;
    for sort in Sort::ALL {
        for direction in [Direction::Ascending, Direction::Descending] {
            for status in [
                None,
                Some(Status::Open),
                Some(Status::Completed),
                Some(Status::Skipped),
                Some(Status::Deleted),
            ] {
                let value = match sort {
                    Sort::Due => SortValue::Pair(250, -1),
                    Sort::Title => SortValue::Text("task 5".into()),
                    _ => SortValue::Number(1),
                };
                for after in [
                    None,
                    Some(Keyset {
                        value,
                        id: TaskId(Uuid::from_u128(1)),
                    }),
                ] {
                    let list = TaskList {
                        owner: store.ada,
                        filter: Filter::All(status.map(Filter::Status).into_iter().collect()),
                        now: store.now(),
                        sort,
                        direction,
                        after,
                        limit: 51,
                    };
                    let plan = tx.explain_tasks(&list).await.unwrap();
                    assert!(
                        !plan.iter().any(|line| is_bad(store.test.kind, line)),
                        "{list:?}\n{}",
                        plan.join("\n")
                    );
                    tx.list_tasks(&list).await.unwrap();
                }
            }
        }
    }
}

async fn counts_are_read_without_the_tasks(db: TestDb) {
    let store = filled(db).await;
    if store.test.kind == Kind::Postgres {
        // As housekeeping leaves them: the one transaction that made all tasks has spread them over many rows.
        let mut tx = store.db.begin().await.unwrap();
        tx.add_up_counts(None, 1_000_000).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        store.execute("ANALYZE task_counts").await;
    }
    let plan = store.read().await.explain_counts(store.ada).await.unwrap();
    let all = plan.join("\n");
    // Of a range of due values, the two ends.
    let of_tasks = plan.iter().filter(|line| match store.test.kind {
        Kind::Sqlite => {
            line.contains("SEARCH tasks USING COVERING INDEX tasks_by_due_and_priority")
        }
        Kind::Postgres => line.contains("Index Only Scan using tasks_by_due_and_priority on tasks"),
    });
    assert_eq!(of_tasks.count(), 2, "{all}");
    let (read, key) = match store.test.kind {
        Kind::Sqlite => ("SEARCH task_counts ", "(owner_id=? AND kind=?"),
        Kind::Postgres => (" on task_counts ", "Index Cond: ((owner_id = "),
    };
    assert_eq!(all.matches(read).count(), 4, "{all}");
    assert!(all.matches(key).count() >= 4, "{all}");
    for word in ["SCAN task", "Seq Scan", "task_tags", "TEMP B-TREE"] {
        assert!(!all.contains(word), "{all}");
    }
}

async fn a_rare_tag_is_read_from_its_index(db: TestDb) {
    let store = filled(db).await;
    let mut tx = store.read().await;
    let mut list = TaskList {
        owner: store.ada,
        filter: Filter::All(vec![
            Filter::Status(Status::Open),
            Filter::Tag(TagName::parse("rare").unwrap()),
        ]),
        now: store.now(),
        sort: Sort::Due,
        direction: Direction::Ascending,
        after: None,
        limit: 51,
    };
    let plan = tx.explain_tasks(&list).await.unwrap().join("\n");
    let expected = match store.test.kind {
        Kind::Sqlite => "SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 (id=?)",
        Kind::Postgres => "Scan on tasks_pkey",
    };
    assert!(plan.contains(expected), "{plan}");
    assert_eq!(tx.list_tasks(&list).await.unwrap().len(), 50);
    list.filter = Filter::All(vec![
        Filter::Status(Status::Open),
        Filter::Tag(TagName::parse("common").unwrap()),
    ]);
    let plan = tx.explain_tasks(&list).await.unwrap();
    assert!(
        !plan.iter().any(|line| is_bad(store.test.kind, line)),
        "{}",
        plan.join("\n")
    );
}

async fn tasks_without_a_due_value_are_read_from_the_index_of_due_values(db: TestDb) {
    let store = filled(db).await;
    store
        .execute(
            "UPDATE tasks SET due = NULL, due_order = 9223372036854775807 WHERE number % 400 = 0",
        )
        .await;
    let mut tx = store.read().await;
    let list = TaskList {
        owner: store.ada,
        filter: Filter::All(vec![Filter::Status(Status::Open), Filter::Undated]),
        now: store.now(),
        sort: Sort::Due,
        direction: Direction::Ascending,
        after: None,
        limit: 51,
    };
    let plan = tx.explain_tasks(&list).await.unwrap();
    let whole = plan.join("\n");
    assert!(
        whole.contains("due_order>") || whole.contains("due_order >"),
        "{whole}"
    );
    assert!(
        !plan.iter().any(|line| is_bad(store.test.kind, line)),
        "{whole}"
    );
    assert_eq!(tx.list_tasks(&list).await.unwrap().len(), 50);
}

async fn few_tasks_of_series_are_read_from_their_index(db: TestDb) {
    let store = filled(db).await;
    let (series, analyze) = match store.test.kind {
        Kind::Sqlite => ("x'00000000000000000000000000000007'", ""),
        Kind::Postgres => ("'00000000-0000-0000-0000-000000000007'", "ANALYZE tasks;"),
    };
    let update = format!(
        "UPDATE tasks SET series_id = {series}, occurrence = '0/' || number WHERE number % 40 = 0; {analyze}"
    );
    store.execute(&update).await;
    let mut tx = store.read().await;
    let list = TaskList {
        owner: store.ada,
        filter: Filter::All(vec![Filter::Status(Status::Open), Filter::Recurring]),
        now: store.now(),
        sort: Sort::Due,
        direction: Direction::Ascending,
        after: None,
        limit: 51,
    };
    let plan = tx.explain_tasks(&list).await.unwrap().join("\n");
    let indexes = [
        "tasks_in_series",
        "tasks_of_series",
        "tasks_series_id_occurrence_key",
    ];
    assert!(indexes.iter().any(|index| plan.contains(index)), "{plan}");
    // Of many, the first are read in the order of the list.
    let update = format!(
        "UPDATE tasks SET series_id = {series}, occurrence = '0/' || number WHERE number % 12 = 0; {analyze}"
    );
    store.execute(&update).await;
    let plan = tx.explain_tasks(&list).await.unwrap().join("\n");
    assert!(plan.contains("tasks_in_series_by_due"), "{plan}");
    let is_bad = |line| is_bad(store.test.kind, line);
    assert!(!plan.lines().any(is_bad), "{plan}");
}

async fn changes_are_read_from_their_index(db: TestDb) {
    let store = filled(db).await;
    let id = match store.test.kind {
        Kind::Sqlite => "randomblob(16)",
        Kind::Postgres => "gen_random_uuid()",
    };
    let blob = match store.test.kind {
        Kind::Sqlite => "x'00'",
        Kind::Postgres => "CAST('a' AS BYTEA)",
    };
    let analyze = match store.test.kind {
        Kind::Sqlite => "",
        Kind::Postgres => "ANALYZE changes;",
    };
    let eve = store.user("Eve").await;
    let eve = match store.test.kind {
        Kind::Sqlite => format!("x'{}'", eve.0.simple()),
        Kind::Postgres => format!("CAST('{}' AS UUID)", eve.0),
    };
    // Every other one can be undone, and most belong to somebody else.
    let insert = format!(
        "INSERT INTO changes (seq, id, owner_id, at, kind, can_undo, packed)
            SELECT number, {id}, CASE number % 20 WHEN 0 THEN owner_id ELSE {eve} END, number, 'update',
                number / 20 % 2 = 0, {blob} FROM tasks;
        {analyze}"
    );
    store.execute(&insert).await;
    let mut tx = store.read().await;
    for before in [i64::MAX, 20_000] {
        let plan = tx.explain_changes(store.ada, before, 51).await.unwrap();
        let whole = plan.join("\n");
        assert!(whole.contains("changes_by_owner"), "{whole}");
        let is_bad = |line: &String| is_bad(store.test.kind, line) || line.contains("SCAN");
        assert!(!plan.iter().any(is_bad), "{whole}");
    }
}

async fn series_are_read_from_their_indexes(db: TestDb) {
    let store = filled(db).await;
    // Two in a hundred repeat, and one series has many occurrences.
    let (series, analyze) = match store.test.kind {
        Kind::Sqlite => ("x'00000000000000000000000000000007'", ""),
        Kind::Postgres => ("'00000000-0000-0000-0000-000000000007'", "ANALYZE tasks;"),
    };
    let update = format!(
        "UPDATE tasks SET series_id = {series}, occurrence = '0/' || number WHERE number % 100 < 2; {analyze}"
    );
    store.execute(&update).await;
    let mut tx = store.read().await;
    let series = SeriesId(Uuid::from_u128(7));
    let plans = tx.explain_series(store.ada, series).await.unwrap();
    for (plan, index) in plans.iter().zip(["tasks_in_series", "tasks_of_series"]) {
        let whole = plan.join("\n");
        assert!(whole.contains(index), "{whole}");
        let is_bad = |line: &String| is_bad(store.test.kind, line);
        assert!(!plan.iter().any(is_bad), "{whole}");
    }
}

async fn subtasks_are_read_from_their_index(db: TestDb) {
    let store = filled(db).await;
    let analyze = match store.test.kind {
        Kind::Sqlite => "",
        Kind::Postgres => "ANALYZE tasks;",
    };
    let update = format!(
        "UPDATE tasks SET parent = number / 100 * 100 WHERE number % 100 IN (1, 2); {analyze}"
    );
    store.execute(&update).await;
    let mut tx = store.read().await;
    for sort in Sort::ALL {
        let list = TaskList {
            owner: store.ada,
            filter: Filter::All(vec![Filter::Status(Status::Open), Filter::Parent(500)]),
            now: store.now(),
            sort,
            direction: Direction::Ascending,
            after: None,
            limit: 51,
        };
        let plan = tx.explain_tasks(&list).await.unwrap().join("\n");
        assert!(plan.contains("tasks_of_parent"), "{sort:?}\n{plan}");
        tx.list_tasks(&list).await.unwrap();
    }
}

both_databases!(
    counts_are_read_without_the_tasks,
    subtasks_are_read_from_their_index,
    series_are_read_from_their_indexes,
    changes_are_read_from_their_index,
    every_order_is_read_from_an_index,
    a_rare_tag_is_read_from_its_index,
    few_tasks_of_series_are_read_from_their_index,
    tasks_without_a_due_value_are_read_from_the_index_of_due_values,
);
