//! What a person is asked before it is done, in both protocol eras, and what an answer is good for.

mod connection;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use taskwire_mcp::StateKey;
use taskwire_testkit::{TestDb, both_databases};
use tower::ServiceExt;

use crate::service::Service;

both_databases!(
    a_call_waits_for_its_answer,
    only_what_is_hard_to_survey_is_asked,
    an_answer_is_for_its_call_alone,
    an_answer_counts_once,
    who_does_not_agree_changes_nothing,
    a_client_that_cannot_ask_is_not_asked,
);

/// The revision of the host.
const REVISION: &str = "2026-07-28";

fn deleting(numbers: &[i64]) -> Value {
    json!({"numbers": numbers})
}

fn yes() -> Value {
    json!({"confirm": {"action": "accept", "content": {"confirm": true}}})
}

/// Calls over HTTP as a client of 2026-07-28 with these capabilities.
struct Host<'a> {
    endpoint: &'a Router,
    token: &'a str,
    capabilities: Value,
}

impl Host<'_> {
    async fn send(&self, tool: &str, arguments: &Value, more: Value) -> Value {
        let mut params = json!({"name": tool, "arguments": arguments, "_meta": {
            "io.modelcontextprotocol/protocolVersion": REVISION,
            "io.modelcontextprotocol/clientCapabilities": self.capabilities,
        }});
        for (name, value) in more.as_object().into_iter().flatten() {
            params[name] = value.clone();
        }
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let request = Request::post("/mcp")
            .header(header::HOST, "tasks.example")
            .header(header::ACCEPT, "application/json, text/event-stream")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header("mcp-protocol-version", REVISION)
            .header("mcp-method", "tools/call")
            .header("mcp-name", tool)
            .body(Body::from(message.to_string()))
            .unwrap();
        let response = self.endpoint.clone().oneshot(request).await.unwrap();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    async fn call(&self, tool: &str, arguments: &Value) -> Value {
        self.send(tool, arguments, Value::Null).await["result"].clone()
    }

    /// The question before a call, and its state.
    async fn question(&self, tool: &str, arguments: &Value) -> (String, Value) {
        let result = self.call(tool, arguments).await;
        assert_eq!(result["resultType"], "input_required", "{result}");
        let asked = &result["inputRequests"]["confirm"];
        assert_eq!(asked["method"], "elicitation/create");
        let form = &asked["params"]["requestedSchema"];
        assert_eq!(form["properties"]["confirm"]["type"], "boolean");
        assert_eq!(form["required"], json!(["confirm"]));
        let message = asked["params"]["message"].as_str().unwrap();
        (message.to_owned(), result["requestState"].clone())
    }

    async fn answer(&self, tool: &str, arguments: &Value, state: &Value, answer: Value) -> Value {
        let more = json!({"requestState": state, "inputResponses": answer});
        self.send(tool, arguments, more).await
    }
}

fn host<'a>(endpoint: &'a Router, token: &'a str) -> Host<'a> {
    Host {
        endpoint,
        token,
        capabilities: json!({"elicitation": {}}),
    }
}

async fn add(service: &Service, count: usize) {
    let tasks: Vec<Value> = (1..=count)
        .map(|n| json!({"title": format!("Task {n}"), "tags": ["work"]}))
        .collect();
    let add = json!({"tasks": tasks, "request_id": format!("add {count}")});
    service.pipe.call("tasks_add", add).await;
}

async fn status(service: &Service, number: i64) -> String {
    let task = service.task(number).await;
    task["status"].as_str().unwrap_or("open").to_owned()
}

async fn a_call_waits_for_its_answer(db: TestDb) {
    let service = Service::open(db).await;
    add(&service, 3).await;
    let endpoint = service.endpoint();
    let host = host(&endpoint, service.token.expose());
    let before = service.events().await;
    let (message, state) = host.question("tasks_delete", &deleting(&[1, 2])).await;
    assert_eq!(
        message,
        "Delete 2 tasks?\n#1 Task 1\n#2 Task 2\nThey go to the trash, and can be restored."
    );
    // Without an answer the question is asked again.
    let more = json!({"requestState": state, "inputResponses": {"other": {"action": "accept"}}});
    let again = host.send("tasks_delete", &deleting(&[1, 2]), more).await;
    assert_eq!(again["result"]["resultType"], "input_required", "{again}");
    assert_eq!(service.events().await, before);
    let done = host
        .answer("tasks_delete", &deleting(&[1, 2]), &state, yes())
        .await;
    assert_eq!(
        done["result"]["structuredContent"]["succeeded"], 2,
        "{done}"
    );
    assert_eq!(done["result"]["resultType"], "complete");
    for (number, expected) in [(1, "deleted"), (2, "deleted"), (3, "open")] {
        assert_eq!(status(&service, number).await, expected);
    }
}

