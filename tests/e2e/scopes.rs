//! Scopes and revocation: the same over REST, MCP and chat, and for open streams.

use futures::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use taskwire_testkit::Kind;

use crate::support::LIMIT;
use crate::support::deployment::{Deployment, Shape};
use crate::support::rest::Rest;

#[tokio::test]
async fn hold_over_every_interface_in_one_process() {
    hold(Shape::ServeSqlite).await;
}

#[tokio::test]
async fn hold_over_every_interface_in_many_processes() {
    hold(Shape::Processes).await;
}

/// The effect of a tool.
#[derive(Clone, Copy, PartialEq)]
enum Does {
    Read,
    Write,
    Delete,
    /// It reads before it writes.
    Both,
}

const TOOLS: [(&str, Does); 12] = [
    ("tasks_find", Does::Read),
    ("tasks_agenda", Does::Read),
    ("tasks_history", Does::Read),
    ("tags_list", Does::Read),
    ("tasks_add", Does::Write),
    ("tasks_update", Does::Write),
    ("tasks_reschedule", Does::Write),
    ("tasks_complete", Does::Write),
    ("tasks_reopen", Does::Write),
    ("tasks_delete", Does::Delete),
    ("changes_undo", Does::Write),
    ("tags_change", Does::Both),
];

fn arguments(tool: &str) -> Value {
    match tool {
        "tasks_find" => json!({"status": "all"}),
        "tasks_agenda" => json!({"days": 7}),
        "tags_list" | "tasks_history" => json!({}),
        // Nobody has made this change, so it is undone by nobody.
        "changes_undo" => json!({"changes": ["01900000-0000-7000-8000-000000000000"]}),
        "tags_change" => json!({"tag": "home", "action": "recolor", "to": "#aabbcc"}),
        "tasks_add" => json!({"tasks": [{"title": "Added"}]}),
        "tasks_update" => json!({"tasks": [{"number": 1, "title": "Renamed"}]}),
        "tasks_reschedule" => json!({"tasks": [{"number": 1, "due": "2031-01-05"}]}),
        "tasks_complete" => json!({"tasks": [{"number": 1}]}),
        _ => json!({"numbers": [1]}),
    }
}

async fn hold(shape: Shape) {
    let deployment = Deployment::start(shape, None).await;
    let full = deployment.rest(&deployment.token("ana"));
    let task = json!({"title": "Stretch", "tags": ["home"], "due": "2031-01-03", "recurrence": {"rrule": "FREQ=DAILY"}});
    full.post("/api/v1/tasks", &task).await;
    for scopes in [
        &["read"][..],
        &["write"],
        &["read", "no-delete"],
        &["write", "no-delete"],
        &["read", "write", "no-delete"],
        &["read", "write"],
    ] {
        let has = |scope| scopes.contains(&scope);
        let allowed = |does| match does {
            Does::Read => has("read"),
            Does::Write => has("write"),
            Does::Both => has("read") && has("write"),
            Does::Delete => has("write") && !has("no-delete"),
        };
        let made = full
            .post("/api/v1/tokens", &json!({"label": "x", "scopes": scopes}))
            .await;
        let token = made["token"].as_str().unwrap();
        let own = deployment.rest(token);
        for (tool, does) in TOOLS {
            let before = full.all("/api/v1/tasks?status=all").await;
            let result = call(&deployment, &own, tool).await;
            let refused = result.to_string().contains("This token lacks the scope")
                || result
                    .to_string()
                    .contains("This token is not allowed to delete");
            assert_eq!(refused, !allowed(does), "{tool} {scopes:?}: {result}");
            if refused {
                assert_eq!(result["isError"], true, "{tool} {scopes:?}");
                // The next occurrence may appear in between, from a change that was allowed.
                let mut after = full.all("/api/v1/tasks?status=all").await;
                after.retain(|task| before.iter().any(|known| known["id"] == task["id"]));
                assert_eq!(before, after, "{tool} {scopes:?}");
            }
        }
        // The trash is unchanged.
        full.send(Method::POST, "/api/v1/tasks/1/restore", None)
            .await;
        chat(&deployment, &full, token, scopes).await;
    }
}

/// The chat adds a task only if the token allows it.
async fn chat(deployment: &Deployment, full: &Rest, token: &str, scopes: &[&str]) {
    // The next occurrence of a series may appear in between.
    let milk = async || {
        let tasks = full.all("/api/v1/tasks?status=all").await;
        let milk = tasks.iter().filter(|task| task["title"] == "buy milk");
        milk.count()
    };
    let before = milk().await;
    let message = json!({"id": scopes.join("-"), "trigger": "submit-message", "messages": [
        {"id": "m1", "role": "user", "parts": [{"type": "text", "text": "add buy milk"}]}]});
    let chat = Rest::new(&deployment.chat_url(), token);
    let answer = chat
        .send(Method::POST, "/api/v1/chat", Some(&message))
        .await;
    let after = milk().await;
    if scopes.contains(&"read") && scopes.contains(&"write") {
        assert_eq!(answer.status, 200, "{scopes:?}: {}", answer.text());
        assert_eq!(after, before + 1, "{}", answer.text());
    } else {
        // A conversation is read and written.
        assert_eq!(answer.status, 403, "{scopes:?}: {}", answer.text());
        assert_eq!(after, before);
    }
}

async fn call(deployment: &Deployment, own: &Rest, tool: &str) -> Value {
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": tool, "arguments": arguments(tool)}});
    let answer = own
        .http
        .post(deployment.mcp_url())
        .bearer_auth(&own.token)
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-11-25")
        .json(&call)
        .send()
        .await
        .unwrap();
    let text = answer.text().await.unwrap();
    let answer: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{tool}: {text}"));
    answer["result"].clone()
}

#[tokio::test]
async fn a_revoked_token_ends_its_stream_on_sqlite() {
    revoked(Kind::Sqlite).await;
}

#[tokio::test]
async fn a_revoked_token_ends_its_stream_on_postgres() {
    revoked(Kind::Postgres).await;
}

/// The command line revokes in a separate process.
async fn revoked(kind: Kind) {
    let deployment = Deployment::serve(kind, None).await;
    let full = deployment.rest(&deployment.token("ana"));
    let made = full.post("/api/v1/tokens", &json!({"label": "x"})).await;
    let own = deployment.rest(made["token"].as_str().unwrap());
    let stream = own
        .http
        .get(format!("{}/api/v1/events", own.base))
        .bearer_auth(&own.token)
        .send()
        .await
        .unwrap();
    assert_eq!(stream.status().as_u16(), 200);
    let mut stream = stream.bytes_stream();
    stream.next().await.unwrap().unwrap();
    deployment
        .run(&[
            "token",
            "revoke",
            made["id"].as_str().unwrap(),
            "--user",
            "ana",
        ])
        .ok();
    let end = async { while stream.next().await.is_some() {} };
    tokio::time::timeout(LIMIT, end)
        .await
        .expect("the stream ends");
    let answer = own.send(Method::GET, "/api/v1/tasks", None).await;
    assert_eq!(answer.status, 401);
}
