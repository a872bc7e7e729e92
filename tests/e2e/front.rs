//! One address serves the page, REST, MCP and the chat, with one process or many.

use serde_json::{Value, json};

use crate::support::deployment::{Deployment, Shape, run};
use crate::support::rest::http;
use crate::support::stream::Follower;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn message(text: &str) -> Value {
    json!({
        "id": "c1",
        "trigger": "submit-message",
        "messages": [{"id": "m1", "role": "user", "parts": [{"type": "text", "text": text}]}],
    })
}

async fn say(base: &str, token: &str, text: &str) -> reqwest::Response {
    http()
        .post(format!("{base}/api/v1/chat"))
        .bearer_auth(token)
        .header("x-request-id", "chat-1")
        .header("traceparent", PARENT)
        .json(&message(text))
        .send()
        .await
        .unwrap()
}

async fn what_one_address_serves(shape: Shape) {
    let deployment = Deployment::start(shape, None).await;
    let base = deployment.api.url();
    let token = deployment.token("ana");
    let rest = deployment.rest(&token);
    let follower = Follower::start(&rest, "0").await;

    // A change by words goes from the chat over MCP to the API, and one trace leads to its event.
    let answer = say(&base, &token, "add buy milk").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["x-request-id"], "chat-1");
    assert!(!answer.headers().contains_key("content-encoding"));
    assert!(answer.text().await.unwrap().ends_with("data: [DONE]\n\n"));
    let event = follower
        .until("the new task", |event| event.kind == "task.created.v1")
        .await;
    assert_eq!(event.after()["title"], "buy milk");
    assert_eq!(event.data["traceparent"], PARENT);
    assert_eq!(event.data["data"]["actor"]["via"], "chat");

    // Each part itself responds, and names the request.
    for (method, path, status) in [
        ("GET", "/", 200),
        ("GET", "/api/v1/tasks", 401),
        ("POST", "/mcp", 401),
        ("POST", "/api/v1/chat", 401),
        ("GET", "/api/v1/chat/c1/stream", 401),
        ("GET", "/api/v1/chat", 401),
        ("PUT", "/api/v1/chat", 405),
        ("GET", "/mcp", 405),
        ("GET", "/api/v1/nothing", 404),
        ("POST", "/api/v1/chat/foo", 404),
        ("GET", "/api/v1/chat/foo/bar", 404),
        ("OPTIONS", "/", 204),
        ("OPTIONS", "/docs", 204),
        ("OPTIONS", "/mcp", 204),
        ("OPTIONS", "/api/v1/chat", 204),
        ("OPTIONS", "/api/v1/chat/c1/stop", 204),
        ("OPTIONS", "/api/v1/tasks", 204),
        ("OPTIONS", "/api/v1/nothing", 404),
    ] {
        let method: reqwest::Method = method.parse().unwrap();
        let request = http().request(method, format!("{base}{path}"));
        let answer = request.header("x-request-id", "r-1").send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers()["x-request-id"], "r-1", "{path}");
        assert_eq!(answer.headers()["x-frame-options"], "DENY", "{path}");
        let has_allow = answer.headers().contains_key("allow");
        assert_eq!(has_allow, [204, 405].contains(&status), "{path}");
        if ![200, 204].contains(&status) {
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
            let problem: Value = answer.json().await.unwrap();
            assert_eq!(problem["request_id"], "r-1", "{path}: {problem}");
        }
    }
    // None of them accepts another site's page or another host name.
    for path in ["/", "/api/v1/tasks", "/mcp", "/api/v1/chat"] {
        let request = http().post(format!("{base}{path}")).bearer_auth(&token);
        let answer = request.header("host", "evil.example").send().await.unwrap();
        assert_eq!(answer.status(), 403, "{path}");
    }
    let foreign = http()
        .post(format!("{base}/api/v1/chat"))
        .header("cookie", "taskwire_session=x")
        .header("origin", "http://evil.example")
        .json(&message("add x"))
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), 403);

    // The terminal needs only this address.
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let args = ["talk", "list", "--api-url", &base, "--data-dir", folder];
    let output = run(&args, &[("TASKWIRE_TOKEN", &token)]).ok();
    assert!(output.contains("buy milk"), "{output}");
}

#[tokio::test]
async fn one_address_serves_everything_from_one_process() {
    what_one_address_serves(Shape::ServeSqlite).await;
}

#[tokio::test]
async fn one_address_serves_everything_from_many_processes() {
    what_one_address_serves(Shape::Processes).await;
}

#[tokio::test]
async fn an_unreachable_part_is_named_until_it_is_back() {
    let mut deployment = Deployment::start(Shape::Processes, None).await;
    let base = deployment.api.url();
    let token = deployment.token("ana");
    let mut chat = deployment.chat.take().unwrap();
    chat.kill();
    let answer = say(&base, &token, "list").await;
    assert_eq!(answer.status(), 502);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "chat_unreachable");
    assert_eq!(problem["request_id"], "chat-1");
    // `doctor` says what to start; parts that were never configured are not required.
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_str().unwrap();
    let doctor = ["doctor", "--data-dir", folder, "--api-url", &base];
    let token_of_ana = [("TASKWIRE_TOKEN", token.as_str())];
    let output = run(&doctor, &token_of_ana).ok();
    assert!(output.contains("\n--   chat "), "{output}");
    assert!(output.contains("start `taskwire chat`"), "{output}");
    assert!(output.contains("\nok   mcp "), "{output}");
    let configured = ["--chat-url", "http://127.0.0.1:9"];
    let output = run(&[&doctor[..], &configured].concat(), &token_of_ana).failed();
    assert!(output.contains("\nfail chat "), "{output}");
    // The rest continues to work.
    deployment.rest(&token).get("/api/v1/tasks").await;
    chat.restart().await;
    assert_eq!(say(&base, &token, "list").await.status(), 200);
}
