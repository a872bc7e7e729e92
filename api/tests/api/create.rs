//! `POST /api/v1/tasks`

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    answers_the_task_in_full,
    a_title_is_enough,
    a_rule_without_a_date_starts_today,
    words_are_dates_and_rules,
    refuses_what_it_cannot_accept,
    refuses_rules_and_reminders_it_cannot_accept,
    names_every_refused_field,
    needs_a_credential,
    refuses_other_bodies,
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
    // The first match counts, not the day it was written down.
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

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    let long = "x".repeat(501);
    for (body, pointer, code) in [
        (json!({"title": " "}), "/title", "empty_title"),
        (json!({"title": long}), "/title", "too_long"),
        (json!({"title": "a\u{0}b"}), "/title", "invalid_character"),
        (json!({}), "/title", "missing_field"),
        (json!({"title": 1}), "/title", "invalid_type"),
        (
            json!({"title": "x", "priority": "huge"}),
            "/priority",
            "invalid_priority",
        ),
        (json!({"title": "x", "tags": [""]}), "/tags/0", "empty_tag"),
        (
            json!({"title": "x", "tags": ["a,b"]}),
            "/tags/0",
            "invalid_tag",
        ),
        (
            json!({"title": "x", "due": "someday"}),
            "/due",
            "invalid_due",
        ),
        (
            json!({"title": "x", "due": "2026-12-01T09:00Z"}),
            "/due",
            "invalid_due",
        ),
        (
            json!({"title": "x", "due": "2026-12-01T09:00[Mars/Base]"}),
            "/due",
            "unknown_zone",
        ),
    ] {
        refuse(&app, body, pointer, code).await;
    }
    assert!(app.happened().await.is_empty());
    assert_eq!(
        app.get("/api/v1/tasks?status=all").await.expect(200)["items"],
        json!([])
    );
    // Refusals use up no number.
    assert_eq!(app.task(json!({"title": "x"})).await["number"], 1);
}

/// A body that is refused for one field, with advice.
async fn refuse(app: &App, body: Value, pointer: &str, code: &str) {
    let problem = app
        .post("/api/v1/tasks", body.clone())
        .await
        .refused(422, code);
    assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    assert!(problem["hint"].is_string(), "{problem}");
}

async fn refuses_rules_and_reminders_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    for (body, pointer, code) in [
        (
            json!({"title": "x", "recurrence": {}}),
            "/recurrence",
            "invalid_recurrence",
        ),
        (
            json!({"title": "x", "recurrence": {"rrule": "FREQ=SOMETIMES"}}),
            "/recurrence/rrule",
            "invalid_rule",
        ),
        (
            json!({"title": "x", "recurrence": {"text": "now and then"}}),
            "/recurrence/text",
            "invalid_recurrence",
        ),
        (
            json!({"title": "x", "recurrence": {"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "overflow": "skip"}}),
            "/recurrence/rrule",
            "rule_never_matches",
        ),
        (
            json!({"title": "x", "recurrence": {"rrule": "FREQ=DAILY", "anchor": "moon"}}),
            "/recurrence/anchor",
            "invalid_anchor",
        ),
        (
            json!({"title": "x", "recurrence": {"rrule": "FREQ=DAILY", "anchor": "completion", "catch_up": "one_step"}}),
            "/recurrence/catch_up",
            "invalid_catch_up",
        ),
        (
            json!({"title": "x", "reminders": [{}]}),
            "/reminders/0",
            "invalid_reminder",
        ),
        (
            json!({"title": "x", "reminders": [{"minutes_before": 5}]}),
            "/reminders/0",
            "reminder_without_due",
        ),
        (
            json!({"title": "x", "due": "2026-12-01", "reminders": [{"minutes_before": -5}]}),
            "/reminders/0/minutes_before",
            "invalid_reminder",
        ),
        (
            json!({"title": "x", "reminders": [{"at": "soon"}]}),
            "/reminders/0/at",
            "invalid_reminder",
        ),
    ] {
        refuse(&app, body, pointer, code).await;
    }
    assert!(app.happened().await.is_empty());
}

async fn names_every_refused_field(db: TestDb) {
    let app = App::open(db).await;
    let reply = app
        .post(
            "/api/v1/tasks",
            json!({"title": "", "priority": "huge", "due": "someday"}),
        )
        .await;
    allow_duplicates! { assert_json_snapshot!(reply.refused(422, "empty_title"), @r#"
    {
      "code": "empty_title",
      "detail": "The title is empty.",
      "errors": [
        {
          "detail": "The title is empty.",
          "pointer": "/title"
        },
        {
          "detail": "\"huge\" is not a priority.",
          "pointer": "/priority"
        },
        {
          "detail": "\"someday\" is not a due date.",
          "pointer": "/due"
        }
      ],
      "hint": "Send a title that says what to do.",
      "status": 422,
      "title": "Unprocessable Entity",
      "type": "/problems/empty-title"
    }
    "#) };
    let reply = app
        .post("/api/v1/tasks", json!({"title": "x", "prioritiy": "high"}))
        .await;
    allow_duplicates! { assert_json_snapshot!(reply.refused(422, "unknown_field"), @r#"
    {
      "code": "unknown_field",
      "detail": "Unknown field \"prioritiy\".",
      "errors": [
        {
          "detail": "Unknown field \"prioritiy\".",
          "pointer": "/prioritiy"
        }
      ],
      "hint": "Did you mean \"priority\"?",
      "status": 422,
      "title": "Unprocessable Entity",
      "type": "/problems/unknown-field"
    }
    "#) };
}

async fn needs_a_credential(db: TestDb) {
    let app = App::open(db).await;
    let body = json!({"title": "x"});
    let create = || app.anonymous("POST", "/api/v1/tasks").json(&body);
    let reply = create().send().await;
    allow_duplicates! { assert_json_snapshot!(reply.refused(401, "unauthorized"), @r#"
    {
      "code": "unauthorized",
      "detail": "Authentication is required.",
      "hint": "Send \"Authorization: Bearer <token>\"; `taskwire token create` creates a token.",
      "status": 401,
      "title": "Unauthorized",
      "type": "/problems/unauthorized"
    }
    "#) };
    assert_eq!(reply.header("www-authenticate"), "Bearer");
    create()
        .token("tw_wrong")
        .send()
        .await
        .refused(401, "unauthorized");
    create()
        .header("authorization", "Basic QTpi")
        .send()
        .await
        .refused(401, "unauthorized");
    let reader = app.token("Ada", &["read"]).await;
    create()
        .token(&reader)
        .send()
        .await
        .refused(403, "insufficient_scope");
    assert!(app.happened().await.is_empty());
}

async fn refuses_other_bodies(db: TestDb) {
    let app = App::open(db).await;
    let create = |kind: &str, body: &str| {
        app.call("POST", "/api/v1/tasks")
            .body(kind, body.to_owned())
            .send()
    };
    create("text/plain", "{\"title\":\"x\"}")
        .await
        .refused(415, "unsupported_media_type");
    for body in [
        "",
        "{",
        "{\"title\":\"x\"} and more",
        "{\"title\":\"\\ud800\"}",
    ] {
        create("application/json", body)
            .await
            .refused(400, "malformed_json");
    }
    for body in ["[]", "null", "\"x\""] {
        create("application/json", body)
            .await
            .refused(422, "invalid_type");
    }
    let large = format!("{{\"title\":\"{}\"}}", "x".repeat(1024 * 1024));
    create("application/json", &large)
        .await
        .refused(413, "body_too_large");
    create("application/json; charset=utf-8", "{\"title\":\"x\"}")
        .await
        .expect(201);
}
