//! A request that changes nothing does not look like a change.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    the_second_time_changes_nothing,
    the_open_occurrence_is_named,
    the_same_key_answers_what_the_first_answered,
    a_change_of_nothing,
);

async fn daily(app: &App) -> Value {
    app.task(json!({"title": "Pills", "due": "2026-11-20", "recurrence": {"rrule": "FREQ=DAILY"}}))
        .await
}

async fn the_second_time_changes_nothing(db: TestDb) {
    let app = App::open(db).await;
    daily(&app).await;
    for (method, path) in [
        ("POST", "/api/v1/tasks/1/complete"),
        ("POST", "/api/v1/tasks/1/reopen"),
        ("POST", "/api/v1/tasks/1/skip"),
        ("DELETE", "/api/v1/tasks/1"),
        ("POST", "/api/v1/tasks/1/restore"),
    ] {
        let first = app.call(method, path).send().await;
        assert_eq!(first.expect(200)["changed"], true, "{path}");
        app.happened().await;
        app.clock.advance(jiff::SignedDuration::from_secs(60));
        let again = app.call(method, path).send().await;
        assert_eq!(again.expect(200)["changed"], false, "{path}");
        again.repeats(&first);
        assert_eq!(again.header("etag"), first.header("etag"));
        assert!(app.happened().await.is_empty(), "{path}");
    }
}

async fn the_open_occurrence_is_named(db: TestDb) {
    let app = App::open(db).await;
    for (action, status) in [("skip", "skipped"), ("complete", "completed")] {
        let task = daily(&app).await;
        let path = format!("/api/v1/tasks/{}/{action}", task["number"]);
        let ended = app.call("POST", &path).send().await.expect(200);
        assert_eq!(ended.get("open"), None);
        let next = app.advance(&ended).await;
        let open = json!({"number": next["number"], "occurrence": "0/2026-11-21", "due": "2026-11-21",
            "due_weekday": "Saturday"});
        let again = app.call("POST", &path).send().await.expect(200);
        assert_eq!(again["status"], status);
        assert_eq!(again["changed"], false);
        assert_eq!(again["open"], open);
        // The same through the task that is open, with the key of the one before.
        let path = format!("/api/v1/tasks/{}/{action}", next["number"]);
        let late = app
            .post(&path, json!({"occurrence": task["occurrence"]}))
            .await
            .expect(200);
        assert_eq!(late["number"], task["number"]);
        assert_eq!(late["changed"], false);
        assert_eq!(late["open"], open);
    }
}

async fn the_same_key_answers_what_the_first_answered(db: TestDb) {
    let app = App::open(db).await;
    daily(&app).await;
    let send = |key: &'static str| {
        app.call("POST", "/api/v1/tasks/1/skip")
            .header("idempotency-key", key)
            .send()
    };
    let first = send("a").await;
    assert_eq!(first.expect(200)["changed"], true);
    let second = send("b").await;
    assert_eq!(second.expect(200)["changed"], false);
    app.post("/api/v1/tasks/1/reopen", json!({}))
        .await
        .expect(200);
    assert_eq!(send("a").await.bytes, first.bytes);
    assert_eq!(send("b").await.bytes, second.bytes);
    assert_eq!(
        app.get("/api/v1/tasks/1").await.expect(200)["status"],
        "open"
    );
}

async fn a_change_of_nothing(db: TestDb) {
    let app = App::open(db).await;
    daily(&app).await;
    app.happened().await;
    for (method, path, body) in [
        ("PATCH", "/api/v1/tasks/1", json!({"title": "Pills"})),
        ("PATCH", "/api/v1/tasks/1", json!({})),
        (
            "POST",
            "/api/v1/tasks/1/reschedule",
            json!({"due": "2026-11-20"}),
        ),
    ] {
        let same = app.call(method, path).json(&body).send().await.expect(200);
        assert_eq!(same["changed"], false, "{path} {body}");
        assert_eq!(same["version"], 1);
        assert!(app.happened().await.is_empty());
    }
    let other = app
        .patch("/api/v1/tasks/1", json!({"title": "Walk"}))
        .await
        .expect(200);
    assert_eq!(other["changed"], true);
}
