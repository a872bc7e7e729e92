//! If the API is over its limit it says for how long, and so do the tools.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse, Response};
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use taskwire_client::{Client, Secret};
use taskwire_mcp::{HttpOptions, TaskServer, router};
use tower::ServiceExt;

use crate::fake::view;
use crate::pipe::Pipe;

fn too_many() -> Response {
    let problem = json!({
        "type": "/problems/too-many-requests", "title": "Too Many Requests", "status": 429,
        "code": "too_many_requests", "detail": "Too many requests. Nothing was changed.",
        "hint": "Try again in 7 seconds.", "retry_after_seconds": 7,
    });
    (StatusCode::TOO_MANY_REQUESTS, axum::Json(problem)).into_response()
}

/// An API that creates this many tasks and then refuses more.
async fn pipe(most: usize) -> Pipe {
    let made = Arc::new(AtomicUsize::new(0));
    let router = Router::new().fallback(move |method: Method| {
        let is_read = method == Method::GET;
        let number = made.fetch_add(usize::from(!is_read), Ordering::SeqCst) + 1;
        async move {
            if is_read || number > most {
                return too_many();
            }
            let task = view(i64::try_from(number).unwrap(), "a");
            (StatusCode::CREATED, axum::Json(task)).into_response()
        }
    });
    let client = Client::in_process(router).with_token(Secret::new("t"));
    Pipe::to(TaskServer::fixed(client)).await
}

#[tokio::test]
async fn a_refused_call_says_when_to_try_again() {
    let pipe = pipe(0).await;
    let tasks = json!({"tasks": [{"title": "a"}]});
    let text = pipe.refused("tasks_add", tasks).await;
    assert!(text.ends_with("\nTry again in 7 seconds."), "{text}");
    let text = pipe.refused("tasks_find", json!({})).await;
    assert!(text.contains("Try again in 7 seconds."), "{text}");
}

#[tokio::test]
async fn a_refused_item_says_when_to_try_again() {
    let pipe = pipe(1).await;
    let tasks = json!({"tasks": [{"title": "a"}, {"title": "b"}]});
    let answer = pipe.call("tasks_add", tasks).await;
    assert_eq!(answer["succeeded"], 1);
    let failure = &answer["failures"][0];
    assert_eq!(failure["code"], "too_many_requests");
    assert_eq!(failure["retry_after_seconds"], 7);
}

#[tokio::test]
async fn a_client_over_its_limit_learns_when_to_try_again() {
    let busy = Client::in_process(Router::new().fallback(|| async { too_many() }));
    let app = router(busy, HttpOptions::default());
    let list = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}});
    let request = Request::post("/mcp")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, "Bearer t")
        .body(Body::from(list.to_string()))
        .unwrap();
    let response = app.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()[header::RETRY_AFTER], "7");
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let problem: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(problem["retry_after_seconds"], 7);
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("7 seconds"), "{detail}");
}
