//! The MCP tools and another user's tasks.

use serde_json::{Value, json};

use super::{Hers, assert_silent};
use crate::support::rest::Rest;

/// Every MCP tool, with numbers that only Ana has.
pub(super) async fn check(bob: &Rest, hers: &Hers) {
    let number = &hers.task["number"];
    let series = &hers.series["number"];
    let own: Vec<Value> = bob.all("/api/v1/tasks?status=all").await;
    assert!(
        own.iter().all(|task| task["number"] != *series),
        "Bob has no task of that number"
    );
    for (tool, arguments) in [
        ("tasks_find", json!({"status": "all"})),
        ("tasks_find", json!({"query": "xylophone", "status": "all"})),
        ("tasks_find", json!({"tag": "anatag", "status": "all"})),
        ("tasks_find", json!({"numbers": [number, series]})),
        ("tasks_agenda", json!({"days": 62})),
        ("tags_list", json!({})),
        ("tasks_history", json!({})),
    ] {
        // The tag of that name is Bob's own, and an error quotes his request.
        let answer = call(bob, tool, &arguments).await;
        let answer = answer.replace("anatag two", "");
        assert_silent(&answer.replace("Unknown tag \\\"anatag\\\"", ""));
    }
    let done = |number: &Value| json!({"tasks": [{"number": number, "occurrence": hers.series["occurrence"]}]});
    let nobodys = json!(4711);
    let numbers = |number: &Value| json!({"numbers": [number]});
    let explained = |number: &Value| json!({"numbers": [number], "explain": true});
    let moved =
        |number: &Value| json!({"tasks": [{"number": number, "due": "friday", "scope": "all"}]});
    let skipped =
        |number: &Value, count: i64| json!({"tasks": [{"number": number, "skip": count}]});
    let history = |number: &Value| json!({"number": number});
    let restored = |number: &Value| json!({"numbers": [number], "only_restore": true});
    let renamed = |number: &Value| json!({"tasks": [{"number": number, "title": "mine now"}]});
    for (tool, known, unknown) in [
        ("tasks_find", numbers(series), numbers(&nobodys)),
        ("tasks_find", explained(series), explained(&nobodys)),
        ("tasks_update", renamed(series), renamed(&nobodys)),
        ("tasks_reschedule", moved(series), moved(&nobodys)),
        ("tasks_reschedule", skipped(series, 1), skipped(&nobodys, 1)),
        ("tasks_reschedule", skipped(series, 3), skipped(&nobodys, 3)),
        ("tasks_history", history(series), history(&nobodys)),
        ("tasks_complete", done(series), done(&nobodys)),
        ("tasks_reopen", numbers(series), numbers(&nobodys)),
        ("tasks_delete", numbers(series), numbers(&nobodys)),
        ("tasks_reopen", restored(series), restored(&nobodys)),
    ] {
        let known = call(bob, tool, &known).await;
        let unknown = call(bob, tool, &unknown).await;
        assert_eq!(
            known,
            unknown.replace("4711", &series.to_string()),
            "{tool}"
        );
        assert_silent(&known);
    }
}

/// The raw result of a tool.
async fn call(user: &Rest, tool: &str, arguments: &Value) -> String {
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}});
    let answer = rpc(user, &call).await;
    assert!(answer.contains("\"result\""), "{tool}: {answer}");
    answer
}

async fn rpc(user: &Rest, call: &Value) -> String {
    let sent = user
        .http
        .post(format!("{}/mcp", user.base))
        .bearer_auth(&user.token)
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-11-25")
        .json(call)
        .send()
        .await
        .unwrap();
    sent.text().await.unwrap()
}
