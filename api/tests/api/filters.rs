//! `/api/v1/filters`

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    a_filter_is_saved_changed_and_deleted,
    a_change_may_depend_on_a_version,
    a_name_is_there_once,
    a_filter_is_checked_before_it_is_saved,
    a_repeated_request_saves_once,
);

pub(crate) const FILTERS: &str = "/api/v1/filters";

pub(crate) async fn save(app: &App, name: &str, filter: &str) -> Value {
    let saved = app.post(FILTERS, json!({"name": name, "filter": filter}));
    saved.await.expect(201)
}

pub(crate) fn path(filter: &Value) -> String {
    format!("{FILTERS}/{}", filter["id"].as_str().unwrap())
}

async fn names(app: &App) -> Vec<String> {
    let all = app.get(FILTERS).await.expect(200);
    let all = all["items"].as_array().unwrap();
    let name = |filter: &Value| filter["name"].as_str().unwrap().to_owned();
    all.iter().map(name).collect()
}

async fn a_filter_is_saved_changed_and_deleted(db: TestDb) {
    let app = App::open(db).await;
    app.happened().await;
    let made = app
        .post(
            FILTERS,
            json!({"name": " @Work ", "filter": " today & #work "}),
        )
        .await;
    let filter = made.expect(201);
    assert_eq!(made.header("location"), path(&filter));
    assert_eq!(made.header("etag"), "\"1\"");
    assert_eq!(filter["name"], "Work");
    assert_eq!(filter["filter"], "today & #work");
    assert_eq!(filter["version"], 1);
    assert_eq!(app.get(&path(&filter)).await.expect(200), filter);
    save(&app, "all", "p1").await;
    save(&app, "zoo", "p2").await;
    assert_eq!(names(&app).await, ["all", "Work", "zoo"]);
    app.clock.advance(jiff::SignedDuration::from_secs(60));
    let changed = app.patch(&path(&filter), json!({"name": "work"})).await;
    let changed = changed.expect(200);
    assert_eq!(
        (&changed["name"], &changed["filter"], &changed["version"]),
        (&json!("work"), &json!("today & #work"), &json!(2))
    );
    assert_eq!(changed["created_at"], filter["created_at"]);
    assert_ne!(changed["updated_at"], filter["updated_at"]);
    // A patch of nothing leaves it as it is.
    for nothing in [
        json!({}),
        json!({"name": "work", "filter": "today & #work"}),
    ] {
        let same = app.patch(&path(&filter), nothing).await.expect(200);
        assert_eq!(same, changed);
    }
    app.delete(&path(&filter)).await.expect(204);
    assert_eq!(names(&app).await, ["all", "zoo"]);
    for method in ["GET", "DELETE"] {
        let gone = app.call(method, &path(&filter)).send().await;
        gone.refused(404, "not_found");
    }
    app.patch(&path(&filter), json!({"name": "x"}))
        .await
        .refused(404, "not_found");
    assert!(app.happened().await.is_empty());
}

async fn a_change_may_depend_on_a_version(db: TestDb) {
    let app = App::open(db).await;
    let filter = save(&app, "work", "#work").await;
    let path = path(&filter);
    let call = |method: &str, body: Option<Value>| {
        let call = app.call(method, &path);
        match body {
            Some(body) => call.json(&body),
            None => call,
        }
    };
    let new = || Some(json!({"filter": "#home | #work"}));
    app.post("/api/v1/tags", json!({"name": "home"}))
        .await
        .expect(201);
    let stale = call("PATCH", new())
        .header("if-match", "\"7\"")
        .send()
        .await;
    stale.refused(412, "version_mismatch");
    for (method, body) in [("PATCH", new()), ("DELETE", None)] {
        let strict = call(method, body).header("prefer", "strict").send().await;
        strict.refused(428, "precondition_required");
    }
    let done = call("PATCH", new())
        .header("if-match", "\"1\"")
        .send()
        .await;
    done.expect(200);
    assert_eq!(done.header("etag"), "\"2\"");
    let same = call("GET", None)
        .header("if-none-match", "\"2\"")
        .send()
        .await;
    same.expect(304);
    let stale = call("DELETE", None)
        .header("if-match", "\"1\"")
        .send()
        .await;
    stale.refused(412, "version_mismatch");
    let list = app.get(FILTERS).await;
    let etag = list.header("etag").to_owned();
    let again = app.call("GET", FILTERS).header("if-none-match", &etag);
    again.send().await.expect(304);
    let gone = call("DELETE", None)
        .header("if-match", "\"2\"")
        .send()
        .await;
    gone.expect(204);
    // One that is created has no version to depend on.
    let create = app
        .call("POST", FILTERS)
        .header("if-match", "\"1\"")
        .json(&json!({"name": "a", "filter": "p1"}));
    create.send().await.refused(412, "no_version");
    assert!(names(&app).await.is_empty());
}

