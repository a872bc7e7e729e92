//! The open tasks of each tag, which are stored in the orders of a list.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::{PgPool, SqlitePool};
use taskwire_domain::filter::{Filter, Moment, Range};
use taskwire_domain::{Priority, Status, TagName, Task, TaskId, Title};
use taskwire_store::{Direction, Keyset, Sort, SortValue, TaskList};
use taskwire_testkit::{Kind, TestDb, both_databases};
use uuid::Uuid;

use crate::fixture::{Store, due, tags};
use crate::plans::{filled, is_bad};
use crate::tag_pairs::assert_paired;

both_databases!(
    are_those_of_the_rows_after_any_changes,
    each_order_of_a_tag_is_read_from_its_index,
    a_range_of_due_values_is_read_from_the_order_of_the_tag,
    a_list_of_a_tag_finds_the_same_however_it_is_read,
);

/// Owner, tag, due value, urgency, task, priority, title.
type Row = (Uuid, String, i64, i64, Uuid, i64, String);

const STORED: &str =
    "SELECT owner_id, name_key, by_due, by_urgency, task_id, by_priority, by_title FROM tagged_tasks
    ORDER BY owner_id, name_key, task_id";
const EXPECTED: &str =
    "SELECT link.owner_id, name_key, due_order, -priority, id, priority, substr(search, 1, 200)
    FROM task_tags AS link JOIN tasks ON tasks.id = link.task_id WHERE status = 'open'
    ORDER BY 1, 2, 5";

async fn read(test: &TestDb, statement: &'static str) -> Vec<Row> {
    if test.kind == Kind::Sqlite {
        let pool = SqlitePool::connect(&test.address).await.unwrap();
        let rows = sqlx::query_as(statement).fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows
    } else {
        let pool = PgPool::connect(&test.address).await.unwrap();
        let rows = sqlx::query_as(statement).fetch_all(&pool).await.unwrap();
        pool.close().await;
        rows
    }
}

/// At least so many rows are stored, which are those of the tasks.
pub(crate) async fn assert_right(test: &TestDb, least: usize) {
    let stored = read(test, STORED).await;
    assert!(stored.len() >= least, "{}", stored.len());
    assert_eq!(stored, read(test, EXPECTED).await);
    assert_paired(test, least / 4).await;
}

fn varied(random: &mut StdRng, task: &Task) -> Task {
    let one = |random: &mut StdRng, of: &[&str]| of[random.random_range(0..of.len())].to_owned();
    let at = one(random, &["", "2026-11-30", "2026-12-01T09:00"]);
    let names: Vec<&str> = ["work", "Home", "garden"]
        .into_iter()
        .filter(|_| random.random_bool(0.5))
        .collect();
    let long = "very ".repeat(50);
    let title = one(random, &["Report", "Water the plants", &long]);
    Task {
        title: Title::parse(title.trim()).unwrap(),
        status: match random.random_range(0..6) {
            0 => Status::Completed,
            1 => Status::Skipped,
            2 => Status::Deleted,
            _ => Status::Open,
        },
        priority: Priority::from_rank(random.random_range(0..4)).unwrap(),
        due: (!at.is_empty()).then(|| due(&at)),
        tags: tags(&names),
        ..task.clone()
    }
}

async fn are_those_of_the_rows_after_any_changes(db: TestDb) {
    let store = Store::open(db).await;
    let mut random = StdRng::seed_from_u64(3);
    let mut all = Vec::new();
    for number in 1..=40 {
        let task = varied(&mut random, &store.task(number, "Task"));
        store.insert(&task).await;
        all.push(task);
    }
    assert_right(&store.test, 20).await;
    for round in 0..30 {
        let mut tx = store.db.begin().await.unwrap();
        for _ in 0..10 {
            let task = &mut all[random.random_range(0..40)];
            let next = Task {
                version: task.version + 1,
                ..varied(&mut random, task)
            };
            tx.update_task(&next, &store.zone, false).await.unwrap();
            if next.tags != task.tags {
                tx.replace_tag_links(&next).await.unwrap();
            }
            if random.random_bool(0.2) {
                tx.update_due_order(&next, &taskwire_domain::Zone::parse("Asia/Tokyo").unwrap())
                    .await
                    .unwrap();
            }
            *task = next;
        }
        tx.commit().await.unwrap();
        if round % 5 == 0 {
            assert_right(&store.test, 10).await;
        }
    }
    // A task that is hidden has no links.
    let hidden = Task {
        version: all[0].version + 1,
        status: Status::Deleted,
        ..all[0].clone()
    };
    let mut tx = store.db.begin().await.unwrap();
    tx.update_task(&hidden, &store.zone, true).await.unwrap();
    tx.unlink_tags(&hidden).await.unwrap();
    tx.commit().await.unwrap();
    assert_right(&store.test, 10).await;
}

