//! Full-text search: the same hits in the same order on both databases, which are those that the words say.

use jiff::SignedDuration;
use taskwire_domain::filter::{Filter, Term, search};
use taskwire_domain::words::stored;
use taskwire_domain::{Notes, Status, Task};
use taskwire_store::{Direction, Sort, TaskList};
use taskwire_testkit::{Kind, TestDb, both_databases};

use crate::fixture::{Store, changed, tags};

mod beginnings;
mod corpus;

use corpus::{queries, texts};

async fn filled(store: &Store) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut tx = store.db.begin().await.unwrap();
    for (number, (title, notes, names)) in (1..).zip(texts()) {
        store.clock.advance(SignedDuration::from_secs(1));
        let task = Task {
            notes: Notes::parse(&notes).unwrap(),
            tags: tags(&names.iter().map(String::as_str).collect::<Vec<_>>()),
            ..store.task(number, &title)
        };
        assert!(tx.insert_task(&task, &store.zone).await.unwrap());
        tasks.push(task);
    }
    tx.commit().await.unwrap();
    tasks
}

fn list(store: &Store, filter: Filter) -> TaskList {
    TaskList {
        owner: store.ada,
        filter,
        now: store.now(),
        sort: Sort::Relevance,
        direction: Direction::Descending,
        after: None,
        limit: 1000,
    }
}

async fn found(store: &Store, query: &str) -> Vec<i64> {
    let list = list(store, search(query));
    let tasks = store.read().await.list_tasks(&list).await.unwrap();
    tasks.iter().map(|task| task.number).collect()
}

/// Whether a text has a term, from its words alone.
fn has(text: &str, term: &Term) -> bool {
    stored(text).windows(term.words.len()).any(|words| {
        let (last, before) = words.split_last().unwrap();
        let (sought, begin) = term.words.split_last().unwrap();
        let is_last = if term.is_exact {
            last == sought
        } else {
            last.starts_with(sought.as_str())
        };
        is_last && before == begin
    })
}

fn in_title(task: &Task, term: &Term) -> bool {
    has(task.title.as_str(), term) || task.tags.iter().any(|tag| has(tag.as_str(), term))
}

fn meets(task: &Task, filter: &Filter) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| meets(task, part)),
        Filter::Not(part) => !meets(task, part),
        Filter::Words(terms) => {
            !terms.is_empty()
                && terms
                    .iter()
                    .all(|term| in_title(task, term) || has(task.notes.as_str(), term))
        }
        other => panic!("{other:?}"),
    }
}

fn expected(tasks: &[Task], query: &str) -> Vec<i64> {
    let filter = search(query);
    let is_in_title = |task: &Task| {
        filter.conjuncts().iter().any(|part| match part {
            Filter::Words(terms) => terms.iter().all(|term| in_title(task, term)),
            _ => false,
        })
    };
    let mut found: Vec<&Task> = tasks.iter().filter(|task| meets(task, &filter)).collect();
    found.sort_by_key(|task| std::cmp::Reverse((is_in_title(task), task.number)));
    found.iter().map(|task| task.number).collect()
}

#[tokio::test]
async fn both_databases_find_what_the_words_say() {
    let sqlite = Store::open(TestDb::create(Kind::Sqlite)).await;
    let postgres = Store::open(TestDb::create(Kind::Postgres)).await;
    let tasks = filled(&sqlite).await;
    filled(&postgres).await;
    assert!(tasks.len() >= 300, "{}", tasks.len());
    let queries = queries();
    assert!(queries.len() >= 150, "{}", queries.len());
    let mut with_hits = 0;
    for query in queries {
        let expected = expected(&tasks, &query);
        assert_eq!(found(&sqlite, &query).await, expected, "SQLite: {query}");
        assert_eq!(
            found(&postgres, &query).await,
            expected,
            "Postgres: {query}"
        );
        with_hits += usize::from(!expected.is_empty());
    }
    assert!(with_hits > 120, "{with_hits}");
}

/// The numbers of all pages.
async fn pages(store: &Store, filter: Filter, size: i64) -> Vec<i64> {
    let list = TaskList {
        limit: size,
        ..list(store, filter)
    };
    store.pages(&list).await
}

