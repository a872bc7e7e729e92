//! Streams and stored messages, byte for byte: readers and stored conversations depend on them.

use axum::response::Response;
use serde_json::{Value, json};
use taskwire_testkit::gemini::{Call, Fault, Reply, Script, tool_results};

use super::fixture::{Fixture, clicked, user_message};

/// Everything a conversation streams and stores, in order.
struct Recording {
    fixture: Fixture,
    text: String,
    puts: usize,
}

impl Recording {
    fn new(fixture: Fixture) -> Self {
        Self {
            fixture,
            text: String::new(),
            puts: 0,
        }
    }

    async fn post(&mut self, body: &Value) -> super::read::Stream {
        let response = self.fixture.post(body).await;
        self.take(response).await
    }

    async fn send_text(&mut self, id: &str, text: &str) -> super::read::Stream {
        self.post(&user_message(id, text)).await
    }

    /// Reads a stream to its end and records it, with the messages stored meanwhile.
    async fn take(&mut self, response: Response) -> super::read::Stream {
        let (head, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        self.text.push_str("== streamed\n");
        self.text.push_str(std::str::from_utf8(&body).unwrap());
        let puts = self.fixture.api.puts.lock().unwrap().clone();
        for put in puts.iter().skip(self.puts) {
            self.text.push_str("== stored\n");
            self.text.push_str(&put.to_string());
            self.text.push('\n');
        }
        self.puts = puts.len();
        super::read::Stream::read(Response::from_parts(head, body.into())).await
    }
}

fn again() -> Value {
    json!({"id": "c1", "trigger": "regenerate-message", "messages": []})
}

#[tokio::test]
async fn calls_texts_and_notices() {
    let fixture = Fixture::with(vec![
        Reply::calls([
            Call::new("tasks_add", json!({"tasks": [{"title": "a"}]})),
            Call::new("tasks_find", json!({})),
            Call::new("rm_rf", json!({"x": 1})),
        ]),
        Reply::Fault(Fault::Cut("half an ans".into())),
        Reply::text("added\u{202e}"),
        Reply::call("tasks_add", json!({"tasks": [{"title": "a"}]})),
        Reply::text("added before"),
        Reply::Fault(Fault::Safety("I will".into())),
    ])
    .await;
    let mut seen = Recording::new(fixture);
    seen.send_text("u1", "add a").await;
    seen.send_text("u1", "add a").await;
    seen.post(&again()).await;
    seen.send_text("u2", "and now").await;
    insta::assert_snapshot!(seen.text);
}

#[tokio::test]
async fn approvals() {
    let fixture = Fixture::with(Script::from_fn(|request: &Value| {
        match tool_results(request).last() {
            None => Reply::calls([
                Call::new("tasks_delete", json!({"numbers": [1]})),
                Call::new("tasks_delete", json!({"numbers": [2]})),
            ]),
            Some(_) => Reply::text("so it is"),
        }
    }))
    .await;
    for title in ["a", "b", "c"] {
        fixture.tasks.add(title);
    }
    let mut seen = Recording::new(fixture);
    let asked = seen.send_text("u1", "delete a and b").await;
    let mut one_of_two = clicked(&asked, true);
    let second = one_of_two["messages"][0]["parts"][1].take();
    let mut other = one_of_two.clone();
    one_of_two["messages"][0]["parts"] = json!([one_of_two["messages"][0]["parts"][0]]);
    seen.post(&one_of_two).await;
    other["messages"][0]["parts"] = json!([second]);
    other["messages"][0]["parts"][0]["approval"]["approved"] = json!(false);
    seen.post(&other).await;
    // Sent again: shown again.
    seen.post(&other).await;
    let put = seen.fixture.api.puts.lock().unwrap().clone();
    let at = put
        .iter()
        .position(|put| put["parts"][1]["state"] == "approval-responded");
    seen.fixture.api.kill_at("c1", at.unwrap());
    let response = seen.fixture.command("GET", "/api/v1/chat/c1/stream").await;
    seen.take(response).await;
    insta::assert_snapshot!(seen.text);
}

#[tokio::test]
async fn commands() {
    let mut seen = Recording::new(Fixture::without_model());
    for (id, text) in [
        ("u1", "add a"),
        ("u2", "done 9"),
        ("u3", "undo"),
        ("u4", "what"),
        ("u5", "yes"),
        ("u6", "delete 1"),
        ("u7", "no"),
    ] {
        seen.send_text(id, text).await;
    }
    insta::assert_snapshot!(seen.text);
}

#[tokio::test]
async fn parts_of_others_and_of_earlier_versions() {
    let fixture = Fixture::without_model();
    let approval = json!({"id": "p1", "reason": "Delete task #1.", "more": 1});
    let parts = json!([
        {"type": "step-start", "more": [1]},
        {"type": "reasoning", "text": "hm", "state": "done"},
        {"type": "text", "text": "a", "state": "done", "providerMetadata": {"x": {"y": 1.5}}},
        {"type": "tool-weather", "toolCallId": "w", "state": "output-available", "input": {}, "output": null},
        {"type": "dynamic-tool", "toolName": "f", "toolCallId": "c", "state": "output-available", "input": {"n": 1},
            "output": {"ok": true}, "callProviderMetadata": {"g": {}}},
        {"type": "dynamic-tool", "toolName": "g", "toolCallId": "d", "state": "later-state", "input": {}},
        {"type": "file", "mediaType": "text/plain", "url": "data:,x"},
        {"type": "data-notice", "data": {"text": "note", "level": 2}, "id": "n"},
        {"type": "data-weather", "data": [1, 2]},
        {"type": "dynamic-tool", "toolName": "tasks_delete", "toolCallId": "e", "state": "approval-requested",
            "input": {"numbers": [1]}, "approval": approval},
        {"nonsense": true}, "words", 5, null,
    ]);
    fixture.api.store(
        "c1",
        "u1",
        "user",
        &user_message("u1", "hi")["messages"][0]["parts"],
        Value::Null,
    );
    fixture
        .api
        .store("c1", "a1", "assistant", &parts, json!({"messages": []}));
    let mut seen = Recording::new(fixture);
    // Shown as they are, then closed because the conversation continues.
    seen.send_text("u1", "hi").await;
    seen.send_text("u2", "list").await;
    let stored = seen.fixture.api.messages("c1")[1].parts.to_string();
    insta::assert_snapshot!(seen.text + "== stored\n" + &stored);
}