async fn only_what_is_hard_to_survey_is_asked(db: TestDb) {
    let service = Service::open(db).await;
    add(&service, 12).await;
    let endpoint = service.endpoint();
    let host = host(&endpoint, service.token.expose());
    let all = |count: u64| json!({"filter": "#work", "expected_count": count});
    let bulk = |count: u64, more: Value| {
        let mut item = all(count);
        for (name, value) in more.as_object().unwrap() {
            item[name] = value.clone();
        }
        json!({"tasks": [item]})
    };
    for (tool, arguments, expected) in [
        ("tasks_delete", deleting(&[1, 2]), "Delete 2 tasks?"),
        // What a model writes in another way is the same call.
        (
            "tasks_delete",
            json!({"numbers": "1, 2"}),
            "Delete 2 tasks?",
        ),
        ("tasks_delete", all(12), "Delete 12 tasks?"),
        (
            "tasks_update",
            bulk(12, json!({"priority": "low"})),
            "Change 12 tasks?",
        ),
        (
            "tasks_reschedule",
            bulk(12, json!({"due": "tomorrow"})),
            "Move or skip 12 tasks?",
        ),
        ("tasks_complete", bulk(12, json!({})), "Complete 12 tasks?"),
        (
            "tags_change",
            json!({"tag": "work", "action": "delete"}),
            "Delete the tag \"work\"? 12 tasks have it.",
        ),
        (
            "tags_change",
            json!({"tag": "work", "action": "merge", "to": "health"}),
            "Merge the tag \"work\" into \"health\"? 12 tasks have it.",
        ),
    ] {
        let (message, _) = host.question(tool, &arguments).await;
        assert!(message.starts_with(expected), "{tool}: {message}");
        let mut trial = arguments.clone();
        trial["dry_run"] = json!(true);
        let tried = host.call(tool, &trial).await;
        assert_eq!(tried["structuredContent"]["dry_run"], true, "{tried}");
    }
    let before = service.events().await;
    // What would be refused is refused without a question.
    for arguments in [deleting(&[98, 99]), all(11), json!({"numbers": [1, 1]})] {
        let refused = host.call("tasks_delete", &arguments).await;
        assert_eq!(refused["isError"], true, "{refused}");
    }
    assert_eq!(service.events().await, before);
    for (tool, arguments) in [
        ("tasks_delete", deleting(&[1])),
        (
            "tasks_update",
            json!({"tasks": [{"number": 2, "priority": "high"}]}),
        ),
        ("tasks_delete", json!({"filter": "p1", "expected_count": 1})),
        (
            "tasks_update",
            json!({"tasks": [{"number": 3, "priority": "low"}, {"number": 4, "priority": "low"}]}),
        ),
        ("tasks_update", bulk(10, json!({"priority": "high"}))),
        (
            "tasks_complete",
            json!({"tasks": [{"number": 3}, {"number": 4}]}),
        ),
        (
            "tags_change",
            json!({"tag": "work", "action": "rename", "to": "job"}),
        ),
        ("tasks_reopen", json!({"numbers": [3, 4]})),
        ("changes_undo", json!({"changes": ["last"]})),
    ] {
        let done = host.call(tool, &arguments).await;
        assert!(
            done["isError"].is_null() || done["isError"] == false,
            "{tool}: {done}"
        );
        assert!(done["inputRequests"].is_null(), "{tool}: {done}");
    }
}

