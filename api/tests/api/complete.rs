//! `POST /api/v1/tasks/{task}/complete`

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, task_of};

both_databases!(
    completes_once,
    the_same_occurrence_twice_is_done_once,
    an_old_key_answers_what_was_done,
    another_key_is_refused,
    what_cannot_be_completed,
    what_comes_next_is_what_will_come,
);

async fn daily(app: &App) -> Value {
    let task = app
        .task(
            json!({"title": "Run", "due": "2026-11-20", "recurrence": {"rrule": "FREQ=DAILY"},
            "reminders": [{"minutes_before": 60}, {"at": "2026-11-20T18:00"}]}),
        )
        .await;
    app.happened().await;
    task
}

async fn completes_once(db: TestDb) {
    let app = App::open(db).await;
    app.task(
        json!({"title": "Pay rent", "due": "2026-12-01", "reminders": [{"minutes_before": 60}]}),
    )
    .await;
    app.happened().await;
    app.at("2026-11-20T12:30:00Z");
    let first = app.call("POST", "/api/v1/tasks/1/complete").send().await;
    let task = first.expect(200);
    assert_eq!(task["status"], "completed");
    assert_eq!(task["completed_at"], "2026-11-20T12:30:00Z");
    assert_eq!(task["version"], 2);
    assert_eq!(first.header("etag"), "\"2\"");
    let events = app.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["type"], "task.completed.v1");
    assert_eq!(events[0]["data"]["sequence"], 2);
    assert_eq!(events[0]["data"]["before"]["status"], "open");
    assert_eq!(events[0]["data"]["after"], task_of(task.clone()));
    assert_eq!(events[0]["data"]["actor"]["via"], "rest");
    app.at("2026-11-21T12:30:00Z");
    for body in [None, Some(json!({}))] {
        let call = app.call("POST", "/api/v1/tasks/1/complete");
        let again = match body {
            None => call.send().await,
            Some(body) => call.json(&body).send().await,
        };
        again.expect(200);
        again.repeats(&first);
        assert_eq!(again.header("etag"), "\"2\"");
    }
    assert!(app.happened().await.is_empty());
    // Its reminder is cancelled.
    app.at("2026-12-05T00:00:00Z");
    let fired = app
        .service("POST", "/api/v1/internal/reminders/fire", app.ada.id())
        .send()
        .await
        .expect(200);
    assert_eq!(fired, json!({"deliveries": 0, "fired": 0, "next_at": null}));
}

async fn the_same_occurrence_twice_is_done_once(db: TestDb) {
    let app = App::open(db).await;
    daily(&app).await;
    let body = json!({"occurrence": "0/2026-11-20"});
    let first = app.post("/api/v1/tasks/1/complete", body.clone()).await;
    let done = first.expect(200);
    let next = app.advance(&done).await;
    assert_eq!(next["occurrence"], "0/2026-11-21");
    assert_eq!(
        app.happened().await,
        [
            "task.completed.v1",
            "task.created.v1",
            "reminder.scheduled.v1"
        ]
    );
    app.at("2026-11-21T12:30:00Z");
    let again = app.post("/api/v1/tasks/1/complete", body).await;
    again.expect(200);
    again.repeats(&first);
    assert!(app.happened().await.is_empty());
    let open = app.get("/api/v1/tasks").await.expect(200);
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
}

async fn an_old_key_answers_what_was_done(db: TestDb) {
    let app = App::open(db).await;
    let task = daily(&app).await;
    let body = json!({"occurrence": task["occurrence"]});
    let first = app.post("/api/v1/tasks/1/complete", body.clone()).await;
    let next = app.advance(&task).await;
    app.happened().await;
    // A late call names the series by the task that is open now.
    let path = format!("/api/v1/tasks/{}/complete", next["number"]);
    let again = app.post(&path, body).await;
    again.expect(200);
    again.repeats(&first);
    assert!(app.happened().await.is_empty());
    let open = app.get("/api/v1/tasks/2").await.expect(200);
    assert_eq!(open["status"], "open");
}