pub(crate) fn open_with(store: &Store, tag: &str, sort: Sort) -> TaskList {
    TaskList {
        owner: store.ada,
        filter: Filter::All(vec![
            Filter::Status(Status::Open),
            Filter::Tag(TagName::parse(tag).unwrap()),
        ]),
        now: store.now(),
        sort,
        direction: Direction::Ascending,
        after: None,
        limit: 51,
    }
}

async fn each_order_of_a_tag_is_read_from_its_index(db: TestDb) {
    let store = filled(db).await;
    let mut tx = store.read().await;
    for (sort, value, sqlite, postgres) in [
        (
            Sort::Due,
            SortValue::Pair(250, -1),
            "USING PRIMARY KEY",
            "tagged_tasks_pkey",
        ),
        (
            Sort::Title,
            SortValue::Text("task 5".into()),
            "USING COVERING INDEX tagged_tasks_by_title",
            "tagged_tasks_by_title",
        ),
        (
            Sort::Priority,
            SortValue::Number(0),
            "USING COVERING INDEX tagged_tasks_by_priority",
            "tagged_tasks_by_priority",
        ),
    ] {
        let id = TaskId(Uuid::from_u128(1));
        for direction in [Direction::Ascending, Direction::Descending] {
            for after in [
                None,
                Some(Keyset {
                    value: value.clone(),
                    id,
                }),
            ] {
                let list = TaskList {
                    direction,
                    after,
                    ..open_with(&store, "common", sort)
                };
                let plan = tx.explain_tasks(&list).await.unwrap();
                let whole = plan.join("\n");
                let expected = match store.test.kind {
                    Kind::Sqlite => format!("SEARCH tagged_tasks {sqlite}"),
                    Kind::Postgres => postgres.to_owned(),
                };
                assert!(whole.contains(&expected), "{list:?}\n{whole}");
                let is_bad = |line: &String| is_bad(store.test.kind, line);
                assert!(!plan.iter().any(is_bad), "{list:?}\n{whole}");
                tx.list_tasks(&list).await.unwrap();
            }
        }
    }
}

async fn a_range_of_due_values_is_read_from_the_order_of_the_tag(db: TestDb) {
    let store = filled(db).await;
    let mut tx = store.read().await;
    let instant = |micros| Some(jiff::Timestamp::from_microsecond(micros).unwrap());
    let range = Filter::Within(
        Moment::Due,
        Range {
            from: instant(100),
            before: instant(400),
        },
    );
    let mut list = open_with(&store, "common", Sort::Due);
    list.filter = Filter::All(vec![list.filter, range]);
    let plan = tx.explain_tasks(&list).await.unwrap().join("\n");
    let expected = match store.test.kind {
        Kind::Sqlite => "(owner_id=? AND name_key=? AND by_due>? AND by_due<?)",
        Kind::Postgres => "by_due >= ",
    };
    assert!(plan.contains(expected), "{plan}");
    // The page alone is read, of those that are found in the index of due values.
    let range = Filter::Within(
        Moment::Due,
        Range {
            from: instant(4),
            before: instant(12),
        },
    );
    list.filter = Filter::All(vec![Filter::Status(Status::Open), range]);
    list.sort = Sort::Priority;
    list.limit = 2;
    let plan = tx.explain_tasks(&list).await.unwrap().join("\n");
    if store.test.kind == Kind::Sqlite {
        let range = "(owner_id=? AND status=? AND due_order>? AND due_order<?)";
        for read in [
            format!("SEARCH tasks USING INDEX tasks_by_due_and_priority {range}"),
            "SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 (id=?)".into(),
        ] {
            assert!(plan.contains(&read), "{plan}");
        }
    }
    assert_eq!(tx.list_tasks(&list).await.unwrap().len(), 2);
}

