//! What operators see of calls.

use serde_json::json;
use taskwire_telemetry::Metrics;

use crate::fake::Fake;
use crate::pipe::Pipe;

#[tokio::test]
async fn calls_are_measured_by_tool_and_error() {
    let (recorder, measured) = Metrics::recorder().unwrap();
    let _measuring = metrics::set_default_local_recorder(&recorder);
    let fake = Fake::default();
    let pipe = Pipe::new(&fake).await;
    pipe.call("tasks_find", json!({})).await;
    pipe.call("tasks_find", json!({})).await;
    pipe.refused("tasks_find", json!({"colour": "blue"})).await;
    let text = measured.render();
    let mut lines: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("mcp_server_operation_duration_seconds_count"))
        .collect();
    lines.sort_unstable();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {mcp_method_name="tools/call",gen_ai_tool_name="tasks_find",error_type="tool_error"} 1
    {mcp_method_name="tools/call",gen_ai_tool_name="tasks_find"} 2
    "#);
}
