//! tasks_reschedule and tasks_agenda, and why a task is due when it is.

use serde_json::json;

use crate::fake::{Fake, weekly};
use crate::pipe::Pipe;

#[tokio::test]
async fn skips_an_occurrence_with_its_reason() {
    let fake = Fake::default();
    fake.task(3, &weekly());
    let pipe = Pipe::new(&fake).await;
    let arguments = json!({
        "tasks": [{"number": 3, "skip": 1, "occurrence": "2026-11-23", "reason": "on holiday"},
            {"number": 9, "skip": 1}],
        "request_id": "s",
    });
    let answer = pipe.call("tasks_reschedule", arguments).await;
    let task = &answer["results"][0]["task"];
    assert_eq!(task["status"], "skipped");
    assert_eq!(
        task["recurrence"]["next"],
        json!(["2026-11-30", "2026-12-07", "2026-12-14"])
    );
    assert_eq!(answer["failures"][0]["number"], 9);
    let seen = &fake.seen()[0];
    assert_eq!(seen.line(), "POST /api/v1/tasks/3/skip");
    assert_eq!(
        seen.body,
        json!({"occurrence": "2026-11-23", "reason": "on holiday"})
    );
    assert_eq!(seen.header("idempotency-key"), Some("s/3"));
}

#[tokio::test]
async fn passes_a_move_on_as_it_was_said() {
    let fake = Fake::default();
    fake.task(3, &weekly());
    let pipe = Pipe::new(&fake).await;
    let arguments = json!({
        "tasks": [{
            "number": 3, "due": "next wednesday", "scope": "THIS_AND_FOLLOWING", "expected_weekday": "wednesday",
            "occurrence": "2026-11-23", "recurrence": "every wednesday",
        }],
        "request_id": "m", "detail": "full",
    });
    let answer = pipe.call("tasks_reschedule", arguments).await;
    let task = &answer["results"][0]["task"];
    assert_eq!(task["recurrence"]["text"], "every Monday");
    assert_eq!(task["due_zone"], "Europe/Rome");
    let seen = &fake.seen()[0];
    assert_eq!(seen.line(), "POST /api/v1/tasks/3/reschedule");
    assert_eq!(
        seen.body,
        json!({
            "due": "next wednesday", "scope": "this_and_following", "occurrence": "2026-11-23",
            "recurrence": {"text": "every wednesday"}, "expected_weekday": "wednesday",
        })
    );
    assert_eq!(seen.header("idempotency-key"), Some("m/3"));
}

#[tokio::test]
async fn a_wrong_weekday_names_the_real_one() {
    let fake = Fake::default();
    fake.task(3, &weekly());
    let pipe = Pipe::new(&fake).await;
    let arguments =
        json!({"tasks": [{"number": 3, "due": "2026-11-25", "expected_weekday": "friday"}]});
    let refused = pipe.refused("tasks_reschedule", arguments).await;
    assert!(
        refused.contains("tasks[0].expected_weekday: 2026-11-25 is a Wednesday, not a Friday."),
        "{refused}"
    );
}