/// Four tags of so many tasks each that the orders are read, which hang together with the values that are sorted by.
async fn with_many(db: TestDb) -> Store {
    let store = filled(db).await;
    let series = match store.test.kind {
        Kind::Sqlite => "",
        Kind::Postgres => "ANALYZE;",
    };
    store
        .execute(&format!(
            "DELETE FROM task_tags;
            UPDATE tasks SET status = CASE number % 5 WHEN 0 THEN 'completed' ELSE 'open' END, priority = number * 7 % 4,
                search = 'title ' || (number * 31 % 97), due_order = number * 13 % 500 * CAST(5000000000000 AS BIGINT),
                completed_at = NULL, words_hash = NULL;
            UPDATE tasks SET due = NULL, due_order = 9223372036854775807 WHERE number % 3 = 0;
            INSERT INTO task_tags (owner_id, task_id, name_key) SELECT owner_id, id, 'late' FROM tasks WHERE number % 3 = 0;
            INSERT INTO task_tags (owner_id, task_id, name_key) SELECT owner_id, id, 'urgent' FROM tasks WHERE priority = 3;
            INSERT INTO task_tags (owner_id, task_id, name_key) SELECT owner_id, id, 'half' FROM tasks WHERE number % 2 = 0;
            INSERT INTO task_tags (owner_id, task_id, name_key) SELECT owner_id, id, 'few' FROM tasks WHERE number % 40 = 0;
            {series}"
        ))
        .await;
    store
}

fn condition(store: &Store, random: &mut StdRng) -> Filter {
    let instant = |days: i64| store.now() + jiff::SignedDuration::from_hours(24 * days);
    let tag = |random: &mut StdRng| {
        let names = ["late", "urgent", "half", "few"];
        Filter::Tag(TagName::parse(names[random.random_range(0..4)]).unwrap())
    };
    match random.random_range(0..8) {
        0..4 => tag(random),
        4 => Filter::Undated,
        5 => Filter::Within(
            Moment::Due,
            Range {
                from: random.random_bool(0.7).then(|| instant(-9000)),
                before: random.random_bool(0.7).then(|| instant(200)),
            },
        ),
        6 => Filter::Priority(Priority::from_rank(random.random_range(0..4)).unwrap()),
        _ => Filter::Any(vec![tag(random), tag(random), Filter::Overdue]),
    }
}

async fn a_list_of_a_tag_finds_the_same_however_it_is_read(db: TestDb) {
    let store = with_many(db).await;
    let mut random = StdRng::seed_from_u64(9);
    let (mut hits, mut orders) = (0, 0);
    for round in 0..60 {
        let mut parts = vec![Filter::Status(Status::Open)];
        for _ in 0..random.random_range(1..=3) {
            parts.push(condition(&store, &mut random));
        }
        let filter = Filter::All(parts);
        let sorts = [Sort::Due, Sort::Title, Sort::Priority];
        let list = TaskList {
            // Negated twice, it is a condition on each task, of which nothing is looked up first.
            filter: Filter::Not(Box::new(Filter::Not(Box::new(filter.clone())))),
            sort: sorts[round % 3],
            direction: [Direction::Ascending, Direction::Descending][random.random_range(0..2)],
            limit: 200,
            ..open_with(&store, "half", Sort::Due)
        };
        let mut tx = store.read().await;
        let expected = tx.list_page(&list).await.unwrap();
        // The page after some of them too.
        let at = random.random_range(0..=expected.tasks.len());
        let after = at.checked_sub(1).map(|last| Keyset {
            value: expected.value(&expected.tasks[last], &store.zone),
            id: expected.tasks[last].id,
        });
        let numbers = |tasks: &[Task]| tasks.iter().map(|task| task.number).collect::<Vec<_>>();
        let whole = numbers(&expected.tasks);
        // Rows of SQL have other due values than their orders, so a position is that of a task by priority only.
        let list = TaskList {
            filter,
            limit: random.random_range(1..=200),
            after: after.filter(|_| list.sort == Sort::Priority),
            ..list
        };
        let rest = &whole[if list.after.is_some() { at } else { 0 }..];
        let limit = usize::try_from(list.limit).unwrap();
        let found = numbers(&tx.list_tasks(&list).await.unwrap());
        let rest = &rest[..rest.len().min(limit)];
        // The page after the last of 200 is not known.
        if list.after.is_none() || rest.len() == limit {
            assert_eq!(found, rest, "{list:?}");
            hits += usize::from(!rest.is_empty());
        }
        let plan = tx.explain_tasks(&list).await.unwrap().join("\n");
        orders += usize::from(plan.contains("tagged_tasks"));
    }
    assert!(hits > 30 && orders > 15, "{hits} {orders}");
}
