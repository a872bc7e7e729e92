//! What lists say beyond their tasks: where else tasks match, what words stand for, and the time.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::service::Service;

both_databases!(
    a_list_without_tasks_says_where_they_are,
    words_in_bounds_are_resolved,
    tasks_are_found_by_rule_due_value_and_change,
    the_agenda_has_overdue_tasks_with_today
);

async fn filled(db: TestDb) -> Service {
    let service = Service::open(db).await;
    let add = json!({"tasks": [
        {"title": "Pay rent", "due": "2026-11-18"},
        {"title": "Water plants", "recurrence": "every monday"},
        {"title": "Read"},
    ]});
    service.pipe.call("tasks_add", add).await;
    service
}

fn numbers(answer: &Value) -> Vec<i64> {
    let tasks = answer["tasks"].as_array().unwrap().iter();
    tasks.map(|task| task["number"].as_i64().unwrap()).collect()
}

async fn a_list_without_tasks_says_where_they_are(db: TestDb) {
    let service = filled(db).await;
    let pipe = &service.pipe;
    let find = async |arguments: Value| pipe.call("tasks_find", arguments).await;
    pipe.call("tasks_complete", json!({"tasks": [1]})).await;
    pipe.call("tasks_delete", json!({"numbers": [3]})).await;
    let found = find(json!({"query": "rent"})).await;
    assert_eq!(
        found["hint"],
        "No open task matches, but 1 completed: send status all."
    );
    let all = find(json!({"query": "rent", "status": "all"})).await;
    assert_eq!(numbers(&all), [1]);
    assert!(all.get("hint").is_none());
    let found = find(json!({"query": "read", "status": "open"})).await;
    assert_eq!(
        found["hint"],
        "No open task matches, but 1 deleted: send status all."
    );
    for nothing in [
        json!({"query": "xyz"}),
        json!({"query": "rent", "status": "skipped"}),
        json!({"filter": "status:completed & plants"}),
        json!({"query": "plants"}),
    ] {
        assert!(
            find(nothing.clone()).await.get("hint").is_none(),
            "{nothing}"
        );
    }
}

async fn words_in_bounds_are_resolved(db: TestDb) {
    let service = filled(db).await;
    let pipe = &service.pipe;
    let arguments = json!({"due_after": "yesterday", "due_before": "next monday", "updated_after": "2026-11-20"});
    let found = pipe.call("tasks_find", arguments).await;
    assert_eq!(
        found["bounds"],
        json!({"due_after": "2026-11-19", "due_before": "2026-11-23"})
    );
    assert_eq!(
        (&found["today"], &found["now"]),
        (&json!("2026-11-20"), &json!("13:00"))
    );
    // Of what has happened, a weekday is the last one, for the API as for the echo.
    let past = json!({"status": "completed", "completed_after": "monday"});
    let done = pipe.call("tasks_find", past).await;
    assert_eq!(done["bounds"], json!({"completed_after": "2026-11-16"}));
    // What is shown is accepted and means the same.
    let again = pipe.call("tasks_find", found["bounds"].clone()).await;
    assert_eq!(again["tasks"], found["tasks"]);
    assert!(again.get("bounds").is_none());
    for tool in ["tasks_agenda", "tasks_history"] {
        let answer = pipe.call(tool, json!({})).await;
        assert_eq!(answer["now"], "13:00", "{tool}");
    }
}

async fn tasks_are_found_by_rule_due_value_and_change(db: TestDb) {
    let service = filled(db).await;
    let pipe = &service.pipe;
    service.at("2026-11-21T12:00:00Z");
    let update = json!({"tasks": [{"number": 3, "priority": "high"}]});
    pipe.call("tasks_update", update).await;
    for (arguments, expected) in [
        (json!({"recurring": true}), vec![2]),
        (json!({"recurring": false}), vec![1, 3]),
        (json!({"no_due": true}), vec![3]),
        (json!({"no_due": false}), vec![1, 2]),
        (json!({"overdue": true}), vec![1]),
        (json!({"updated_after": "today"}), vec![3]),
    ] {
        let found = pipe.call("tasks_find", arguments.clone()).await;
        assert_eq!(numbers(&found), expected, "{arguments}");
        let mut with_numbers = arguments;
        with_numbers["numbers"] = json!([1]);
        let refused = pipe.refused("tasks_find", with_numbers).await;
        assert!(refused.contains("exclude each other"), "{refused}");
    }
}

async fn the_agenda_has_overdue_tasks_with_today(db: TestDb) {
    let service = filled(db).await;
    for (arguments, expected) in [
        (json!({}), true),
        (json!({"from": "yesterday", "days": 3}), true),
        (json!({"from": "tomorrow"}), false),
        (json!({"from": "tomorrow", "overdue": true}), true),
        (json!({"overdue": false}), false),
    ] {
        let agenda = service.pipe.call("tasks_agenda", arguments.clone()).await;
        assert_eq!(agenda.get("overdue").is_some(), expected, "{arguments}");
        if expected {
            assert_eq!(agenda["overdue"][0]["number"], 1, "{arguments}");
        }
    }
}
