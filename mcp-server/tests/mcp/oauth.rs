//! What a client is told that can sign in by OAuth, and what its tokens are good for, with the API itself.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, Response, header};
use serde_json::{Value, json};
use taskwire_testkit::{TestDb, both_databases};
use tower::ServiceExt;

use crate::service::Service;

both_databases!(
    a_request_without_a_token_is_told_where_to_get_one,
    a_token_works_at_its_own_server_alone,
    a_call_beyond_the_grant_is_told_what_it_needs,
);

const METADATA: &str =
    "resource_metadata=\"https://tasks.example/.well-known/oauth-protected-resource/mcp\"";
const RESOURCE: &str = "https://tasks.example/mcp";

async fn send(endpoint: &Router, token: Option<&str>, message: &Value) -> Response<Body> {
    let mut request = Request::post("/mcp")
        .header(header::HOST, "tasks.example")
        .header(header::ACCEPT, "application/json, text/event-stream")
        .header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::from(message.to_string())).unwrap();
    endpoint.clone().oneshot(request).await.unwrap()
}

async fn body(response: Response<Body>) -> Value {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn call(tool: &str, arguments: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}})
}

fn challenge(response: &Response<Body>) -> &str {
    response.headers()[header::WWW_AUTHENTICATE]
        .to_str()
        .unwrap()
}

async fn a_request_without_a_token_is_told_where_to_get_one(db: TestDb) {
    let service = Service::open(db).await;
    let endpoint = service.endpoint();
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let response = send(&endpoint, None, &list).await;
    assert_eq!(response.status(), 401);
    assert_eq!(
        challenge(&response),
        format!("Bearer {METADATA}, scope=\"read write\"")
    );
    let response = send(&endpoint, Some("wrong"), &list).await;
    assert_eq!(response.status(), 401);
    let expected = format!("Bearer error=\"invalid_token\", {METADATA}, scope=\"read write\"");
    assert_eq!(challenge(&response), expected);
    // A token of the API is still good here.
    let response = send(&endpoint, Some(service.token.expose()), &list).await;
    assert_eq!(response.status(), 200);
}

async fn a_token_works_at_its_own_server_alone(db: TestDb) {
    let service = Service::open(db).await;
    let endpoint = service.endpoint();
    let own = service.granted("read write", RESOURCE).await;
    let add = call("tasks_add", &json!({"tasks": [{"title": "a"}]}));
    let response = send(&endpoint, Some(&own), &add).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        body(response).await["result"]["structuredContent"]["succeeded"],
        1
    );
    let other = service
        .granted("read write", "https://elsewhere.example/mcp")
        .await;
    let response = send(&endpoint, Some(&other), &add).await;
    assert_eq!(response.status(), 401);
    assert!(challenge(&response).contains("invalid_token"));
    // The API takes neither itself.
    for token in [own, other] {
        let client = service.api.with_token(taskwire_client::Secret::new(token));
        assert!(client.session().await.is_err());
    }
}

async fn a_call_beyond_the_grant_is_told_what_it_needs(db: TestDb) {
    let service = Service::open(db).await;
    let endpoint = service.endpoint();
    let delete = call("tasks_delete", &json!({"tasks": [1]}));
    let add = call("tasks_add", &json!({"tasks": [{"title": "a"}]}));
    let reader = service.granted("read", RESOURCE).await;
    let writer = service.granted("read write no-delete", RESOURCE).await;
    for (token, message, needed) in [
        (&reader, &add, "read write"),
        (&reader, &delete, "read delete"),
        (&writer, &delete, "read write delete"),
    ] {
        let response = send(&endpoint, Some(token), message).await;
        assert_eq!(response.status(), 403, "{needed}");
        let expected =
            format!("Bearer error=\"insufficient_scope\", {METADATA}, scope=\"{needed}\"");
        assert_eq!(challenge(&response), expected);
        assert_eq!(body(response).await["code"], "insufficient_scope");
    }
    // A token that was not granted has nobody to ask for more: the tool says what is missing.
    let response = send(&endpoint, Some(service.token.expose()), &add).await;
    assert_eq!(response.status(), 200);
}