/// By what a number is divided.
fn tags_of(number: i64) -> Vec<taskwire_domain::TagName> {
    let names = [("Even", 2), ("by five", 5), ("by thousand", 1000)];
    let names = names.into_iter().filter(|(_, by)| number % by == 0);
    let mut names: Vec<&str> = names.map(|(name, _)| name).collect();
    if number % 2 == 1 {
        names.push("odd");
    }
    tags(&names)
}

async fn very_many_hits_come_by_age(db: TestDb) {
    const COUNT: i64 = 6100;
    let store = Store::open(db).await;
    let mut tx = store.db.begin().await.unwrap();
    for number in 1..=COUNT {
        let task = Task {
            notes: Notes::parse(if number % 2 == 0 { "imported" } else { "" }).unwrap(),
            tags: tags_of(number),
            status: if number <= 5 {
                Status::Completed
            } else {
                Status::Open
            },
            ..store.task(
                number,
                if number % 2 == 0 {
                    "Task"
                } else {
                    "Imported task"
                },
            )
        };
        assert!(tx.insert_task(&task, &store.zone).await.unwrap());
    }
    tx.commit().await.unwrap();
    let newest: Vec<i64> = (1..=COUNT).rev().collect();
    assert!(pages(&store, search("import"), 999).await == newest);
    // Other conditions may leave only old ones.
    let completed = Filter::All(vec![Filter::Status(Status::Completed), search("imported")]);
    assert_eq!(pages(&store, completed, 2).await, [5, 4, 3, 2, 1]);
    // Few of very many hits have a tag, or two tags of which each is on many tasks.
    let tag = |name: &str| Filter::Tag(tags(&[name]).remove(0));
    let by = |number: i64| -> Vec<i64> { (1..=COUNT / number).map(|n| n * number).rev().collect() };
    for (names, expected) in [
        (vec!["BY thousand"], by(1000)),
        (vec!["even"], by(2)),
        (vec!["even", "by five"], by(10)),
        (vec!["even", "odd"], vec![]),
    ] {
        let mut parts: Vec<Filter> = names.iter().map(|name| tag(name)).collect();
        let tagged = TaskList {
            sort: Sort::Number,
            limit: COUNT,
            ..list(&store, Filter::All(parts.clone()))
        };
        let listed = store.read().await.list_tasks(&tagged).await.unwrap();
        let listed: Vec<i64> = listed.iter().map(|task| task.number).collect();
        assert_eq!(listed, expected, "{names:?}");
        parts.push(search("import"));
        let found = pages(&store, Filter::All(parts), 250).await;
        assert_eq!(found, expected, "{names:?}");
    }
    // Those whose words are not stored have their tags as well.
    store
        .execute("UPDATE tasks SET words_hash = NULL WHERE number = 10")
        .await;
    let forget = match store.test.kind {
        Kind::Sqlite => "DELETE FROM task_words WHERE rowid & 4294967295 = 10",
        Kind::Postgres => "DELETE FROM task_words WHERE number = 10",
    };
    store.execute(forget).await;
    let tagged = TaskList {
        sort: Sort::Number,
        direction: Direction::Ascending,
        limit: 1,
        ..list(&store, Filter::All(vec![tag("even"), tag("by five")]))
    };
    let first = store.read().await.list_tasks(&tagged).await.unwrap();
    assert_eq!(first[0].number, 10);
}

async fn a_search_is_read_page_by_page(db: TestDb) {
    let store = Store::open(db).await;
    filled(&store).await;
    for query in queries() {
        let whole = found(&store, &query).await;
        assert_eq!(pages(&store, search(&query), 3).await, whole, "{query}");
    }
}

