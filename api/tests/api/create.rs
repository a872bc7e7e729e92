//! `POST /api/v1/tasks`

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    answers_the_task_in_full,
    a_title_is_enough,
    a_rule_without_a_date_starts_today,
    words_are_dates_and_rules,
);

async fn answers_the_task_in_full(db: TestDb) {
    let app = App::open(db).await;
    let reply = app
        .post(
            "/api/v1/tasks",
            json!({"title":"Pay rent","notes":"","priority":"high","tags":["home"],"due":"2026-12-01T09:00[Europe/Rome]",
                "recurrence":{"rrule":"FREQ=MONTHLY;BYMONTHDAY=1","anchor":"schedule"},
                "reminders":[{"minutes_before":720}]}),
        )
        .await;
    allow_duplicates! { assert_json_snapshot!(
        reply.expect(201),
        {".id" => "[id]", ".series" => "[id]", ".change" => "[id]", ".reminders[].id" => "[id]"},
        @r#"
    {
      "change": "[id]",
      "changed": true,
      "completed_at": null,
      "created_at": "2026-11-20T12:00:00Z",
      "deleted_at": null,
      "due": "2026-12-01T09:00[Europe/Rome]",
      "due_at": "2026-12-01T08:00:00Z",
      "due_weekday": "Tuesday",
      "due_zone": "Europe/Rome",
      "id": "[id]",
      "is_overdue": false,
      "notes": "",
      "number": 1,
      "occurrence": "0/2026-12-01T09:00",
      "priority": "high",
      "recurrence": {
        "anchor": "schedule",
        "catch_up": "next_future",
        "ended": false,
        "next": [
          "2027-01-01T09:00[Europe/Rome]",
          "2027-02-01T09:00[Europe/Rome]",
          "2027-03-01T09:00[Europe/Rome]"
        ],
        "overflow": "clamp",
        "rrule": "FREQ=MONTHLY;BYMONTHDAY=1",
        "text": "every month on the 1st",
        "upcoming": [
          {
            "due": "2027-01-01T09:00[Europe/Rome]",
            "due_at": "2027-01-01T08:00:00Z",
            "weekday": "Friday"
          },
          {
            "due": "2027-02-01T09:00[Europe/Rome]",
            "due_at": "2027-02-01T08:00:00Z",
            "weekday": "Monday"
          },
          {
            "due": "2027-03-01T09:00[Europe/Rome]",
            "due_at": "2027-03-01T08:00:00Z",
            "weekday": "Monday"
          }
        ]
      },
      "reminders": [
        {
          "at": "2026-11-30T20:00:00Z",
          "id": "[id]",
          "minutes_before": 720
        }
      ],
      "series": "[id]",
      "skipped_at": null,
      "status": "open",
      "tags": [
        "home"
      ],
      "title": "Pay rent",
      "updated_at": "2026-11-20T12:00:00Z",
      "version": 1
    }
    "#) };
    assert_eq!(reply.header("etag"), "\"1\"");
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(
        app.happened().await,
        ["tag.created.v1", "task.created.v1", "reminder.scheduled.v1"]
    );
}

async fn a_title_is_enough(db: TestDb) {
    let app = App::open(db).await;
    let task = app.task(json!({"title": "  Buy milk "})).await;
    allow_duplicates! { assert_json_snapshot!(task, {".id" => "[id]", ".change" => "[id]"}, @r#"
    {
      "change": "[id]",
      "completed_at": null,
      "created_at": "2026-11-20T12:00:00Z",
      "deleted_at": null,
      "due": null,
      "due_at": null,
      "due_weekday": null,
      "due_zone": null,
      "id": "[id]",
      "is_overdue": false,
      "notes": "",
      "number": 1,
      "occurrence": null,
      "priority": "none",
      "recurrence": null,
      "reminders": [],
      "series": null,
      "skipped_at": null,
      "status": "open",
      "tags": [],
      "title": "Buy milk",
      "updated_at": "2026-11-20T12:00:00Z",
      "version": 1
    }
    "#) };
    assert_eq!(app.task(json!({"title": "Bread"})).await["number"], 2);
    assert_eq!(app.happened().await, ["task.created.v1", "task.created.v1"]);
}

async fn a_rule_without_a_date_starts_today(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Run", "recurrence": {"rrule": "FREQ=DAILY"}, "reminders": [{"minutes_before": 60}]}))
        .await;
    assert_eq!(task["due"], "2026-11-20");
    assert_eq!(task["occurrence"], "0/2026-11-20");
    // The first match counts, not the day of creation.
    let task = app
        .task(json!({"title": "Bins", "recurrence": {"rrule": "FREQ=WEEKLY;BYDAY=MO"}}))
        .await;
    assert_eq!(task["due"], "2026-11-23");
    let task = app
        .task(json!({"title": "Bins", "due": "2026-11-25", "recurrence": {"rrule": "FREQ=WEEKLY;BYDAY=MO"}}))
        .await;
    assert_eq!(task["due"], "2026-11-30");
}

async fn words_are_dates_and_rules(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Call", "due": "tomorrow 5pm", "reminders": [{"at": "2026-11-21T16:30"}, {"at": "2026-11-20T20:00:00Z"}]}))
        .await;
    assert_eq!(task["due"], "2026-11-21T17:00");
    assert_eq!(task["due_at"], "2026-11-21T16:00:00Z");
    assert_eq!(task["due_zone"], "Europe/Rome");
    assert_eq!(task["reminders"][0]["at"], "2026-11-21T15:30:00Z");
    assert_eq!(task["reminders"][1]["at"], "2026-11-20T20:00:00Z");
    let task = app
        .task(json!({"title": "Standup", "priority": "P1", "recurrence": {"text": "every weekday at 9am"}}))
        .await;
    assert_eq!(task["priority"], "high");
    assert_eq!(task["due"], "2026-11-23T09:00");
    assert_eq!(
        task["recurrence"]["rrule"],
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    );
}
