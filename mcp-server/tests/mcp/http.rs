//! Streamable HTTP: both protocol eras, the token, hosts and origins.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, Response, StatusCode, header};
use serde_json::{Value, json};
use taskwire_client::Client;
use taskwire_mcp::{HttpOptions, router};
use tower::ServiceExt;

use crate::fake::{Fake, TOKEN};

pub(crate) const MODERN: &str = "2026-07-28";

pub(crate) fn app(fake: &Fake) -> Router {
    let options = HttpOptions {
        allowed_hosts: vec!["tasks.example.com".into()],
        allowed_origins: vec!["https://tasks.example.com:443".into()],
        ..HttpOptions::default()
    };
    router(fake.api(), options)
}

/// A POST like that of an MCP client.
pub(crate) struct Post(http::request::Builder);

impl Post {
    fn new() -> Self {
        Self(
            Request::post("/mcp")
                .header(header::HOST, "tasks.example.com")
                .header(header::ACCEPT, "application/json, text/event-stream")
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::USER_AGENT, "curl/8"),
        )
    }

    pub(crate) fn signed_in() -> Self {
        Self::new().header("authorization", format!("Bearer {TOKEN}"))
    }

    pub(crate) fn header(self, name: &str, value: impl Into<String>) -> Self {
        Self(self.0.header(name, value.into()))
    }

    async fn send(self, app: &Router, message: Value) -> Response<Body> {
        let request = self.0.body(Body::from(message.to_string())).unwrap();
        app.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn ask(self, app: &Router, message: Value) -> Value {
        let response = self.send(app, message).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
        body(response).await
    }
}

async fn body(response: Response<Body>) -> Value {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn initialize() -> Value {
    json!({
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "legacy", "version": "0.1"},
        },
    })
}

fn list() -> Value {
    json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}})
}

fn call(arguments: &Value, meta: &Value) -> Value {
    json!({
        "jsonrpc": "2.0", "id": 3, "method": "tools/call",
        "params": {"name": "tasks_add", "arguments": arguments, "_meta": meta},
    })
}

pub(crate) fn modern_meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "modern", "version": "2.0"},
    })
}

#[tokio::test]
async fn serves_the_legacy_era() {
    let fake = Fake::default();
    let app = app(&fake);
    let hello = Post::signed_in().ask(&app, initialize()).await;
    assert_eq!(hello["result"]["protocolVersion"], "2025-06-18");
    assert_eq!(hello["result"]["serverInfo"]["name"], "taskwire");
    let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    assert_eq!(
        Post::signed_in().send(&app, initialized).await.status(),
        StatusCode::ACCEPTED
    );

    let version = "2025-06-18";
    let listed = Post::signed_in()
        .header("mcp-protocol-version", version)
        .ask(&app, list())
        .await;
    assert_eq!(listed["result"]["tools"].as_array().unwrap().len(), 12);
    assert!(listed["result"].get("ttlMs").is_none());

    let message = call(
        &json!({"tasks": [{"title": "a"}], "request_id": "r"}),
        &json!({}),
    );
    let answer = Post::signed_in()
        .header("mcp-protocol-version", version)
        .ask(&app, message)
        .await;
    assert_eq!(answer["result"]["structuredContent"]["succeeded"], 1);
    let seen = fake.seen().pop().unwrap();
    assert_eq!(seen.header("taskwire-via"), Some("mcp"));
    assert_eq!(seen.header("taskwire-client"), Some("curl/8"));
    assert_eq!(seen.header("authorization"), Some("Bearer the-credential"));
    assert_eq!(seen.header("idempotency-key"), Some("r/0"));
}

