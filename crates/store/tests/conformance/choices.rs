//! Lists whose conditions are looked up first, and the property that any filter finds the same however it is read.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use taskwire_domain::filter::{Filter, Moment, Range, search};
use taskwire_domain::{Priority, Status, TagName, Task};
use taskwire_store::{Direction, Sort, TaskList};
use taskwire_testkit::{Kind, TestDb, both_databases};

use crate::fixture::{Store, due, tags};
use crate::plans::filled;

both_databases!(
    few_tasks_with_two_tags_are_found_by_the_pair,
    one_of_several_conditions_is_read_by_each,
    a_range_of_due_values_is_sorted_if_few_are_in_it,
    any_filter_finds_the_same_however_it_is_read,
);

const NAMES: [&str; 4] = ["work", "Home", "garden", "rare words"];
const TITLES: [&str; 4] = ["Report of work", "Water the garden", "Rare", "Words"];
const DUES: [&str; 5] = [
    "",
    "2026-11-30",
    "2026-12-01",
    "2026-12-01T09:00",
    "2027-01-05",
];

async fn few_tasks_with_two_tags_are_found_by_the_pair(db: TestDb) {
    let store = filled(db).await;
    // Each of many tasks, both of few.
    store
        .execute(
            "INSERT INTO task_tags (owner_id, task_id, name_key)
                SELECT owner_id, id, 'other' FROM tasks WHERE number > 16000;
             DELETE FROM task_tags WHERE name_key = 'common' AND task_id IN
                (SELECT id FROM tasks WHERE number > 16000)",
        )
        .await;
    for number in 20_001..=20_050 {
        let task = Task {
            tags: tags(&["common", "other"]),
            ..store.task(number, "Of both")
        };
        store.insert(&task).await;
    }
    let mut tx = store.read().await;
    let tag = |name| Filter::Tag(TagName::parse(name).unwrap());
    let list = TaskList {
        owner: store.ada,
        filter: Filter::All(vec![
            Filter::Status(Status::Open),
            tag("common"),
            tag("other"),
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
        Kind::Postgres => "tasks_pkey",
    };
    assert!(plan.contains(expected), "{plan}");
    assert!(!plan.contains("Seq Scan"), "{plan}");
    assert_eq!(tx.list_tasks(&list).await.unwrap().len(), 50);
}

/// `#rare | (p1 & no due)`: the rare ones from the index of tags, the others in the order of the list.
async fn one_of_several_conditions_is_read_by_each(db: TestDb) {
    let store = filled(db).await;
    store
        .execute(
            "UPDATE tasks SET due = NULL, due_order = 9223372036854775807 WHERE number % 400 = 4",
        )
        .await;
    let mut tx = store.read().await;
    let undated = [Filter::Priority(Priority::None), Filter::Undated];
    let choices = vec![
        Filter::Tag(TagName::parse("rare").unwrap()),
        Filter::All(undated.into()),
    ];
    let list = TaskList {
        owner: store.ada,
        filter: Filter::All(vec![Filter::Status(Status::Open), Filter::Any(choices)]),
        now: store.now(),
        sort: Sort::Due,
        direction: Direction::Ascending,
        after: None,
        limit: 200,
    };
    let plan = tx.explain_tasks(&list).await.unwrap().join("\n");
    let expected = match store.test.kind {
        Kind::Sqlite => [
            "SEARCH tasks USING INDEX sqlite_autoindex_tasks_1 (id=?)",
            "SEARCH tasks USING INDEX tasks_by_due_and_priority (owner_id=? AND status=? AND due_order>?)",
        ],
        Kind::Postgres => ["tasks_pkey", "tasks_by_due_and_priority"],
    };
    for part in expected {
        assert!(plan.contains(part), "{plan}");
    }
    assert!(!plan.contains("Seq Scan"), "{plan}");
    let found = tx.list_tasks(&list).await.unwrap();
    assert_eq!(found.len(), 100);
    assert_eq!(found.iter().filter(|task| task.due.is_none()).count(), 50);
}

/// Few tasks in a range of due values are sorted; of many, the first in the order of the list are read.
async fn a_range_of_due_values_is_sorted_if_few_are_in_it(db: TestDb) {
    let store = filled(db).await;
    let mut tx = store.read().await;
    let instant = |micros| Some(jiff::Timestamp::from_microsecond(micros).unwrap());
    let range = |from, before| Filter::Within(Moment::Due, Range { from, before });
    let indexes = [
        (Sort::Title, "tasks_by_title"),
        (Sort::Priority, "tasks_by_priority"),
        (Sort::Number, "tasks_by_number"),
        (Sort::Updated, "tasks_by_update"),
    ];
    for (sort, index) in indexes {
        // Of 20,000 the open ones of 4 and 8 of each 500, and all but those.
        for (due, expected, index) in [
            (
                range(instant(4), instant(12)),
                80,
                "tasks_by_due_and_priority",
            ),
            (range(instant(12), None), 500, index),
            (Filter::Overdue, 500, index),
        ] {
            let list = TaskList {
                owner: store.ada,
                filter: Filter::All(vec![Filter::Status(Status::Open), due]),
                now: store.now(),
                sort,
                direction: Direction::Ascending,
                after: None,
                limit: 500,
            };
            let plan = tx.explain_tasks(&list).await.unwrap().join("\n");
            assert!(!plan.contains("Seq Scan"), "{plan}");
            if store.test.kind == Kind::Sqlite {
                assert!(plan.contains(index), "{list:?}\n{plan}");
            }
            let found = tx.list_tasks(&list).await.unwrap();
            assert_eq!(found.len(), expected, "{list:?}");
        }
    }
}

fn one<'a>(random: &mut StdRng, of: &[&'a str]) -> &'a str {
    of[random.random_range(0..of.len())]
}

