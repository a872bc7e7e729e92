//! Words in arguments, on the API itself: durations, reminders and days that have passed.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::service::Service;

both_databases!(
    days_that_have_passed_bound_lists,
    a_duration_is_added_changed_and_cleared,
    reminders_in_words_are_added_or_replaced,
);

async fn add(service: &Service, tasks: Value) -> Value {
    let answer = service
        .pipe
        .call("tasks_add", json!({"tasks": tasks}))
        .await;
    assert_eq!(answer["failures"], json!([]), "{answer}");
    answer["results"].clone()
}

async fn change(service: &Service, item: Value) -> Value {
    let answer = service
        .pipe
        .call("tasks_update", json!({"tasks": [item]}))
        .await;
    assert_eq!(answer["failures"], json!([]), "{answer}");
    answer["results"][0]["task"].clone()
}

/// On Friday, 20 November 2026.
async fn days_that_have_passed_bound_lists(db: TestDb) {
    let service = Service::open(db).await;
    add(
        &service,
        json!([
            {"title": "nine days ago", "due": "2026-11-11"},
            {"title": "four days ago", "due": "2026-11-16"},
            {"title": "yesterday", "due": "2026-11-19T09:00"},
            {"title": "today", "due": "2026-11-20"},
        ]),
    )
    .await;
    for (filter, numbers) in [
        (json!({"due_after": "yesterday"}), json!([3, 4])),
        (json!({"due_after": "3 days ago"}), json!([3, 4])),
        (json!({"due_after": "last week"}), json!([1, 2, 3, 4])),
        (
            json!({"due_after": "last monday", "due_before": "today"}),
            json!([2, 3]),
        ),
        (json!({"due_before": "3 days ago"}), json!([1, 2])),
        (
            json!({"due_after": "a week ago", "due_before": "yesterday"}),
            json!([2]),
        ),
    ] {
        let found = service.pipe.call("tasks_find", filter.clone()).await;
        let tasks = found["tasks"].as_array().unwrap();
        let mut found: Vec<&Value> = tasks.iter().map(|task| &task["number"]).collect();
        found.sort_by_key(|number| number.as_i64());
        assert_eq!(json!(found), numbers, "{filter}");
    }
    service
        .pipe
        .call("tasks_complete", json!({"tasks": [{"number": 1}]}))
        .await;
    let done = service
        .pipe
        .call("tasks_find", json!({"completed_after": "yesterday"}))
        .await;
    assert_eq!(done["tasks"][0]["number"], 1);
    let agenda = service
        .pipe
        .call("tasks_agenda", json!({"from": "3 days ago", "days": 4}))
        .await;
    assert_eq!(agenda["days"][0]["date"], "2026-11-20");
}

async fn a_duration_is_added_changed_and_cleared(db: TestDb) {
    let service = Service::open(db).await;
    let added = add(
        &service,
        json!([
            {"title": "Meet", "due": "tomorrow 5pm", "duration_minutes": 45},
            {"quick": "call Bo friday 2-3pm"},
            {"title": "Class", "due": "every monday 9-10am"},
        ]),
    )
    .await;
    for (index, minutes) in [45, 60, 60].into_iter().enumerate() {
        assert_eq!(added[index]["task"]["duration_minutes"], minutes);
    }
    let changed = change(&service, json!({"number": 1, "duration_minutes": 90})).await;
    assert_eq!(changed["duration_minutes"], 90);
    assert_eq!(service.task(1).await["duration_minutes"], 90);
    let cleared = change(&service, json!({"number": 1, "clear": ["duration"]})).await;
    assert_eq!(cleared.get("duration_minutes"), None);
    let refused = service
        .pipe
        .refused(
            "tasks_add",
            json!({"tasks": [{"title": "x", "due": "tomorrow", "duration_minutes": 30}]}),
        )
        .await;
    assert!(refused.contains("duration_minutes"), "{refused}");
    assert!(refused.contains("has no time of day"), "{refused}");
}

async fn reminders_in_words_are_added_or_replaced(db: TestDb) {
    let service = Service::open(db).await;
    let added = add(
        &service,
        json!([{"title": "Party", "due": "2026-12-01T17:00", "remind_at": ["1 hour before", "the evening before"]}]),
    )
    .await;
    assert_eq!(
        added[0]["task"]["reminders"],
        json!([{"minutes_before": 60, "at": "2026-12-01T16:00[Europe/Rome]"}, {"minutes_before": 1320, "at": "2026-11-30T19:00[Europe/Rome]"}])
    );
    let minutes = |task: &Value| -> Vec<Value> {
        let reminders = task["reminders"].as_array().unwrap();
        reminders
            .iter()
            .map(|reminder| reminder["minutes_before"].clone())
            .collect()
    };
    let more = change(&service, json!({"number": 1, "add_reminders": ["at 8"]})).await;
    assert_eq!(minutes(&more), [60, 1320, 540]);
    let replaced = change(
        &service,
        json!({"number": 1, "remind_at": ["tuesday evening"]}),
    )
    .await;
    assert_eq!(minutes(&replaced), [9960]);
    let refused = service
        .pipe
        .refused(
            "tasks_update",
            json!({"tasks": [{"number": 1, "add_reminders": ["at 8"], "clear": ["reminders"]}]}),
        )
        .await;
    assert!(refused.contains("clears reminders"), "{refused}");
}