#[tokio::test]
async fn serves_the_modern_era() {
    let fake = Fake::default();
    let app = app(&fake);
    let modern = |method: &str| {
        Post::signed_in()
            .header("mcp-protocol-version", MODERN)
            .header("mcp-method", method)
    };

    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": modern_meta()}});
    let discovered = modern("server/discover").ask(&app, message).await;
    assert_eq!(discovered["result"]["cacheScope"], "private");
    assert!(
        discovered["result"]["supportedVersions"]
            .as_array()
            .unwrap()
            .contains(&json!(MODERN))
    );

    let message = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {"_meta": modern_meta()}});
    let listed = modern("tools/list").ask(&app, message).await;
    assert_eq!(listed["result"]["tools"].as_array().unwrap().len(), 12);
    assert_eq!(listed["result"]["ttlMs"], 300_000);
    assert_eq!(listed["result"]["cacheScope"], "private");

    let mut meta = modern_meta();
    meta["taskwire/chatTurn"] = json!("t");
    meta["taskwire/toolCall"] = json!("c");
    let message = call(&json!({"tasks": [{"title": "a"}]}), &meta);
    let answer = modern("tools/call")
        .header("mcp-name", "tasks_add")
        .ask(&app, message)
        .await;
    assert_eq!(answer["result"]["resultType"], "complete");
    assert_eq!(answer["result"]["structuredContent"]["succeeded"], 1);
    let seen = fake.seen().pop().unwrap();
    assert_eq!(seen.header("taskwire-via"), Some("chat"));
    assert_eq!(seen.header("taskwire-client"), Some("modern/2.0"));
    assert_eq!(seen.header("idempotency-key"), Some("t/c/0"));
}

#[tokio::test]
async fn without_a_good_token_nothing_is_served() {
    let fake = Fake::default();
    let app = app(&fake);
    for message in [
        initialize(),
        list(),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
    ] {
        let response = Post::new().send(&app, message.clone()).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/problem+json"
        );
        assert_eq!(body(response).await["code"], "unauthorized");

        let response = Post::new()
            .header("authorization", "Bearer wrong")
            .send(&app, message)
            .await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        let challenge = response.headers()[header::WWW_AUTHENTICATE]
            .to_str()
            .unwrap();
        assert!(challenge.starts_with("Bearer"), "{challenge}");
    }
}

#[tokio::test]
async fn only_messages_are_taken() {
    let app = app(&Fake::default());
    for (method, status) in [
        ("OPTIONS", 204),
        ("GET", 405),
        ("DELETE", 405),
        ("PUT", 405),
    ] {
        let request = Request::builder()
            .method(method)
            .uri("/mcp")
            .header(header::HOST, "tasks.example.com")
            .body(Body::empty())
            .unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{method}");
        assert_eq!(response.headers()[header::ALLOW], "POST", "{method}");
        if status == 405 {
            assert_eq!(body(response).await["code"], "method_not_allowed");
        }
    }
}

#[tokio::test]
async fn a_key_belongs_into_the_arguments() {
    let fake = Fake::default();
    let message = call(&json!({"tasks": [{"title": "a"}]}), &json!({}));
    let keyed = Post::signed_in().header("idempotency-key", "k");
    let response = keyed.send(&app(&fake), message).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let problem = body(response).await;
    assert_eq!(problem["code"], "idempotency_key_not_supported");
    assert!(problem["hint"].as_str().unwrap().contains("request_id"));
    assert!(fake.seen().is_empty());
}

#[tokio::test]
async fn an_unreachable_api_is_503() {
    let dead = Client::in_process(Router::new().fallback(|| async { StatusCode::BAD_GATEWAY }));
    let app = router(dead, HttpOptions::default());
    let response = Post::signed_in()
        .header("host", "localhost")
        .send(&app, list())
        .await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body(response).await["code"], "api_unreachable");
}

