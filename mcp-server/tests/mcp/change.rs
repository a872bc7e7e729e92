//! tasks_complete, tasks_reopen and tasks_delete.

use serde_json::json;

use crate::fake::{Fake, weekly};
use crate::pipe::Pipe;

#[tokio::test]
async fn completes_an_occurrence_and_shows_the_next() {
    let fake = Fake::default();
    fake.task(3, &weekly());
    let answer = Pipe::new(&fake)
        .await
        .call(
            "tasks_complete",
            json!({"tasks": [{"number": 3, "occurrence": "2026-11-23"}], "request_id": "c", "detail": "full"}),
        )
        .await;
    let task = &answer["results"][0]["task"];
    assert_eq!(task["status"], "completed");
    assert_eq!(task["completed_at"], "2026-11-20T12:00:00Z");
    assert_eq!(
        task["recurrence"]["next"],
        json!(["2026-11-30", "2026-12-07", "2026-12-14"])
    );
    let seen = &fake.seen()[0];
    assert_eq!(seen.line(), "POST /api/v1/tasks/3/complete");
    assert_eq!(seen.body, json!({"occurrence": "2026-11-23"}));
    assert_eq!(seen.header("idempotency-key"), Some("c/3"));
}

#[tokio::test]
async fn reopens_deletes_and_restores() {
    let fake = Fake::default();
    fake.task(3, &json!({}));
    let pipe = Pipe::new(&fake).await;
    for (tool, line, status) in [
        ("tasks_delete", "DELETE /api/v1/tasks/3", "deleted"),
        ("tasks_reopen", "POST /api/v1/tasks/3/restore", "open"),
        (
            "tasks_complete",
            "POST /api/v1/tasks/3/complete",
            "completed",
        ),
        ("tasks_reopen", "POST /api/v1/tasks/3/reopen", "open"),
    ] {
        let arguments = match tool {
            "tasks_complete" => json!({"tasks": [{"number": 3}], "request_id": tool}),
            _ => json!({"numbers": [3], "request_id": tool}),
        };
        let answer = pipe.call(tool, arguments).await;
        assert_eq!(answer["results"][0]["task"]["status"], status, "{tool}");
        let last = fake.seen().pop().unwrap();
        assert_eq!(last.line(), line);
        let key = if line.ends_with("/restore") {
            format!("{tool}/restore/3")
        } else {
            format!("{tool}/3")
        };
        assert_eq!(last.header("idempotency-key"), Some(key.as_str()));
    }
}

/// A successor blocks the previous occurrence, and has a higher number.
#[tokio::test]
async fn reopens_a_chain_from_its_end_in_any_order_of_input() {
    for numbers in [[1, 3, 2], [1, 2, 3], [3, 2, 1]] {
        let fake = Fake::default();
        for number in numbers {
            fake.task(number, &json!({"status": "completed"}));
        }
        let arguments = json!({"numbers": numbers, "request_id": "r"});
        let answer = Pipe::new(&fake).await.call("tasks_reopen", arguments).await;
        let reopened = fake.lines().into_iter();
        let reopened: Vec<String> = reopened.filter(|line| line.ends_with("/reopen")).collect();
        assert_eq!(
            reopened,
            [3, 2, 1].map(|number| format!("POST /api/v1/tasks/{number}/reopen"))
        );
        // The result is in the order of the call, and so are the keys.
        for (index, number) in numbers.into_iter().enumerate() {
            assert_eq!(answer["results"][index]["index"], index);
            assert_eq!(answer["results"][index]["task"]["number"], number);
            let seen = fake.seen();
            let sent = seen
                .iter()
                .find(|sent| sent.line().contains(&format!("/{number}/reopen")));
            let key = format!("r/{number}");
            assert_eq!(sent.unwrap().header("idempotency-key"), Some(key.as_str()));
        }
    }
}

#[tokio::test]
async fn keeps_the_order_and_names_the_failed() {
    let fake = Fake::default();
    fake.task(1, &json!({})).task(2, &json!({}));
    let pipe = Pipe::new(&fake).await;
    for tool in ["tasks_delete", "tasks_reopen"] {
        let answer = pipe.call(tool, json!({"numbers": [2, 99, 1]})).await;
        assert_eq!(answer["results"][0]["task"]["number"], 2);
        assert_eq!(answer["results"][1]["task"]["number"], 1);
        assert_eq!(answer["results"][1]["index"], 2);
        assert_eq!(answer["failures"][0]["number"], 99);
        assert_eq!(answer["failures"][0]["code"], "not_found");
    }
}

