//! Requirements of HTTP for every operation: preconditions, methods, the location of a new resource, and that
//! nothing in a request is ignored.

use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::hostile::{create_fixtures, everything, operations, send};
use crate::support::{App, Reply};

both_databases!(
    an_unknown_query_parameter_is_refused_everywhere,
    a_body_that_nobody_reads_is_refused,
    an_encoded_body_is_refused,
    if_match_holds_every_write_of_a_task,
    if_match_holds_the_settings,
    what_is_refused_in_any_state_meets_no_condition,
    what_has_no_version_meets_no_condition,
    a_malformed_condition_is_named,
    an_unchanged_answer_is_not_sent_again,
    null_clears_only_what_can_be_empty,
    a_created_resource_has_a_location,
    head_options_and_what_is_not_allowed,
);

async fn an_unknown_query_parameter_is_refused_everywhere(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    for operation in operations() {
        let path = operation.path(&fixtures);
        for query in ["dry-run=true", "%00=1", "nope"] {
            let mut call = operation.call(&app, &format!("{path}?{query}"));
            if let Some(body) = operation.body() {
                call = call.json(&body);
            }
            let problem = send(call).await.refused(422, "unknown_field");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.starts_with("Unknown query parameter "), "{detail}");
            assert!(problem["hint"].is_string(), "{problem}");
        }
    }
    assert_eq!(everything(&app).await, before);
}

async fn what_is_refused_in_any_state_meets_no_condition(db: TestDb) {
    let app = App::open(db).await;
    for title in ["Milk", "Bread"] {
        app.task(json!({"title": title})).await;
    }
    let stale = |method: &str, path: &str, body: Value| {
        let call = app.call(method, path).header("if-match", "\"7\"");
        call.json(&body).send()
    };
    let task = "/api/v1/tasks/1";
    for (path, body, code) in [
        (task, json!({"title": ""}), "empty_title"),
        (task, json!({"priority": "whenever"}), "invalid_priority"),
        ("/api/v1/me", json!({"zone": "Nowhere"}), "unknown_zone"),
    ] {
        stale("PATCH", path, body).await.refused(422, code);
    }
    // A state that the caller does not know is no reason of its own.
    app.call("POST", &format!("{task}/complete"))
        .send()
        .await
        .expect(200);
    for body in [json!({"title": "Oats"}), json!({})] {
        let refused = stale("PATCH", task, body).await;
        refused.refused(412, "version_mismatch");
    }
    let batch = json!({"atomic": false, "operations": [
        {"op": "patch", "task": 2, "expected_version": 7, "body": {"title": ""}},
        {"op": "patch", "task": 1, "expected_version": 7, "body": {"title": "Oats"}},
        {"op": "reopen", "task": 1, "expected_version": 7},
        {"op": "reopen", "task": 1, "expected_version": 2},
    ]});
    let done = app.post("/api/v1/tasks/batch", batch).await.expect(200);
    let results = done["results"].as_array().unwrap().iter();
    let statuses: Vec<&Value> = results.map(|result| &result["status"]).collect();
    assert_eq!(statuses, [422, 412, 412, 200]);
    let kept = app.get(task).await.expect(200);
    assert_eq!(kept["title"], "Milk");
    assert_eq!(kept["version"], 3);
}

async fn a_body_that_nobody_reads_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    for operation in operations() {
        let is_fixed = operation.template.ends_with("/session")
            || operation.template.ends_with("/fire")
            || operation.method == "GET";
        if operation.body().is_none() && !is_fixed {
            let path = operation.path(&fixtures);
            let call = operation.call(&app, &path).json(&json!({"dry_run": true}));
            let problem = send(call).await.refused(422, "unknown_field");
            assert_eq!(problem["errors"][0]["pointer"], "/dry_run", "{path}");
        }
    }
    assert_eq!(everything(&app).await, before);
}

async fn an_encoded_body_is_refused(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    for operation in operations() {
        let Some(body) = operation.body() else {
            continue;
        };
        for coding in ["gzip", "br", "gzip, identity"] {
            let call = operation.call(&app, &operation.path(&fixtures)).json(&body);
            let reply = send(call.header("content-encoding", coding)).await;
            reply.refused(415, "unsupported_content_encoding");
            assert_eq!(reply.header("accept-encoding"), "identity");
        }
    }
    assert_eq!(everything(&app).await, before);
    app.call("POST", "/api/v1/tasks")
        .header("content-encoding", "identity")
        .json(&json!({"title": "Milk"}))
        .send()
        .await
        .expect(201);
}

