//! The fake model's script: enough to find, add, complete and delete one task.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use taskwire_testkit::gemini::{FakeGemini, Fault, Reply, Script, last_user_text, tool_results};

/// Starts a model that is overloaded on the first request.
pub(crate) async fn start() -> FakeGemini {
    let asked = AtomicBool::new(false);
    let script = Script::from_fn(move |request| {
        if asked.swap(true, Ordering::SeqCst) {
            answer(request)
        } else {
            Reply::Fault(Fault::Unavailable)
        }
    });
    FakeGemini::start(script).await.unwrap()
}

/// The text between the first and second quotation mark, and between the third and fourth.
fn quoted(text: &str) -> (&str, &str) {
    let mut pieces = text.split('"').skip(1).step_by(2);
    (
        pieces.next().unwrap_or_default(),
        pieces.next().unwrap_or_default(),
    )
}

fn answer(request: &Value) -> Reply {
    let message = last_user_text(request);
    let results = tool_results(request);
    let (title, due) = quoted(message);
    let found = || results[0]["tasks"][0].clone();
    let number = || found()["number"].clone();
    let find = || Reply::call("tasks_find", json!({"query": title, "detail": "full"}));
    match results.len() {
        0 if message.contains("every week") => Reply::call(
            "tasks_add",
            json!({"tasks": [{"title": title, "due": due, "recurrence": "every week", "priority": "high",
                "tags": ["Garden", "Home"]}], "detail": "full"}),
        ),
        0 if message.contains("Note down") => {
            Reply::call("tasks_add", json!({"tasks": [{"title": title}]}))
        }
        0 => find(),
        1 if message.contains("I have done") => Reply::call(
            "tasks_complete",
            json!({"tasks": [{"number": number(), "occurrence": found()["occurrence"]}]}),
        ),
        1 if message.contains("Throw away") => {
            Reply::call("tasks_delete", json!({"numbers": [number()]}))
        }
        _ => Reply::text(format!("Very well: {title}.")),
    }
}
