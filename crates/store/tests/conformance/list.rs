//! Lists: filters, sorting, paging.

use jiff::SignedDuration;
use taskwire_domain::filter::{ChangedBy, Filter, Moment, Range};
use taskwire_domain::{Notes, Priority, Status, TagName, Task, Zone};
use taskwire_store::{Direction, Keyset, Sort, TaskList};
use taskwire_testkit::{TestDb, both_databases};

use crate::fixture::{Store, due, tags};

fn everything(store: &Store) -> TaskList {
    TaskList {
        owner: store.ada,
        filter: Filter::All(Vec::new()),
        now: store.now(),
        sort: Sort::Number,
        direction: Direction::Ascending,
        after: None,
        limit: 100,
    }
}

/// Those that meet all conditions.
fn all_of(store: &Store, parts: &[Filter]) -> TaskList {
    TaskList {
        filter: Filter::All(parts.to_vec()),
        ..everything(store)
    }
}

fn tag(name: &str) -> Filter {
    Filter::Tag(TagName::parse(name).unwrap())
}

fn contains(text: &str) -> Filter {
    Filter::Contains(text.into())
}

fn within(moment: Moment, from: Option<&str>, before: Option<&str>) -> Filter {
    let at = |text: &str| text.parse().unwrap();
    let range = Range {
        from: from.map(at),
        before: before.map(at),
    };
    Filter::Within(moment, range)
}

async fn numbers(store: &Store, list: &TaskList) -> Vec<i64> {
    let tasks = store.read().await.list_tasks(list).await.unwrap();
    tasks.iter().map(|task| task.number).collect()
}

/// Ada's tasks 1 to 6, and one of Bob's.
async fn filled(db: TestDb) -> Store {
    let store = Store::open(db).await;
    let mut made = Vec::new();
    for (number, title) in [
        (1, "apple"),
        (2, "Zoo"),
        (3, "ÉCLAIR"),
        (4, "Buy 50% off!"),
        (5, "éclairs"),
        (6, "a_b"),
    ] {
        store.clock.advance(SignedDuration::from_mins(1));
        made.push(store.task(number, title));
    }
    made[0].priority = Priority::High;
    made[0].tags = tags(&["Work", "home"]);
    made[1].priority = Priority::Low;
    made[1].tags = tags(&["WORK"]);
    made[2].due = Some(due("2026-12-01"));
    made[3].due = Some(due("2026-12-01T09:00"));
    made[4].due = Some(due("2026-12-01T23:59:59[Europe/Rome]"));
    made[4].status = Status::Completed;
    made[5].status = Status::Deleted;
    made[5].notes = Notes::parse("Straße nach ΑΘΗΝΑ").unwrap();
    for task in &made {
        store.insert(task).await;
    }
    let bob = store.user("Bob").await;
    let other = Task {
        owner: bob,
        tags: tags(&["Work"]),
        ..store.task(1, "apple of Bob")
    };
    store.insert(&other).await;
    store
}

