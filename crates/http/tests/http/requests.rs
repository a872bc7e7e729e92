//! Ids, hosts, codings and compression of requests, without a socket.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Extension;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::Value;
use taskwire_domain::Trace;
use taskwire_http::{BodyLimits, problem, respond};
use taskwire_testkit::LogLines;
use tower::ServiceExt;

use crate::support::layered;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn router() -> Router {
    let routes = Router::new()
        .route(
            "/trace",
            get(|Extension(trace): Extension<Trace>| async move {
                tracing::info!("Handling");
                trace
                    .traceparent
                    .map_or(String::new(), |parent| parent.to_string())
            }),
        )
        .route(
            "/refused",
            get(|| async { respond(&problem(StatusCode::CONFLICT, "conflict", "Not now.")) }),
        )
        .route(
            "/panic",
            get(|| async { panic!("on purpose") as &'static str }),
        )
        .route("/echo", post(|body: String| async { body }))
        .route("/large", get(|| async { "task ".repeat(1000) }))
        .route("/small", get(|| async { "a secret" }))
        .route(
            "/tagged",
            get(|| async { ([("etag", "\"7\"")], "task ".repeat(1000)) }),
        )
        .route(
            "/events",
            get(|| async {
                (
                    [("content-type", "text/event-stream")],
                    "data: 1\n\n".repeat(1000),
                )
            }),
        );
    layered(routes, BodyLimits::default())
}

async fn send(request: axum::http::request::Builder) -> Response {
    router()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

async fn json(response: Response) -> Value {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn every_request_has_an_id() {
    let given = send(Request::get("/small").header("x-request-id", "abc-1")).await;
    assert_eq!(header(&given, "x-request-id"), "abc-1");
    for unfit in [
        None,
        Some(""),
        Some("a b"),
        Some("<b>"),
        Some(&"x".repeat(200)[..]),
    ] {
        let mut request = Request::get("/small");
        if let Some(unfit) = unfit {
            request = request.header("x-request-id", unfit);
        }
        let response = send(request).await;
        let id = header(&response, "x-request-id");
        assert_eq!(id.len(), 36, "{unfit:?} became {id}");
    }
}

#[tokio::test]
async fn a_header_with_one_value_comes_once() {
    for (name, shown) in [
        ("authorization", "Authorization"),
        ("content-type", "Content-Type"),
        ("idempotency-key", "Idempotency-Key"),
        ("x-request-id", "X-Request-Id"),
        ("host", "Host"),
    ] {
        let twice = Request::get("/small").header(name, "a").header(name, "b");
        let response = send(twice).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{name}");
        let id = header(&response, "x-request-id").to_owned();
        assert_eq!(id.len(), 36, "one of its own, because two were sent");
        let problem = json(response).await;
        assert_eq!(problem["code"], "repeated_header");
        assert_eq!(problem["errors"][0]["pointer"], shown);
        assert_eq!(problem["request_id"], *id);
    }
    let lists = Request::get("/small")
        .header("if-match", "\"1\"")
        .header("if-match", "\"2\"")
        .header("accept", "text/plain")
        .header("accept", "*/*");
    assert_eq!(send(lists).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn two_traces_are_none() {
    let twice = Request::get("/trace").header("traceparent", PARENT);
    let response = send(twice.header("traceparent", PARENT)).await;
    let trace = to_bytes(response.into_body(), 1 << 10).await.unwrap();
    assert_eq!(trace, "");
}

#[tokio::test]
async fn a_problem_names_its_request() {
    for path in ["/refused", "/panic", "/missing-host"] {
        let mut request = Request::get(path).header("x-request-id", "abc-1");
        if path == "/missing-host" {
            request = Request::post("/echo")
                .header("x-request-id", "abc-1")
                .header("content-encoding", "gzip");
        }
        let response = send(request).await;
        assert_eq!(header(&response, "x-request-id"), "abc-1");
        assert_eq!(json(response).await["request_id"], "abc-1", "{path}");
    }
}

#[tokio::test]
async fn a_trace_is_taken_in() {
    let response = send(Request::get("/trace").header("traceparent", PARENT)).await;
    assert_eq!(to_bytes(response.into_body(), 100).await.unwrap(), PARENT);
    let response = send(Request::get("/trace").header("traceparent", "nonsense")).await;
    assert_eq!(to_bytes(response.into_body(), 100).await.unwrap(), "");
}

#[tokio::test]
async fn a_log_line_names_its_request_and_one_span() {
    let (lines, _guard) = LogLines::capture_json();
    let request = Request::get("/trace")
        .header("x-request-id", "abc-1")
        .header("traceparent", PARENT)
        .header("authorization", "Bearer hidden");
    send(request).await;
    let text = lines.take();
    let line: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(line["message"], "Handling");
    assert_eq!(line["spans"].as_array().unwrap().len(), 1);
    assert_eq!(line["span"]["request.id"], "abc-1");
    assert_eq!(line["span"]["trace.parent"], PARENT);
    assert_eq!(line["span"]["http.route"], "/trace");
    assert!(!text.contains("hidden"));
}

#[tokio::test]
async fn large_answers_are_compressed_and_no_others() {
    let ask = |path: &str| send(Request::get(path).header("accept-encoding", "gzip, br"));
    let large = ask("/large").await;
    assert_eq!(header(&large, "content-encoding"), "br");
    assert_eq!(header(&large, "vary"), "accept-encoding");
    assert!(to_bytes(large.into_body(), 1 << 20).await.unwrap().len() < 500);
    for path in ["/small", "/tagged", "/events"] {
        assert_eq!(header(&ask(path).await, "content-encoding"), "", "{path}");
    }
    let older = send(Request::get("/large").header("accept-encoding", "gzip")).await;
    assert_eq!(header(&older, "content-encoding"), "gzip");
    let plain = send(Request::get("/large")).await;
    assert_eq!(header(&plain, "content-encoding"), "");
    // It is too late for a 406 after a change was made.
    for refusing in ["identity;q=0", "br;q=1, *;q=0", "identity; q=0.0"] {
        let answer = send(Request::get("/large").header("accept-encoding", refusing)).await;
        assert_eq!(answer.status(), StatusCode::OK, "{refusing}");
    }
}

#[tokio::test]
async fn a_compressed_body_is_refused_by_name() {
    for coding in ["gzip", "identity, br", "X"] {
        let request = Request::post("/echo").header("content-encoding", coding);
        let response = router()
            .oneshot(request.body(Body::from("x")).unwrap())
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(header(&response, "accept-encoding"), "identity");
        assert_eq!(
            json(response).await["errors"][0]["pointer"],
            "Content-Encoding"
        );
    }
    let request = Request::post("/echo").header("content-encoding", "identity");
    let response = router()
        .oneshot(request.body(Body::from("x")).unwrap())
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}
