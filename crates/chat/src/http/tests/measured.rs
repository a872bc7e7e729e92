//! What operators see of turns.

use serde_json::json;
use taskwire_telemetry::Metrics;
use taskwire_testkit::gemini::{Reply, Script, last_user_text};

use super::fixture::Fixture;

#[tokio::test]
async fn turns_are_measured_by_their_outcome() {
    let (recorder, measured) = Metrics::recorder().unwrap();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let fixture = Fixture::with(Script::from_fn(|request| {
        if last_user_text(request).contains("delete") {
            Reply::call("tasks_delete", json!({"numbers": [1, 2]}))
        } else {
            Reply::text("noted")
        }
    }))
    .await;
    for title in ["a", "b"] {
        fixture.tasks.add(title);
    }
    fixture.send_text("u1", "hello").await;
    fixture.send_text("u2", "/today").await;
    fixture.send_text("u3", "delete both").await;
    // Each turn is measured after its readers see the end.
    fixture.chat.shutdown().await;
    let text = measured.render();
    let mut lines: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("taskwire_chat_turn_duration_seconds_count"))
        .collect();
    lines.sort_unstable();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {taskwire_chat_mode="command",taskwire_outcome="stop"} 1
    {taskwire_chat_mode="model",taskwire_outcome="approval"} 1
    {taskwire_chat_mode="model",taskwire_outcome="stop"} 1
    "#);
}
