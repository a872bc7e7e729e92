//! `POST /api/v1/tasks/batch` and `/bulk`.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, Reply, task_of};

both_databases!(
    every_operation_in_one_batch,
    all_or_nothing,
    each_for_itself,
    a_batch_is_undone_as_a_whole,
    a_batch_is_repeated_under_its_key,
    what_a_batch_refuses,
    a_bulk_change_by_filter,
    a_bulk_change_is_all_or_nothing,
    what_a_bulk_change_refuses,
    without_the_right_to_delete,
);

const BATCH: &str = "/api/v1/tasks/batch";
const BULK: &str = "/api/v1/tasks/bulk";

async fn batch(app: &App, operations: Value) -> Reply {
    app.post(BATCH, json!({"operations": operations})).await
}

/// Five tasks: single ones, and a daily one with the number 5.
async fn tasks(app: &App) {
    for title in ["Milk", "Bread", "Tea", "Rice"] {
        app.task(json!({"title": title, "tags": ["food"]})).await;
    }
    app.task(json!({"title": "Water", "due": "2026-11-20", "recurrence": {"text": "every day"}}))
        .await;
    app.happened().await;
}

fn statuses(reply: &Value) -> Vec<u64> {
    let results = reply["results"].as_array().unwrap().iter();
    results
        .map(|result| result["status"].as_u64().unwrap())
        .collect()
}

async fn everything(app: &App) -> Value {
    let mut all = app.get("/api/v1/tasks?status=all").await.expect(200);
    for task in all["items"].as_array_mut().unwrap() {
        for field in ["version", "updated_at", "change"] {
            task[field] = Value::Null;
        }
    }
    let tags = app.get("/api/v1/tags").await.expect(200);
    json!([all, tags])
}

fn all_operations() -> Value {
    json!([
        {"op": "create", "body": {"title": "Oats", "tags": ["breakfast"]}},
        {"op": "patch", "task": 1, "expected_version": 1, "body": {"priority": "high"}},
        {"op": "complete", "task": "2"},
        {"op": "reopen", "task": 2},
        {"op": "skip", "task": 5, "body": {"reason": "Away"}},
        {"op": "reschedule", "task": 3, "body": {"due": "tomorrow"}},
        {"op": "delete", "task": 4},
        {"op": "restore", "task": 4, "body": {}},
        {"op": "complete", "task": 6},
    ])
}

async fn every_operation_in_one_batch(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let reply = batch(&app, all_operations()).await;
    let done = reply.expect(200);
    assert_eq!(
        statuses(&done),
        [201, 200, 200, 200, 200, 200, 200, 200, 200]
    );
    assert_eq!(done["succeeded"], 9);
    assert_eq!(done["failed"], 0);
    assert_eq!(done["change"], reply.header("taskwire-change"));
    for (index, result) in done["results"].as_array().unwrap().iter().enumerate() {
        assert_eq!(result["index"], index);
        assert_eq!(result["task"]["change"], done["change"]);
    }
    assert_eq!(done["results"][0]["task"]["number"], 6);
    let events = app.events().await;
    assert!(
        events
            .iter()
            .all(|event| event["data"]["change"] == done["change"])
    );
    let change = app.get("/api/v1/changes?limit=1").await.expect(200);
    assert_eq!(change["items"][0]["kind"], "batch");
    assert_eq!(change["items"][0]["task_count"], 6);
}

async fn all_or_nothing(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let before = everything(&app).await;
    let reply = batch(
        &app,
        json!([
            {"op": "create", "body": {"title": "Oats", "tags": ["breakfast"]}},
            {"op": "patch", "task": 1, "body": {"title": "", "priority": "whenever"}},
            {"op": "complete", "task": 77},
            {"op": "patch", "task": 2, "expected_version": 9, "body": {"title": "x"}},
            {"op": "complete", "task": 3},
        ]),
    )
    .await;
    let problem = reply.refused(422, "operation_failed");
    let pointers: Vec<&Value> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["pointer"])
        .collect();
    assert_eq!(
        pointers,
        [
            "/operations/1/body/title",
            "/operations/1/body/priority",
            "/operations/2",
            "/operations/3/expected_version",
        ]
    );
    assert_eq!(everything(&app).await, before);
    assert!(app.happened().await.is_empty());
}

