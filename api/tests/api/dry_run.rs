//! `dry_run=true`: the same validation and the same response, and nothing is kept.

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::hostile::{create_fixtures, everything, operations, send};
use crate::support::{App, task_of};

both_databases!(
    no_operation_keeps_anything,
    the_response_is_that_of_the_change,
    the_parameter_is_checked,
    names_nothing_that_does_not_exist,
);

async fn no_operation_keeps_anything(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    let mut asked = 0;
    for operation in operations() {
        let what = format!("{} {}", operation.method, operation.template);
        if operation.method == "GET" || what.ends_with("/session") || operation.is_internal() {
            continue;
        }
        let path = operation.path(&fixtures);
        let mut call = app.call(&operation.method, &format!("{path}?dry_run=true"));
        if let Some(body) = operation.body() {
            call = call.json(&body);
        }
        let reply = send(call).await;
        if reply.status.is_success() {
            assert_eq!(reply.header("taskwire-dry-run"), "true", "{what}");
            assert!(!reply.headers.contains_key("taskwire-change"), "{what}");
            asked += 1;
        }
        assert_eq!(everything(&app).await, before, "{what}");
    }
    assert!(asked >= 15, "{asked}");
}

async fn the_response_is_that_of_the_change(db: TestDb) {
    let app = App::open(db).await;
    let body = json!({"title": "Milk", "tags": ["dairy"], "due": "tomorrow"});
    let dry = |key: &str| {
        app.call("POST", "/api/v1/tasks?dry_run=true")
            .header("idempotency-key", key)
            .json(&body)
            .send()
    };
    let seen = dry("one").await;
    let mut seen_task = task_of(seen.expect(201));
    assert!(!seen.headers.contains_key("location"));
    assert!(!seen.headers.contains_key("etag"));
    // A dry run does not use the key up.
    dry("one").await.expect(201);
    let made = app
        .call("POST", "/api/v1/tasks")
        .header("idempotency-key", "one")
        .json(&body)
        .send()
        .await;
    let made = task_of(made.expect(201));
    for field in ["id", "change"] {
        seen_task[field] = made[field].clone();
    }
    assert_eq!(seen_task, made);
    // The same refusals.
    app.post("/api/v1/tasks?dry_run=true", json!({"title": ""}))
        .await
        .refused(422, "empty_title");
    app.call("PATCH", "/api/v1/tasks/1?dry_run=true")
        .header("if-match", "\"7\"")
        .json(&json!({"title": "Oat milk"}))
        .send()
        .await
        .refused(412, "version_mismatch");
    app.call("POST", "/api/v1/tasks/2/complete?dry_run=true")
        .send()
        .await
        .refused(404, "not_found");
}

async fn the_parameter_is_checked(db: TestDb) {
    let app = App::open(db).await;
    let ask = |query: &str| {
        app.call("POST", &format!("/api/v1/tasks?{query}"))
            .json(&json!({"title": "Milk"}))
            .send()
    };
    ask("dry_run=yes").await.refused(422, "invalid_type");
    ask("dry_run").await.refused(422, "invalid_type");
    ask("dry_run=true&dry_run=true")
        .await
        .refused(422, "duplicate_field");
    let problem = ask("dryrun=true").await.refused(422, "unknown_field");
    assert_eq!(problem["hint"], "Did you mean \"dry_run\"?");
    ask("dry%5Frun=true").await.expect(201);
    assert_eq!(
        app.get("/api/v1/tasks").await.expect(200)["items"],
        json!([])
    );
    ask("dry_run=false").await.expect(201);
    assert_eq!(
        app.get("/api/v1/tasks/1").await.expect(200)["title"],
        "Milk"
    );
    // A read has no such parameter.
    app.get("/api/v1/tasks?dry_run=true")
        .await
        .refused(422, "unknown_field");
}

async fn names_nothing_that_does_not_exist(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Milk"})).await;
    let label = json!({"label": "test"});
    let operations = json!({"operations": [{"op": "complete", "task": 1}]});
    let bulk =
        json!({"filter": {"status": "all"}, "expected_count": 1, "change": {"op": "reopen"}});
    for (path, body, field, status) in [
        ("/api/v1/tokens", label.clone(), "token", 201),
        ("/api/v1/invitations", label, "code", 201),
        ("/api/v1/tasks/batch", operations, "change", 200),
        ("/api/v1/tasks/bulk", bulk, "change", 200),
    ] {
        let seen = app
            .post(&format!("{path}?dry_run=true"), body.clone())
            .await;
        let left_out = seen.expect(status).get(field).cloned().unwrap_or_default();
        assert!(left_out.is_null(), "{path}: {left_out}");
        let done = app.post(path, body).await.expect(status);
        assert!(done[field].is_string(), "{path}: {done}");
    }
    let made = app.post("/api/v1/tasks", json!({"title": "Bread"})).await;
    let undo = format!("/api/v1/changes/{}/undo", made.header("taskwire-change"));
    let seen = app.call("POST", &format!("{undo}?dry_run=true")).send();
    assert!(seen.await.expect(200)["change"].is_null());
    let done = app.call("POST", &undo).send().await.expect(200);
    assert!(done["change"].is_string());
}
