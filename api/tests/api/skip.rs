//! `POST /api/v1/tasks/{task}/skip`

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, task_of};

both_databases!(
    skips_one_and_continues,
    the_same_occurrence_twice_is_skipped_once,
    counted_from_completions_the_later_of_day_and_now_counts,
    a_count_counts_what_was_skipped,
    reopens_exactly,
    skipped_ones_are_listed,
    what_is_done_is_not_skipped_and_the_other_way_round,
    what_cannot_be_skipped,
);

const SKIP: &str = "/api/v1/tasks/1/skip";

async fn daily(app: &App) -> Value {
    let task = app
        .task(
            json!({"title": "Run", "due": "2026-11-20", "recurrence": "every day",
            "reminders": [{"minutes_before": 60}]}),
        )
        .await;
    app.happened().await;
    task
}

async fn skips_one_and_continues(db: TestDb) {
    let app = App::open(db).await;
    let before = daily(&app).await;
    let reply = app.post(SKIP, json!({"reason": "  Rain "})).await;
    let task = reply.expect(200);
    assert_eq!(task["status"], "skipped");
    assert_eq!(task["skipped_at"], "2026-11-20T12:00:00Z");
    assert_eq!(task["completed_at"], Value::Null);
    assert_eq!(reply.header("etag"), "\"2\"");
    let events = app.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["type"], "task.skipped.v1");
    assert_eq!(events[0]["data"]["reason"], "Rain");
    assert_eq!(events[0]["data"]["before"], before);
    assert_eq!(events[0]["data"]["after"], task_of(task.clone()));
    let next = app.advance(&task).await;
    assert_eq!(next["due"], "2026-11-21");
    assert_eq!(next["status"], "open");
    assert_eq!(next["skipped_at"], Value::Null);
    assert_eq!(
        app.happened().await,
        ["task.created.v1", "reminder.scheduled.v1"]
    );
    // Without a body it skips the open one, without a reason.
    let again = app.call("POST", "/api/v1/tasks/2/skip").send().await;
    assert_eq!(again.expect(200)["status"], "skipped");
    assert_eq!(app.events().await[0]["data"].get("reason"), None);
}

async fn the_same_occurrence_twice_is_skipped_once(db: TestDb) {
    let app = App::open(db).await;
    let task = daily(&app).await;
    let body = json!({"occurrence": task["occurrence"]});
    let first = app.post(SKIP, body.clone()).await;
    first.expect(200);
    let next = app.advance(&task).await;
    app.happened().await;
    app.at("2026-11-21T12:00:00Z");
    let again = app.post(SKIP, body.clone()).await;
    again.repeats(&first);
    let path = format!("/api/v1/tasks/{}/skip", next["number"]);
    let late = app.post(&path, body).await;
    late.repeats(&first);
    app.post(&path, json!({"occurrence": "1/2026-11-30"}))
        .await
        .refused(409, "wrong_occurrence");
    assert!(app.happened().await.is_empty());
}

async fn counted_from_completions_the_later_of_day_and_now_counts(db: TestDb) {
    let app = App::open(db).await;
    // Due on Monday, skipped on the Friday before: three days after Monday.
    let early = app
        .task(json!({"title": "Filter", "due": "2026-11-23", "recurrence": "every! 3 days"}))
        .await;
    let skipped = app.post(SKIP, json!({})).await.expect(200);
    assert_eq!(app.advance(&skipped).await["due"], "2026-11-26");
    assert_eq!(early["recurrence"]["anchor"], "completion");
    // Due last Monday, skipped today: three days after today.
    let late = app
        .task(json!({"title": "Filter", "due": "2026-11-16", "recurrence": "every! 3 days"}))
        .await;
    let path = format!("/api/v1/tasks/{}/skip", late["number"]);
    let skipped = app.post(&path, json!({})).await.expect(200);
    assert_eq!(app.advance(&skipped).await["due"], "2026-11-23");
}

async fn a_count_counts_what_was_skipped(db: TestDb) {
    let app = App::open(db).await;
    let mut task = app
        .task(json!({"title": "Pills", "due": "2026-11-20", "recurrence": {"rrule": "FREQ=DAILY;COUNT=3"}}))
        .await;
    for due in ["2026-11-21", "2026-11-22"] {
        let path = format!("/api/v1/tasks/{}/skip", task["number"]);
        app.post(&path, json!({})).await.expect(200);
        task = app.advance(&task).await;
        assert_eq!(task["due"], due);
    }
    assert_eq!(task["recurrence"]["ended"], true);
    let path = format!("/api/v1/tasks/{}/skip", task["number"]);
    app.post(&path, json!({})).await.expect(200);
    assert_eq!(app.advance(&task).await, Value::Null);
}