#[tokio::test]
async fn only_named_hosts_and_origins_may_call() {
    let app = app(&Fake::default());
    let good = Post::signed_in()
        .header("origin", "https://tasks.example.com")
        .send(&app, list())
        .await;
    assert_eq!(good.status(), StatusCode::OK);
    for origin in [
        "https://evil.example.com",
        "http://tasks.example.com",
        "null",
    ] {
        let response = Post::signed_in()
            .header("origin", origin)
            .send(&app, list())
            .await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{origin}");
    }
    let rebound = Request::post("/mcp")
        .header(header::HOST, "evil.example.com")
        .header(header::ACCEPT, "application/json, text/event-stream")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .body(Body::from(list().to_string()))
        .unwrap();
    assert_eq!(
        app.oneshot(rebound).await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn the_default_is_this_machine_and_no_web_page() {
    let app = router(Fake::default().api(), HttpOptions::default());
    let from = |host: &str| {
        Request::post("/mcp")
            .header(header::HOST, host)
            .header(header::ACCEPT, "application/json, text/event-stream")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
    };
    let send = |request: http::request::Builder| {
        app.clone()
            .oneshot(request.body(Body::from(list().to_string())).unwrap())
    };
    assert_eq!(
        send(from("127.0.0.1:8484")).await.unwrap().status(),
        StatusCode::OK
    );
    assert_eq!(
        send(from("tasks.example.com")).await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    let page = from("localhost").header(header::ORIGIN, "http://localhost:3000");
    assert_eq!(send(page).await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn no_input_is_a_server_error() {
    let app = app(&Fake::default());
    for message in [
        "",
        "null",
        "[]",
        "{",
        "{\"jsonrpc\":\"2.0\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"tasks_add\",\"arguments\":7}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"tasks_find\",\"_meta\":{\"taskwire/chatTurn\":{}}}}",
    ] {
        let request = Post::signed_in().0.body(Body::from(message)).unwrap();
        let status = app.clone().oneshot(request).await.unwrap().status();
        assert!(!status.is_server_error(), "{message}: {status}");
    }
}

#[tokio::test]
async fn unknown_members_are_refused_by_name() {
    let fake = Fake::default();
    let app = app(&fake);
    let add = json!({"tasks": [{"title": "a"}]});
    let request = Request::post("/mcp?dry_run=true")
        .header(header::HOST, "tasks.example.com")
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(call(&add, &json!({})).to_string()))
        .unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem = body(response).await;
    assert_eq!(problem["code"], "unknown_field");
    assert!(problem["detail"].as_str().unwrap().contains("dry_run"));

    for (name, value) in [("dry_run", json!(true)), ("argumentz", json!({}))] {
        let mut message = call(&add, &json!({}));
        message["params"][name] = value;
        let answer = Post::signed_in().ask(&app, message).await;
        assert_eq!(answer["id"], 3);
        assert_eq!(answer["error"]["code"], -32602);
        assert!(answer["error"]["message"].as_str().unwrap().contains(name));
    }
    let message = json!({
        "jsonrpc": "2.0", "id": 4, "method": "prompts/get",
        "params": {"name": "plan_day", "arguments": {"date": "friday"}},
    });
    let answer = Post::signed_in().ask(&app, message).await;
    assert_eq!(answer["error"]["code"], -32602);
    assert!(answer["error"].to_string().contains("no argument"));
    assert!(fake.lines().iter().all(|line| line.starts_with("GET ")));
}

#[tokio::test]
async fn an_invalid_message_gets_a_json_rpc_error() {
    let app = app(&Fake::default());
    for (message, code) in [
        ("", -32700),
        ("{", -32700),
        ("null", -32600),
        ("[]", -32600),
        ("{\"jsonrpc\":\"2.0\"}", -32600),
        ("{\"id\":1,\"method\":\"tools/list\"}", -32600),
    ] {
        let request = Post::signed_in().0.body(Body::from(message)).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{message}");
        assert_eq!(body(response).await["error"]["code"], code, "{message}");
    }
    let repeated = r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"tasks_update",
        "arguments":{"tasks":[{"number":1,"due":"2026-12-01","due":"2027-01-01"}]}}}"#;
    let request = Post::signed_in().0.body(Body::from(repeated)).unwrap();
    let answer = body(app.clone().oneshot(request).await.unwrap()).await;
    assert_eq!(
        (&answer["id"], &answer["error"]["code"]),
        (&json!(7), &json!(-32600))
    );
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("`due` appears more than once"),
        "{message}"
    );
    for arguments in [json!([1]), json!("{}"), json!(7)] {
        let answer = Post::signed_in()
            .ask(&app, call(&arguments, &json!({})))
            .await;
        assert_eq!(answer["error"]["code"], -32602);
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(message.contains("`arguments`"), "{message}");
    }
}
