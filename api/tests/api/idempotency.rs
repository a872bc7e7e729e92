//! The header `Idempotency-Key`.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, Reply};

both_databases!(
    answers_the_same_bytes,
    every_mutation_knows_it,
    another_body_is_refused,
    the_version_asked_for_is_kept_too,
    a_late_retry_brings_nothing_back,
    a_key_belongs_to_its_user_and_path,
    refusals_are_not_kept,
    refuses_broken_keys,
);

async fn send(app: &App, key: &str, method: &str, path: &str, body: &Value) -> Reply {
    let call = app.call(method, path).header("idempotency-key", key);
    match body {
        Value::Null => call.send().await,
        body => call.json(body).send().await,
    }
}

async fn create(app: &App, key: &str, body: Value) -> Reply {
    send(app, key, "POST", "/api/v1/tasks", &body).await
}

async fn answers_the_same_bytes(db: TestDb) {
    let app = App::open(db).await;
    let body = json!({"title": "Pay rent", "tags": ["new"], "due": "tomorrow"});
    let first = create(&app, "k1", body.clone()).await;
    first.expect(201);
    assert!(!first.headers.contains_key("idempotency-replayed"));
    app.happened().await;
    // Even if the task has changed since, and another day has begun.
    app.patch("/api/v1/tasks/1", json!({"title": "Rent"}))
        .await
        .expect(200);
    app.at("2026-11-21T11:00:00Z");
    app.happened().await;
    let again = create(&app, "k1", body.clone()).await;
    again.expect(201);
    assert_eq!(again.bytes, first.bytes);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!(again.header("content-type"), "application/json");
    assert!(app.happened().await.is_empty());
    let other = create(&app, "k2", body).await.expect(201);
    assert_eq!(other["number"], 2);
}

async fn every_mutation_knows_it(db: TestDb) {
    let app = App::open(db).await;
    for (method, path, body) in [
        ("POST", "/api/v1/tasks", json!({"title": "x"})),
        ("POST", "/api/v1/tasks/quick", json!({"text": "y tomorrow"})),
        ("PATCH", "/api/v1/tasks/1", json!({"title": "z"})),
        ("POST", "/api/v1/tasks/1/complete", Value::Null),
        ("POST", "/api/v1/tasks/1/reopen", Value::Null),
        ("DELETE", "/api/v1/tasks/1", Value::Null),
        ("POST", "/api/v1/tasks/1/restore", Value::Null),
        ("POST", "/api/v1/tags", json!({"name": "garden"})),
        ("PATCH", "/api/v1/me", json!({"zone": "Asia/Tokyo"})),
    ] {
        let first = send(&app, "k", method, path, &body).await;
        assert!(
            first.status.is_success(),
            "{method} {path}: {}",
            first.text()
        );
        app.happened().await;
        let again = send(&app, "k", method, path, &body).await;
        assert_eq!(again.status, first.status, "{method} {path}");
        assert_eq!(again.bytes, first.bytes, "{method} {path}");
        assert_eq!(
            again.headers.get("etag"),
            first.headers.get("etag"),
            "{method} {path}"
        );
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert!(app.happened().await.is_empty(), "{method} {path}");
    }
}

async fn another_body_is_refused(db: TestDb) {
    let app = App::open(db).await;
    create(&app, "k", json!({"title": "x"})).await.expect(201);
    app.happened().await;
    let problem = create(&app, "k", json!({"title": "y"}))
        .await
        .refused(422, "idempotency_key_reused");
    assert_eq!(problem["errors"][0]["pointer"], "Idempotency-Key");
    assert!(app.happened().await.is_empty());
    // The first response is still stored.
    let again = create(&app, "k", json!({"title": "x"})).await;
    assert_eq!(again.expect(201)["number"], 1);
}

async fn the_version_asked_for_is_kept_too(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x"})).await;
    let patch = async |version: Option<&str>| {
        let mut call = app
            .call("PATCH", "/api/v1/tasks/1")
            .header("idempotency-key", "k");
        if let Some(version) = version {
            call = call.header("if-match", version);
        }
        call.json(&json!({"title": "y"})).send().await
    };
    let first = patch(Some("\"1\"")).await;
    first.expect(200);
    app.happened().await;
    // The version has changed by now, but this request has already been done.
    let again = patch(Some("\"1\"")).await;
    again.expect(200);
    assert_eq!(again.bytes, first.bytes);
    for other in [Some("\"2\""), None] {
        patch(other).await.refused(422, "idempotency_key_reused");
    }
    assert!(app.happened().await.is_empty());
}

async fn a_late_retry_brings_nothing_back(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x", "tags": ["old"]})).await;
    let change = json!({"add_tags": ["new"], "remove_tags": ["old"]});
    let first = send(&app, "k", "PATCH", "/api/v1/tasks/1", &change).await;
    assert_eq!(first.expect(200)["tags"], json!(["new"]));
    app.patch("/api/v1/tasks/1", json!({"tags": ["old"]}))
        .await
        .expect(200);
    app.happened().await;
    let again = send(&app, "k", "PATCH", "/api/v1/tasks/1", &change).await;
    assert_eq!(again.bytes, first.bytes);
    assert!(app.happened().await.is_empty());
    assert_eq!(
        app.get("/api/v1/tasks/1").await.expect(200)["tags"],
        json!(["old"])
    );
}

async fn a_key_belongs_to_its_user_and_path(db: TestDb) {
    let app = App::open(db).await;
    create(&app, "k", json!({"title": "x"})).await.expect(201);
    create(&app, "k2", json!({"title": "x"})).await.expect(201);
    for number in [1, 2] {
        let path = format!("/api/v1/tasks/{number}/complete");
        let done = send(&app, "k", "POST", &path, &Value::Null)
            .await
            .expect(200);
        assert_eq!(done["number"], number);
    }
    let bob = app.person("Bob").await;
    let reply = app
        .call("POST", "/api/v1/tasks")
        .token(&bob.token)
        .header("idempotency-key", "k")
        .json(&json!({"title": "of Bob"}))
        .send()
        .await;
    assert_eq!(reply.expect(201)["title"], "of Bob");
}

async fn refusals_are_not_kept(db: TestDb) {
    let app = App::open(db).await;
    create(&app, "k", json!({"title": ""}))
        .await
        .refused(422, "empty_title");
    assert_eq!(
        create(&app, "k", json!({"title": "x"})).await.expect(201)["number"],
        1
    );
    let complete = async || send(&app, "k", "POST", "/api/v1/tasks/1/complete", &Value::Null).await;
    app.delete("/api/v1/tasks/1").await.expect(200);
    complete().await.refused(409, "task_deleted");
    app.call("POST", "/api/v1/tasks/1/restore")
        .send()
        .await
        .expect(200);
    let reply = complete().await;
    assert_eq!(reply.expect(200)["status"], "completed");
    assert!(!reply.headers.contains_key("idempotency-replayed"));
}

async fn refuses_broken_keys(db: TestDb) {
    let app = App::open(db).await;
    for key in ["", "a\ttab", &"k".repeat(256)] {
        create(&app, key, json!({"title": "x"}))
            .await
            .refused(400, "malformed_idempotency_key");
    }
    app.call("POST", "/api/v1/tasks")
        .header("idempotency-key", "é")
        .json(&json!({"title": "x"}))
        .send()
        .await
        .refused(400, "malformed_idempotency_key");
    assert!(app.happened().await.is_empty());
    create(&app, &"k".repeat(255), json!({"title": "x"}))
        .await
        .expect(201);
}
