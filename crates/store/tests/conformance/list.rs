//! Lists: filters, sorting, paging.

use jiff::SignedDuration;
use taskwire_domain::{Notes, Priority, Status, Task, Zone};
use taskwire_store::{Direction, Filter, Keyset, Sort};
use taskwire_testkit::{TestDb, both_databases};

use crate::fixture::{Store, due, tags};

fn everything(store: &Store) -> Filter {
    Filter {
        owner: store.ada,
        status: None,
        priority: None,
        tags: vec![],
        overdue: None,
        due_before: None,
        due_after: None,
        completed_before: None,
        completed_after: None,
        text: None,
        sort: Sort::Number,
        direction: Direction::Ascending,
        after: None,
        limit: 100,
    }
}

async fn numbers(store: &Store, filter: &Filter) -> Vec<i64> {
    let tasks = store.read().await.list_tasks(filter).await.unwrap();
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
    let all = everything(&store);
    assert_eq!(numbers(&store, &all).await, [1, 2, 3, 4, 5, 6]);
    for (status, expected) in [
        (Status::Open, vec![1, 2, 3, 4]),
        (Status::Completed, vec![5]),
        (Status::Deleted, vec![6]),
    ] {
        let filter = Filter {
            status: Some(status),
            ..all.clone()
        };
        assert_eq!(numbers(&store, &filter).await, expected, "{status:?}");
    }
    let filter = Filter {
        priority: Some(Priority::Low),
        ..all.clone()
    };
    assert_eq!(numbers(&store, &filter).await, [2]);
    for (names, expected) in [
        (&["work"][..], vec![1, 2]),
        (&["HOME", "Work"], vec![1]),
        (&["garden"], vec![]),
    ] {
        let filter = Filter {
            tags: tags(names),
            ..all.clone()
        };
        assert_eq!(numbers(&store, &filter).await, expected, "{names:?}");
    }
    let filter = Filter {
        status: Some(Status::Open),
        priority: Some(Priority::High),
        tags: tags(&["work"]),
        text: Some("APP".into()),
        sort: Sort::Title,
        ..all.clone()
    };
    assert_eq!(numbers(&store, &filter).await, [1]);
    let filter = Filter { limit: 2, ..all };
    assert_eq!(numbers(&store, &filter).await, [1, 2]);
}

async fn find_dates(db: TestDb) {
    let store = filled(db).await;
    let instant = |text: &str| Some(text.parse().unwrap());
    // In Rome: 09:00 is 08:00Z; the date ends at 22:59:59.999999Z, a microsecond short of a second after task 5.
    for (after, before, expected) in [
        (None, instant("2026-12-01T08:00:00Z"), vec![]),
        (None, instant("2026-12-01T08:00:00.000001Z"), vec![4]),
        (
            instant("2026-12-01T08:00:00Z"),
            instant("2026-12-01T23:00:00Z"),
            vec![3, 4, 5],
        ),
        (instant("2026-12-01T08:00:00.000001Z"), None, vec![3, 5]),
        (
            instant("2026-12-01T22:59:59Z"),
            instant("2026-12-01T22:59:59.999999Z"),
            vec![5],
        ),
        (instant("2026-12-01T23:00:00Z"), None, vec![]),
    ] {
        let filter = Filter {
            due_after: after,
            due_before: before,
            ..everything(&store)
        };
        assert_eq!(
            numbers(&store, &filter).await,
            expected,
            "{after:?} {before:?}"
        );
    }
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
        let filter = Filter {
            text: Some(text.into()),
            ..everything(&store)
        };
        assert_eq!(numbers(&store, &filter).await, expected, "{text}");
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
        // Timed values before the date of their day, and none at all last; ties by id, which grows with time.
        (Sort::Due, Direction::Ascending, [4, 5, 3, 1, 2, 6]),
        (Sort::Due, Direction::Descending, [6, 2, 1, 3, 5, 4]),
    ] {
        let filter = Filter {
            sort,
            direction,
            ..everything(&store)
        };
        assert_eq!(
            numbers(&store, &filter).await,
            expected,
            "{sort:?} {direction:?}"
        );
    }
    let by_priority = Filter {
        sort: Sort::Priority,
        ..everything(&store)
    };
    let tasks = store.read().await.list_tasks(&by_priority).await.unwrap();
    let ranks: Vec<i64> = tasks.iter().map(|task| task.priority.rank()).collect();
    assert!(ranks.is_sorted(), "{ranks:?}");
}

async fn pages_make_the_whole(db: TestDb) {
    let store = filled(db).await;
    let sorts = [
        Sort::Due,
        Sort::Created,
        Sort::Updated,
        Sort::Priority,
        Sort::Title,
        Sort::Number,
    ];
    for sort in sorts {
        for direction in [Direction::Ascending, Direction::Descending] {
            for limit in [1, 2, 4, 6] {
                let whole = Filter {
                    sort,
                    direction,
                    ..everything(&store)
                };
                let expected = numbers(&store, &whole).await;
                let mut paged = Vec::new();
                let mut after = None;
                loop {
                    let filter = Filter {
                        after: after.take(),
                        limit,
                        ..whole.clone()
                    };
                    let page = store.read().await.list_tasks(&filter).await.unwrap();
                    let Some(last) = page.last() else {
                        break;
                    };
                    after = Some(Keyset {
                        value: sort.value(last, &store.zone),
                        id: last.id,
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
    let by_tag = Filter {
        tags: tags(&["garden"]),
        ..everything(&store)
    };
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
    let work = Filter {
        tags: tags(&["work"]),
        ..everything(&store)
    };
    assert_eq!(numbers(&store, &work).await, [1]);
    let text = Filter {
        text: Some("zürich".into()),
        ..everything(&store)
    };
    assert_eq!(numbers(&store, &text).await, [2]);
    let by_due = Filter {
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
    let before = Filter {
        due_before: Some("2026-12-01T11:00:00Z".parse().unwrap()),
        due_after: Some("2026-12-01T10:00:00Z".parse().unwrap()),
        ..everything(&store)
    };
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
