//! `POST /api/v1/tasks`: invalid requests.

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    refuses_what_it_cannot_accept,
    refuses_rules_and_reminders_it_cannot_accept,
    names_every_refused_field,
    needs_a_credential,
    refuses_other_bodies,
);

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
            json!({"title": "x", "due": "2026-12-01T25:00"}),
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

/// A body that is refused because of one field, with a hint.
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
