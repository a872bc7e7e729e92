//! `POST /api/v1/tasks/{task}/reschedule`

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, task_of};

both_databases!(
    a_single_task_moves,
    this_one_moves_alone,
    the_weekday_that_was_meant,
    moving_nowhere_changes_nothing,
    reminders_move_along,
    what_cannot_be_moved,
);

pub(crate) const MOVE: &str = "/api/v1/tasks/1/reschedule";

pub(crate) async fn mondays(app: &App) -> Value {
    let task = app
        .task(json!({"title": "Bins", "due": "2026-11-23T09:00", "recurrence": {"rrule": "FREQ=WEEKLY;BYDAY=MO"}}))
        .await;
    app.happened().await;
    task
}

/// Completes the task and returns the due value of the next occurrence.
pub(crate) async fn next_after(app: &App, task: &Value) -> Value {
    let path = format!("/api/v1/tasks/{}/complete", task["number"]);
    let done = app.post(&path, json!({})).await.expect(200);
    app.advance(&done).await["due"].clone()
}

async fn a_single_task_moves(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Call", "due": "2026-11-20T09:00"}))
        .await;
    app.happened().await;
    // A new day keeps the time, a new time keeps the zone.
    let reply = app.post(MOVE, json!({"due": "next friday"})).await;
    let task = reply.expect(200);
    assert_eq!(task["due"], "2026-11-27T09:00");
    assert_eq!(task["due_weekday"], "Friday");
    assert_eq!(reply.header("etag"), "\"2\"");
    assert_eq!(app.happened().await, ["task.updated.v1"]);
    for (due, moved) in [
        ("2026-12-01", "2026-12-01T09:00"),
        ("2026-12-01T10:30", "2026-12-01T10:30"),
        (
            "2026-12-01T10:30[Asia/Tokyo]",
            "2026-12-01T10:30[Asia/Tokyo]",
        ),
        ("2026-12-02T08:00", "2026-12-02T08:00[Asia/Tokyo]"),
        // Friday evening in Tokyo.
        ("tomorrow", "2026-11-21T08:00[Asia/Tokyo]"),
    ] {
        let task = app.post(MOVE, json!({"due": due})).await.expect(200);
        assert_eq!(task["due"], moved, "{due}");
    }
    // One without a date gets one, whatever the scope.
    app.task(json!({"title": "Some day"})).await;
    let task = app
        .post(
            "/api/v1/tasks/2/reschedule",
            json!({"due": "monday", "scope": "all"}),
        )
        .await
        .expect(200);
    assert_eq!(task["due"], "2026-11-23");
}

async fn this_one_moves_alone(db: TestDb) {
    let app = App::open(db).await;
    let before = mondays(&app).await;
    let task = app
        .post(
            MOVE,
            json!({"due": "wednesday", "occurrence": before["occurrence"]}),
        )
        .await
        .expect(200);
    assert_eq!(task["due"], "2026-11-25T09:00");
    for same in ["occurrence", "recurrence", "series"] {
        assert_eq!(task[same], before[same], "{same}");
    }
    // The next is counted from the key.
    assert_eq!(next_after(&app, &task).await, "2026-11-30T09:00");
}

async fn the_weekday_that_was_meant(db: TestDb) {
    let app = App::open(db).await;
    let before = mondays(&app).await;
    let problem = app
        .post(
            MOVE,
            json!({"due": "2026-11-26", "expected_weekday": "friday"}),
        )
        .await
        .refused(422, "weekday_mismatch");
    assert_eq!(
        problem["detail"],
        "The due date 2026-11-26 is a Thursday, not a Friday."
    );
    assert_eq!(app.get("/api/v1/tasks/1").await.expect(200), before);
    app.post(
        MOVE,
        json!({"due": "2026-11-26", "expected_weekday": "THU"}),
    )
    .await
    .expect(200);
}

