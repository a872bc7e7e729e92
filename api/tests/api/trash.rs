//! `DELETE /api/v1/tasks/{task}` and `POST /api/v1/tasks/{task}/restore`

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, task_of};

both_databases!(
    to_the_trash_and_back,
    only_the_version_named,
    a_completed_task_comes_back_completed,
    a_series_has_one_open_task,
    not_beside_another_open_task,
    what_cannot_be_deleted_or_restored,
);

const RESTORE: &str = "/api/v1/tasks/1/restore";

async fn to_the_trash_and_back(db: TestDb) {
    let app = App::open(db).await;
    let mut task = app
        .task(json!({"title": "Pay rent", "tags": ["home"], "due": "2026-12-01", "reminders": [{"minutes_before": 60}]}))
        .await;
    app.happened().await;
    app.at("2026-11-20T12:05:00Z");
    let first = app.delete("/api/v1/tasks/1").await;
    let gone = first.expect(200);
    assert_eq!(gone["status"], "deleted");
    assert_eq!(gone["deleted_at"], "2026-11-20T12:05:00Z");
    assert_eq!(first.header("etag"), "\"2\"");
    assert_eq!(app.happened().await, ["task.deleted.v1"]);
    // It can still be read, and deleting it again is harmless.
    assert_eq!(
        app.get("/api/v1/tasks/1").await.expect(200),
        task_of(gone.clone())
    );
    app.delete("/api/v1/tasks/1").await.repeats(&first);
    assert!(app.happened().await.is_empty());
    app.at("2026-11-20T12:10:00Z");
    let first = app.call("POST", RESTORE).send().await;
    let back = first.expect(200);
    task["version"] = json!(3);
    task["updated_at"] = json!("2026-11-20T12:10:00Z");
    task["change"] = back["change"].clone();
    assert_eq!(task_of(back), task);
    assert_eq!(
        app.happened().await,
        ["task.restored.v1", "reminder.scheduled.v1"]
    );
    let again = app.call("POST", RESTORE).send().await;
    again.repeats(&first);
    assert!(app.happened().await.is_empty());
}

async fn only_the_version_named(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Pay rent"})).await;
    app.happened().await;
    let delete = |version: &str| {
        app.call("DELETE", "/api/v1/tasks/1")
            .header("if-match", version)
            .send()
    };
    delete("\"2\"").await.refused(412, "version_mismatch");
    delete("2").await.refused(400, "malformed_if_match");
    assert!(app.happened().await.is_empty());
    delete("\"1\"").await.expect(200);
}

async fn a_completed_task_comes_back_completed(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Pay rent"})).await;
    let done = app
        .call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    app.delete("/api/v1/tasks/1").await.expect(200);
    let back = app.call("POST", RESTORE).send().await.expect(200);
    assert_eq!(back["status"], "completed");
    assert_eq!(back["completed_at"], done["completed_at"]);
}

async fn a_series_has_one_open_task(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Run", "due": "2026-11-20", "recurrence": {"rrule": "FREQ=DAILY"}}))
        .await;
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    let next = app.advance(&task).await;
    app.delete("/api/v1/tasks/2").await.expect(200);
    // The series pauses while its open task is in the trash: it is not created twice.
    assert!(app.advance(&task).await.is_null());
    app.call("POST", "/api/v1/tasks/2/restore")
        .send()
        .await
        .expect(200);
    // The first one is completed; moved to the trash and back it stays completed, next to the open one.
    app.delete("/api/v1/tasks/1").await.expect(200);
    assert_eq!(
        app.call("POST", RESTORE).send().await.expect(200)["status"],
        "completed"
    );
    let open = app.get("/api/v1/tasks").await.expect(200);
    assert_eq!(open["items"][0]["id"], next["id"]);
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
}

async fn not_beside_another_open_task(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Run", "due": "2026-11-20", "recurrence": {"rrule": "FREQ=DAILY", "anchor": "completion"}}))
        .await;
    // Saturday in Rome, Friday in Greenwich.
    app.at("2026-11-20T23:30:00Z");
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    let next = app.advance(&task).await;
    assert_eq!(next["due"], "2026-11-22");
    app.delete("/api/v1/tasks/2").await.expect(200);
    forget_what_it_follows(&app).await;
    // By the date in Greenwich, the one in the trash is not the successor.
    app.patch("/api/v1/me", json!({"zone": "UTC"}))
        .await
        .expect(200);
    app.call("POST", "/api/v1/tasks/1/reopen")
        .send()
        .await
        .expect(200);
    app.happened().await;
    let problem = app
        .call("POST", "/api/v1/tasks/2/restore")
        .send()
        .await
        .refused(409, "series_has_open_task");
    assert_eq!(problem["detail"], "Task 1 of the same series is open.");
    assert!(app.happened().await.is_empty());
}

/// Turns the second task into one that is older than the column that records its predecessor.
async fn forget_what_it_follows(app: &App) {
    let zone = taskwire_domain::Zone::parse("Europe/Rome").unwrap();
    let mut tx = app.db.begin().await.unwrap();
    let mut task = tx
        .find_task_by_number(app.ada.id(), 2)
        .await
        .unwrap()
        .unwrap();
    task.series.as_mut().unwrap().follows = None;
    task.version += 1;
    tx.update_task(&task, &zone, false).await.unwrap();
    tx.commit().await.unwrap();
}

async fn what_cannot_be_deleted_or_restored(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x"})).await;
    app.happened().await;
    let careful = app.token("Ada", &["read", "write", "no-delete"]).await;
    let bob = app.person("Bob").await;
    for (method, path) in [("DELETE", "/api/v1/tasks"), ("POST", "/api/v1/tasks")] {
        let path = |task: &str| match method {
            "DELETE" => format!("{path}/{task}"),
            _ => format!("{path}/{task}/restore"),
        };
        app.call(method, &path("9"))
            .send()
            .await
            .refused(404, "not_found");
        app.call(method, &path("x"))
            .send()
            .await
            .refused(422, "invalid_task_reference");
        app.call(method, &path("1"))
            .token(&bob.token)
            .send()
            .await
            .refused(404, "not_found");
        app.anonymous(method, &path("1"))
            .send()
            .await
            .refused(401, "unauthorized");
    }
    let problem = app
        .call("DELETE", "/api/v1/tasks/1")
        .token(&careful)
        .send()
        .await
        .refused(403, "insufficient_scope");
    assert_eq!(problem["detail"], "This token is not allowed to delete.");
    app.call("POST", "/api/v1/tasks/1/complete")
        .token(&careful)
        .send()
        .await
        .expect(200);
    assert_eq!(app.happened().await, ["task.completed.v1"]);
}
