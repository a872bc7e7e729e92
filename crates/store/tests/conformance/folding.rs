//! Texts that a version before migration 25 has stored in lower case.

use taskwire_domain::filter::Filter;
use taskwire_domain::{TagName, Task};
use taskwire_store::{Direction, Sort, TagRow, TaskList};
use taskwire_testkit::{Kind, TestDb, both_databases};

use crate::fixture::{Store, tags};

both_databases!(names_and_texts_of_before_are_folded);

/// Without what migration 28 added.
const WITHOUT_PAIRS: [&str; 2] = [
    "DROP TABLE task_words_terms;
    DROP TRIGGER task_tags_paired;
    DROP TRIGGER task_tags_unpaired;",
    "DROP TRIGGER task_tags_paired ON task_tags;
    DROP TRIGGER task_tags_unpaired ON task_tags;
    DROP FUNCTION task_tags_pair();
    DROP FUNCTION task_tags_unpair();",
];
/// What that version wrote instead of what this one did.
const EARLIER: &str = "
    DELETE FROM task_tags WHERE name_key < ' ';
    DELETE FROM tagged_tasks;
    UPDATE tags SET name_key = 'straße' WHERE name = 'Straße';
    UPDATE tags SET name_key = 'οδος' WHERE name = 'ΟΔΟΣ';
    UPDATE task_tags SET name_key = 'straße' WHERE task_id IN (SELECT id FROM tasks WHERE number < 3);
    INSERT INTO tags (id, owner_id, name, name_key, color, version)
        SELECT id, owner_id, 'STRASSE', 'strasse', '#222222', 1 FROM tasks WHERE number = 3;
    UPDATE tasks SET tags = '[\"Straße\",\"STRASSE\"]' WHERE number = 2;
    INSERT INTO task_tags (owner_id, task_id, name_key)
        SELECT owner_id, id, 'strasse' FROM tasks WHERE number = 2;
    UPDATE tasks SET search = 'große straße' || substr(search, 15) WHERE number = 1;
    DELETE FROM task_counts WHERE kind = 'tag';
    INSERT INTO task_counts (owner_id, kind, name, number, writer, tasks)
        SELECT owner_id, 'tag', name_key, 0, 0, COUNT(*) FROM task_tags GROUP BY owner_id, name_key;
    DELETE FROM tagged_tasks;
    INSERT INTO tagged_tasks (owner_id, name_key, by_due, by_urgency, task_id, by_priority, by_title)
        SELECT link.owner_id, name_key, due_order, -priority, id, priority, substr(search, 1, 200)
        FROM task_tags AS link JOIN tasks ON tasks.id = link.task_id;
    INSERT INTO filters (id, owner_id, name, name_key, expression, version, created_at, updated_at)
        SELECT id, owner_id, 'GRÖSSE', 'grösse', 'p1', 1, 1, 1 FROM tasks WHERE number = 1;
    INSERT INTO filters (id, owner_id, name, name_key, expression, version, created_at, updated_at)
        SELECT id, owner_id, 'Größe', 'größe', 'p2', 1, 1, 1 FROM tasks WHERE number = 2;
    DROP TABLE channel_deliveries;
    DROP TABLE channels;
    DROP TABLE notification_settings;
    DROP INDEX notifications_nagging;
    ALTER TABLE notifications DROP COLUMN ended_at;
    ALTER TABLE notifications DROP COLUMN nag_at;
    ALTER TABLE notifications DROP COLUMN nags;
    DELETE FROM _sqlx_migrations WHERE version >= 25;";

async fn names_and_texts_of_before_are_folded(db: TestDb) {
    let store = Store::open(db).await;
    let mut tx = store.db.begin().await.unwrap();
    for name in ["Straße", "ΟΔΟΣ", "garden"] {
        let tag = TagRow {
            id: store.id(),
            name: TagName::parse(name).unwrap(),
            color: "#111111".into(),
            version: 1,
        };
        assert!(tx.insert_tag(store.ada, &tag).await.unwrap());
    }
    tx.commit().await.unwrap();
    for (number, title, own) in [
        (1, "Große Straße", &["Straße"][..]),
        (2, "Buy milk", &["Straße"]),
        (3, "Water", &["STRASSE", "garden"]),
    ] {
        let task = Task {
            tags: tags(own),
            ..store.task(number, title)
        };
        store.insert(&task).await;
    }
    let index = usize::from(store.test.kind == Kind::Postgres);
    store.execute(WITHOUT_PAIRS[index]).await;
    store.execute(EARLIER).await;
    let run = store.db.migrate().await.unwrap();
    assert_eq!(
        run.iter().map(|one| one.number).collect::<Vec<_>>(),
        [25, 28, 29]
    );
    assert_eq!(store.db.migrate().await.unwrap(), []);

    let mut tx = store.read().await;
    let all = tx.list_tags(store.ada).await.unwrap();
    let names: Vec<&str> = all.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["garden", "STRASSE", "ΟΔΟΣ"]);
    let usage = tx.tag_usage(store.ada).await.unwrap();
    let mut usage: Vec<(String, i64)> = usage
        .into_iter()
        .map(|used| (used.name_key, used.tasks))
        .collect();
    usage.sort();
    assert_eq!(usage, [("garden".into(), 1), ("strasse".into(), 3)]);
    for name in ["ΟΔΟΣ", "οδοσ"] {
        let name = TagName::parse(name).unwrap();
        assert!(tx.find_tag(store.ada, &name).await.unwrap().is_some());
    }
    let filters = tx.list_filters(store.ada).await.unwrap();
    let filters: Vec<String> = filters
        .iter()
        .map(|filter| filter.name.to_string())
        .collect();
    assert_eq!(filters, ["GRÖSSE", "Größe 2"]);
    drop(tx);
    let found = async |filter: Filter, sort: Sort| {
        let list = TaskList {
            owner: store.ada,
            filter,
            now: store.now(),
            sort,
            direction: Direction::Ascending,
            after: None,
            limit: 10,
        };
        store.pages(&list).await
    };
    let tag = |name| Filter::Tag(TagName::parse(name).unwrap());
    for name in ["straße", "STRASSE"] {
        assert_eq!(found(tag(name), Sort::Number).await, [1, 2, 3], "{name}");
    }
    assert_eq!(found(tag("strasse"), Sort::Title).await, [2, 1, 3]);
    for text in ["GROSSE STRASSE", "große straße"] {
        let contains = Filter::Contains(text.into());
        assert_eq!(found(contains, Sort::Number).await, [1], "{text}");
    }
}