async fn show_only_what_the_filter_lets_through(db: TestDb) {
    let store = filled(db).await;
    let not = |filter: Filter| Filter::Not(Box::new(filter));
    let status = Filter::Status;
    let none: [Filter; 0] = [];
    for (parts, expected) in [
        (&none[..], &[1, 2, 3, 4, 5, 6][..]),
        (&[status(Status::Open)], &[1, 2, 3, 4]),
        (&[status(Status::Completed)], &[5]),
        (&[status(Status::Deleted)], &[6]),
        (&[status(Status::Open), status(Status::Deleted)], &[]),
        (
            &[Filter::Any(vec![
                status(Status::Completed),
                status(Status::Deleted),
            ])],
            &[5, 6],
        ),
        (&[Filter::Any(vec![])], &[]),
        (&[not(status(Status::Open))], &[5, 6]),
        (&[Filter::Priority(Priority::Low)], &[2]),
        (&[tag("work")], &[1, 2]),
        (&[tag("HOME"), tag("Work")], &[1]),
        (&[Filter::Any(vec![tag("home"), contains("zoo")])], &[1, 2]),
        (&[tag("garden")], &[]),
        (&[not(tag("work"))], &[3, 4, 5, 6]),
        (&[Filter::Untagged, status(Status::Open)], &[3, 4]),
        (&[Filter::Undated], &[1, 2, 6]),
        (&[not(Filter::Undated)], &[3, 4, 5]),
        (&[Filter::Recurring], &[]),
        (
            &[Filter::ChangedBy(ChangedBy::Taskwire)],
            &[1, 2, 3, 4, 5, 6],
        ),
        (
            &[not(Filter::ChangedBy(ChangedBy::Ai))],
            &[1, 2, 3, 4, 5, 6],
        ),
        (&[Filter::ChangedBy(ChangedBy::Ai)], &[]),
        (
            &[
                status(Status::Open),
                Filter::Priority(Priority::High),
                tag("work"),
                contains("APP"),
            ],
            &[1],
        ),
    ] {
        let list = all_of(&store, parts);
        for sort in [Sort::Number, Sort::Title, Sort::Due] {
            let list = TaskList {
                sort,
                ..list.clone()
            };
            let mut found = numbers(&store, &list).await;
            found.sort_unstable();
            assert_eq!(found, expected, "{parts:?} {sort:?}");
        }
    }
    let list = TaskList {
        limit: 2,
        ..everything(&store)
    };
    assert_eq!(numbers(&store, &list).await, [1, 2]);
    let list = TaskList {
        now: "2026-12-01T08:00:00.000001Z".parse().unwrap(),
        ..all_of(&store, &[Filter::Overdue])
    };
    assert_eq!(numbers(&store, &list).await, [4]);
    // An earlier version changed a row and did not say who.
    let mut tx = store.db.begin().await.unwrap();
    tx.set_changed_by(ChangedBy::Ai);
    let task = tx.find_task_by_number(store.ada, 1).await.unwrap().unwrap();
    let task = crate::fixture::changed(&store, &task);
    tx.update_task(&task, &store.zone, false).await.unwrap();
    tx.commit().await.unwrap();
    let by_ai = all_of(&store, &[Filter::ChangedBy(ChangedBy::Ai)]);
    assert_eq!(numbers(&store, &by_ai).await, [1]);
    store
        .execute("UPDATE tasks SET version = version + 1 WHERE number = 1")
        .await;
    assert_eq!(numbers(&store, &by_ai).await, [0; 0]);
}

async fn find_dates(db: TestDb) {
    let store = filled(db).await;
    // In Rome: 09:00 is 08:00Z; the date ends at 22:59:59.999999Z, a microsecond short of a second after task 5.
    for (from, before, expected) in [
        (None, Some("2026-12-01T08:00:00Z"), vec![]),
        (None, Some("2026-12-01T08:00:00.000001Z"), vec![4]),
        (
            Some("2026-12-01T08:00:00Z"),
            Some("2026-12-01T23:00:00Z"),
            vec![3, 4, 5],
        ),
        (Some("2026-12-01T08:00:00.000001Z"), None, vec![3, 5]),
        (
            Some("2026-12-01T22:59:59Z"),
            Some("2026-12-01T22:59:59.999999Z"),
            vec![5],
        ),
        (Some("2026-12-01T23:00:00Z"), None, vec![]),
    ] {
        let list = all_of(&store, &[within(Moment::Due, from, before)]);
        assert_eq!(
            numbers(&store, &list).await,
            expected,
            "{from:?} {before:?}"
        );
    }
    let created = |number: i64| {
        let at = store.now() - SignedDuration::from_mins(6 - number);
        at.to_string()
    };
    let (third, fifth) = (created(3), created(5));
    for moment in [Moment::Created, Moment::Updated] {
        let list = all_of(&store, &[within(moment, Some(&third), Some(&fifth))]);
        assert_eq!(numbers(&store, &list).await, [3, 4], "{moment:?}");
    }
    let never = within(Moment::Completed, Some(&third), None);
    let list = all_of(&store, std::slice::from_ref(&never));
    assert_eq!(numbers(&store, &list).await, [0; 0]);
    let list = all_of(&store, &[Filter::Not(Box::new(never))]);
    assert_eq!(numbers(&store, &list).await, [1, 2, 3, 4, 5, 6]);
}

async fn find_text_without_regard_to_case(db: TestDb) {
    let store = filled(db).await;
    for (text, expected) in [
        ("éclair", vec![3, 5]),
        ("ÉCLAIRS", vec![5]),
        ("zoo", vec![2]),
        ("50%", vec![4]),
        ("5%o", vec![]),
        ("off!", vec![4]),
        ("a_b", vec![6]),
        ("a_p", vec![]),
        ("%", vec![4]),
        ("_", vec![6]),
        ("!", vec![4]),
        ("straße", vec![6]),
        ("αθηνα", vec![6]),
        ("'", vec![]),
        ("\\", vec![]),
    ] {
        let list = all_of(&store, &[contains(text)]);
        assert_eq!(numbers(&store, &list).await, expected, "{text}");
    }
}