async fn one_letter_may_be_wrong(db: TestDb) {
    let store = Store::open(db).await;
    filled(&store).await;
    for (query, expected) in [
        ("dentits", Some(("dentits", "dentist"))),
        ("bycicle", None),
        ("bicicle", Some(("bicicle", "bicycle"))),
        ("brithday cake", Some(("brithday", "birthday"))),
        ("pianoo", Some(("pianoo", "piano"))),
        ("gorcery", Some(("gorcery", "grocery"))),
        ("milk", None),
        ("dent", None),
        ("mlk", None),
        ("buy nosuchword", None),
        ("2491", None),
    ] {
        let Filter::Words(terms) = search(query) else {
            panic!("{query}");
        };
        let mut tx = store.read().await;
        let corrected = tx.correct_words(store.ada, &terms).await.unwrap();
        let taken = corrected
            .as_ref()
            .map(|(_, corrections)| (corrections[0].word.as_str(), corrections[0].taken.as_str()));
        assert_eq!(taken, expected, "{query}");
        if let Some((terms, _)) = corrected {
            let list = list(&store, Filter::Words(terms));
            assert!(!tx.list_tasks(&list).await.unwrap().is_empty(), "{query}");
        }
    }
    // Another person's words are no help.
    let bob = store.user("Bob").await;
    let Filter::Words(terms) = search("dentits") else {
        panic!();
    };
    let mut tx = store.read().await;
    assert_eq!(tx.correct_words(bob, &terms).await.unwrap(), None);
}

async fn changes_are_found_at_once(db: TestDb) {
    let store = Store::open(db).await;
    let task = store.task(1, "apple");
    store.insert(&task).await;
    let bob = store.user("Bob").await;
    let other = Task {
        owner: bob,
        ..store.task(1, "apple of Bob")
    };
    store.insert(&other).await;
    assert_eq!(found(&store, "apple").await, [1]);
    assert_eq!(found(&store, "of").await, [0; 0]);
    let pear = Task {
        title: taskwire_domain::Title::parse("pear").unwrap(),
        tags: tags(&["fruit"]),
        ..changed(&store, &task)
    };
    let done = Task {
        status: Status::Completed,
        ..changed(&store, &pear)
    };
    let mut tx = store.db.begin().await.unwrap();
    tx.update_task(&pear, &store.zone, false).await.unwrap();
    tx.update_task(&done, &store.zone, false).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(&store, "apple").await, [0; 0]);
    assert_eq!(found(&store, "fruit pear").await, [1]);
    // What was rolled back is not found.
    let mut tx = store.db.begin().await.unwrap();
    tx.insert_task(&store.task(2, "plum"), &store.zone)
        .await
        .unwrap();
    drop(tx);
    assert_eq!(found(&store, "plum").await, [0; 0]);
    store.execute("DELETE FROM tasks WHERE number = 1").await;
    assert_eq!(found(&store, "pear").await, [0; 0]);
}

/// Rows of an earlier version, which knows nothing of the words.
async fn what_an_earlier_version_wrote_is_indexed_later(db: TestDb) {
    let store = Store::open(db).await;
    for (number, title) in [(1, "apple"), (2, "pear"), (3, "plum")] {
        store.insert(&store.task(number, title)).await;
    }
    let forget = match store.test.kind {
        Kind::Sqlite => "DELETE FROM task_words WHERE rowid & 4294967295 = 1",
        Kind::Postgres => "DELETE FROM task_words WHERE number = 1",
    };
    store
        .execute(&format!(
            "{forget}; UPDATE tasks SET words_hash = NULL, derived_version = NULL WHERE number = 1;
            UPDATE tasks SET title = 'cherry', version = version + 1 WHERE number = 2;"
        ))
        .await;
    assert_eq!(found(&store, "apple").await, [0; 0]);
    assert_eq!(found(&store, "pear").await, [2]);
    let mut indexed = 0;
    loop {
        let mut tx = store.db.begin().await.unwrap();
        let batch = tx.index_tasks(1).await.unwrap();
        tx.commit().await.unwrap();
        if batch == 0 {
            break;
        }
        indexed += batch;
    }
    assert_eq!(indexed, 2);
    assert_eq!(found(&store, "apple").await, [1]);
    assert_eq!(found(&store, "cherry").await, [2]);
    assert_eq!(found(&store, "pear").await, [0; 0]);
    assert_eq!(found(&store, "plum").await, [3]);
}

both_databases!(
    very_many_hits_come_by_age,
    a_search_is_read_page_by_page,
    one_letter_may_be_wrong,
    changes_are_found_at_once,
    what_an_earlier_version_wrote_is_indexed_later,
);