async fn a_name_is_there_once(db: TestDb) {
    let app = App::open(db).await;
    let work = save(&app, "Ärger", "p1").await;
    let other = save(&app, "other", "p2").await;
    let taken = app
        .post(FILTERS, json!({"name": "äRGER", "filter": "p3"}))
        .await;
    let problem = taken.refused(409, "filter_exists");
    let hint = problem["hint"].as_str().unwrap();
    assert!(hint.contains(work["id"].as_str().unwrap()), "{hint}");
    let taken = app.patch(&path(&other), json!({"name": "ärger"})).await;
    taken.refused(409, "filter_exists");
    // Its own name in another case is no other name.
    let renamed = app.patch(&path(&work), json!({"name": "ärger"})).await;
    assert_eq!(renamed.expect(200)["name"], "ärger");
    app.delete(&path(&work)).await.expect(204);
    save(&app, "ÄRGER", "p3").await;
    for n in 2..100 {
        save(&app, &format!("filter {n}"), "p1").await;
    }
    let many = app
        .post(FILTERS, json!({"name": "one more", "filter": "p1"}))
        .await;
    many.refused(409, "too_many_filters");
    app.delete(&path(&other)).await.expect(204);
    save(&app, "one more", "p1").await;
}

async fn a_filter_is_checked_before_it_is_saved(db: TestDb) {
    let app = App::open(db).await;
    let filter = save(&app, "good", "p1").await;
    let long = "p1 | ".repeat(201);
    for (name, expression, pointer, code, detail) in [
        ("", "p1", "/name", "empty_name", "empty"),
        ("@", "p1", "/name", "empty_name", "empty"),
        ("a & b", "p1", "/name", "invalid_name", "&"),
        ("a\u{1b}", "p1", "/name", "invalid_character", "U+001B"),
        (&"ü".repeat(51), "p1", "/name", "too_long", "51"),
        ("a", "", "/filter", "invalid_filter", "Column 1: "),
        (
            "a",
            "  p1 & dew:today",
            "/filter",
            "invalid_filter",
            "Column 8: ",
        ),
        (
            "a",
            "p1 & @good",
            "/filter",
            "invalid_filter",
            "Column 6: A saved filter cannot use",
        ),
        ("a", "#nowhere", "/filter", "unknown_tag", "nowhere"),
        ("a", &long, "/filter", "invalid_filter", "too long"),
        (
            "a",
            "\"\u{202E}\"",
            "/filter",
            "invalid_filter",
            "Column 2: ",
        ),
    ] {
        let body = json!({"name": name, "filter": expression});
        for refused in [
            app.post(FILTERS, body.clone()).await,
            app.patch(&path(&filter), body.clone()).await,
        ] {
            let problem = refused.refused(422, code);
            let error = &problem["errors"][0];
            assert_eq!(error["pointer"], pointer, "{body}");
            let said = error["detail"].as_str().unwrap();
            assert!(said.contains(detail), "{body}: {said}");
        }
    }
    // All mistakes at once.
    let both = app.post(FILTERS, json!({"name": "", "filter": "("})).await;
    let problem = both.refused(422, "empty_name");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2);
    app.patch(&path(&filter), json!({"name": null}))
        .await
        .refused(422, "not_nullable");
    assert_eq!(app.get(&path(&filter)).await.expect(200), filter);
    assert_eq!(names(&app).await, ["good"]);
}

async fn a_repeated_request_saves_once(db: TestDb) {
    let app = App::open(db).await;
    let create = || {
        app.call("POST", FILTERS)
            .header("idempotency-key", "one")
            .json(&json!({"name": "work", "filter": "p1"}))
    };
    let first = create().send().await;
    let filter = first.expect(201);
    let again = create().send().await;
    assert_eq!(again.expect(201), filter);
    assert_eq!(again.header("idempotency-replayed"), "true");
    let other = app
        .call("POST", FILTERS)
        .header("idempotency-key", "one")
        .json(&json!({"name": "work", "filter": "p2"}));
    other.send().await.refused(422, "idempotency_key_reused");
    let delete = || {
        app.call("DELETE", &path(&filter))
            .header("idempotency-key", "two")
    };
    delete().send().await.expect(204);
    let again = delete().send().await;
    again.expect(204);
    assert_eq!(again.header("idempotency-replayed"), "true");
    let dry = app
        .post(
            &format!("{FILTERS}?dry_run=true"),
            json!({"name": "dry", "filter": "p1"}),
        )
        .await;
    dry.expect(201);
    assert!(names(&app).await.is_empty());
}