async fn an_answer_is_for_its_call_alone(db: TestDb) {
    let service = Service::open(db).await;
    add(&service, 3).await;
    let endpoint = service.endpoint();
    let token = service.token.expose().to_owned();
    let ada = host(&endpoint, &token);
    let eves = service.another_user("Eve").await;
    let eve = host(&endpoint, &eves);
    let wanted = deleting(&[1, 2]);
    let (_, state) = ada.question("tasks_delete", &wanted).await;
    let text = state.as_str().unwrap();
    let mut tampered = text.to_owned();
    let last = tampered.remove(20);
    tampered.insert(20, if last == 'A' { 'B' } else { 'A' });
    let before = service.events().await;
    let filter = json!({"filter": "#work", "expected_count": 3});
    for (what, host, tool, arguments, state) in [
        (
            "a changed state",
            &ada,
            "tasks_delete",
            &wanted,
            json!(tampered),
        ),
        ("no state at all", &ada, "tasks_delete", &wanted, json!("x")),
        ("another user", &eve, "tasks_delete", &wanted, state.clone()),
        (
            "other tasks",
            &ada,
            "tasks_delete",
            &deleting(&[1, 3]),
            state.clone(),
        ),
        (
            "more tasks",
            &ada,
            "tasks_delete",
            &deleting(&[1, 2, 3]),
            state.clone(),
        ),
        ("a filter", &ada, "tasks_delete", &filter, state.clone()),
        ("another tool", &ada, "tasks_reopen", &wanted, state.clone()),
        (
            "a tool that reads",
            &ada,
            "tasks_find",
            &wanted,
            state.clone(),
        ),
    ] {
        let answer = host.answer(tool, arguments, &state, yes()).await;
        assert_eq!(answer["error"]["code"], -32602, "{what}: {answer}");
    }
    let unasked = json!({"inputResponses": yes()});
    let answer = ada.send("tasks_delete", &wanted, unasked).await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    // A state of another installation.
    let other = service.endpoint_with(StateKey::from([4; 32]));
    let answer = host(&other, &token)
        .answer("tasks_delete", &wanted, &state, yes())
        .await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    // One that has expired.
    service.clock.advance(SignedDuration::from_mins(5));
    let late = ada.answer("tasks_delete", &wanted, &state, yes()).await;
    let text = late["result"]["content"][0]["text"].as_str().unwrap();
    assert_eq!(late["result"]["isError"], true);
    assert!(
        text.contains("has expired") && text.contains("Send the call again"),
        "{text}"
    );
    assert_eq!(service.events().await, before);
}

async fn an_answer_counts_once(db: TestDb) {
    let service = Service::open(db).await;
    add(&service, 2).await;
    let endpoint = service.endpoint();
    let host = host(&endpoint, service.token.expose());
    let wanted = deleting(&[1, 2]);
    let (_, state) = host.question("tasks_delete", &wanted).await;
    host.answer("tasks_delete", &wanted, &state, yes()).await;
    assert_eq!(status(&service, 1).await, "deleted");
    service.pipe.call("tasks_reopen", wanted.clone()).await;
    // The same answer again is the same request, and has the first response.
    let again = host.answer("tasks_delete", &wanted, &state, yes()).await;
    let results = &again["result"]["structuredContent"]["results"];
    assert_eq!(results[0]["replayed"], true, "{again}");
    assert_eq!(status(&service, 1).await, "open");
}

async fn who_does_not_agree_changes_nothing(db: TestDb) {
    let service = Service::open(db).await;
    add(&service, 2).await;
    let endpoint = service.endpoint();
    let host = host(&endpoint, service.token.expose());
    let wanted = deleting(&[1, 2]);
    let before = service.events().await;
    let (_, state) = host.question("tasks_delete", &wanted).await;
    for (answer, expected) in [
        (json!({"action": "decline"}), "did not agree"),
        (json!({"action": "cancel"}), "closed without an answer"),
        (
            json!({"action": "accept", "content": {"confirm": false}}),
            "did not agree",
        ),
        (json!({"action": "accept"}), "did not agree"),
    ] {
        let sent = json!({"confirm": answer});
        let refused = host.answer("tasks_delete", &wanted, &state, sent).await;
        let text = refused["result"]["content"][0]["text"].as_str().unwrap();
        assert_eq!(refused["result"]["isError"], true);
        assert!(
            text.contains(expected) && text.contains("nothing was changed"),
            "{text}"
        );
    }
    let wrong = json!({"confirm": {"action": "sure"}});
    let refused = host.answer("tasks_delete", &wanted, &state, wrong).await;
    assert_eq!(refused["error"]["code"], -32602);
    assert_eq!(service.events().await, before);
}

async fn a_client_that_cannot_ask_is_not_asked(db: TestDb) {
    let service = Service::open(db).await;
    add(&service, 4).await;
    let endpoint = service.endpoint();
    let token = service.token.expose();
    for (numbers, capabilities) in [
        ([1, 2], json!({})),
        ([3, 4], json!({"elicitation": {"url": {}}})),
    ] {
        let host = Host {
            capabilities,
            ..host(&endpoint, token)
        };
        let done = host.call("tasks_delete", &deleting(&numbers)).await;
        assert_eq!(done["structuredContent"]["succeeded"], 2, "{done}");
    }
    // In the trash, from where they come back.
    let back = json!({"numbers": [1, 2, 3, 4]});
    let back = service.pipe.call("tasks_reopen", back).await;
    assert_eq!(back["succeeded"], 4);
}