async fn moving_nowhere_changes_nothing(db: TestDb) {
    let app = App::open(db).await;
    let before = mondays(&app).await;
    for scope in ["this", "this_and_following", "all"] {
        let body = json!({"due": "2026-11-23T09:00", "scope": scope});
        let same = app.post(MOVE, body).await.expect(200);
        assert_eq!(same["changed"], false);
        assert_eq!(task_of(same), before);
    }
    assert!(app.happened().await.is_empty());
}

async fn reminders_move_along(db: TestDb) {
    let app = App::open(db).await;
    app.task(
        json!({"title": "Bins", "due": "2026-11-23T09:00", "recurrence": "every monday",
        "reminders": [{"minutes_before": 60}]}),
    )
    .await;
    app.happened().await;
    let task = app
        .post(MOVE, json!({"due": "2026-11-24T12:00"}))
        .await
        .expect(200);
    assert_eq!(task["reminders"][0]["at"], "2026-11-24T10:00:00Z");
    assert_eq!(
        app.happened().await,
        ["task.updated.v1", "reminder.scheduled.v1"]
    );
}

async fn what_cannot_be_moved(db: TestDb) {
    let app = App::open(db).await;
    mondays(&app).await;
    app.task(json!({"title": "Single"})).await;
    app.task(json!({"title": "Done"})).await;
    app.post("/api/v1/tasks/3/complete", json!({}))
        .await
        .expect(200);
    app.happened().await;
    for (number, body, pointer, code) in [
        (1, json!({}), "/due", "missing_field"),
        (1, json!({"due": "soon"}), "/due", "invalid_due"),
        (1, json!({"due": "every tuesday"}), "/due", "invalid_due"),
        (
            1,
            json!({"due": "friday", "scope": "some"}),
            "/scope",
            "invalid_scope",
        ),
        (
            1,
            json!({"due": "friday", "expected_weekday": "someday"}),
            "/expected_weekday",
            "invalid_weekday",
        ),
        (
            1,
            json!({"due": "friday", "recurrence": "every day"}),
            "/recurrence",
            "rule_for_one",
        ),
        (
            1,
            json!({"due": "friday", "occurrence": "x"}),
            "/occurrence",
            "invalid_occurrence",
        ),
        (
            2,
            json!({"due": "friday", "scope": "all", "recurrence": "every day"}),
            "/recurrence",
            "not_recurring",
        ),
        (
            2,
            json!({"due": "friday", "occurrence": "0/2026-11-23"}),
            "/occurrence",
            "not_recurring",
        ),
    ] {
        let path = format!("/api/v1/tasks/{number}/reschedule");
        let problem = app.post(&path, body.clone()).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    app.post(
        MOVE,
        json!({"due": "friday", "occurrence": "1/2026-12-07T09:00"}),
    )
    .await
    .refused(409, "wrong_occurrence");
    app.post("/api/v1/tasks/3/reschedule", json!({"due": "friday"}))
        .await
        .refused(409, "task_not_open");
    app.post("/api/v1/tasks/9/reschedule", json!({"due": "friday"}))
        .await
        .refused(404, "not_found");
    app.call("POST", MOVE)
        .header("if-match", "\"7\"")
        .json(&json!({"due": "friday"}))
        .send()
        .await
        .refused(412, "version_mismatch");
    app.call("POST", MOVE)
        .body("application/json", "{")
        .send()
        .await
        .refused(400, "malformed_json");
    app.call("POST", MOVE)
        .send()
        .await
        .refused(415, "unsupported_media_type");
    app.anonymous("POST", MOVE)
        .json(&json!({"due": "friday"}))
        .send()
        .await
        .refused(401, "unauthorized");
    let reader = app.token("Ada", &["read"]).await;
    app.call("POST", MOVE)
        .token(&reader)
        .json(&json!({"due": "friday"}))
        .send()
        .await
        .refused(403, "insufficient_scope");
    assert!(app.happened().await.is_empty());
}
