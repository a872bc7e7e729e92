//! tasks_update.

use serde_json::json;

use crate::fake::{Fake, weekly};
use crate::pipe::Pipe;

#[tokio::test]
async fn sets_and_clears_fields() {
    let fake = Fake::default();
    fake.task(1, &weekly()).task(2, &json!({"version": 4}));
    let answer = Pipe::new(&fake)
        .await
        .call(
            "tasks_update",
            json!({
                "tasks": [
                    {"number": 1, "title": "New", "due": "friday", "expected_weekday": "friday", "priority": "low", "recurrence": "every 2 weeks",
                     "reminders_minutes_before": []},
                    {"number": 2, "clear": ["notes", "priority", "tags", "due", "recurrence", "reminders"],
                     "expected_version": 4},
                ],
                "request_id": "u",
            }),
        )
        .await;
    assert_eq!(answer["succeeded"], 2);
    assert!(answer.get("hint").is_none());
    let seen = fake.seen();
    assert_eq!(
        seen[0].body,
        json!({"title": "New", "due": "friday", "expected_weekday": "friday", "priority": "low", "recurrence": {"text": "every 2 weeks"},
               "reminders": []})
    );
    assert_eq!(seen[0].header("if-match"), None);
    assert_eq!(
        seen[1].body,
        json!({"notes": null, "priority": null, "tags": null, "due": null, "recurrence": null, "reminders": null})
    );
    assert_eq!(seen[1].header("if-match"), Some("\"4\""));
    assert_eq!(seen[1].header("idempotency-key"), Some("u/1"));
}

#[tokio::test]
async fn a_new_due_leaves_the_recurrence_alone() {
    let fake = Fake::default();
    fake.task(1, &weekly());
    let answer = Pipe::new(&fake)
        .await
        .call(
            "tasks_update",
            json!({"tasks": [{"number": 1, "due": "2026-11-25"}]}),
        )
        .await;
    assert_eq!(fake.seen()[0].body, json!({"due": "2026-11-25"}));
    assert_eq!(
        answer["results"][0]["task"]["recurrence"]["text"],
        "every Monday"
    );
}

#[tokio::test]
async fn adds_and_removes_tags_on_what_is_there() {
    let fake = Fake::default();
    fake.task(1, &json!({"tags": ["Work", "Old"], "version": 3}));
    let pipe = Pipe::new(&fake).await;
    let change = json!({"tasks": [{"number": 1, "add_tags": ["New"], "remove_tags": ["old"], "title": "T"}]});
    let answer = pipe.call("tasks_update", change).await;
    assert_eq!(answer["results"][0]["task"]["tags"], json!(["Work", "New"]));
    let seen = fake.seen();
    assert_eq!(seen[1].body, json!({"title": "T", "tags": ["Work", "New"]}));
    assert_eq!(seen[1].header("if-match"), Some("\"3\""));

    // What is so already needs no write.
    pipe.call(
        "tasks_update",
        json!({"tasks": [{"number": 1, "add_tags": ["work"]}]}),
    )
    .await;
    assert_eq!(fake.lines().last().unwrap(), "GET /api/v1/tasks/1");
}

#[tokio::test]
async fn a_race_over_tags_is_run_once_more() {
    let fake = Fake::default();
    fake.task(1, &json!({}));
    let pipe = Pipe::new(&fake).await;
    let change = json!({"tasks": [{"number": 1, "add_tags": ["New"]}], "request_id": "r"});
    fake.race(1);
    pipe.call("tasks_update", change.clone()).await;
    let lines = fake.lines();
    assert_eq!(lines.len(), 4, "{lines:?}");
    let keys: Vec<Option<String>> = fake
        .seen()
        .iter()
        .map(|seen| seen.header("idempotency-key").map(str::to_owned))
        .collect();
    assert_eq!(
        keys,
        [None, Some("r/0".into()), None, Some("r/0/again".into())]
    );

    fake.task(1, &json!({}));
    fake.race(2);
    let refused = pipe.refused("tasks_update", change).await;
    assert!(
        refused.contains("tasks[0]: The task has changed meanwhile. Read the task again"),
        "{refused}"
    );
}

#[tokio::test]
async fn an_expected_version_is_never_overridden() {
    let fake = Fake::default();
    fake.task(1, &json!({"version": 9}));
    let pipe = Pipe::new(&fake).await;
    let change = json!({"tasks": [{"number": 1, "add_tags": ["New"], "expected_version": 8}]});
    let refused = pipe.refused("tasks_update", change).await;
    assert!(refused.contains("has changed meanwhile"), "{refused}");
    assert_eq!(
        fake.lines(),
        ["GET /api/v1/tasks/1", "PATCH /api/v1/tasks/1"]
    );
}

#[tokio::test]
async fn one_missing_task_does_not_hold_up_the_others() {
    let fake = Fake::default();
    fake.task(1, &json!({}));
    let answer = Pipe::new(&fake)
        .await
        .call(
            "tasks_update",
            json!({"tasks": [{"number": 9, "title": "a"}, {"number": 1, "title": "b"}]}),
        )
        .await;
    insta::assert_json_snapshot!(answer["failures"], @r#"
    [
      {
        "code": "not_found",
        "hint": "tasks_find shows the numbers there are.",
        "index": 0,
        "message": "There is no task 9.",
        "number": 9
      }
    ]
    "#);
    assert_eq!(answer["results"][0]["index"], 1);
}

#[tokio::test]
async fn refuses_what_contradicts_itself() {
    let fake = Fake::default();
    let pipe = Pipe::new(&fake).await;
    for (item, expected) in [
        (
            json!({"number": 1}),
            "`tasks[0].number` comes without a change",
        ),
        (
            json!({"number": 1, "due": null}),
            "its name in `clear` to empty it",
        ),
        (json!({"title": "a"}), "`tasks[0].number` is missing."),
        (
            json!({"number": -1, "title": "a"}),
            "`tasks[0].number` must be 1 or more.",
        ),
        (
            json!({"number": 1, "clear": ["due"], "due": "x"}),
            "`tasks[0].clear` empties due, which the same item sets",
        ),
        (
            json!({"number": 1, "expected_weekday": "friday"}),
            "`tasks[0].expected_weekday` needs `due` beside it.",
        ),
        (
            json!({"number": 1, "clear": ["title"]}),
            "`tasks[0].clear[0]` must be one of: notes, priority, tags, due",
        ),
        (
            json!({"number": 1, "tags": ["a"], "add_tags": ["b"]}),
            "`tasks[0].tags` replaces all tags",
        ),
        (
            json!({"number": 1, "due_date": "x"}),
            "`tasks[0].due_date` is not a field: did you mean `due`?",
        ),
        (
            json!({"id": 1, "title": "x"}),
            "`tasks[0].id` is not a field: did you mean `number`?",
        ),
    ] {
        let refused = pipe.refused("tasks_update", json!({"tasks": [item]})).await;
        assert!(refused.contains(expected), "{refused}");
    }
    let twice = json!({"tasks": [{"number": 1, "title": "a"}, {"number": 1, "title": "b"}]});
    let refused = pipe.refused("tasks_update", twice).await;
    assert!(
        refused.contains("`tasks[1].number` names task 1, as `tasks[0].number` does"),
        "{refused}"
    );
    assert_eq!(fake.lines(), Vec::<String>::new());
}
