use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::body::{Body, to_bytes};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::*;
use crate::Check;

/// Something that a process needs, and how often it was asked.
#[derive(Clone, Default)]
struct Needed {
    is_away: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Needed {
    fn check(&self, name: &'static str) -> Check {
        let this = self.clone();
        Check::new(name, move || {
            let this = this.clone();
            async move {
                this.asked.fetch_add(1, Ordering::SeqCst);
                if this.is_away.load(Ordering::SeqCst) {
                    return Err("it is away".into());
                }
                Ok(())
            }
        })
    }
}

fn router(checks: Vec<Check>, stop: &CancellationToken) -> Router {
    internal_router(Operations {
        readiness: Arc::new(Readiness::new(checks, stop.clone())),
        scrape: Scrape::new(|| async { "up 1\n".to_owned() }),
        version: "1.2.3",
    })
}

async fn get(router: &Router, method: &str, path: &str) -> (u16, Value) {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("host", "10.0.0.7:8489");
    let response = router
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), 10_000).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    (status, serde_json::from_str(&text).unwrap_or(text.into()))
}

#[tokio::test(start_paused = true)]
async fn what_is_not_ready_is_named() {
    let (database, sidecar) = (Needed::default(), Needed::default());
    let stop = CancellationToken::new();
    let checks = vec![
        database.check("database"),
        sidecar.check("sidecar").optional(),
    ];
    let router = router(checks, &stop);
    let ready = get(&router, "GET", "/readyz").await;
    assert_eq!(ready.0, 200);
    sidecar.is_away.store(true, Ordering::SeqCst);
    database.is_away.store(true, Ordering::SeqCst);
    // Kept for a moment.
    assert_eq!(get(&router, "GET", "/readyz").await, ready);
    assert_eq!(database.asked.load(Ordering::SeqCst), 1);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (status, answer) = get(&router, "GET", "/readyz").await;
    assert_eq!(status, 503);
    insta::assert_json_snapshot!(answer, @r#"
    {
      "checks": [
        {
          "name": "database",
          "ready": false,
          "reason": "it is away",
          "required": true
        },
        {
          "name": "sidecar",
          "ready": false,
          "reason": "it is away",
          "required": false
        }
      ],
      "status": "not_ready",
      "version": "1.2.3"
    }
    "#);
    database.is_away.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (status, answer) = get(&router, "GET", "/readyz").await;
    assert_eq!((status, &answer["status"]), (200, &json!("ready")));
    assert_eq!(answer["checks"][1]["ready"], false);
    // From the signal on, whatever works.
    stop.cancel();
    let (status, answer) = get(&router, "GET", "/readyz").await;
    assert_eq!((status, &answer["status"]), (503, &json!("stopping")));
    let (status, answer) = get(&router, "GET", "/healthz").await;
    assert_eq!(status, 200);
    assert_eq!(answer, json!({"status": "ok", "version": "1.2.3"}));
}

#[tokio::test(start_paused = true)]
async fn a_check_without_an_answer_is_not_waited_for() {
    let hangs = Check::new("api", std::future::pending);
    let router = router(vec![hangs], &CancellationToken::new());
    let (status, answer) = get(&router, "GET", "/readyz").await;
    assert_eq!(status, 503);
    assert_eq!(answer["checks"][0]["reason"], "no answer within 3s");
    assert_eq!(get(&router, "GET", "/healthz").await.0, 200);
}

#[tokio::test]
async fn there_is_nothing_else() {
    let router = router(vec![], &CancellationToken::new());
    assert_eq!(
        get(&router, "GET", "/metrics").await,
        (200, json!("up 1\n"))
    );
    assert_eq!(get(&router, "HEAD", "/readyz").await.0, 200);
    for (method, path, status) in [
        ("POST", "/healthz", 405),
        ("GET", "/", 404),
        ("GET", "/api/v1/tasks", 404),
        ("GET", "/metrics?name=up", 422),
    ] {
        assert_eq!(
            get(&router, method, path).await.0,
            status,
            "{method} {path}"
        );
    }
}