#[tokio::test]
async fn all_failed_is_an_error() {
    let pipe = Pipe::new(&Fake::default()).await;
    let refused = pipe
        .refused("tasks_delete", json!({"numbers": [98, 99]}))
        .await;
    insta::assert_snapshot!(refused, @r#"
    Nothing was changed. The API rejected the call:
    - numbers[0]: There is no task 98. tasks_find lists the existing numbers.
    - numbers[1]: There is no task 99. tasks_find lists the existing numbers.
    Correct this and send the call again.
    "#);
    let refused = pipe
        .refused("tasks_complete", json!({"tasks": [{"number": 98}]}))
        .await;
    assert!(
        refused.contains("tasks[0]: There is no task 98."),
        "{refused}"
    );
}

#[tokio::test]
async fn refuses_what_does_not_fit() {
    let fake = Fake::default();
    let pipe = Pipe::new(&fake).await;
    let many: Vec<i64> = (1..=51).collect();
    for tool in ["tasks_delete", "tasks_reopen"] {
        for (arguments, expected) in [
            (json!({}), "`numbers` is missing"),
            (
                json!({"number": 3}),
                "`number` is not an argument: did you mean `numbers`?",
            ),
            (json!({"numbers": []}), "`numbers` is empty"),
            (
                json!({"numbers": "all"}),
                "`numbers` must be a list, not text.",
            ),
            (
                json!({"tasks": [{"number": 3}]}),
                "`tasks` is not an argument: did you mean `numbers`?",
            ),
            (
                json!({"numbers": [3], "preview": true}),
                "`preview` is not an argument: did you mean `dry_run`?",
            ),
            (
                json!({"numbers": [3], "because": "x"}),
                "`because` is not an argument: there are detail, dry_run,",
            ),
            (
                json!({"numbers": [1, "two"]}),
                "`numbers[1]` must be a whole number.",
            ),
            (
                json!({"numbers": [1, 0]}),
                "`numbers[1]` must be 1 or more.",
            ),
            (
                json!({"numbers": [1, 2, 1]}),
                "`numbers[2]` names task 1, as `numbers[0]` does",
            ),
            (json!({"numbers": many}), "`numbers` has 51 items"),
        ] {
            let refused = pipe.refused(tool, arguments).await;
            assert!(refused.contains(expected), "{refused}");
        }
    }
    let refused = pipe
        .refused(
            "tasks_complete",
            json!({"tasks": [{"number": 1}, {"number": 1}]}),
        )
        .await;
    assert!(
        refused.contains("`tasks[1].number` names task 1"),
        "{refused}"
    );
    assert_eq!(fake.lines(), Vec::<String>::new());
}

#[tokio::test]
async fn takes_numbers_as_hosts_write_them() {
    let fake = Fake::default();
    fake.task(5, &json!({})).task(6, &json!({}));
    let pipe = Pipe::new(&fake).await;
    for (numbers, count) in [
        (json!(5), 1),
        (json!("5"), 1),
        (json!("#5"), 1),
        (json!("5,6"), 2),
        (json!("[5, 6]"), 2),
        (json!(["5", 6.0]), 2),
    ] {
        let answer = pipe
            .call(
                "tasks_delete",
                json!({"numbers": numbers, "wait_for_previous": true}),
            )
            .await;
        assert_eq!(answer["succeeded"], count, "{numbers}");
    }
    for tasks in [
        json!(5),
        json!([5, "#6"]),
        json!({"number": "5"}),
        json!("[{\"number\": 5}]"),
    ] {
        pipe.call("tasks_complete", json!({"tasks": tasks})).await;
    }
}

/// If it were ignored, a repeated call would do everything twice.
#[tokio::test]
async fn a_blank_request_id_is_refused() {
    let fake = Fake::default();
    fake.task(3, &weekly());
    let pipe = Pipe::new(&fake).await;
    let item = |item| json!({ "tasks": [item] });
    for (tool, arguments) in [
        ("tasks_add", item(json!({"title": "a"}))),
        (
            "tasks_update",
            item(json!({"number": 3, "add_tags": ["a"]})),
        ),
        (
            "tasks_reschedule",
            item(json!({"number": 3, "due": "friday"})),
        ),
        ("tasks_complete", item(json!(3))),
        ("tasks_reschedule", item(json!({"number": 3, "skip": 1}))),
        ("tasks_reopen", json!({"numbers": [3]})),
        ("tasks_delete", json!({"numbers": [3]})),
        ("changes_undo", json!({"changes": ["last"]})),
        ("tags_change", json!({"tag": "a", "action": "delete"})),
    ] {
        for blank in ["", " \n", "\u{200B}"] {
            let mut call = arguments.clone();
            call["request_id"] = json!(blank);
            let refused = pipe.refused(tool, call).await;
            assert!(
                refused.contains(
                    "`request_id` is blank: send at least one visible character, or omit it."
                ),
                "{tool}: {refused}"
            );
        }
    }
    assert_eq!(fake.lines(), Vec::<String>::new());
}
