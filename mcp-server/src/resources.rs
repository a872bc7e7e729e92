//! Resources: what a host can show or attach without a call of a tool. Each has the content of the tool that reads the
//! same, so that the two cannot differ.

use rmcp::model::{
    ContentBlock, ErrorData, JsonObject, ReadResourceResult, Resource, ResourceContents,
    ResourceTemplate,
};
use serde_json::{Value, json};
use taskwire_domain::Clock;
use taskwire_domain::text::clip;
use url::form_urlencoded;

use crate::app;
use crate::identity::CallContext;
use crate::prompts::Kind;
use crate::refusal::Refusal;
use crate::tool_name::ToolName;
use crate::tools;

/// The type of every resource.
const JSON: &str = "application/json";

/// The tasks to do today.
pub(crate) const AGENDA: &str = "agenda://today";

/// The latest changes.
pub(crate) const CHANGES: &str = "changes://recent";

/// One task.
pub(crate) const TASK: &str = "task://{number}";

/// The tasks that a filter finds.
pub(crate) const TASKS: &str = "tasks://{filter}";

/// Number of tasks in the resource of a filter.
const TASKS_MAX: u32 = 100;

/// A resource that may exist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ResourceUri {
    Task(i64),
    Tasks(String),
    Agenda,
    Changes,
}

impl ResourceUri {
    /// Reads a URI; `None` if there is no such resource.
    pub(crate) fn parse(uri: &str) -> Option<Self> {
        if let Some(number) = uri.strip_prefix("task://") {
            let number = number.parse().ok().filter(|number| *number > 0)?;
            return Some(Self::Task(number));
        }
        if let Some(filter) = uri.strip_prefix("tasks://") {
            let filter = decode(filter);
            return (!filter.trim().is_empty()).then_some(Self::Tasks(filter));
        }
        match uri {
            AGENDA => Some(Self::Agenda),
            CHANGES => Some(Self::Changes),
            _ => None,
        }
    }

    /// The call that reads the same.
    fn call(&self) -> (ToolName, Value) {
        match self {
            Self::Task(number) => (ToolName::Find, json!({ "numbers": [number] })),
            Self::Tasks(filter) => (
                ToolName::Find,
                json!({"filter": filter, "limit": TASKS_MAX}),
            ),
            Self::Agenda => (ToolName::Agenda, json!({ "days": 1 })),
            Self::Changes => (ToolName::History, json!({})),
        }
    }
}

/// The URI of a task.
pub(crate) fn task(number: i64) -> String {
    format!("task://{number}")
}

/// Percent-decoded text (RFC 3986 section 2.1).
fn decode(text: &str) -> String {
    // In a URI, unlike in a form, a plus sign is itself.
    let form = format!("x={}", text.replace('+', "%2B").replace('&', "%26"));
    let mut pairs = form_urlencoded::parse(form.as_bytes());
    pairs.next().unwrap_or_default().1.into_owned()
}

/// The resources without a parameter.
pub(crate) fn list() -> Vec<Resource> {
    let shown = |uri: &str, name: &str, title: &str, description: &str| {
        Resource::new(uri, name)
            .with_title(title)
            .with_description(description)
            .with_mime_type(JSON)
    };
    vec![
        shown(
            AGENDA,
            "agenda",
            "Today",
            "The tasks of today and those that are overdue, as tasks_agenda shows them.",
        ),
        shown(
            CHANGES,
            "changes",
            "Recent changes",
            "What was changed last, when and by whom, as tasks_history shows it.",
        ),
        app::resource(),
    ]
}

/// The resources with a parameter.
pub(crate) fn templates() -> Vec<ResourceTemplate> {
    let shown = |uri: &str, name: &str, title: &str, description: &str| {
        ResourceTemplate::new(uri, name)
            .with_title(title)
            .with_description(description)
            .with_mime_type(JSON)
    };
    vec![
        shown(TASK, "task", "Task", "One task with its full notes."),
        shown(
            TASKS,
            "tasks",
            "Tasks by filter",
            "Up to 100 tasks that a filter of tasks_find finds, percent-encoded: tasks://no%3Adue.",
        ),
    ]
}

/// The kind of a template's parameter. An error says what does not exist.
pub(crate) fn kind(template: &str, parameter: &str) -> Result<Kind, String> {
    let (name, kind) = match template {
        TASK => ("number", Kind::Number),
        TASKS => ("filter", Kind::Filter),
        _ => return Err("Unknown template; see resources/templates/list.".to_owned()),
    };
    if name == parameter {
        return Ok(kind);
    }
    let sent = clip(parameter);
    Err(format!(
        "The template has no parameter {sent:?}; it has {name:?}."
    ))
}

/// The content of a resource.
pub(crate) async fn read(
    call: impl Fn(ToolName) -> Result<CallContext, Refusal>,
    clock: &dyn Clock,
    uri: &str,
) -> Result<ReadResourceResult, ErrorData> {
    let Some(resource) = ResourceUri::parse(uri) else {
        return Err(not_found(
            uri,
            "Unknown resource; see resources/list and resources/templates/list.",
        ));
    };
    let (tool, arguments) = resource.call();
    let Value::Object(arguments) = arguments else {
        return Err(not_found(uri, "Unknown resource."));
    };
    let answer = content(call, clock, tool, arguments)
        .await
        .map_err(|refusal| match refusal {
            Refusal::Refused(text) | Refusal::Unconfirmed(text) => not_found(uri, &text),
            Refusal::Unreachable(text) => ErrorData::internal_error(text, None),
        })?;
    let text = if let ResourceUri::Task(number) = resource {
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        let task = answer.get("tasks").and_then(|tasks| tasks.get(0));
        task.ok_or_else(|| not_found(uri, &format!("There is no task {number}.")))?
            .to_string()
    } else {
        answer
    };
    let contents = ResourceContents::text(text, uri).with_mime_type(JSON);
    Ok(ReadResourceResult::new(vec![contents]))
}

async fn content(
    call: impl Fn(ToolName) -> Result<CallContext, Refusal>,
    clock: &dyn Clock,
    tool: ToolName,
    arguments: JsonObject,
) -> Result<String, Refusal> {
    let call = call(tool)?;
    let schema = &tools::definition(tool).input_schema;
    let result = tools::run(tool, &call, clock, schema, arguments).await?;
    let text = result.content.first().and_then(ContentBlock::as_text);
    Ok(text.map(|text| text.text.clone()).unwrap_or_default())
}

fn not_found(uri: &str, why: &str) -> ErrorData {
    ErrorData::resource_not_found(why.to_owned(), Some(json!({ "uri": uri })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_uris() {
        let filter = |filter: &str| Some(ResourceUri::Tasks(filter.to_owned()));
        for (uri, expected) in [
            ("task://12", Some(ResourceUri::Task(12))),
            ("task://0", None),
            ("task://-1", None),
            ("task://rent", None),
            ("task://", None),
            ("tasks://no%3Adue%20%26%20%23work", filter("no:due & #work")),
            ("tasks://no:due & p1", filter("no:due & p1")),
            ("tasks://due < +7d", filter("due < +7d")),
            ("tasks://%20", None),
            ("agenda://today", Some(ResourceUri::Agenda)),
            ("agenda://tomorrow", None),
            ("changes://recent", Some(ResourceUri::Changes)),
            ("file:///etc/passwd", None),
            ("", None),
        ] {
            assert_eq!(ResourceUri::parse(uri), expected, "{uri}");
        }
    }
}