async fn each_for_itself(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let body = json!({"atomic": false, "operations": [
        {"op": "create", "body": {"title": "Oats", "tags": ["breakfast"], "expected_weekday": "friday", "due": "2026-12-01"}},
        {"op": "complete", "task": 1},
        {"op": "complete", "task": 77},
        {"op": "patch", "task": 2, "body": {"titel": "x"}},
        {"op": "patch", "task": 2, "expected_version": 9, "body": {"title": "x"}},
        {"op": "patch", "task": 2, "body": {"add_tags": ["bakery"]}},
        {"op": "patch", "task": 1, "body": {"title": "x"}},
        {"op": "create", "body": {"title": "Oats"}},
    ]});
    let done = app.post(BATCH, body).await.expect(200);
    assert_eq!(statuses(&done), [422, 200, 404, 422, 412, 200, 409, 201]);
    assert_eq!(
        (&done["succeeded"], &done["failed"]),
        (&json!(3), &json!(5))
    );
    assert_eq!(
        done["results"][3]["problem"]["errors"][0]["pointer"],
        "/body/titel"
    );
    assert_eq!(done["results"][0]["problem"]["code"], "weekday_mismatch");
    // What failed left nothing: no tag, no number, no event.
    let tags = app.get("/api/v1/tags").await;
    assert!(!tags.text().contains("breakfast") && tags.text().contains("bakery"));
    assert_eq!(done["results"][7]["task"]["number"], 6);
    assert_eq!(
        app.happened().await,
        [
            "task.completed.v1",
            "tag.created.v1",
            "task.updated.v1",
            "task.created.v1"
        ]
    );
    // Nothing but failures is no change.
    let body = json!({"atomic": false, "operations": [{"op": "complete", "task": 77}]});
    let reply = app.post(BATCH, body).await;
    assert_eq!(reply.expect(200)["change"], Value::Null);
    assert!(!reply.headers.contains_key("taskwire-change"));
}

async fn a_batch_is_undone_as_a_whole(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let before = everything(&app).await;
    let done = batch(&app, all_operations()).await.expect(200);
    let skipped = task_of(done["results"][4]["task"].clone());
    app.advance(&skipped).await;
    let after = everything(&app).await;
    let undo = |change: String| {
        let path = format!("/api/v1/changes/{change}/undo");
        let app = &app;
        async move { app.call("POST", &path).send().await }
    };
    let undone = undo(done["change"].as_str().unwrap().into()).await;
    assert_eq!(undone.expect(200)["removed"].as_array().unwrap().len(), 1);
    assert_eq!(everything(&app).await, before);
    let redone = undo(undone.header("taskwire-change").into()).await;
    redone.expect(200);
    assert_eq!(everything(&app).await, after);
    // One task that was changed since stops all of it.
    app.patch("/api/v1/tasks/1", json!({"priority": "low"}))
        .await
        .expect(200);
    app.patch("/api/v1/tasks/3", json!({"due": null}))
        .await
        .expect(200);
    let between = everything(&app).await;
    let refused = undo(redone.header("taskwire-change").into()).await;
    let problem = refused.refused(409, "changed_since");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2);
    assert_eq!(everything(&app).await, between);
}

async fn a_batch_is_repeated_under_its_key(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let ask = |title: &str| {
        app.call("POST", BATCH)
            .header("idempotency-key", "one")
            .json(&json!({"operations": [{"op": "create", "body": {"title": title}}]}))
            .send()
    };
    let first = ask("Oats").await;
    let again = ask("Oats").await;
    assert_eq!(first.expect(200), again.expect(200));
    assert_eq!(again.header("idempotency-replayed"), "true");
    ask("Nuts").await.refused(422, "idempotency_key_reused");
}

async fn what_a_batch_refuses(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    batch(&app, json!([])).await.refused(422, "invalid_length");
    let many: Vec<Value> = (0..101)
        .map(|_| json!({"op": "complete", "task": 1}))
        .collect();
    batch(&app, json!(many))
        .await
        .refused(422, "invalid_length");
    for (operation, pointer) in [
        (json!({"op": "toggle", "task": 1}), "/op"),
        (json!({"op": "complete"}), "/task"),
        (json!({"op": "complete", "task": 1.5}), "/task"),
        (json!({"op": "complete", "task": "one"}), "/task"),
        (json!({"op": "patch", "task": 1}), "/body"),
        (
            json!({"op": "delete", "task": 1, "body": {"why": 1}}),
            "/body/why",
        ),
        (
            json!({"op": "create", "task": 1, "body": {"title": "x"}}),
            "/task",
        ),
        (json!({"op": "create", "body": []}), "/body"),
    ] {
        let what = operation.to_string();
        let problem = batch(&app, json!([operation]))
            .await
            .refused(422, "operation_failed");
        let pointer = format!("/operations/0{pointer}");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{what}");
    }
    let twice =
        "{\"operations\": [{\"op\": \"create\", \"body\": {\"title\": \"a\", \"title\": \"b\"}}]}";
    let reply = app.call("POST", BATCH).body("application/json", twice);
    let problem = reply.send().await.refused(422, "operation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/operations/0/body/title");
    assert!(app.happened().await.is_empty());
}

