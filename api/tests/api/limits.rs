//! Rate limits: their headers, and which requests count against which limit.

use serde_json::json;
use taskwire_api::Limits;
use taskwire_testkit::{TestDb, both_databases};

use crate::support::{App, Reply};

both_databases!(
    a_token_is_held_to_its_requests,
    requests_without_a_valid_token_are_counted_by_address,
    a_proxy_is_believed_when_it_is_trusted,
    services_and_static_pages_are_not_counted,
    without_limits_nothing_is_said,
);

fn limits() -> Limits {
    Limits {
        per_token: Some(5),
        per_address: Some(3),
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
    }
}

/// The header fields about the remaining requests.
fn told(reply: &Reply) -> (&str, &str) {
    (reply.header("ratelimit-policy"), reply.header("ratelimit"))
}

async fn a_token_is_held_to_its_requests(db: TestDb) {
    let app = App::limited(db, limits()).await;
    let other = app.token("Ada", &["read"]).await;
    for left in (0..5).rev() {
        let reply = app.get("/api/v1/tasks").await;
        reply.expect(200);
        let state = format!("\"token\";r={left};t={}", (5 - left) * 12);
        assert_eq!(told(&reply), ("\"token\";q=5;w=60", state.as_str()));
    }
    let reply = app.post("/api/v1/tasks", json!({"title": "x"})).await;
    let problem = reply.refused(429, "too_many_requests");
    assert_eq!(problem["hint"], "Try again in 12 seconds.");
    assert_eq!(reply.header("retry-after"), "12");
    assert_eq!(told(&reply).1, "\"token\";r=0;t=60");
    assert!(app.happened().await.is_empty());
    // Another token of the same user has its own limit, and so have callers without one.
    app.call("GET", "/api/v1/tasks")
        .token(&other)
        .send()
        .await
        .expect(200);
    app.at("2026-11-20T12:00:12Z");
    app.post("/api/v1/tasks", json!({"title": "x"}))
        .await
        .expect(201);
    app.get("/api/v1/tasks")
        .await
        .refused(429, "too_many_requests");
    // Errors count like any other response.
    app.at("2026-11-20T12:00:24Z");
    let reply = app.get("/api/v1/nowhere").await;
    reply.refused(404, "unknown_path");
    assert_eq!(told(&reply).1, "\"token\";r=0;t=60");
}

async fn requests_without_a_valid_token_are_counted_by_address(db: TestDb) {
    let app = App::limited(db, limits()).await;
    let get = |address: &str| app.anonymous("GET", "/api/v1/tasks").from(address);
    let reply = get("192.0.2.1").send().await;
    reply.refused(401, "unauthorized");
    assert_eq!(
        told(&reply),
        ("\"address\";q=3;w=60", "\"address\";r=2;t=20")
    );
    get("192.0.2.1")
        .token("made up")
        .send()
        .await
        .refused(401, "unauthorized");
    app.anonymous("POST", "/api/v1/session")
        .from("192.0.2.1")
        .json(&json!({"code": "made up"}))
        .send()
        .await
        .refused(401, "sign_in_link_used");
    let reply = get("192.0.2.1").token("made up").send().await;
    reply.refused(429, "too_many_requests");
    assert_eq!(reply.header("retry-after"), "20");
    // A header makes no difference, and a caller with a token is not limited by address.
    get("192.0.2.1")
        .header("x-forwarded-for", "198.51.100.1")
        .send()
        .await
        .refused(429, "too_many_requests");
    let reply = get("192.0.2.1").token(&app.ada.token).send().await;
    reply.expect(200);
    assert_eq!(told(&reply).1, "\"token\";r=4;t=12");
    get("192.0.2.2").send().await.refused(401, "unauthorized");
    // A revoked token counts as no token.
    let made = app
        .post("/api/v1/tokens", json!({"label": "x"}))
        .await
        .expect(201);
    app.delete(&format!("/api/v1/tokens/{}", made["id"].as_str().unwrap()))
        .await
        .expect(204);
    get("192.0.2.1")
        .token(made["token"].as_str().unwrap())
        .send()
        .await
        .refused(429, "too_many_requests");
}

async fn a_proxy_is_believed_when_it_is_trusted(db: TestDb) {
    let app = App::limited(db, limits()).await;
    let get = |passed: &str| {
        app.anonymous("GET", "/api/v1/tasks")
            .from("10.1.2.3")
            .header("x-forwarded-for", passed)
            .send()
    };
    for n in 0..3 {
        get(&format!("203.0.113.{n}, 198.51.100.1"))
            .await
            .refused(401, "unauthorized");
    }
    get("203.0.113.9, 198.51.100.1")
        .await
        .refused(429, "too_many_requests");
    get("198.51.100.2").await.refused(401, "unauthorized");
}

async fn services_and_static_pages_are_not_counted(db: TestDb) {
    let app = App::limited(db, limits()).await;
    for _ in 0..20 {
        let reply = app
            .service("GET", "/api/v1/tasks", app.ada.id())
            .from("192.0.2.1")
            .send()
            .await;
        reply.expect(200);
        assert!(reply.headers.get("ratelimit").is_none());
        for path in ["/healthz", "/", "/docs"] {
            let reply = app.anonymous("GET", path).from("192.0.2.1").send().await;
            assert_eq!(reply.status, 200, "{path}");
        }
        // Within the process there is no address.
        app.anonymous("GET", "/api/v1/tasks")
            .send()
            .await
            .refused(401, "unauthorized");
    }
}

async fn without_limits_nothing_is_said(db: TestDb) {
    let app = App::open(db).await;
    let reply = app.get("/api/v1/tasks").await;
    assert!(reply.headers.get("ratelimit").is_none());
    assert!(reply.headers.get("ratelimit-policy").is_none());
}
