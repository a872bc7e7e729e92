//! `/healthz`, `/readyz`, `/metrics`, and properties of all responses.

use std::time::Duration;

use jiff::SignedDuration;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::json;
use taskwire_testkit::{TestDb, both_databases, eventually};

use crate::support::{App, LIMIT};

both_databases!(
    alive_and_ready,
    not_ready_without_a_database,
    ready_again_after_a_cut,
    measures,
    measures_what_waits_for_the_relay,
    a_consumer_behind_a_broker_has_no_lag_in_the_log,
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
      "detail": "The database did not respond in time.",
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

#[expect(
    clippy::future_not_send,
    reason = "what is recorded is recorded on the test's own thread"
)]
async fn measures_what_waits_for_the_relay(db: TestDb) {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let app = App::open(db).await;
    let measured = async |name: &str| {
        app.anonymous("GET", "/metrics").send().await;
        let text = handle.render();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
    };
    let lag = "taskwire_consumer_lag_events{consumer=\"relay\"}";
    app.task(json!({"title": "x"})).await;
    // Where there is no relay, nothing waits for one.
    assert_eq!(measured("taskwire_relay_lag_seconds").await, None);
    let reach = async |position| {
        let mut tx = app.db.begin().await.unwrap();
        tx.advance_consumer("relay", position).await.unwrap();
        tx.commit().await.unwrap();
    };
    reach(0).await;
    app.clock.advance(SignedDuration::from_secs(90));
    app.task(json!({"title": "y"})).await;
    assert_eq!(measured(lag).await.as_deref(), Some("2"));
    let seconds = measured("taskwire_relay_lag_seconds").await;
    assert_eq!(seconds.as_deref(), Some("90"));
    reach(1).await;
    app.clock.advance(SignedDuration::from_secs(5));
    let seconds = measured("taskwire_relay_lag_seconds").await;
    assert_eq!(seconds.as_deref(), Some("5"));
    reach(2).await;
    assert_eq!(measured(lag).await.as_deref(), Some("0"));
    let seconds = measured("taskwire_relay_lag_seconds").await;
    assert_eq!(seconds.as_deref(), Some("0"));
}

#[expect(
    clippy::future_not_send,
    reason = "what is recorded is recorded on the test's own thread"
)]
async fn a_consumer_behind_a_broker_has_no_lag_in_the_log(db: TestDb) {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let app = App::open(db).await;
    for title in ["x", "y", "z"] {
        app.task(json!({"title": title})).await;
    }
    let reach = async |consumer: &str, position| {
        let mut tx = app.db.begin().await.unwrap();
        tx.advance_consumer(consumer, position).await.unwrap();
        tx.commit().await.unwrap();
    };
    let lines = async || {
        app.anonymous("GET", "/metrics").send().await;
        handle.render()
    };
    // It was embedded once and stopped at the second event, where the relay began; the other one never was.
    reach("audit", 2).await;
    reach("relay", 3).await;
    let text = lines().await;
    assert!(
        text.contains("taskwire_consumer_lag_events{consumer=\"relay\"} 0"),
        "{text}"
    );
    assert!(!text.contains("lag_events{consumer=\"audit\"}"), "{text}");
    for consumer in ["audit", "recurrence", "reminder"] {
        let line = format!("taskwire_dead_letters{{consumer=\"{consumer}\"}} 0");
        assert!(text.contains(&line), "{text}");
    }
    // Embedded again, it has caught up with the relay.
    reach("audit", 3).await;
    app.task(json!({"title": "last"})).await;
    let text = lines().await;
    assert!(
        text.contains("taskwire_consumer_lag_events{consumer=\"audit\"} 1"),
        "{text}"
    );
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
