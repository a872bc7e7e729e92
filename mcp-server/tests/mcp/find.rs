//! tasks_find and tags_list.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use taskwire_domain::Clock;
use taskwire_mcp::TaskServer;

use crate::fake::{Fake, weekly};
use crate::pipe::Pipe;

/// Half past eleven at night in London is the next day in Rome.
#[derive(Debug)]
struct LateEvening;

impl Clock for LateEvening {
    fn now(&self) -> Timestamp {
        "2026-11-20T23:30:00Z".parse().unwrap()
    }
}

/// A weekly task, and one with all fields.
fn two_tasks() -> Fake {
    let fake = Fake::default();
    fake.task(3, &weekly()).task(4, &json!({
            "title": "Call the bank", "notes": "x".repeat(300), "priority": "high", "tags": ["Work"], "version": 7,
            "due": "2026-11-19T09:00[Europe/Rome]", "due_weekday": "Thursday", "due_zone": "Europe/Rome",
            "is_overdue": true,
            "reminders": [
                {"id": "018f0000-0000-7000-8000-000000000006", "minutes_before": 30, "at": "2026-11-19T07:30:00Z"},
                {"id": "018f0000-0000-7000-8000-000000000007", "minutes_before": null, "at": "2026-11-18T19:00:00Z"},
            ],
        }),
    );
    fake
}

