use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use taskwire_telemetry::Metrics;
use taskwire_testkit::LogLines;
use tower::ServiceExt;
use uuid::Uuid;

use super::*;

async fn ask(router: &Router, method: &str, path: &str) -> Response {
    let request = Request::builder().method(method).uri(path);
    let request = request.body(Body::empty()).unwrap();
    router.clone().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn a_caller_cannot_invent_labels() {
    let (recorder, measured) = Metrics::recorder().unwrap();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let router = Router::new()
        .route(
            "/tasks/{task}",
            get(|| async {}).put(|| async { StatusCode::IM_A_TEAPOT }),
        )
        .layer(ObserveLayer(AccessLog::Off));
    for n in 0..50 {
        ask(&router, "GET", &format!("/tasks/{n}")).await;
        ask(&router, "PUT", &format!("/tasks/{n}")).await;
        ask(&router, "GET", &format!("/nowhere/{n}")).await;
        ask(&router, &format!("BREW{n}"), "/tasks/1").await;
    }
    let text = measured.render();
    let mut counts: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("http_server_request_duration_seconds_count"))
        .collect();
    counts.sort_unstable();
    insta::assert_snapshot!(counts.join("\n"), @r#"
    {http_request_method="GET",http_route="/tasks/{task}",http_response_status_code="200"} 50
    {http_request_method="GET",http_route="unmatched",http_response_status_code="404"} 50
    {http_request_method="PUT",http_route="/tasks/{task}",http_response_status_code="418"} 50
    {http_request_method="_OTHER",http_route="/tasks/{task}",http_response_status_code="405"} 50
    "#);
}

/// The lines at `info` for some requests.
async fn logged(log: AccessLog) -> String {
    let (lines, _logging) = LogLines::capture();
    let event = |n| EventId(Uuid::from_u128(n));
    let wrote = move |events: Vec<EventId>| {
        let user = LogUser(UserId(Uuid::from_u128(7)));
        let mut response = "".into_response();
        response.extensions_mut().insert(user);
        response.extensions_mut().insert(LogEvents(events));
        response
    };
    let router = Router::new()
        .route("/", get(|| async {}))
        .route(
            "/tasks",
            get(|| async { tokio::time::sleep(SLOW).await })
                .post(move || async move { wrote(vec![event(1), event(2)]) })
                .patch(|| async { StatusCode::NO_CONTENT })
                .put(move || async move { wrote(vec![]) })
                .delete(|| async { StatusCode::CONFLICT }),
        )
        .layer(ObserveLayer(log));
    ask(&router, "GET", "/").await;
    for method in ["GET", "POST", "PATCH", "PUT", "DELETE"] {
        ask(&router, method, "/tasks").await;
    }
    lines.take()
}

#[tokio::test(start_paused = true)]
async fn changes_and_slow_requests_are_logged() {
    insta::assert_snapshot!(logged(AccessLog::Writes).await, @r#"
     INFO Handled request http.response.status_code=200 duration_ms=1000
     INFO Handled request user.id=00000000-0000-0000-0000-000000000007 http.response.status_code=200 duration_ms=0 event.ids="00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000002"
     INFO Handled request http.response.status_code=204 duration_ms=0
    "#);
}

#[tokio::test(start_paused = true)]
async fn the_access_log_can_be_switched() {
    assert_eq!(logged(AccessLog::Off).await, "");
    let all = logged(AccessLog::All).await;
    assert_eq!(all.lines().count(), 6, "{all}");
}
