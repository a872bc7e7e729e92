//! Every error is problem details, names its field, and is never a 5xx.

use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};
use taskwire_domain::contract::Problem;

use super::fixture::{Fixture, user_message};

async fn refused(fixture: &Fixture, request: Request<Body>) -> (StatusCode, Problem) {
    let response = fixture.send(request).await;
    let status = response.status();
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json",
        "{status}"
    );
    if status == StatusCode::UNAUTHORIZED {
        assert!(response.headers().contains_key("www-authenticate"));
    }
    let body = axum::body::to_bytes(response.into_body(), 1 << 20)
        .await
        .unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

fn post(body: impl Into<Body>) -> Request<Body> {
    Request::post("/api/v1/chat")
        .header("authorization", "Bearer alice")
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

#[tokio::test]
async fn bodies_are_refused_by_field() {
    let fixture = Fixture::without_model();
    let with = |path: &str, value: Value| {
        let mut body = user_message("u1", "hi");
        *body.pointer_mut(path).unwrap() = value;
        body
    };
    let mut without_text = user_message("u1", "hi");
    without_text["messages"][0]["parts"] = json!([{"type": "data-x", "data": 1}]);
    let cases = [
        (json!([]), "", "wrong_type"),
        (json!({}), "/id", "missing_field"),
        (with("/id", json!("a b")), "/id", "invalid_id"),
        (with("/id", json!("x".repeat(65))), "/id", "invalid_id"),
        (with("/id", json!(5)), "/id", "wrong_type"),
        (
            with("/trigger", json!("dance")),
            "/trigger",
            "unknown_trigger",
        ),
        (with("/messages", json!({})), "/messages", "wrong_type"),
        (with("/messages", json!([])), "/messages", "no_message"),
        (
            with("/messages/0", json!("hi")),
            "/messages/0",
            "wrong_type",
        ),
        (
            with("/messages/0/id", json!("../x")),
            "/messages/0/id",
            "invalid_id",
        ),
        (
            with("/messages/0/role", json!("system")),
            "/messages/0/role",
            "unknown_role",
        ),
        (
            with("/messages/0/parts", json!("hi")),
            "/messages/0/parts",
            "wrong_type",
        ),
        (
            with("/messages/0/parts/0/text", json!(null)),
            "/messages/0/parts/0/text",
            "wrong_type",
        ),
        (
            with("/messages/0/parts/0/text", json!("  ")),
            "/messages/0/parts",
            "missing_text",
        ),
        (
            with("/messages/0/parts/0/text", json!("a\u{0}b")),
            "/messages/0/parts",
            "invalid_character",
        ),
        (
            with("/messages/0/parts/0/text", json!("a\u{1b}[2J")),
            "/messages/0/parts",
            "invalid_character",
        ),
        (
            with("/messages/0/parts/0/text", json!("é".repeat(20_001))),
            "/messages/0/parts",
            "too_long",
        ),
        (
            with("/messages/0/parts/0", json!({"type": "file"})),
            "/messages/0/parts/0",
            "unsupported_part",
        ),
        (
            with("/messages/0/role", json!("assistant")),
            "/messages/0/parts",
            "nothing_to_do",
        ),
        (without_text, "/messages/0/parts", "missing_text"),
    ];
    for (body, pointer, code) in cases {
        let (status, problem) = refused(&fixture, post(body.to_string())).await;
        assert_eq!(
            (status.as_u16(), problem.code.as_str()),
            (422, code),
            "{body}"
        );
        assert_eq!(problem.errors[0].pointer, pointer);
    }
    let mut clicks = user_message("u1", "hi");
    clicks["messages"][0] = json!({"id": "m", "role": "assistant", "parts": [
        {"state": "approval-responded", "approval": {"id": "a", "approved": "yes"}}]});
    let (_, problem) = refused(&fixture, post(clicks.to_string())).await;
    assert_eq!(
        problem.errors[0].pointer,
        "/messages/0/parts/0/approval/approved"
    );
    assert!(
        fixture.api.messages("c1").is_empty(),
        "nothing is kept of a refused request"
    );
}

#[tokio::test]
async fn requests_are_refused_by_kind() {
    let fixture = Fixture::without_model();
    let code = async |request| {
        let (status, problem) = refused(&fixture, request).await;
        (status.as_u16(), problem.code)
    };
    assert_eq!(code(post("{")).await, (400, "invalid_json".into()));
    assert_eq!(
        code(post("[".repeat(100_000))).await,
        (400, "invalid_json".into())
    );
    assert_eq!(
        code(post("x".repeat(1024 * 1024 + 1))).await,
        (413, "too_large".into())
    );
    let mut plain = post("{}");
    plain
        .headers_mut()
        .insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(code(plain).await, (415, "unsupported_media_type".into()));
    let put = Request::put("/api/v1/chat").body(Body::empty()).unwrap();
    assert_eq!(code(put).await, (405, "method_not_allowed".into()));
    let bad_id = Request::get("/api/v1/chat/a%20b/stream").header("authorization", "Bearer alice");
    assert_eq!(
        code(bad_id.body(Body::empty()).unwrap()).await,
        (422, "invalid_id".into())
    );
    let not_utf8 = Request::get("/api/v1/chat/%FF/stream").header("authorization", "Bearer alice");
    assert_eq!(
        code(not_utf8.body(Body::empty()).unwrap()).await,
        (422, "invalid_id".into())
    );
}

#[tokio::test]
async fn callers_are_refused() {
    let fixture = Fixture::without_model();
    let with = |headers: &[(&'static str, &str)]| {
        let mut request = Request::post("/api/v1/chat").header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
            .body(Body::from(user_message("u1", "help").to_string()))
            .unwrap()
    };
    for headers in [
        &[][..],
        &[("authorization", "Bearer mallory")],
        &[("authorization", "Basic YTpi")],
    ] {
        let (status, problem) = refused(&fixture, with(headers)).await;
        assert_eq!(
            (status.as_u16(), problem.code.as_str()),
            (401, "unauthenticated")
        );
    }
    let cookie = ("cookie", "taskwire_session=alice");
    let foreign = [
        cookie,
        ("host", "tasks.example"),
        ("origin", "https://evil.example"),
    ];
    for headers in [&foreign[..], &[cookie, ("host", "tasks.example")]] {
        let (status, problem) = refused(&fixture, with(headers)).await;
        assert_eq!(
            (status.as_u16(), problem.code.as_str()),
            (403, "foreign_origin")
        );
    }
    let own = with(&[
        cookie,
        ("host", "tasks.example"),
        ("origin", "https://tasks.example"),
    ]);
    assert_eq!(fixture.send(own).await.status(), 200);
    let stream = Request::get("/api/v1/chat/c7/stream").header("cookie", "taskwire_session=alice");
    assert_eq!(
        fixture
            .send(stream.body(Body::empty()).unwrap())
            .await
            .status(),
        204
    );
    fixture.api.is_down.store(true, Ordering::SeqCst);
    let (status, problem) = refused(&fixture, post(user_message("u2", "help").to_string())).await;
    assert_eq!(
        (status.as_u16(), problem.code.as_str()),
        (503, "unavailable")
    );
}

#[tokio::test]
async fn a_failure_of_the_api_is_named() {
    let fixture = Fixture::without_model();
    fixture.api.is_full.store(true, Ordering::SeqCst);
    let response = fixture.post(&user_message("u1", "list")).await;
    assert_eq!(response.headers()["retry-after"], "30");
    let (status, problem) = refused(&fixture, post(user_message("u1", "list").to_string())).await;
    assert_eq!((status.as_u16(), problem.code.as_str()), (507, "disk_full"));
}

#[tokio::test]
async fn a_key_and_a_foreign_method_are_refused() {
    let fixture = Fixture::without_model();
    let mut keyed = post(user_message("u1", "add milk").to_string());
    let headers = keyed.headers_mut();
    headers.insert("idempotency-key", "k".parse().unwrap());
    let (status, problem) = refused(&fixture, keyed).await;
    assert_eq!(
        (status.as_u16(), problem.code.as_str()),
        (400, "idempotency_key_not_supported")
    );
    assert_eq!(problem.kind, "/problems/idempotency-key-not-supported");
    assert!(fixture.tasks.called().is_empty());
    for (path, allow) in [
        ("/api/v1/chat", "GET,HEAD,POST"),
        ("/api/v1/chat/c1/stream", "GET,HEAD"),
        ("/api/v1/chat/c1/stop", "POST"),
    ] {
        for (method, status) in [("OPTIONS", 204), ("PUT", 405), ("TRACE", 405)] {
            let response = fixture.command(method, path).await;
            assert_eq!(response.status(), status, "{method} {path}");
            assert_eq!(response.headers()["allow"], allow, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn unknown_paths_are_refused() {
    let fixture = Fixture::without_model();
    let mut body = user_message("u1", "add milk");
    for (method, path) in [
        ("GET", "/api/v1/chat"),
        ("POST", "/api/v1/chat"),
        ("GET", "/api/v1/chat/c1/stream"),
        ("POST", "/api/v1/chat/c1/stop"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(format!("{path}?dry_run=true"))
            .header("authorization", "Bearer alice")
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()));
        let (status, problem) = refused(&fixture, request.unwrap()).await;
        assert_eq!(
            (status.as_u16(), problem.code.as_str()),
            (422, "unknown_field"),
            "{path}"
        );
        assert_eq!(problem.errors[0].pointer, "dry_run");
    }
    let twice = body
        .to_string()
        .replacen('{', "{\"trigger\":\"regenerate-message\",", 1);
    let (status, problem) = refused(&fixture, post(twice)).await;
    assert_eq!(
        (status.as_u16(), problem.code.as_str()),
        (422, "duplicate_field")
    );
    body["dry/run"] = json!(true);
    let (status, problem) = refused(&fixture, post(body.to_string())).await;
    assert_eq!(
        (status.as_u16(), problem.code.as_str()),
        (422, "unknown_field")
    );
    assert_eq!(problem.errors[0].pointer, "/dry~1run");
    assert!(fixture.tasks.called().is_empty());
    assert!(fixture.api.messages("c1").is_empty());
}

/// Arbitrary JSON, sometimes shaped like a request.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        prop_oneof![
            Just("text"),
            Just("user"),
            Just("assistant"),
            Just("approval-responded")
        ]
        .prop_map(Value::from),
    ];
    let keys = prop_oneof![
        Just("type"),
        Just("text"),
        Just("id"),
        Just("state"),
        Just("approval"),
        Just("approved"),
        Just("role"),
        Just("parts"),
        Just("toolCallId"),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..5).prop_map(|fields| fields
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_input_makes_a_server_error(id in "[a-z_ ]{0,3}", trigger in 0..3_usize, messages in anything()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::without_model();
            let trigger = ["submit-message", "regenerate-message", "?"][trigger];
            let body = json!({"id": id, "trigger": trigger, "messages": messages});
            let status = fixture.send(post(body.to_string())).await.status();
            assert!(!status.is_server_error(), "{status} for {body}");
        });
    }
}
