//! `GET /api/v1/tasks/{task}`

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    by_number_and_by_id,
    unchanged_answers_nothing,
    unknown_resources,
    a_late_task_is_overdue,
);

async fn by_number_and_by_id(db: TestDb) {
    let app = App::open(db).await;
    let task = app
        .task(json!({"title": "Pay rent", "tags": ["home"]}))
        .await;
    let id = task["id"].as_str().unwrap();
    for reference in ["1", id, &id.to_uppercase()] {
        let reply = app.get(&format!("/api/v1/tasks/{reference}")).await;
        assert_eq!(reply.expect(200), task);
        assert_eq!(reply.header("etag"), "\"1\"");
    }
}

async fn unchanged_answers_nothing(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Pay rent"})).await;
    let known = |etag: &str| {
        app.call("GET", "/api/v1/tasks/1")
            .header("if-none-match", etag)
            .send()
    };
    let reply = known("\"1\"").await;
    reply.expect(304);
    assert!(reply.bytes.is_empty());
    assert_eq!(reply.header("etag"), "\"1\"");
    known("\"2\"").await.expect(200);
}

async fn unknown_resources(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Pay rent"})).await;
    let problem = app.get("/api/v1/tasks/2").await.refused(404, "not_found");
    assert_eq!(problem["detail"], "There is no task number 2.");
    app.get("/api/v1/tasks/00000000-0000-7000-8000-000000000000")
        .await
        .refused(404, "not_found");
    for reference in ["0", "-1", "rent", "99999999999999999999"] {
        let problem = app
            .get(&format!("/api/v1/tasks/{reference}"))
            .await
            .refused(422, "invalid_task_reference");
        assert!(problem["hint"].is_string());
    }
    app.get("/api/v1/tasks/%ff")
        .await
        .refused(400, "malformed_path");
    // Another user's task does not exist either.
    let bob = app.person("Bob").await;
    app.call("GET", "/api/v1/tasks/1")
        .token(&bob.token)
        .send()
        .await
        .refused(404, "not_found");
    app.anonymous("GET", "/api/v1/tasks/1")
        .send()
        .await
        .refused(401, "unauthorized");
    let writer = app.token("Ada", &["write"]).await;
    app.call("GET", "/api/v1/tasks/1")
        .token(&writer)
        .send()
        .await
        .refused(403, "insufficient_scope");
    app.call("PUT", "/api/v1/tasks/1")
        .send()
        .await
        .refused(405, "method_not_allowed");
    app.get("/api/v1/task/1").await.refused(404, "unknown_path");
}

async fn a_late_task_is_overdue(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Timed", "due": "2026-11-20T18:00"}))
        .await;
    app.task(json!({"title": "Dated", "due": "2026-11-20"}))
        .await;
    let overdue = async || {
        let mut late = vec![];
        for number in [1, 2] {
            let task = app
                .get(&format!("/api/v1/tasks/{number}"))
                .await
                .expect(200);
            late.push(task["is_overdue"].as_bool().unwrap());
        }
        late
    };
    assert_eq!(overdue().await, [false, false]);
    app.at("2026-11-20T17:00:01Z");
    assert_eq!(overdue().await, [true, false]);
    // The day ends in Rome, not in Greenwich.
    app.at("2026-11-20T23:00:00Z");
    assert_eq!(overdue().await, [true, true]);
    app.call("POST", "/api/v1/tasks/1/complete")
        .send()
        .await
        .expect(200);
    assert_eq!(overdue().await, [false, true]);
}
