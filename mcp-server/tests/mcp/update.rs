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
                    {"number": 1, "title": "New", "due": "friday", "duration_minutes": 45, "expected_weekday": "friday", "priority": "low", "recurrence": "every 2 weeks",
                     "reminders_minutes_before": []},
                    {"number": 2, "clear": ["notes", "priority", "tags", "due", "duration", "recurrence", "reminders"],
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
        json!({"title": "New", "due": "friday", "duration_minutes": 45, "expected_weekday": "friday", "priority": "low", "recurrence": {"text": "every 2 weeks"},
               "reminders": []})
    );
    assert_eq!(seen[0].header("if-match"), None);
    assert_eq!(
        seen[1].body,
        json!({"notes": null, "priority": null, "tags": null, "due": null, "duration_minutes": null, "recurrence": null, "reminders": null})
    );
    assert_eq!(seen[1].header("if-match"), Some("\"4\""));
    assert_eq!(seen[1].header("idempotency-key"), Some("u/2"));
}

#[tokio::test]
async fn no_due_value_beside_a_rule_is_refused() {
    let fake = Fake::default();
    fake.task(1, &weekly());
    let refused = Pipe::new(&fake)
        .await
        .refused(
            "tasks_update",
            json!({"tasks": [{"number": 1, "recurrence": "every day", "clear": ["due"]}]}),
        )
        .await;
    assert!(
        refused.contains("clears due, but `recurrence` makes the task repeat"),
        "{refused}"
    );
    assert!(fake.seen().is_empty());
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
async fn what_depends_on_the_task_is_left_to_the_api() {
    let fake = Fake::default();
    fake.task(1, &json!({"version": 3}));
    let pipe = Pipe::new(&fake).await;
    let change = json!({
        "tasks": [{"number": 1, "add_tags": ["New"], "remove_tags": "old", "expected_version": 3}],
        "request_id": "r",
    });
    pipe.call("tasks_update", change).await;
    // One request, built only from the arguments: the same call again is the same request.
    assert_eq!(fake.lines(), ["PATCH /api/v1/tasks/1"]);
    let seen = &fake.seen()[0];
    assert_eq!(
        seen.body,
        json!({"add_tags": ["New"], "remove_tags": ["old"]})
    );
    assert_eq!(seen.header("if-match"), Some("\"3\""));
    assert_eq!(seen.header("idempotency-key"), Some("r/1"));
}

#[tokio::test]
async fn an_expected_version_is_never_overridden() {
    let fake = Fake::default();
    fake.task(1, &json!({"version": 9}));
    let pipe = Pipe::new(&fake).await;
    let change = json!({"tasks": [{"number": 1, "add_tags": ["New"], "expected_version": 8}]});
    let refused = pipe.refused("tasks_update", change).await;
    assert!(refused.contains("has changed meanwhile"), "{refused}");
    assert_eq!(fake.lines(), ["PATCH /api/v1/tasks/1"]);
}

#[tokio::test]
async fn null_and_words_for_nothing_empty_a_field() {
    let fake = Fake::default();
    fake.task(1, &weekly());
    let pipe = Pipe::new(&fake).await;
    for (item, body) in [
        (
            json!({"title": "x", "due": null}),
            json!({"title": "x", "due": null}),
        ),
        (json!({"due": "none"}), json!({"due": null})),
        (json!({"due": "No date"}), json!({"due": null})),
        (json!({"due": "remove"}), json!({"due": null})),
        (json!({"recurrence": "never"}), json!({"recurrence": null})),
        (
            json!({"clear": "due, recurrence"}),
            json!({"due": null, "recurrence": null}),
        ),
        (
            json!({"due": null, "recurrence": null}),
            json!({"due": null, "recurrence": null}),
        ),
        (json!({"notes": ""}), json!({"notes": null})),
    ] {
        let mut item = item;
        item["number"] = json!(1);
        pipe.call("tasks_update", json!({"tasks": [item]})).await;
        assert_eq!(fake.seen().pop().unwrap().body, body, "{item}");
    }
    let before = fake.lines().len();
    for (item, expected) in [
        (
            json!({"due": ""}),
            "`tasks[0].due` has no value: omit it to keep the value, or send \"due\" in `clear`",
        ),
        (json!({"tags": "none"}), "`tasks[0].tags` has no value"),
        (json!({"priority": " "}), "`tasks[0].priority` has no value"),
        (
            json!({"reminders_minutes_before": "none"}),
            "send \"reminders\" in `clear`",
        ),
        (
            json!({"title": "x", "due": null, "expected_version": null}),
            "`tasks[0].due` is null, together with fields that null does not empty: omit it",
        ),
    ] {
        let mut item = item;
        item["number"] = json!(1);
        let refused = pipe.refused("tasks_update", json!({"tasks": [item]})).await;
        assert!(refused.contains(expected), "{refused}");
    }
    assert_eq!(fake.lines().len(), before);
}

/// A host that fills in every argument must not clear the user's text.
#[tokio::test]
async fn null_empties_nothing_but_a_date_and_a_rule() {
    let fake = Fake::default();
    fake.task(1, &weekly());
    let pipe = Pipe::new(&fake).await;
    let advice = |clear: &str| {
        format!("is null: omit it to keep the value, or send \"{clear}\" in `clear` to empty it.")
    };
    for (field, advice) in [
        ("notes", advice("notes")),
        ("priority", advice("priority")),
        ("tags", advice("tags")),
        ("reminders_minutes_before", advice("reminders")),
        ("remind_at", advice("reminders")),
        ("title", "is null: omit it.".to_owned()),
        ("add_tags", "is null: omit it.".to_owned()),
        ("remove_tags", "is null: omit it.".to_owned()),
        ("expected_weekday", "is null: omit it.".to_owned()),
        ("recurrence_anchor", "is null: omit it.".to_owned()),
        ("clear", "is null: omit it.".to_owned()),
        ("expected_version", "is null: omit it.".to_owned()),
        ("number", "is null: omit it.".to_owned()),
    ] {
        let mut item = json!({"number": 1, "due": "friday"});
        item[field] = json!(null);
        let refused = pipe.refused("tasks_update", json!({"tasks": [item]})).await;
        let expected = format!("`tasks[0].{field}` {advice}");
        assert!(refused.contains(&expected), "{refused}");
    }
    assert_eq!(fake.lines(), Vec::<String>::new());
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
        "hint": "tasks_find lists the existing numbers.",
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
        (json!({"number": 1}), "`tasks[0].number` has no change"),
        (
            json!({"title": "a"}),
            "`tasks[0].number` is missing: send it, or `filter`",
        ),
        (
            json!({"number": -1, "title": "a"}),
            "`tasks[0].number` must be 1 or more.",
        ),
        (
            json!({"number": 1, "clear": ["due"], "due": "x"}),
            "`tasks[0].clear` clears due, which the same item sets",
        ),
        (
            json!({"number": 1, "expected_weekday": "friday"}),
            "`tasks[0].expected_weekday` also needs `due`.",
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
            "`tasks[0].due_date` is not an argument: did you mean `due`?",
        ),
        (
            json!({"id": 1, "title": "x"}),
            "`tasks[0].id` is not an argument: did you mean `number`?",
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

#[tokio::test]
async fn a_reminder_is_put_off() {
    let fake = Fake::default();
    fake.task(1, &weekly());
    let pipe = Pipe::new(&fake).await;
    let snooze = json!({"tasks": [{"number": 1, "snooze": "in an hour"}], "request_id": "s"});
    let answer = pipe.call("tasks_update", snooze).await;
    assert_eq!(answer["succeeded"], 1);
    let seen = fake.seen();
    assert_eq!(seen[0].path, "/api/v1/tasks/1/snooze");
    assert_eq!(seen[0].body, json!({"until": "in an hour"}));
    assert_eq!(seen[0].header("idempotency-key"), Some("s/1"));
    for more in [json!({"title": "x"}), json!({"expected_version": 1})] {
        let mut item = json!({"number": 1, "snooze": "in an hour"});
        for (name, value) in more.as_object().unwrap() {
            item[name] = value.clone();
        }
        let refused = pipe.refused("tasks_update", json!({"tasks": [item]})).await;
        assert!(
            refused.contains("`tasks[0].snooze` cannot be combined"),
            "{refused}"
        );
    }
    assert_eq!(fake.seen().len(), 1);
}
