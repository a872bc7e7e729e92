//! `Prefer: strict`, lists that stay the same, and the viewer of the contract.

use serde_json::json;
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, Call};

both_databases!(
    a_strict_change_names_a_version,
    strict_concerns_nothing_without_a_version,
    a_list_that_stays_the_same_is_not_sent_again,
    a_long_list_is_compressed,
    the_viewer_loads_nothing_from_elsewhere,
);

fn strict(app: &App, method: &str, path: &str) -> Call {
    app.call(method, path).header("prefer", "wait=5, strict")
}

async fn a_strict_change_names_a_version(db: TestDb) {
    let app = App::open(db).await;
    let task = app.task(json!({"title": "Milk"})).await;
    app.happened().await;
    for (path, body) in [
        ("/api/v1/tasks/1", json!({"title": "Oat milk"})),
        ("/api/v1/me", json!({"theme": "dark"})),
    ] {
        let change = || strict(&app, "PATCH", path).json(&body);
        let problem = change().send().await.refused(428, "precondition_required");
        assert!(problem["hint"].as_str().unwrap().contains("If-Match"));
        // Another condition does not name the version that is meant.
        let other = change().header("if-none-match", "\"0\"").send().await;
        other.refused(428, "precondition_required");
        let etag = app.get(path).await.header("etag").to_owned();
        let reply = change().header("if-match", &etag).send().await;
        reply.expect(200);
        assert_eq!(reply.header("preference-applied"), "strict");
        change()
            .header("if-match", &etag)
            .send()
            .await
            .refused(412, "version_mismatch");
    }
    let path = format!("/api/v1/tasks/{}", task["id"].as_str().unwrap());
    strict(&app, "DELETE", &path)
        .send()
        .await
        .refused(428, "precondition_required");
    let reply = strict(&app, "DELETE", &path).header("if-match", "\"2\"");
    let reply = reply.send().await;
    reply.expect(200);
    assert_eq!(reply.header("preference-applied"), "strict");
    assert_eq!(app.happened().await, ["task.updated.v1", "task.deleted.v1"]);
    // Without the preference nothing changes.
    let reply = app.patch("/api/v1/me", json!({"theme": "light"})).await;
    reply.expect(200);
    assert!(reply.headers.get("preference-applied").is_none());
}

async fn strict_concerns_nothing_without_a_version(db: TestDb) {
    let app = App::open(db).await;
    let token = app
        .post("/api/v1/tokens", json!({"label": "spare"}))
        .await
        .expect(201);
    let path = format!("/api/v1/tokens/{}", token["id"].as_str().unwrap());
    let reply = strict(&app, "DELETE", &path).send().await;
    reply.expect(204);
    assert!(reply.headers.get("preference-applied").is_none());
    let create = strict(&app, "POST", "/api/v1/tasks").json(&json!({"title": "Milk"}));
    create.send().await.expect(201);
    let complete = strict(&app, "POST", "/api/v1/tasks/1/complete");
    complete.send().await.expect(200);
}

async fn a_list_that_stays_the_same_is_not_sent_again(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Milk", "tags": ["shop"]})).await;
    for path in [
        "/api/v1/tasks",
        "/api/v1/tags",
        "/api/v1/tokens",
        "/api/v1/notifications",
    ] {
        let etag = app.get(path).await.header("etag").to_owned();
        assert!(etag.starts_with("W/\""), "{path}: {etag}");
        let again = app.call("GET", path).header("if-none-match", &etag).send();
        let again = again.await;
        // A use of the token was perhaps noted in the meantime.
        if path != "/api/v1/tokens" || again.status != 200 {
            assert_eq!(again.status, 304, "{path}");
            assert_eq!(again.header("etag"), etag, "{path}");
            assert!(again.bytes.is_empty());
        }
        app.call("GET", path)
            .header("if-match", &etag)
            .send()
            .await
            .refused(412, "no_version");
    }
    let etag = app.get("/api/v1/tasks").await.header("etag").to_owned();
    app.patch("/api/v1/tasks/1", json!({"title": "Oat milk"}))
        .await
        .expect(200);
    let list = app
        .call("GET", "/api/v1/tasks")
        .header("if-none-match", &etag);
    let list = list.send().await;
    assert_eq!(list.expect(200)["items"][0]["title"], "Oat milk");
    assert_ne!(list.header("etag"), etag);
}

async fn a_long_list_is_compressed(db: TestDb) {
    let app = App::open(db).await;
    for n in 0..5 {
        app.task(json!({"title": format!("Task {n}")})).await;
    }
    let plain = app.get("/api/v1/tasks").await;
    for (accepted, coding) in [("gzip", "gzip"), ("br", "br"), ("gzip, br;q=0.5", "gzip")] {
        // Not by `send`, which reads the response.
        let reply = app
            .call("GET", "/api/v1/tasks")
            .header("accept-encoding", accepted)
            .raw()
            .await;
        assert_eq!(reply.header("content-encoding"), coding);
        assert_eq!(reply.header("etag"), plain.header("etag"));
        assert!(reply.bytes.len() < plain.bytes.len() / 2, "{coding}");
    }
}

async fn the_viewer_loads_nothing_from_elsewhere(db: TestDb) {
    let app = App::open(db).await;
    let get = |path: &str| app.anonymous("GET", path).raw();
    let page = get("/docs/try").await;
    let links = get("/docs").await.text().contains("href=\"/docs/try\"");
    assert_eq!(links, page.status == 200);
    get("/docs/nothing.js").await.refused(404, "not_found");
    if page.status == 404 {
        taskwire_testkit::skip(
            "the page was built without the viewer: run `make web/dist/index.html`",
        );
        return;
    }
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'self'") && !policy.contains("script-src"),
        "{policy}"
    );
    let text = page.text();
    assert!(!text.contains("//") && !text.contains("<script>"), "{text}");
    for part in ["href=\"", "src=\""] {
        for file in text.split(part).skip(1) {
            let file = file.split('"').next().unwrap();
            let served = get(file).await;
            assert_eq!(served.status, 200, "{file}");
            assert_eq!(served.header("cache-control"), "no-cache");
        }
    }
    let viewer = get("/docs/viewer.js").await.text();
    assert!(viewer.contains("\"/api/v1/openapi.json\"") && !viewer.contains("://"));
}
