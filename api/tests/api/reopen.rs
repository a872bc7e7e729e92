//! `POST /api/v1/tasks/{task}/reopen`

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, task_of};

both_databases!(
    opens_exactly_what_was_done,
    takes_back_the_untouched_successor,
    the_successor_comes_back_as_itself,
    a_touched_successor_stays,
    a_completed_successor_stays,
    before_the_successor_is_made,
    what_cannot_be_reopened,
);

const REOPEN: &str = "/api/v1/tasks/1/reopen";
const COMPLETE: &str = "/api/v1/tasks/1/complete";

/// A daily task, done, with its successor.
async fn done(app: &App) -> (Value, Value, Value) {
    let task = app
        .task(json!({"title": "Run", "tags": ["health"], "due": "2026-11-20T20:00", "recurrence": {"rrule": "FREQ=DAILY"},
            "reminders": [{"minutes_before": 60}]}))
        .await;
    app.at("2026-11-20T12:10:00Z");
    let done = app.call("POST", COMPLETE).send().await.expect(200);
    app.at("2026-11-20T12:11:00Z");
    let next = app.advance(&done).await;
    assert_eq!(next["number"], 2);
    app.happened().await;
    app.at("2026-11-20T12:20:00Z");
    (task, done, next)
}

async fn opens_exactly_what_was_done(db: TestDb) {
    let app = App::open(db).await;
    let mut task = app
        .task(json!({"title": "Pay rent", "notes": "n", "tags": ["home"], "due": "2026-12-01", "reminders": [{"minutes_before": 60}]}))
        .await;
    app.call("POST", COMPLETE).send().await.expect(200);
    app.happened().await;
    app.at("2026-11-20T12:20:00Z");
    let first = app.call("POST", REOPEN).send().await;
    let open = first.expect(200);
    assert_eq!(first.header("etag"), "\"3\"");
    task["version"] = json!(3);
    task["updated_at"] = json!("2026-11-20T12:20:00Z");
    task["change"] = open["change"].clone();
    assert_eq!(task_of(open), task);
    assert_eq!(
        app.happened().await,
        ["task.reopened.v1", "reminder.scheduled.v1"]
    );
    let again = app.call("POST", REOPEN).send().await;
    again.expect(200);
    again.repeats(&first);
    assert!(app.happened().await.is_empty());
}

async fn takes_back_the_untouched_successor(db: TestDb) {
    let app = App::open(db).await;
    let (task, _, next) = done(&app).await;
    let open = app.call("POST", REOPEN).send().await.expect(200);
    assert_eq!(open["occurrence"], task["occurrence"]);
    assert_eq!(open["reminders"], task["reminders"]);
    let events = app.events().await;
    let kinds: Vec<&Value> = events.iter().map(|event| &event["type"]).collect();
    assert_eq!(
        kinds,
        [
            "task.deleted.v1",
            "task.reopened.v1",
            "reminder.scheduled.v1"
        ]
    );
    assert_eq!(events[0]["subject"], next["id"]);
    assert_eq!(events[0]["data"]["change"], events[1]["data"]["change"]);
    // It is neither open nor in the trash, as if it had never existed.
    app.get("/api/v1/tasks/2").await.refused(404, "not_found");
    let id = next["id"].as_str().unwrap();
    app.get(&format!("/api/v1/tasks/{id}"))
        .await
        .refused(404, "not_found");
    app.call("POST", "/api/v1/tasks/2/restore")
        .send()
        .await
        .refused(404, "not_found");
    let all = app.get("/api/v1/tasks?status=all").await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    app.call("POST", REOPEN).send().await.expect(200);
    assert!(app.happened().await.is_empty());
}

async fn the_successor_comes_back_as_itself(db: TestDb) {
    let app = App::open(db).await;
    let (_, _, next) = done(&app).await;
    for round in 1..=3 {
        app.at(&format!("2026-11-20T13:{round}0:00Z"));
        app.call("POST", REOPEN).send().await.expect(200);
        let done = app.call("POST", COMPLETE).send().await.expect(200);
        app.happened().await;
        app.at(&format!("2026-11-20T13:{round}5:00Z"));
        let back = app.advance(&done).await;
        for same in ["id", "number", "occurrence", "due", "title", "tags"] {
            assert_eq!(back[same], next[same], "{same}");
        }
        assert_eq!(back["status"], "open");
        assert_eq!(back["deleted_at"], Value::Null);
        assert_eq!(back["reminders"], next["reminders"]);
        assert_eq!(
            app.happened().await,
            ["task.restored.v1", "reminder.scheduled.v1"]
        );
        assert_eq!(app.get("/api/v1/tasks/2").await.expect(200), back);
        let found = app.get("/api/v1/tasks?tag=health").await.expect(200);
        assert_eq!(found["items"][0]["number"], 2);
    }
}