fn task(store: &Store, random: &mut StdRng, number: i64) -> Task {
    let names: Vec<&str> = NAMES
        .into_iter()
        .filter(|_| random.random_bool(0.3))
        .collect();
    let at = one(random, &DUES);
    Task {
        status: match random.random_range(0..8) {
            0 => Status::Completed,
            1 => Status::Deleted,
            _ => Status::Open,
        },
        priority: Priority::from_rank(random.random_range(0..4)).unwrap(),
        due: (!at.is_empty()).then(|| due(at)),
        tags: tags(&names),
        ..store.task(number, one(random, &TITLES))
    }
}

fn condition(store: &Store, random: &mut StdRng, depth: u32) -> Filter {
    let instant = |days: i64| store.now() + jiff::SignedDuration::from_hours(24 * days);
    let kinds = if depth == 0 { 9 } else { 13 };
    match random.random_range(0..kinds) {
        0..3 => Filter::Tag(tags(&[one(random, &NAMES)]).remove(0)),
        3 => search(one(
            random,
            &["work", "gard", "rare", "words rare", "nothing"],
        )),
        4 => Filter::Overdue,
        5 => Filter::Undated,
        6 => Filter::Within(
            Moment::Due,
            Range {
                from: random.random_bool(0.7).then(|| instant(0)),
                before: random.random_bool(0.7).then(|| instant(5)),
            },
        ),
        7 => Filter::Priority(Priority::from_rank(random.random_range(0..4)).unwrap()),
        8 => Filter::Status(Status::Open),
        9 => Filter::Not(Box::new(condition(store, random, depth - 1))),
        10 => Filter::All(conditions(store, random, depth - 1)),
        _ => Filter::Any(conditions(store, random, depth - 1)),
    }
}

fn conditions(store: &Store, random: &mut StdRng, depth: u32) -> Vec<Filter> {
    let count = random.random_range(1..=4);
    (0..count)
        .map(|_| condition(store, random, depth))
        .collect()
}

async fn any_filter_finds_the_same_however_it_is_read(db: TestDb) {
    let store = Store::open(db).await;
    let mut random = StdRng::seed_from_u64(7);
    let mut tx = store.db.begin().await.unwrap();
    for number in 1..=120 {
        let task = task(&store, &mut random, number);
        assert!(tx.insert_task(&task, &store.zone).await.unwrap());
    }
    tx.commit().await.unwrap();
    let mut hits = 0;
    for round in 0..300 {
        let filter = Filter::All(conditions(&store, &mut random, 2));
        let list = TaskList {
            owner: store.ada,
            // Negated twice, it is a condition on each task, of which nothing is looked up first.
            filter: Filter::Not(Box::new(Filter::Not(Box::new(filter.clone())))),
            now: store.now(),
            sort: Sort::ALL[random.random_range(0..Sort::ALL.len())],
            direction: [Direction::Ascending, Direction::Descending][round % 2],
            after: None,
            limit: 200,
        };
        let mut tx = store.read().await;
        let expected = tx.list_tasks(&list).await.unwrap();
        let expected: Vec<i64> = expected.iter().map(|task| task.number).collect();
        let list = TaskList {
            filter,
            limit: random.random_range(1..40),
            ..list
        };
        assert_eq!(store.pages(&list).await, expected, "{list:?}");
        hits += usize::from(expected.len() > 5);
    }
    assert!(hits > 60, "{hits}");
}