async fn are_sorted_alike(db: TestDb) {
    let store = filled(db).await;
    for (sort, direction, expected) in [
        (Sort::Number, Direction::Descending, [6, 5, 4, 3, 2, 1]),
        (Sort::Created, Direction::Ascending, [1, 2, 3, 4, 5, 6]),
        (Sort::Updated, Direction::Descending, [6, 5, 4, 3, 2, 1]),
        // By code point of the folded text: é comes after every ASCII letter.
        (Sort::Title, Direction::Ascending, [6, 1, 4, 2, 3, 5]),
        (Sort::Title, Direction::Descending, [5, 3, 2, 4, 1, 6]),
        // Timed values before the date of their day, and none at all last, by priority; ties by id, which grows with time.
        (Sort::Due, Direction::Ascending, [4, 5, 3, 1, 2, 6]),
        (Sort::Due, Direction::Descending, [6, 2, 1, 3, 5, 4]),
    ] {
        let list = TaskList {
            sort,
            direction,
            ..everything(&store)
        };
        assert_eq!(
            numbers(&store, &list).await,
            expected,
            "{sort:?} {direction:?}"
        );
    }
    let by_priority = TaskList {
        sort: Sort::Priority,
        ..everything(&store)
    };
    let tasks = store.read().await.list_tasks(&by_priority).await.unwrap();
    let ranks: Vec<i64> = tasks.iter().map(|task| task.priority.rank()).collect();
    assert!(ranks.is_sorted(), "{ranks:?}");
}

async fn pages_make_the_whole(db: TestDb) {
    let store = filled(db).await;
    for sort in Sort::ALL {
        for direction in [Direction::Ascending, Direction::Descending] {
            for limit in [1, 2, 4, 6] {
                let whole = TaskList {
                    sort,
                    direction,
                    ..everything(&store)
                };
                let expected = numbers(&store, &whole).await;
                let mut paged = Vec::new();
                let mut after = None;
                loop {
                    let list = TaskList {
                        after: after.take(),
                        limit,
                        ..whole.clone()
                    };
                    let page = store.read().await.list_tasks(&list).await.unwrap();
                    let Some(end) = page.last() else {
                        break;
                    };
                    after = Some(Keyset {
                        value: sort.value(end, &store.zone),
                        id: end.id,
                    });
                    paged.extend(page.iter().map(|task| task.number));
                }
                assert_eq!(paged, expected, "{sort:?} {direction:?} {limit}");
            }
        }
    }
}

async fn follow_changes(db: TestDb) {
    let store = filled(db).await;
    let by_tag = all_of(&store, &[tag("garden")]);
    let task = store
        .read()
        .await
        .find_task_by_number(store.ada, 2)
        .await
        .unwrap()
        .unwrap();
    let moved = Task {
        tags: tags(&["Garden"]),
        title: taskwire_domain::Title::parse("ZÜRICH").unwrap(),
        due: Some(due("2026-11-30")),
        ..crate::fixture::changed(&store, &task)
    };
    let mut tx = store.db.begin().await.unwrap();
    tx.update_task(&moved, &store.zone, false).await.unwrap();
    tx.replace_tag_links(&moved).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(numbers(&store, &by_tag).await, [2]);
    let work = all_of(&store, &[tag("work")]);
    assert_eq!(numbers(&store, &work).await, [1]);
    let text = all_of(&store, &[contains("zürich")]);
    assert_eq!(numbers(&store, &text).await, [2]);
    let by_due = TaskList {
        sort: Sort::Due,
        limit: 1,
        ..everything(&store)
    };
    assert_eq!(numbers(&store, &by_due).await, [2]);

    // In Auckland the date of task 3 ends long before 09:00 in Rome.
    let auckland = Zone::parse("Pacific/Auckland").unwrap();
    let task = store
        .read()
        .await
        .find_task_by_number(store.ada, 3)
        .await
        .unwrap()
        .unwrap();
    let mut tx = store.db.begin().await.unwrap();
    tx.update_due_order(&task, &auckland).await.unwrap();
    tx.commit().await.unwrap();
    let range = within(
        Moment::Due,
        Some("2026-12-01T10:00:00Z"),
        Some("2026-12-01T11:00:00Z"),
    );
    let before = all_of(&store, &[range]);
    assert_eq!(numbers(&store, &before).await, [3]);
}

both_databases!(
    show_only_what_the_filter_lets_through,
    find_dates,
    find_text_without_regard_to_case,
    are_sorted_alike,
    pages_make_the_whole,
    follow_changes,
);
