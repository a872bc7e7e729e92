//! `/healthz`, `/readyz`, `/metrics`, and properties of all responses.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use taskwire_testkit::{TestDb, both_databases, eventually};
use tower::ServiceExt;

use crate::support::{App, LIMIT};

both_databases!(
    alive_and_ready,
    not_ready_without_a_database,
    ready_again_after_a_cut,
    measures,
    an_internal_port_takes_readiness_and_metrics_away,
    every_answer_is_guarded,
);

async fn alive_and_ready(db: TestDb) {
    let app = App::open(db).await;
    for path in ["/healthz", "/readyz"] {
        let health = app.anonymous("GET", path).send().await.expect(200);
        assert_eq!(
            health,
            json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")})
        );
        app.anonymous("POST", path)
            .send()
            .await
            .refused(405, "method_not_allowed");
    }
}

async fn not_ready_without_a_database(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x"})).await;
    app.db.close().await;
    app.anonymous("GET", "/healthz").send().await.expect(200);
    let reply = app.anonymous("GET", "/readyz").send().await;
    let problem = reply.refused(503, "unavailable");
    assert_eq!(reply.header("retry-after"), "1");
    insta::allow_duplicates! { insta::assert_json_snapshot!(problem, @r#"
    {
      "code": "unavailable",
      "detail": "The database could not be reached, or did not respond in time.",
      "status": 503,
      "title": "Service Unavailable",
      "type": "/problems/unavailable"
    }
    "#) };
    app.get("/api/v1/tasks").await.refused(503, "unavailable");
    app.post("/api/v1/tasks", json!({"title": "y"}))
        .await
        .refused(503, "unavailable");
    // Metrics are still served.
    let metrics = app.anonymous("GET", "/metrics").send().await;
    assert_eq!(metrics.status.as_u16(), 200);
}

async fn ready_again_after_a_cut(db: TestDb) {
    let app = App::open(db).await;
    app.task(json!({"title": "x"})).await;
    app.test.cut_connections();
    eventually(LIMIT, || async {
        let reply = app.anonymous("GET", "/readyz").send().await;
        (reply.status.as_u16() == 200).then_some(())
    })
    .await;
    assert_eq!(app.task(json!({"title": "y"})).await["number"], 2);
    // The event stream recovers too.
    let mut events = app.call("GET", "/api/v1/events?after=0").listen().await;
    let kinds = tokio::time::timeout(Duration::from_secs(20), events.kinds(2));
    assert_eq!(kinds.await.unwrap(), ["task.created.v1", "task.created.v1"]);
}

async fn measures(db: TestDb) {
    let app = App::open(db).await;
    let reply = app.anonymous("GET", "/metrics").send().await;
    assert_eq!(reply.status.as_u16(), 200);
    assert_eq!(
        reply.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    assert_eq!(reply.text(), "taskwire_up 1\n");
}

async fn an_internal_port_takes_readiness_and_metrics_away(db: TestDb) {
    let app = App::open(db).await;
    let router = app.behind_internal_port().await;
    for (path, status) in [("/healthz", 200), ("/readyz", 404), ("/metrics", 404)] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{path}");
    }
}

async fn every_answer_is_guarded(db: TestDb) {
    let app = App::open(db).await;
    for path in [
        "/",
        "/healthz",
        "/api/v1/tasks",
        "/nowhere",
        "/api/v1/tasks/x",
    ] {
        let reply = app.get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("x-frame-options"), "DENY");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert!(
            reply
                .header("content-security-policy")
                .contains("default-src 'self'")
        );
        assert!(reply.headers.contains_key("cache-control"), "{path}");
    }
    let reply = app.get("/nowhere").await;
    reply.refused(404, "unknown_path");
    app.call("DELETE", "/api/v1/tags")
        .send()
        .await
        .refused(405, "method_not_allowed");
}