/// Every write of a task, in an order in which each is possible.
const WRITES: [(&str, &str, &str); 8] = [
    ("PATCH", "", r#"{"notes": "more"}"#),
    ("POST", "/snooze", r#"{"minutes": 10}"#),
    ("POST", "/reschedule", r#"{"due": "2026-12-02T10:00"}"#),
    ("POST", "/skip", "{}"),
    ("POST", "/reopen", ""),
    ("POST", "/complete", "{}"),
    ("DELETE", "", ""),
    ("POST", "/restore", ""),
];

async fn if_match_holds_every_write_of_a_task(db: TestDb) {
    let app = App::open(db).await;
    let mut etag = {
        create_fixtures(&app).await;
        app.get("/api/v1/tasks/1").await.header("etag").to_owned()
    };
    let write = |method: &str, path: &str, body: &str, header: &str, value: &str| {
        let mut call = app.call(method, &format!("/api/v1/tasks/1{path}"));
        if !body.is_empty() {
            call = call.body("application/json", body.to_owned());
        }
        call.header(header, value).send()
    };
    for (method, path, body) in WRITES {
        let before = everything(&app).await;
        for stale in ["\"0\"", &format!("W/{etag}"), "\"0\", \"x\"", "\"\""] {
            let reply = write(method, path, body, "if-match", stale).await;
            let problem = reply.refused(412, "version_mismatch");
            assert_eq!(
                problem["errors"][0]["pointer"], "If-Match",
                "{path} {stale}"
            );
        }
        for known in ["*", &etag, &format!("W/{etag}")] {
            let reply = write(method, path, body, "if-none-match", known).await;
            let problem = reply.refused(412, "version_mismatch");
            assert_eq!(problem["errors"][0]["pointer"], "If-None-Match", "{path}");
        }
        assert_eq!(everything(&app).await, before, "{method} {path}");
        let listed = format!("\"0\" , {etag}");
        let reply = write(method, path, body, "if-match", &listed).await;
        reply.expect(200);
        assert_ne!(reply.header("etag"), etag, "{method} {path}");
        write(method, path, body, "if-match", "*").await.expect(200);
        let read = app.get("/api/v1/tasks/1").await;
        read.header("etag").clone_into(&mut etag);
    }
}

async fn if_match_holds_the_settings(db: TestDb) {
    let app = App::open(db).await;
    let me = app.get("/api/v1/me").await;
    let view = me.expect(200);
    assert_eq!(view["name"], "Ada");
    assert_eq!(view, app.get("/api/v1/session").await.expect(200)["user"]);
    let etag = me.header("etag").to_owned();
    let patch = |value: &str| {
        app.call("PATCH", "/api/v1/me")
            .header("if-match", value)
            .json(&json!({"zone": "Asia/Tokyo"}))
            .send()
    };
    patch("\"0\"").await.refused(412, "version_mismatch");
    assert_eq!(app.get("/api/v1/me").await.expect(200), view);
    let changed = patch(&etag).await;
    assert_eq!(changed.expect(200)["zone"], "Asia/Tokyo");
    let now = app.get("/api/v1/me").await;
    assert_eq!(now.header("etag"), changed.header("etag"));
    patch(&etag).await.refused(412, "version_mismatch");
}

async fn what_has_no_version_meets_no_condition(db: TestDb) {
    let app = App::open(db).await;
    let fixtures = create_fixtures(&app).await;
    let before = everything(&app).await;
    let mut checked = 0;
    for operation in operations() {
        let is_versioned = operation.template.contains("/tasks/{task}")
            || operation.template.ends_with("/filters/{filter}")
            || operation.template.ends_with("/channels/{channel}")
            || operation.template.ends_with("/notifications/settings")
            || operation.template.ends_with("/me")
            || operation.template.ends_with("/session")
            // They compare a password or an invitation first.
            || operation.template.ends_with("/me/password")
            || operation.template.ends_with("/users")
            // There is none.
            || operation.template.ends_with("/invitations/{id}")
            // Refused because of the ids, none of which is known.
            || operation.template.ends_with("/notifications/read")
            || operation.template.ends_with("/merge")
            || operation.is_internal();
        if operation.method == "GET" || is_versioned {
            continue;
        }
        let mut call = operation.call(&app, &operation.path(&fixtures));
        if let Some(body) = operation.body() {
            call = call.json(&body);
        }
        let reply = send(call.header("if-match", "\"1\"")).await;
        let problem = reply.refused(412, "no_version");
        assert_eq!(problem["errors"][0]["pointer"], "If-Match");
        checked += 1;
    }
    assert!(checked >= 9, "{checked}");
    assert_eq!(everything(&app).await, before);
}

async fn a_malformed_condition_is_named(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Milk"})).await;
    for text in ["", "1", "\"1", "1\"", "w/\"1\"", "\"1\" \"2\"", "*, \"1\""] {
        for (header, name, code) in [
            ("if-match", "If-Match", "malformed_if_match"),
            ("if-none-match", "If-None-Match", "malformed_if_none_match"),
        ] {
            for method in ["GET", "DELETE"] {
                let call = app.call(method, "/api/v1/tasks/1").header(header, text);
                let problem = call.send().await.refused(400, code);
                assert_eq!(problem["errors"][0]["pointer"], name, "{text}");
            }
        }
    }
    app.get("/api/v1/tasks/1").await.expect(200);
}

async fn an_unchanged_answer_is_not_sent_again(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Milk"})).await;
    for path in ["/api/v1/tasks/1", "/api/v1/me"] {
        let etag = app.get(path).await.header("etag").to_owned();
        let get = |header: &str, value: &str| app.call("GET", path).header(header, value).send();
        for known in [
            &etag,
            "*",
            &format!("W/{etag}"),
            &format!("\"x\", W/\"y\",{etag}"),
        ] {
            let reply = get("if-none-match", known).await;
            reply.expect(304);
            assert!(reply.bytes.is_empty(), "{path} {known}");
            assert_eq!(reply.header("etag"), etag);
        }
        get("if-none-match", "\"x\", \"y\"").await.expect(200);
        get("if-match", &etag).await.expect(200);
        get("if-match", &format!("W/{etag}"))
            .await
            .refused(412, "version_mismatch");
    }
}

async fn null_clears_only_what_can_be_empty(db: TestDb) {
    let app = App::open(db).await;
    create_fixtures(&app).await;
    let before = everything(&app).await;
    for (path, field) in [
        ("/api/v1/tasks/1", "title"),
        ("/api/v1/tasks/1", "expected_weekday"),
        ("/api/v1/tasks/1", "add_tags"),
        ("/api/v1/tasks/1", "remove_tags"),
        ("/api/v1/me", "zone"),
        ("/api/v1/me", "week_start"),
        ("/api/v1/me", "date_order"),
    ] {
        let mut body = json!({});
        body[field] = Value::Null;
        if path.ends_with("/1") {
            body["notes"] = "more".into();
        }
        let problem = app.patch(path, body).await.refused(422, "not_nullable");
        assert_eq!(problem["detail"], format!("{field:?} cannot be null."));
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"));
        let hint = problem["hint"].as_str().unwrap();
        assert!(hint.ends_with(", or omit the field."), "{hint}");
    }
    assert_eq!(everything(&app).await, before);
}

async fn a_created_resource_has_a_location(db: TestDb) {
    let app = App::open(db).await;
    for (path, body) in [
        ("/api/v1/tasks", json!({"title": "Milk"})),
        ("/api/v1/tasks/quick", json!({"text": "bread tomorrow"})),
        ("/api/v1/tags", json!({"name": "Garden"})),
        ("/api/v1/tokens", json!({"label": "x"})),
    ] {
        // An operation whose response contains a secret accepts no key.
        let is_keyed = path != "/api/v1/tokens";
        let create = || {
            let call = app.call("POST", path).json(&body);
            if is_keyed {
                call.header("idempotency-key", "k").send()
            } else {
                call.send()
            }
        };
        let made = create().await;
        let id = made.expect(201)["id"].clone();
        let place = made.header("location").to_owned();
        let found = app.get(&place).await;
        assert_eq!(found.expect(200)["id"], id, "{place}");
        assert_eq!(
            made.headers.get("etag"),
            found.headers.get("etag"),
            "{place}"
        );
        if is_keyed {
            assert_eq!(create().await.header("location"), place);
        }
        let bob = app.person("Bob").await;
        app.call("GET", &place)
            .token(&bob.token)
            .send()
            .await
            .refused(404, "not_found");
    }
}

async fn head_options_and_what_is_not_allowed(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "Milk"})).await;
    let path = "/api/v1/tasks/1";
    let (get, head) = (app.get(path).await, app.call("HEAD", path).send().await);
    assert_eq!(head.status, get.status);
    assert!(head.bytes.is_empty());
    assert_eq!(head.header("etag"), get.header("etag"));
    assert_eq!(head.header("content-length"), get.bytes.len().to_string());
    let allowed = |reply: &Reply| {
        let mut all: Vec<String> = reply
            .header("allow")
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect();
        all.sort();
        all
    };
    let options = app.anonymous("OPTIONS", path).send().await;
    options.expect(204);
    assert_eq!(allowed(&options), ["DELETE", "GET", "HEAD", "PATCH"]);
    let refused = app.call("PUT", path).send().await;
    let problem = refused.refused(405, "method_not_allowed");
    assert_eq!(problem["detail"], "Method not allowed.");
    assert_eq!(allowed(&refused), allowed(&options));
    // Also with a body, which no read accepts.
    let skip = app.call("GET", &format!("{path}/skip")).json(&json!({}));
    let refused = skip.send().await;
    refused.refused(405, "method_not_allowed");
    assert_eq!(allowed(&refused), ["POST"]);
}