async fn reopens_exactly(db: TestDb) {
    let app = App::open(db).await;
    let mut before = daily(&app).await;
    app.post(SKIP, json!({})).await.expect(200);
    let next = app.advance(&before).await;
    app.happened().await;
    app.at("2026-11-20T12:30:00Z");
    let open = app
        .call("POST", "/api/v1/tasks/1/reopen")
        .send()
        .await
        .expect(200);
    for changed in ["version", "updated_at", "change"] {
        before[changed] = open[changed].clone();
    }
    assert_eq!(task_of(open), before);
    assert_eq!(
        app.happened().await,
        ["task.deleted.v1", "task.reopened.v1"]
    );
    app.get(&format!("/api/v1/tasks/{}", next["number"]))
        .await
        .refused(404, "not_found");
    // In the trash and back, a skipped one stays skipped.
    app.post(SKIP, json!({})).await.expect(200);
    app.delete("/api/v1/tasks/1").await.expect(200);
    let back = app.call("POST", "/api/v1/tasks/1/restore").send().await;
    assert_eq!(back.expect(200)["status"], "skipped");
}

async fn skipped_ones_are_listed(db: TestDb) {
    let app = App::open(db).await;
    let task = daily(&app).await;
    app.post(SKIP, json!({})).await.expect(200);
    app.advance(&task).await;
    for (status, numbers) in [
        ("skipped", vec![1]),
        ("open", vec![2]),
        ("completed", vec![]),
        ("all", vec![1, 2]),
    ] {
        let page = app
            .get(&format!("/api/v1/tasks?status={status}&sort=number"))
            .await
            .expect(200);
        let seen: Vec<i64> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|task| task["number"].as_i64().unwrap())
            .collect();
        assert_eq!(seen, numbers, "{status}");
    }
}

async fn what_is_done_is_not_skipped_and_the_other_way_round(db: TestDb) {
    let app = App::open(db).await;
    let task = daily(&app).await;
    let key = json!({"occurrence": task["occurrence"]});
    app.post(SKIP, key.clone()).await.expect(200);
    app.post("/api/v1/tasks/1/complete", key.clone())
        .await
        .refused(409, "already_skipped");
    app.advance(&task).await;
    // A late call with the key has no other effect.
    app.post("/api/v1/tasks/2/complete", key)
        .await
        .refused(409, "wrong_occurrence");
    app.post("/api/v1/tasks/2/complete", json!({}))
        .await
        .expect(200);
    app.post("/api/v1/tasks/2/skip", json!({}))
        .await
        .refused(409, "already_completed");
}

async fn what_cannot_be_skipped(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Single"})).await;
    app.task(json!({"title": "Gone", "recurrence": "every day"}))
        .await;
    app.delete("/api/v1/tasks/2").await.expect(200);
    app.happened().await;
    let problem = app
        .post(SKIP, json!({}))
        .await
        .refused(422, "not_recurring");
    assert_eq!(
        problem["hint"],
        "Complete, reschedule or delete it instead."
    );
    app.post("/api/v1/tasks/2/skip", json!({}))
        .await
        .refused(409, "task_deleted");
    app.post("/api/v1/tasks/9/skip", json!({}))
        .await
        .refused(404, "not_found");
    for (body, pointer, code) in [
        (
            json!({"occurrence": "yesterday"}),
            "/occurrence",
            "invalid_occurrence",
        ),
        (json!({"reason": "x".repeat(501)}), "/reason", "too_long"),
        (json!({"reason": "a\u{7}"}), "/reason", "invalid_character"),
        (json!({"raeson": "x"}), "/raeson", "unknown_field"),
    ] {
        let problem = app.post(SKIP, body).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    app.call("POST", SKIP)
        .body("text/plain", "x")
        .send()
        .await
        .refused(415, "unsupported_media_type");
    app.call("POST", SKIP)
        .body("application/json", "{")
        .send()
        .await
        .refused(400, "malformed_json");
    app.anonymous("POST", SKIP)
        .send()
        .await
        .refused(401, "unauthorized");
    let reader = app.token("Ada", &["read"]).await;
    app.call("POST", SKIP)
        .token(&reader)
        .send()
        .await
        .refused(403, "insufficient_scope");
    assert!(app.happened().await.is_empty());
}
