//! Links from the result of a call to the resources that it is about.

use rmcp::RoleServer;
use rmcp::model::{CallToolResult, ContentBlock, ProtocolVersion, Resource};
use rmcp::service::RequestContext;
use serde_json::Value;

use crate::resources;
use crate::tool_name::ToolName;

/// Maximum number of linked tasks: each link is as long as a task in a list.
const TASKS_MAX: usize = 3;

/// Adds the links, for clients whose revision of the protocol has them.
pub(crate) fn add(
    tool: ToolName,
    result: &mut CallToolResult,
    context: &RequestContext<RoleServer>,
) {
    let version = context.protocol_version();
    if version.is_none_or(|version| version < ProtocolVersion::V_2025_06_18) {
        return;
    }
    let links = result.structured_content.as_ref();
    let links = links.map(|answer| of(tool, answer)).unwrap_or_default();
    result
        .content
        .extend(links.into_iter().map(ContentBlock::resource_link));
}

fn of(tool: ToolName, answer: &Value) -> Vec<Resource> {
    match tool {
        ToolName::Agenda => vec![link(resources::AGENDA, "Today")],
        ToolName::History => vec![link(resources::CHANGES, "Recent changes")],
        _ => {
            let results = answer.get("results").and_then(Value::as_array);
            let tasks: Vec<Resource> = results
                .into_iter()
                .flatten()
                .filter_map(|result| task(result.get("task")?))
                .collect();
            if tasks.len() > TASKS_MAX {
                return Vec::new();
            }
            tasks
        }
    }
}

fn task(task: &Value) -> Option<Resource> {
    let uri = resources::task(task.get("number")?.as_i64()?);
    Some(link(&uri, task.get("title")?.as_str()?))
}

fn link(uri: &str, name: &str) -> Resource {
    Resource::new(uri, name).with_mime_type("application/json")
}