async fn a_bulk_change_by_filter(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let before = everything(&app).await;
    let mut body = json!({"filter": {"tag": "food"},
        "change": {"op": "patch", "body": {"priority": "high"}}});
    app.post(BULK, body.clone())
        .await
        .refused(422, "missing_count");
    let seen = app
        .post(&format!("{BULK}?dry_run=true"), body.clone())
        .await;
    assert_eq!(seen.expect(200)["matched"], 4);
    assert_eq!(everything(&app).await, before);
    body["expected_count"] = json!(5);
    let problem = app
        .post(BULK, body.clone())
        .await
        .refused(409, "count_mismatch");
    assert_eq!(
        problem["detail"],
        "The filter finds 4 tasks, not 5. Nothing was changed."
    );
    body["expected_count"] = json!(4);
    app.patch("/api/v1/tasks/2", json!({"priority": "high"}))
        .await
        .expect(200);
    let before = everything(&app).await;
    let reply = app.post(BULK, body).await;
    let done = reply.expect(200);
    assert_eq!(done["matched"], 4);
    assert_eq!(done["changed"], 3);
    assert_eq!(done["change"], reply.header("taskwire-change"));
    let found = app.get("/api/v1/tasks?priority=high").await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 4);
    let undo = format!("/api/v1/changes/{}/undo", done["change"].as_str().unwrap());
    app.call("POST", &undo).send().await.expect(200);
    assert_eq!(everything(&app).await, before);
    // More than a page.
    for chunk in 0..3 {
        let many: Vec<Value> = (0..90)
            .map(|n| json!({"op": "create", "body": {"title": format!("{chunk} {n}"), "tags": ["many"]}}))
            .collect();
        batch(&app, json!(many)).await.expect(200);
    }
    let body =
        json!({"filter": {"tag": "many"}, "change": {"op": "delete"}, "expected_count": 270});
    assert_eq!(app.post(BULK, body).await.expect(200)["changed"], 270);
}

async fn a_bulk_change_is_all_or_nothing(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    app.call("POST", "/api/v1/tasks/2/complete")
        .send()
        .await
        .expect(200);
    let before = everything(&app).await;
    let body = json!({"filter": {"status": "all", "tag": "food"}, "expected_count": 4,
        "change": {"op": "patch", "body": {"title": "Food"}}});
    let problem = app.post(BULK, body).await.refused(422, "operation_failed");
    assert_eq!(
        problem["detail"],
        "Task 2: Task 2 is completed. Nothing was changed."
    );
    assert_eq!(everything(&app).await, before);
}

async fn what_a_bulk_change_refuses(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    for (filter, change, pointer) in [
        (
            json!({"limit": 1}),
            json!({"op": "delete"}),
            "/filter/limit",
        ),
        (json!({"tags": 1}), json!({"op": "delete"}), "/filter/tags"),
        (
            json!({"status": "gone"}),
            json!({"op": "delete"}),
            "/filter/status",
        ),
        (
            json!({"tag": "none"}),
            json!({"op": "delete"}),
            "/filter/tag",
        ),
        (json!({}), json!({"op": "create"}), "/change/op"),
        (json!({}), json!({"op": "patch"}), "/change/body"),
        (
            json!({}),
            json!({"op": "patch", "body": {"titel": "x"}}),
            "/change/body/titel",
        ),
        (
            json!({}),
            json!({"op": "patch", "body": {"title": ""}}),
            "/change/body/title",
        ),
    ] {
        let body = json!({"filter": filter, "change": change, "expected_count": 5});
        let what = body.to_string();
        let reply = app.post(BULK, body).await;
        let problem = reply.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{what} {problem}");
    }
    assert!(app.happened().await.is_empty());
}

async fn without_the_right_to_delete(db: TestDb) {
    let app = App::open(db).await;
    tasks(&app).await;
    let careful = app.token("Ada", &["read", "write", "no-delete"]).await;
    let ask = |path: &str, body: Value| app.call("POST", path).token(&careful).json(&body).send();
    let operations = json!([{"op": "complete", "task": 1}, {"op": "delete", "task": 2}]);
    let body = json!({"operations": operations, "atomic": false});
    let done = ask(BATCH, body).await.expect(200);
    assert_eq!(statuses(&done), [200, 403]);
    let body = json!({"filter": {}, "change": {"op": "delete"}, "expected_count": 4});
    ask(BULK, body).await.refused(403, "insufficient_scope");
}