async fn another_key_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let task = daily(&app).await;
    let problem = app
        .post(
            "/api/v1/tasks/1/complete",
            json!({"occurrence": "1/2026-11-25"}),
        )
        .await
        .refused(409, "wrong_occurrence");
    allow_duplicates! { assert_json_snapshot!(problem, @r#"
    {
      "code": "wrong_occurrence",
      "detail": "The open occurrence is 0/2026-11-20 (task 1).",
      "errors": [
        {
          "detail": "The open occurrence is 0/2026-11-20 (task 1).",
          "pointer": "/occurrence"
        }
      ],
      "hint": "Read the task again and send its occurrence.",
      "status": 409,
      "title": "Conflict",
      "type": "/problems/wrong-occurrence"
    }
    "#) };
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    app.happened().await;
    // Completed, and the next one not yet created.
    app.post(
        "/api/v1/tasks/1/complete",
        json!({"occurrence": "0/2026-11-21"}),
    )
    .await
    .refused(409, "wrong_occurrence");
    app.advance(&task).await;
    app.happened().await;
    let problem = app
        .post(
            "/api/v1/tasks/1/complete",
            json!({"occurrence": "0/2026-11-21"}),
        )
        .await
        .refused(409, "wrong_occurrence");
    assert_eq!(
        problem["detail"],
        "The open occurrence is 0/2026-11-21 (task 2)."
    );
    assert!(app.happened().await.is_empty());
}

async fn what_cannot_be_completed(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Single"})).await;
    app.task(json!({"title": "Gone"})).await;
    app.delete("/api/v1/tasks/2").await.expect(200);
    app.happened().await;
    app.call("POST", "/api/v1/tasks/2/complete")
        .send()
        .await
        .refused(409, "task_deleted");
    app.call("POST", "/api/v1/tasks/9/complete")
        .send()
        .await
        .refused(404, "not_found");
    app.post(
        "/api/v1/tasks/1/complete",
        json!({"occurrence": "0/2026-11-20"}),
    )
    .await
    .refused(422, "not_recurring");
    app.post(
        "/api/v1/tasks/1/complete",
        json!({"occurrence": "yesterday"}),
    )
    .await
    .refused(422, "invalid_occurrence");
    let problem = app
        .post(
            "/api/v1/tasks/1/complete",
            json!({"occurence": "0/2026-11-20"}),
        )
        .await
        .refused(422, "unknown_field");
    assert_eq!(problem["hint"], "Did you mean \"occurrence\"?");
    app.call("POST", "/api/v1/tasks/1/complete")
        .body("text/plain", "x")
        .send()
        .await
        .refused(415, "unsupported_media_type");
    app.call("POST", "/api/v1/tasks/1/complete")
        .body("application/json", "{")
        .send()
        .await
        .refused(400, "malformed_json");
    app.anonymous("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .refused(401, "unauthorized");
    let reader = app.token("Ada", &["read"]).await;
    app.call("POST", "/api/v1/tasks/1/complete")
        .token(&reader)
        .send()
        .await
        .refused(403, "insufficient_scope");
    assert!(app.happened().await.is_empty());
}

/// After a late completion, the response names the actual next dates, not those that were missed.
async fn what_comes_next_is_what_will_come(db: TestDb) {
    let app = App::open(db).await;
    for (number, due, rule) in [
        (1, "2026-11-02", "every monday"),
        (2, "2026-11-02", "every! 3 days"),
        (3, "2026-11-02", "FREQ=WEEKLY;UNTIL=20261116"),
    ] {
        let task = app
            .task(json!({"title": "Late", "due": due, "recurrence": rule}))
            .await;
        let path = format!("/api/v1/tasks/{number}");
        let done = app.call("POST", &format!("{path}/complete")).send().await;
        let done = done.expect(200);
        // An overdue task shows the same before its completion.
        assert_eq!(task["recurrence"]["next"], done["recurrence"]["next"]);
        let why = app.call("GET", &format!("{path}/explain")).send().await;
        let why = why.expect(200);
        let first = done["recurrence"]["next"].get(0).cloned();
        assert_eq!(why["next"].get(0).map(|next| next["due"].clone()), first);
        let expected = match number {
            3 => Value::Null,
            _ => json!("2026-11-23"),
        };
        assert_eq!(first.unwrap_or_default(), expected, "{rule}");
        assert_eq!(done["recurrence"]["ended"], json!(number == 3));
    }
}