#[tokio::test]
async fn shows_tasks_briefly_and_the_users_day() {
    let fake = two_tasks();
    let server = TaskServer::fixed(fake.signed_in()).with_clock(Arc::new(LateEvening));
    let pipe = Pipe::to(server).await;
    let answer = pipe.call("tasks_find", json!({})).await;
    insta::assert_json_snapshot!(answer, @r#"
    {
      "next_cursor": "abc",
      "now": "00:30",
      "tasks": [
        {
          "due": "2026-11-23",
          "due_weekday": "Monday",
          "number": 3,
          "recurrence": {
            "text": "every Monday"
          },
          "title": "Water the plants"
        },
        {
          "due": "2026-11-19T09:00[Europe/Rome]",
          "due_weekday": "Thursday",
          "notes": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
          "notes_clipped": true,
          "number": 4,
          "overdue": true,
          "priority": "high",
          "tags": [
            "Work"
          ],
          "title": "Call the bank"
        }
      ],
      "today": "2026-11-21",
      "weekday": "Saturday",
      "zone": "Europe/Rome"
    }
    "#);
    assert_eq!(fake.seen()[0].query, "limit=20");
}

#[tokio::test]
async fn shows_all_of_a_task_where_that_is_asked_for() {
    let server = TaskServer::fixed(two_tasks().signed_in()).with_clock(Arc::new(LateEvening));
    let pipe = Pipe::to(server).await;
    let full = pipe.call("tasks_find", json!({"detail": "full"})).await;
    insta::assert_json_snapshot!(full, @r#"
    {
      "next_cursor": "abc",
      "now": "00:30",
      "tasks": [
        {
          "due": "2026-11-23",
          "due_weekday": "Monday",
          "due_zone": "Europe/Rome",
          "number": 3,
          "occurrence": "2026-11-23",
          "recurrence": {
            "next": [
              "2026-11-30",
              "2026-12-07",
              "2026-12-14"
            ],
            "rrule": "FREQ=WEEKLY;BYDAY=MO",
            "text": "every Monday"
          },
          "status": "open",
          "title": "Water the plants",
          "version": 1
        },
        {
          "due": "2026-11-19T09:00[Europe/Rome]",
          "due_weekday": "Thursday",
          "due_zone": "Europe/Rome",
          "notes": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
          "notes_clipped": true,
          "number": 4,
          "overdue": true,
          "priority": "high",
          "reminders": [
            {
              "at": "2026-11-19T08:30[Europe/Rome]",
              "minutes_before": 30
            },
            {
              "at": "2026-11-18T20:00[Europe/Rome]"
            }
          ],
          "status": "open",
          "tags": [
            "Work"
          ],
          "title": "Call the bank",
          "version": 7,
          "zone_mode": "fixed"
        }
      ],
      "today": "2026-11-21",
      "weekday": "Saturday",
      "zone": "Europe/Rome"
    }
    "#);
}

#[tokio::test]
async fn passes_all_filters_on() {
    let fake = Fake::default();
    let pipe = Pipe::new(&fake).await;
    pipe.call(
        "tasks_find",
        json!({
            "query": "bank", "filter": "today | #home", "status": "ALL", "priority": "high", "tag": "Work,Home", "overdue": true, "due_before": "2026-12-01",
            "due_after": "2026-11-01", "sort": "priority", "order": "desc", "limit": 100, "cursor": "abc",
        }),
    )
    .await;
    let query = &fake.seen()[0].query;
    for pair in [
        "q=bank",
        "filter=today+%7C+%23home",
        "status=all",
        "priority=high",
        "tag=Work%2CHome",
        "overdue=true",
        "due_before=2026-12-01",
        "due_after=2026-11-01",
        "sort=priority",
        "order=desc",
        "limit=100",
        "cursor=abc",
    ] {
        assert!(
            query.split('&').any(|sent| sent == pair),
            "{pair} in {query}"
        );
    }
}

#[tokio::test]
async fn reads_by_number_with_full_notes() {
    let fake = Fake::default();
    fake.task(3, &json!({"notes": "n".repeat(5000)}))
        .task(5, &json!({}));
    let pipe = Pipe::new(&fake).await;
    let answer = pipe
        .call(
            "tasks_find",
            json!({"numbers": [5, 99, 3], "status": "all"}),
        )
        .await;
    let numbers: Vec<i64> = answer["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["number"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [5, 3]);
    assert_eq!(answer["not_found"], json!([99]));
    assert_eq!(answer["tasks"][1]["notes"].as_str().unwrap().len(), 5000);
    assert!(answer["tasks"][1].get("notes_clipped").is_none());
}

#[tokio::test]
async fn notes_fit_a_context_even_when_all_are_asked_for() {
    let fake = Fake::default();
    for number in 1..=10 {
        fake.task(number, &json!({"notes": "n".repeat(20_000)}));
    }
    let numbers: Vec<i64> = (1..=10).collect();
    let answer = Pipe::new(&fake)
        .await
        .call("tasks_find", json!({"numbers": numbers}))
        .await;
    assert!(answer.to_string().len() < 60_000);
    assert_eq!(answer["tasks"][9]["notes_clipped"], true);
}

#[tokio::test]
async fn refuses_what_does_not_fit() {
    let fake = Fake::default();
    let pipe = Pipe::new(&fake).await;
    for (arguments, expected) in [
        (json!({"limit": 101}), "`limit` must be 100 or less."),
        (json!({"limit": 0}), "`limit` must be 1 or more."),
        (
            json!({"status": "done"}),
            "`status` must be one of: open, completed, skipped, deleted, all.",
        ),
        (
            json!({"tags": ["a"]}),
            "`tags` is not an argument: did you mean `tag`?",
        ),
        (json!({"numbers": []}), "`numbers` is empty"),
        (json!({"numbers": [0]}), "`numbers[0]` must be 1 or more."),
        (
            json!({"numbers": [1, 1]}),
            "`numbers[1]` names task 1, as `numbers[0]` does",
        ),
        (
            json!({"numbers": [1], "query": "x"}),
            "`query` and `numbers` exclude each other",
        ),
        (
            json!({"numbers": [1], "filter": "today"}),
            "`filter` and `numbers` exclude each other",
        ),
        (
            json!({"numbers": [1], "status": "open", "limit": 5}),
            "`limit` and `numbers` exclude each other",
        ),
        (
            json!({"is_overdue": true}),
            "`is_overdue` is not an argument: did you mean `overdue`?",
        ),
        (
            json!({"due": "today"}),
            "`due` is not an argument: for one day send `due_after` with the day and `due_before`",
        ),
        (
            json!({"due_to": "today"}),
            "`due_to` is not an argument: did you mean `due_before`?",
        ),
        (
            json!({"created_after": "2026-11-01"}),
            "`created_after` is not an argument: only due dates and `completed_after`",
        ),
        (
            json!({"title": "rent"}),
            "`title` is not an argument: did you mean `query`?",
        ),
        (
            json!({"anything": "x"}),
            "`anything` is not an argument: there are coming, completed_after, completed_before, cursor, detail, due_after",
        ),
    ] {
        let refused = pipe.refused("tasks_find", arguments).await;
        assert!(refused.contains(expected), "{refused}");
    }
    assert_eq!(fake.lines(), Vec::<String>::new());

    let refused = pipe
        .refused("tasks_find", json!({"due_before": "never"}))
        .await;
    assert_eq!(
        refused,
        "due_before: \"never\" is not a date. Send a date such as 2026-12-01."
    );
    fake.break_down();
    let refused = pipe.refused("tasks_find", json!({})).await;
    assert_eq!(refused, "Taskwire's API cannot be reached; try again.");
}

#[tokio::test]
async fn invisible_characters_are_not_shown() {
    let fake = Fake::default();
    let hidden = "pay\u{202E} \u{E0049}\u{E0047}rent\u{200B}";
    fake.task(
        3,
        &json!({"title": hidden, "notes": hidden, "tags": [hidden]}),
    );
    let answer = Pipe::new(&fake).await.call("tasks_find", json!({})).await;
    let task = &answer["tasks"][0];
    assert_eq!(task["title"], "pay rent");
    assert_eq!(task["notes"], "pay rent");
    assert_eq!(task["tags"], json!(["pay rent"]));
}

#[tokio::test]
async fn lists_tags() {
    let answer = Pipe::new(&Fake::default())
        .await
        .call("tags_list", json!({"wait_for_previous": false}))
        .await;
    assert_eq!(
        answer,
        json!({"tags": [{"name": "Work", "open": 2}, {"name": "Shopping", "open": 0}]})
    );
}