#[tokio::test]
async fn shows_the_days_with_something_on_them() {
    let fake = Fake::default();
    fake.task(1, &json!({"title": "Stretch", "notes": "n".repeat(200)}));
    let pipe = Pipe::new(&fake).await;
    let answer = pipe
        .call("tasks_agenda", json!({"from": "today", "days": 3}))
        .await;
    assert_eq!(fake.seen()[0].query, "days=3&from=today");
    let notes = answer["days"][0]["tasks"][0]["notes"].as_str().unwrap();
    assert_eq!(notes.chars().count(), 81);
    insta::assert_json_snapshot!(answer, {".days[0].tasks" => "[tasks]", ".now" => "[now]"}, @r#"
    {
      "days": [
        {
          "date": "2026-11-27",
          "tasks": "[tasks]",
          "upcoming": [],
          "weekday": "Friday"
        },
        {
          "date": "2026-11-29",
          "tasks": [],
          "upcoming": [
            {
              "due": "2026-11-29T07:00",
              "number": 1,
              "occurrence": "0/2026-11-29",
              "title": "Stretch"
            }
          ],
          "weekday": "Sunday"
        }
      ],
      "now": "[now]",
      "overdue": [],
      "today": "2026-11-27",
      "week_start": "monday",
      "weekday": "Friday",
      "zone": "Europe/Rome"
    }
    "#);
}

#[tokio::test]
async fn explains_only_what_is_named() {
    let fake = Fake::default();
    fake.task(3, &weekly());
    let pipe = Pipe::new(&fake).await;
    let answer = pipe
        .call("tasks_find", json!({"numbers": [3, 9], "explain": true}))
        .await;
    assert_eq!(
        answer["tasks"][0]["why"],
        json!([
            "It repeats every Monday.",
            "The last one was done on Monday 2026-11-16."
        ])
    );
    assert_eq!(answer["not_found"], json!([9]));
    let refused = pipe.refused("tasks_find", json!({"explain": true})).await;
    assert!(
        refused.contains("`explain` also needs `numbers`"),
        "{refused}"
    );
}

#[tokio::test]
async fn refuses_what_does_not_fit() {
    let fake = Fake::default();
    let pipe = Pipe::new(&fake).await;
    let twice = json!({"tasks": [{"number": 1, "due": "x"}, {"number": 1, "due": "y"}]});
    for (tool, arguments, expected) in [
        ("tasks_reschedule", twice, "`tasks[1].number` names task 1"),
        (
            "tasks_reschedule",
            json!({"tasks": [{"number": 1}]}),
            "`tasks[0].due` is missing.",
        ),
        (
            "tasks_reschedule",
            json!({"tasks": [{"number": 1, "to": "friday"}]}),
            "`tasks[0].to` is not an argument: did you mean `due`?",
        ),
        (
            "tasks_reschedule",
            json!({"tasks": [{"number": 1, "due": "friday", "scope": "some"}]}),
            "`tasks[0].scope` must be one of: this, this_and_following, all.",
        ),
        (
            "tasks_reschedule",
            json!({"tasks": []}),
            "`tasks` is empty: send at least one.",
        ),
        (
            "tasks_agenda",
            json!({"days": 63}),
            "`days` above 62 also needs `number` or `tag`.",
        ),
        (
            "tasks_agenda",
            json!({"days": 367, "number": 1}),
            "`days` must be 366 or less.",
        ),
    ] {
        let refused = pipe.refused(tool, arguments).await;
        assert!(refused.contains(expected), "{refused}");
    }
    assert_eq!(fake.lines(), Vec::<String>::new());
}

#[tokio::test]
async fn says_what_to_send_instead_of_what_is_not_known() {
    let fake = Fake::default();
    let pipe = Pipe::new(&fake).await;
    for (tool, arguments, expected) in [
        (
            "tasks_agenda",
            json!({"date": "2026-12-01"}),
            "`date` is not an argument: did you mean `from`?",
        ),
        (
            "tasks_agenda",
            json!({"to": "friday"}),
            "`to` is not an argument: send `from`, and how many `days`.",
        ),
        (
            "tags_list",
            json!({"limit": 5}),
            "`limit` is not an argument: there are query.",
        ),
        (
            "tasks_complete",
            json!({"numbers": [5]}),
            "`numbers` is not an argument: did you mean `tasks`?",
        ),
        (
            "tasks_reschedule",
            json!({"tasks": [{"number": 1, "due": null}]}),
            "`tasks[0].due` names no date: tasks_update removes the date",
        ),
        (
            "tasks_reschedule",
            json!({"tasks": [{"number": 1, "due": "friday", "timezone": "Europe/Rome"}]}),
            "`tasks[0].timezone` is not an argument: write the zone into `due`",
        ),
    ] {
        let refused = pipe.refused(tool, arguments).await;
        assert!(refused.contains(expected), "{refused}");
    }
    assert_eq!(fake.lines(), Vec::<String>::new());
}
