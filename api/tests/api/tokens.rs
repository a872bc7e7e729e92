//! `/api/v1/tokens`

use insta::{allow_duplicates, assert_json_snapshot};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};

use crate::support::App;

both_databases!(
    makes_one_and_shows_its_secret_once,
    scopes_are_enforced,
    a_token_ends,
    a_restricted_token_makes_and_revokes_none,
    a_token_makes_none_that_outlives_it,
    a_service_makes_and_revokes_none,
    revokes,
    refuses_what_it_cannot_accept,
);

const TOKENS: &str = "/api/v1/tokens";

async fn makes_one_and_shows_its_secret_once(db: TestDb) {
    let app = App::open(db).await;
    let body = json!({"label": " laptop ", "scopes": ["write", "read"], "expires_in_days": 30});
    let made = app.post(TOKENS, body.clone()).await.expect(201);
    allow_duplicates! { assert_json_snapshot!(made, {".id" => "[id]", ".token" => "[secret]"}, @r#"
    {
      "client": null,
      "created_at": "2026-11-20T12:00:00Z",
      "expires_at": "2026-12-20T12:00:00Z",
      "id": "[id]",
      "is_current": false,
      "kind": "api",
      "label": "laptop",
      "last_used_at": null,
      "scopes": [
        "read",
        "write"
      ],
      "token": "[secret]"
    }
    "#) };
    let secret = made["token"].as_str().unwrap();
    let session = app
        .anonymous("GET", "/api/v1/session")
        .token(secret)
        .send()
        .await
        .expect(200);
    assert_eq!(session["token"]["id"], made["id"]);
    assert_eq!(session["user"]["name"], "Ada");
    let list = app.get(TOKENS).await;
    let tokens = list.expect(200);
    assert_eq!(tokens["items"].as_array().unwrap().len(), 2);
    assert_eq!(tokens["items"][1]["label"], "laptop");
    assert!(!list.text().contains(secret));
    // A secret is not stored for a repeated request, and the response says so.
    let keyed = app.call("POST", TOKENS).header("idempotency-key", "k");
    let problem = keyed.json(&body).send().await;
    let problem = problem.refused(400, "idempotency_key_not_supported");
    assert_eq!(problem["errors"][0]["pointer"], "Idempotency-Key");
    let list = app.get(TOKENS).await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert!(app.happened().await.is_empty());
}

async fn scopes_are_enforced(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x"})).await;
    for (scopes, read, write, delete) in [
        (vec!["read"], 200, 403, 403),
        (vec!["write"], 403, 200, 200),
        (vec!["delete"], 403, 403, 200),
        (vec!["read", "write", "delete"], 200, 200, 200),
        (vec!["read", "write", "no-delete"], 200, 200, 403),
        (vec!["read", "write"], 200, 200, 200),
    ] {
        let token = app.token("Ada", &scopes).await;
        let status = async |method: &str| {
            let call = app.call(method, "/api/v1/tasks/1").token(&token);
            let call = match method {
                "PATCH" => call.json(&json!({})),
                _ => call,
            };
            call.send().await.status.as_u16()
        };
        assert_eq!(status("GET").await, read, "{scopes:?}");
        assert_eq!(status("PATCH").await, write, "{scopes:?}");
        assert_eq!(status("DELETE").await, delete, "{scopes:?}");
        app.call("POST", "/api/v1/tasks/1/restore")
            .send()
            .await
            .expect(200);
    }
}

async fn a_token_ends(db: TestDb) {
    let app = App::open(db).await;
    let made = app
        .post(TOKENS, json!({"label": "short", "expires_in_days": 1}))
        .await
        .expect(201);
    let secret = made["token"].as_str().unwrap();
    let read = || app.call("GET", "/api/v1/tasks").token(secret).send();
    app.at("2026-11-21T11:59:59Z");
    read().await.expect(200);
    app.at("2026-11-21T12:00:00Z");
    read().await.refused(401, "unauthorized");
    let tokens = app.get(TOKENS).await.expect(200);
    assert_eq!(tokens["items"].as_array().unwrap().len(), 1);
}

async fn a_restricted_token_makes_and_revokes_none(db: TestDb) {
    let app = App::open(db).await;
    let list = app.get(TOKENS).await.expect(200);
    let full = format!("{TOKENS}/{}", list["items"][0]["id"].as_str().unwrap());
    for own in [
        &["read"][..],
        &["write"],
        &["read", "no-delete"],
        &["write", "no-delete"],
        &["read", "write", "no-delete"],
    ] {
        let token = app.token("Ada", own).await;
        let before = app.get(TOKENS).await.expect(200);
        for scopes in [json!(own), json!(["read"]), json!(["write"]), Value::Null] {
            app.call("POST", TOKENS)
                .token(&token)
                .json(&json!({"label": "x", "scopes": scopes}))
                .send()
                .await
                .refused(403, "insufficient_scope");
        }
        let newest = before["items"].as_array().unwrap().last().unwrap();
        let its_own = format!("{TOKENS}/{}", newest["id"].as_str().unwrap());
        for path in [&full, &its_own] {
            app.call("DELETE", path)
                .token(&token)
                .send()
                .await
                .refused(403, "insufficient_scope");
        }
        assert_eq!(app.get(TOKENS).await.expect(200), before, "{own:?}");
    }
}

async fn a_token_makes_none_that_outlives_it(db: TestDb) {
    let app = App::open(db).await;
    let maker = app
        .post(TOKENS, json!({"label": "maker", "expires_in_days": 2}))
        .await
        .expect(201);
    let make = |body: Value| {
        app.call("POST", TOKENS)
            .token(maker["token"].as_str().unwrap())
            .json(&body)
            .send()
    };
    for body in [
        json!({"label": "x"}),
        json!({"label": "x", "expires_in_days": 3}),
    ] {
        let problem = make(body).await.refused(403, "outlives_its_maker");
        assert_eq!(problem["errors"][0]["pointer"], "/expires_in_days");
    }
    let tokens = app.get(TOKENS).await.expect(200);
    assert_eq!(tokens["items"].as_array().unwrap().len(), 2);
    make(json!({"label": "x", "expires_in_days": 2}))
        .await
        .expect(201);
}

async fn a_service_makes_and_revokes_none(db: TestDb) {
    let app = App::open(db).await;
    let before = app.get(TOKENS).await.expect(200);
    let path = format!("{TOKENS}/{}", before["items"][0]["id"].as_str().unwrap());
    app.service("POST", TOKENS, app.ada.id())
        .json(&json!({"label": "x"}))
        .send()
        .await
        .refused(403, "forbidden_actor");
    app.service("DELETE", &path, app.ada.id())
        .send()
        .await
        .refused(403, "forbidden_actor");
    assert_eq!(app.get(TOKENS).await.expect(200), before);
}

async fn revokes(db: TestDb) {
    let app = App::open(db).await;
    let made = app.post(TOKENS, json!({"label": "x"})).await.expect(201);
    let path = format!("{TOKENS}/{}", made["id"].as_str().unwrap());
    let bob = app.person("Bob").await;
    app.call("DELETE", &path)
        .token(&bob.token)
        .send()
        .await
        .refused(404, "not_found");
    app.anonymous("DELETE", &path)
        .send()
        .await
        .refused(401, "unauthorized");
    let careful = app.token("Ada", &["write", "no-delete"]).await;
    app.call("DELETE", &path)
        .token(&careful)
        .send()
        .await
        .refused(403, "insufficient_scope");
    let reply = app.delete(&path).await;
    reply.expect(204);
    assert!(reply.bytes.is_empty());
    app.call("GET", "/api/v1/tasks")
        .token(made["token"].as_str().unwrap())
        .send()
        .await
        .refused(401, "unauthorized");
    app.delete(&path).await.refused(404, "not_found");
    app.delete("/api/v1/tokens/x")
        .await
        .refused(404, "not_found");
}

async fn refuses_what_it_cannot_accept(db: TestDb) {
    let app = App::open(db).await;
    for (body, pointer, code) in [
        (json!({"label": " "}), "/label", "invalid_label"),
        (json!({"label": "x".repeat(101)}), "/label", "invalid_label"),
        (json!({"label": "a\nb"}), "/label", "invalid_label"),
        (
            json!({"label": "x", "scopes": ["admin"]}),
            "/scopes/0",
            "unknown_scope",
        ),
        (
            json!({"label": "x", "scopes": []}),
            "/scopes",
            "unknown_scope",
        ),
        (
            json!({"label": "x", "scopes": ["no-delete"]}),
            "/scopes",
            "unknown_scope",
        ),
        (
            json!({"label": "x", "scopes": ["read", "write", "read"]}),
            "/scopes/2",
            "repeated_scope",
        ),
        (
            json!({"label": "x", "expires_in_days": 0}),
            "/expires_in_days",
            "invalid_expiry",
        ),
        (
            json!({"label": "x", "expires_in_days": 3651}),
            "/expires_in_days",
            "invalid_expiry",
        ),
        (
            json!({"label": "x", "expires_in_days": 1.5}),
            "/expires_in_days",
            "invalid_type",
        ),
        (
            json!({"label": "x", "scope": []}),
            "/scope",
            "unknown_field",
        ),
        (json!({}), "/label", "missing_field"),
    ] {
        let problem = app.post(TOKENS, body.clone()).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    app.anonymous("GET", TOKENS)
        .send()
        .await
        .refused(401, "unauthorized");
    app.call("POST", TOKENS)
        .body("text/plain", "x")
        .send()
        .await
        .refused(415, "unsupported_media_type");
    let tokens = app.get(TOKENS).await.expect(200);
    assert_eq!(tokens["items"].as_array().unwrap().len(), 1);
}
