//! `PATCH /api/v1/tasks/{task}`: fields, versions, refusals. What it does to a series is in `patch_series`.

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, task_of};

both_databases!(
    absent_keeps_null_clears_a_value_sets,
    adds_and_takes_off_tags,
    a_patch_that_changes_nothing_leaves_the_version,
    only_the_version_named,
    refuses_what_it_cannot_accept,
    only_an_open_task,
    reminders_keep_their_ids,
    reminders_move_with_the_due_date,
);

async fn full(app: &App) -> Value {
    app.task(json!({"title": "Pay rent", "notes": "by transfer", "priority": "high", "tags": ["home", "money"],
        "due": "2026-12-01T09:00", "reminders": [{"minutes_before": 60}]}))
        .await
}

async fn absent_keeps_null_clears_a_value_sets(db: TestDb) {
    let app = App::open(db).await;
    full(&app).await;
    app.happened().await;
    app.at("2026-11-20T12:05:00Z");
    let reply = app
        .patch("/api/v1/tasks/1", json!({"title": "Pay the rent"}))
        .await;
    let task = reply.expect(200);
    assert_eq!(task["title"], "Pay the rent");
    assert_eq!(task["notes"], "by transfer");
    assert_eq!(task["priority"], "high");
    assert_eq!(task["tags"], json!(["home", "money"]));
    assert_eq!(task["due"], "2026-12-01T09:00");
    assert_eq!(task["version"], 2);
    assert_eq!(task["updated_at"], "2026-11-20T12:05:00Z");
    assert_eq!(task["created_at"], "2026-11-20T12:00:00Z");
    assert_eq!(reply.header("etag"), "\"2\"");
    let task = app
        .call("PATCH", "/api/v1/tasks/1")
        .body(
            "application/merge-patch+json",
            json!({"notes": null, "priority": null, "tags": null, "reminders": null}).to_string(),
        )
        .send()
        .await
        .expect(200);
    assert_eq!(task["notes"], "");
    assert_eq!(task["priority"], "none");
    assert_eq!(task["tags"], json!([]));
    assert_eq!(task["reminders"], json!([]));
    assert_eq!(task["due"], "2026-12-01T09:00");
    let task = app
        .patch("/api/v1/tasks/1", json!({"due": null, "tags": ["new"]}))
        .await
        .expect(200);
    assert_eq!(task["due"], Value::Null);
    assert_eq!(task["tags"], json!(["new"]));
    assert_eq!(task["version"], 4);
    assert_eq!(app.get("/api/v1/tasks/1").await.expect(200), task_of(task));
    assert_eq!(
        app.happened().await,
        [
            "task.updated.v1",
            "task.updated.v1",
            "tag.created.v1",
            "task.updated.v1"
        ]
    );
    // The links by which tasks are found by tag follow.
    let found = app.get("/api/v1/tasks?tag=home").await.expect(200);
    assert_eq!(found["items"], json!([]));
    let found = app.get("/api/v1/tasks?tag=new").await.expect(200);
    assert_eq!(found["items"][0]["number"], 1);
}