async fn a_touched_successor_stays(db: TestDb) {
    let app = App::open(db).await;
    done(&app).await;
    for (body, field) in [
        (json!({"title": "Run far"}), "title"),
        (json!({"title": "Run", "notes": "shoes"}), "notes"),
        (json!({"notes": "", "priority": "low"}), "priority"),
        (json!({"priority": "none", "tags": []}), "tags"),
        (
            json!({"tags": ["health"], "due": "2026-11-22T20:00"}),
            "due",
        ),
        (
            json!({"due": "2026-11-21T20:00", "reminders": []}),
            "reminders",
        ),
        (
            json!({"reminders": [{"minutes_before": 60}], "recurrence": {"rrule": "FREQ=WEEKLY"}}),
            "recurrence",
        ),
    ] {
        app.patch("/api/v1/tasks/2", body.clone()).await.expect(200);
        app.happened().await;
        let problem = app
            .call("POST", REOPEN)
            .send()
            .await
            .refused(409, "successor_changed");
        let detail = problem["detail"].as_str().unwrap();
        let changed =
            format!("Task 2, the next occurrence, was changed after it was created ({field}).");
        let who = " It was changed last through rest at ";
        assert!(detail.starts_with(&(changed + who)), "{body}: {detail}");
        assert!(app.happened().await.is_empty());
    }
    let task = app.get("/api/v1/tasks/1").await.expect(200);
    assert_eq!(task["status"], "completed");
}

async fn a_completed_successor_stays(db: TestDb) {
    let app = App::open(db).await;
    let (_, _, next) = done(&app).await;
    app.call("POST", "/api/v1/tasks/2/complete")
        .send()
        .await
        .expect(200);
    app.happened().await;
    app.call("POST", REOPEN)
        .send()
        .await
        .refused(409, "successor_changed");
    // Nor is the one after that withdrawn instead.
    let third = app.advance(&next).await;
    assert_eq!(third["number"], 3);
    app.happened().await;
    app.call("POST", REOPEN)
        .send()
        .await
        .refused(409, "successor_changed");
    assert!(app.happened().await.is_empty());
    assert_eq!(app.get("/api/v1/tasks/3").await.expect(200), third);
    // Going back step by step works.
    app.call("POST", "/api/v1/tasks/2/reopen")
        .send()
        .await
        .expect(200);
    app.get("/api/v1/tasks/3").await.refused(404, "not_found");
    app.delete("/api/v1/tasks/2").await.expect(200);
    app.call("POST", REOPEN)
        .send()
        .await
        .refused(409, "successor_changed");
}

async fn before_the_successor_is_made(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Run", "due": "2026-11-20", "recurrence": {"rrule": "FREQ=DAILY"}}))
        .await;
    app.call("POST", COMPLETE).send().await.expect(200);
    app.call("POST", REOPEN).send().await.expect(200);
    app.happened().await;
    // The consumer is late.
    assert_eq!(app.advance(&task).await, Value::Null);
    assert!(app.happened().await.is_empty());
}

async fn what_cannot_be_reopened(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x"})).await;
    app.call("POST", COMPLETE).send().await.expect(200);
    app.delete("/api/v1/tasks/1").await.expect(200);
    app.happened().await;
    app.call("POST", REOPEN)
        .send()
        .await
        .refused(409, "task_deleted");
    app.call("POST", "/api/v1/tasks/9/reopen")
        .send()
        .await
        .refused(404, "not_found");
    app.call("POST", "/api/v1/tasks/x/reopen")
        .send()
        .await
        .refused(422, "invalid_task_reference");
    app.anonymous("POST", REOPEN)
        .send()
        .await
        .refused(401, "unauthorized");
    let reader = app.token("Ada", &["read"]).await;
    app.call("POST", REOPEN)
        .token(&reader)
        .send()
        .await
        .refused(403, "insufficient_scope");
    assert!(app.happened().await.is_empty());
}
