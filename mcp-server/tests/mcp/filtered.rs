//! The same change to all tasks that a filter finds.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::pipe::Pipe;
use crate::service::Service;

both_databases!(
    changes_all_tasks_of_a_filter_as_one,
    changes_nothing_if_the_number_differs,
    moves_each_task_from_its_own_date,
    completes_skips_and_deletes_by_filter,
    a_repeated_call_is_answered_with_the_first_result,
    shows_the_first_tasks_of_many,
);

/// Three tasks for work, one of them overdue, and another one.
async fn tasks(pipe: &Pipe) {
    let tasks = json!([
        {"title": "Report", "tags": ["work"], "due": "2026-11-18T09:00"},
        {"title": "Slides", "tags": ["work"], "due": "2026-11-23"},
        {"title": "Stand-up", "tags": ["work"], "recurrence": "every day at 10", "due": "2026-11-21T10:00"},
        {"title": "Milk", "due": "2026-11-23"},
    ]);
    pipe.call("tasks_add", json!({"tasks": tasks})).await;
}

fn numbers(answer: &Value) -> Vec<i64> {
    let results = answer["results"].as_array().unwrap();
    let numbers = results.iter().map(|done| done["task"]["number"].as_i64());
    numbers.map(Option::unwrap).collect()
}

async fn changes_all_tasks_of_a_filter_as_one(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    tasks(pipe).await;
    let change = |count: Option<u64>, dry_run: bool| {
        let mut item = json!({"filter": "#work", "priority": "high", "add_tags": ["q4"]});
        if let Some(count) = count {
            item["expected_count"] = count.into();
        }
        json!({"tasks": [item], "dry_run": dry_run})
    };
    let tried = pipe.call("tasks_update", change(None, true)).await;
    assert_eq!(
        tried["matched"],
        json!([{"index": 0, "matched": 3, "changed": 3}])
    );
    assert_eq!(tried["dry_run"], true);
    assert!(service.task(1).await["priority"].is_null());

    let done = pipe.call("tasks_update", change(Some(3), false)).await;
    assert_eq!(numbers(&done), [1, 2, 3]);
    assert_eq!(
        (&done["requested"], &done["succeeded"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(done["failures"], json!([]));
    assert_eq!(service.task(1).await["priority"], "high");
    assert!(service.task(4).await["priority"].is_null());

    // One change, which is undone as a whole.
    let id = done["matched"][0]["change"].clone();
    let undone = pipe.call("changes_undo", json!({"changes": [id]})).await;
    assert_eq!(undone["tasks"].as_array().unwrap().len(), 3);
    for number in 1..=3 {
        assert!(service.task(number).await["priority"].is_null());
    }
}

async fn changes_nothing_if_the_number_differs(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    tasks(pipe).await;
    let before = service.events().await;
    for (tool, arguments, reason) in [
        (
            "tasks_update",
            json!({"tasks": [{"filter": "#work", "expected_count": 2, "priority": "high"}]}),
            "tasks[0]: The filter finds 3 tasks, not 2. Nothing was changed.",
        ),
        (
            "tasks_delete",
            json!({"filter": "#work", "expected_count": 4}),
            "- The filter finds 3 tasks, not 4. Nothing was changed.",
        ),
        (
            "tasks_delete",
            json!({"filter": "#work"}),
            "`expected_count` is missing: send the call with dry_run true first",
        ),
        (
            "tasks_complete",
            json!({"tasks": [{"filter": "#work"}]}),
            "`tasks[0].expected_count` is missing",
        ),
        (
            "tasks_complete",
            json!({"tasks": [{"filter": " ", "expected_count": 0}]}),
            "`tasks[0].filter` is blank",
        ),
        (
            "tasks_complete",
            json!({"tasks": [{"filter": "(", "expected_count": 0}]}),
            "tasks[0].filter:",
        ),
        (
            "tasks_complete",
            json!({"tasks": [{"filter": "today", "expected_count": 0}, {"filter": "today ", "expected_count": 0}]}),
            "`tasks[1].filter` is the same as `tasks[0].filter`",
        ),
        (
            "tasks_complete",
            json!({"tasks": [{"number": 1, "filter": "#work", "expected_count": 3}]}),
            "`tasks[0].filter` cannot be combined with a number",
        ),
        (
            "tasks_complete",
            json!({"tasks": [{"filter": "#work", "expected_count": 3, "occurrence": "0/2026-11-21"}]}),
            "`tasks[0].occurrence` belongs to a single task",
        ),
        (
            "tasks_complete",
            json!({"tasks": [{"number": 1, "expected_count": 1}]}),
            "`tasks[0].expected_count` belongs to `filter`",
        ),
        (
            "tasks_reschedule",
            json!({"tasks": [{"filter": "#work", "expected_count": 3, "due": "someday"}]}),
            "tasks[0].due: Task 1: \"someday\" is not a due date.",
        ),
        (
            "tasks_reschedule",
            json!({"tasks": [{"filter": "#work", "expected_count": 3, "skip": 2}]}),
            "`tasks[0].skip` must be 1 with `filter`",
        ),
        (
            "tasks_update",
            json!({"tasks": [{"filter": "#work", "expected_count": 3, "title": "Same"}]}),
            "`tasks[0].title` belongs to a single task",
        ),
        (
            "tasks_update",
            json!({"tasks": [{"filter": "#work", "expected_count": 3}]}),
            "`tasks[0].filter` has no change",
        ),
        (
            "tasks_delete",
            json!({}),
            "`numbers` is missing: send it, or `filter`",
        ),
    ] {
        let refused = pipe.refused(tool, arguments.clone()).await;
        assert!(refused.contains(reason), "{arguments}: {refused}");
    }
    assert_eq!(service.events().await, before);
}

async fn moves_each_task_from_its_own_date(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    tasks(pipe).await;
    let due = |number: i64| {
        let service = &service;
        async move { service.task(number).await["due"].clone() }
    };
    let arguments =
        json!({"tasks": [{"filter": "#work & !recurring", "expected_count": 2, "due": "P7D"}]});
    let moved = pipe.call("tasks_reschedule", arguments).await;
    assert_eq!(moved["matched"][0]["changed"], 2);
    assert_eq!(due(1).await, "2026-11-25T09:00");
    assert_eq!(due(2).await, "2026-11-30");
    for (words, expected) in [
        ("-P1D", "2026-11-29"),
        ("one week later", "2026-12-06"),
        ("wednesday of the week after next", "2026-12-02"),
    ] {
        let arguments = json!({"tasks": [{"number": 2, "due": words}]});
        pipe.call("tasks_reschedule", arguments).await;
        assert_eq!(due(2).await, expected, "{words}");
    }
    let arguments = json!({"tasks": [{"number": 1, "due": "friday same time"}]});
    pipe.call("tasks_update", arguments).await;
    assert_eq!(due(1).await, "2026-11-27T09:00");
    let shift = json!({"tasks": [{"number": 1, "shift": "P7D"}]});
    let refused = pipe.refused("tasks_reschedule", shift).await;
    assert!(refused.contains("send it as `due`"), "{refused}");
    // A time that has passed today is before the present, and after the start of the day.
    let passed = json!({"title": "Lunch", "due": "2026-11-20T12:30"});
    pipe.call("tasks_add", json!({"tasks": [passed]})).await;
    let found = pipe.call("tasks_find", json!({"due_before": "now"})).await;
    assert_eq!(found["bounds"]["due_before"], "2026-11-20T13:00");
    assert_eq!(found["tasks"][0]["title"], "Lunch");
    assert_eq!(found["tasks"].as_array().unwrap().len(), 1);
}

async fn completes_skips_and_deletes_by_filter(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    tasks(pipe).await;
    let skip = json!({"tasks": [{"filter": "recurring", "expected_count": 1, "skip": 1, "reason": "away"}]});
    let skipped = pipe.call("tasks_reschedule", skip).await;
    let result = &skipped["results"][0];
    assert_eq!(result["task"]["status"], "skipped");
    assert_eq!(result["next_task"]["due"], "2026-11-22T10:00");
    let complete = json!({"tasks": [{"filter": "#work & !recurring", "expected_count": 2}]});
    let done = pipe.call("tasks_complete", complete).await;
    assert_eq!(numbers(&done), [1, 2]);
    let delete = json!({"filter": "completed & #work", "expected_count": 2});
    let deleted = pipe.call("tasks_delete", delete).await;
    assert_eq!(numbers(&deleted), [1, 2]);
    assert_eq!(service.task(1).await["status"], "deleted");
    // Nothing is found any more, which is no error if it was expected.
    let nothing = json!({"filter": "overdue", "expected_count": 0});
    let none = pipe.call("tasks_delete", nothing).await;
    assert_eq!(
        none["matched"],
        json!([{"index": 0, "matched": 0, "changed": 0}])
    );
    assert_eq!(none["results"], json!([]));
}

async fn a_repeated_call_is_answered_with_the_first_result(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    tasks(pipe).await;
    let arguments = json!({
        "tasks": [{"filter": "#work", "expected_count": 3, "add_tags": ["q4"], "remove_tags": ["work"]},
            {"number": 4, "title": "Oat milk"}],
        "request_id": "again",
    });
    let first = pipe.call("tasks_update", arguments.clone()).await;
    let events = service.events().await;
    let mut second = pipe.call("tasks_update", arguments).await;
    assert_eq!(second["matched"][0]["replayed"], true);
    second["matched"][0]
        .as_object_mut()
        .unwrap()
        .remove("replayed");
    assert_eq!(second["results"][3]["replayed"], true);
    second["results"][3]
        .as_object_mut()
        .unwrap()
        .remove("replayed");
    assert_eq!(second, first);
    assert_eq!(service.events().await, events);
}

async fn shows_the_first_tasks_of_many(db: TestDb) {
    let service = Service::open(db).await;
    let pipe = &service.pipe;
    for part in 0..2 {
        let tasks: Vec<Value> = (0..30)
            .map(|index| json!({"title": format!("Item {part} {index}"), "tags": ["many"]}))
            .collect();
        pipe.call("tasks_add", json!({"tasks": tasks})).await;
    }
    let arguments =
        json!({"tasks": [{"filter": "#many", "expected_count": 60, "priority": "low"}]});
    let done = pipe.call("tasks_update", arguments).await;
    let matched = &done["matched"][0];
    assert_eq!(
        (&matched["changed"], &matched["shown"]),
        (&json!(60), &json!(50))
    );
    assert_eq!(done["results"].as_array().unwrap().len(), 50);
}