async fn adds_and_takes_off_tags(db: TestDb) {
    let app = App::open(db).await;
    full(&app).await;
    let change =
        json!({"add_tags": ["#New", "HOME"], "remove_tags": ["Money", "absent"], "title": "Rent"});
    let task = app
        .patch("/api/v1/tasks/1", change.clone())
        .await
        .expect(200);
    assert_eq!(task["tags"], json!(["home", "New"]));
    assert_eq!(
        (&task["title"], &task["version"]),
        (&json!("Rent"), &json!(2))
    );
    app.happened().await;
    // The same again changes nothing.
    let task = app.patch("/api/v1/tasks/1", change).await.expect(200);
    assert_eq!(task["version"], 2);
    assert!(app.happened().await.is_empty());

    let many: Vec<String> = (0..20).map(|n| format!("t{n}")).collect();
    for (body, code, pointer) in [
        (
            json!({"tags": ["a"], "add_tags": ["b"]}),
            "conflicting_tags",
            "/tags",
        ),
        (
            json!({"tags": null, "remove_tags": []}),
            "conflicting_tags",
            "/tags",
        ),
        (
            json!({"add_tags": ["a", "b"], "remove_tags": ["#B"]}),
            "conflicting_tags",
            "/remove_tags",
        ),
        (json!({"add_tags": ["ok", " "]}), "empty_tag", "/add_tags/1"),
        (
            json!({"remove_tags": ["a,b"]}),
            "invalid_tag",
            "/remove_tags/0",
        ),
        (json!({"add_tags": many}), "too_many_tags", "/add_tags"),
    ] {
        let problem = app.patch("/api/v1/tasks/1", body).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    assert!(app.happened().await.is_empty());
}

async fn a_patch_that_changes_nothing_leaves_the_version(db: TestDb) {
    let app = App::open(db).await;
    let task = full(&app).await;
    app.happened().await;
    app.at("2026-11-20T12:05:00Z");
    for body in [
        json!({}),
        json!({"title": "Pay rent"}),
        json!({"title": "Pay rent", "notes": "by transfer", "priority": "p1", "tags": ["HOME", "Money"],
            "due": "2026-12-01T09:00", "recurrence": null, "reminders": [{"minutes_before": 60}]}),
    ] {
        let reply = app.patch("/api/v1/tasks/1", body).await;
        let same = reply.expect(200);
        assert_eq!(same["changed"], false);
        assert_eq!(task_of(same), task);
        assert_eq!(reply.header("etag"), "\"1\"");
    }
    assert!(app.happened().await.is_empty());
}

async fn only_the_version_named(db: TestDb) {
    let app = App::open(db).await;
    full(&app).await;
    let patch = |version: &str, title: &str| {
        app.call("PATCH", "/api/v1/tasks/1")
            .header("if-match", version)
            .json(&json!({"title": title}))
            .send()
    };
    assert_eq!(patch("\"1\"", "a").await.expect(200)["version"], 2);
    app.happened().await;
    let problem = patch("\"1\"", "b").await.refused(412, "version_mismatch");
    allow_duplicates! { assert_json_snapshot!(problem, @r#"
    {
      "code": "version_mismatch",
      "detail": "The current version is 2.",
      "errors": [
        {
          "detail": "The current version is 2.",
          "pointer": "If-Match"
        }
      ],
      "hint": "Read it again and apply the change to the current version.",
      "status": 412,
      "title": "Precondition Failed",
      "type": "/problems/version-mismatch"
    }
    "#) };
    for broken in ["1", "\"one", "w/\"2\"", "\"1\" \"2\""] {
        patch(broken, "c").await.refused(400, "malformed_if_match");
    }
    assert!(app.happened().await.is_empty());
    assert_eq!(patch("*", "d").await.expect(200)["version"], 3);
    assert_eq!(app.get("/api/v1/tasks/1").await.expect(200)["title"], "d");
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    let before = full(&app).await;
    app.happened().await;
    for (body, pointer, code) in [
        (json!({"tilte": "x"}), "/tilte", "unknown_field"),
        (json!({"status": "completed"}), "/status", "unknown_field"),
        (json!({"title": ""}), "/title", "empty_title"),
        (json!({"notes": "x".repeat(20_001)}), "/notes", "too_long"),
        (json!({"priority": "huge"}), "/priority", "invalid_priority"),
        (json!({"tags": ["a", ""]}), "/tags/1", "empty_tag"),
        (json!({"due": "someday"}), "/due", "invalid_due"),
        (json!({"due": null}), "/reminders/0", "reminder_without_due"),
        (
            json!({"recurrence": {"rrule": "x"}}),
            "/recurrence/rrule",
            "invalid_rule",
        ),
        (
            json!({"reminders": [{"minutes_before": 1, "at": "2026-12-01T09:00"}]}),
            "/reminders/0",
            "invalid_reminder",
        ),
    ] {
        let problem = app
            .patch("/api/v1/tasks/1", body.clone())
            .await
            .refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
        assert!(problem["hint"].is_string(), "{problem}");
    }
    let problem = app
        .patch("/api/v1/tasks/1", json!({"tilte": "x"}))
        .await
        .json();
    assert_eq!(problem["hint"], "Did you mean \"title\"?");
    // A valid field next to an invalid one is not applied either.
    app.patch(
        "/api/v1/tasks/1",
        json!({"title": "good", "tags": ["fresh"], "due": "bad"}),
    )
    .await
    .refused(422, "invalid_due");
    app.patch("/api/v1/tasks/9", json!({"title": "x"}))
        .await
        .refused(404, "not_found");
    app.call("PATCH", "/api/v1/tasks/1")
        .body("text/plain", "{}")
        .send()
        .await
        .refused(415, "unsupported_media_type");
    app.call("PATCH", "/api/v1/tasks/1")
        .body("application/json", "{")
        .send()
        .await
        .refused(400, "malformed_json");
    let reader = app.token("Ada", &["read"]).await;
    app.call("PATCH", "/api/v1/tasks/1")
        .token(&reader)
        .json(&json!({}))
        .send()
        .await
        .refused(403, "insufficient_scope");
    app.anonymous("PATCH", "/api/v1/tasks/1")
        .json(&json!({}))
        .send()
        .await
        .refused(401, "unauthorized");
    assert_eq!(app.get("/api/v1/tasks/1").await.expect(200), before);
    assert!(app.happened().await.is_empty());
}

async fn only_an_open_task(db: TestDb) {
    let app = App::open(db).await;
    full(&app).await;
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    app.happened().await;
    let problem = app
        .patch("/api/v1/tasks/1", json!({"title": "x"}))
        .await
        .refused(409, "task_not_open");
    assert_eq!(problem["detail"], "Task 1 is completed.");
    app.delete("/api/v1/tasks/1").await.expect(200);
    app.happened().await;
    app.patch("/api/v1/tasks/1", json!({"title": "x"}))
        .await
        .refused(409, "task_not_open");
    assert!(app.happened().await.is_empty());
}

async fn reminders_keep_their_ids(db: TestDb) {
    let app = App::open(db).await;
    let before = full(&app).await;
    app.happened().await;
    let task = app
        .patch(
            "/api/v1/tasks/1",
            json!({"reminders": [{"minutes_before": 10}, {"minutes_before": 60}, {"minutes_before": 10}]}),
        )
        .await
        .expect(200);
    assert_eq!(task["reminders"].as_array().unwrap().len(), 2);
    assert_eq!(task["reminders"][1], before["reminders"][0]);
    assert_ne!(task["reminders"][0]["id"], before["reminders"][0]["id"]);
    // Only the new one got a time.
    assert_eq!(
        app.happened().await,
        ["task.updated.v1", "reminder.scheduled.v1"]
    );
}

async fn reminders_move_with_the_due_date(db: TestDb) {
    let app = App::open(db).await;
    let before = full(&app).await;
    app.happened().await;
    let task = app
        .patch("/api/v1/tasks/1", json!({"due": "2026-12-02T09:00"}))
        .await
        .expect(200);
    assert_eq!(task["reminders"][0]["id"], before["reminders"][0]["id"]);
    assert_eq!(task["reminders"][0]["at"], "2026-12-02T07:00:00Z");
    let events = app.events().await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[1]["type"], "reminder.scheduled.v1");
    assert_eq!(events[1]["data"]["reminder"]["at"], "2026-12-02T07:00:00Z");
    // One that would lie in the past is not scheduled.
    app.patch("/api/v1/tasks/1", json!({"due": "2026-11-20T13:30"}))
        .await
        .expect(200);
    assert_eq!(app.happened().await, ["task.updated.v1"]);
}
