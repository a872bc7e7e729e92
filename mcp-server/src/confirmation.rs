//! Confirmation: before a call that deletes, or changes, many tasks at once, or removes a tag, a person is asked, where
//! the client can ask (elicitation in form mode). Where it cannot, such a call runs at once: deleted tasks are in the
//! trash, and every change can be undone.

use std::fmt::Write;

use rmcp::RoleServer;
use rmcp::model::{
    CallToolResult, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction,
    ElicitationSchema, InputRequest, InputRequests, InputRequiredResult, InputResponses,
    JsonObject, ProtocolVersion,
};
use rmcp::service::RequestContext;
use serde_json::Value;
use taskwire_domain::text::clip;

use crate::refusal::Refusal;
use crate::tool_name::ToolName;

/// Most tasks that a filter may find without a question; for deleting it is 1.
pub(crate) const UNASKED_MAX: u64 = 10;
/// Most tasks that a question names.
const NAMED_MAX: usize = 10;
/// Longest description of a change in a question, in characters.
const DESCRIPTION_MAX: usize = 300;
/// The name of the only question of a call, and of the field of its form.
const CONFIRM: &str = "confirm";

/// What became of the confirmation of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Confirmation {
    /// Nobody can be asked.
    Impossible,
    /// A person can be asked, and was not yet.
    Open,
    /// A person agreed; the id of the question, if the client may send the answer again.
    Given(Option<String>),
}

/// How a client asks its person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Channel {
    /// The result of the call is the question, and the client sends the call again with the answer (2026-07-28).
    Result,
    /// The server sends the question while the call waits (before 2026-07-28), which needs a connection.
    Request,
}

impl Channel {
    /// The channel of a client; `None` if it cannot ask.
    pub(crate) fn of(context: &RequestContext<RoleServer>, has_connection: bool) -> Option<Self> {
        let elicitation = context.client_capabilities()?.elicitation?;
        // One that names no mode has forms.
        if elicitation.form.is_none() && elicitation.url.is_some() {
            return None;
        }
        let version = context.protocol_version();
        if version.is_some_and(|version| version >= ProtocolVersion::V_2026_07_28) {
            Some(Self::Result)
        } else {
            has_connection.then_some(Self::Request)
        }
    }
}

/// What a person answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    Yes,
    No,
    /// The question was closed without an answer.
    Closed,
}

impl Answer {
    /// Reads an answer.
    pub(crate) fn of(result: &ElicitResult) -> Self {
        let confirmed = result.content.as_ref().and_then(|form| form.get(CONFIRM));
        match result.action {
            ElicitationAction::Accept if confirmed == Some(&Value::Bool(true)) => Self::Yes,
            ElicitationAction::Cancel => Self::Closed,
            // Also a form that was sent without a yes.
            _ => Self::No,
        }
    }

    /// The answer among those that a client sends; `None` if it sends none. An unreadable one is an error.
    pub(crate) fn among(responses: Option<&InputResponses>) -> Result<Option<Self>, String> {
        let Some(sent) = responses.and_then(|sent| sent.get(CONFIRM)) else {
            return Ok(None);
        };
        match serde_json::from_value(sent.clone()) {
            Ok(result) => Ok(Some(Self::of(&result))),
            Err(_) => Err(format!(
                "`inputResponses.{CONFIRM}` must be the result of the elicitation: send {{\"action\": \"accept\", \"content\": {{\"{CONFIRM}\": true}}}}, or the action decline or cancel."
            )),
        }
    }

    /// The result of a call that was not confirmed.
    pub(crate) fn refusal(self) -> Refusal {
        Refusal::unconfirmed(match self {
            Self::Closed => "The question was closed without an answer, so nothing was changed.",
            Self::Yes | Self::No => {
                "The user did not agree, so nothing was changed. Do not send the call again unless they ask for it."
            }
        })
    }
}

/// A question for a person.
#[derive(Clone, Debug)]
pub(crate) struct Question(String);

impl Question {
    /// The question before a call, from what a dry run of it returned.
    pub(crate) fn of(tool: ToolName, sent: &JsonObject, tried: &CallToolResult) -> Self {
        let tried = tried.structured_content.as_ref().unwrap_or(&Value::Null);
        Self(if tool == ToolName::ChangeTags {
            of_tag(sent, tried)
        } else {
            of_tasks(tool, sent, tried)
        })
    }

    /// The form: one box to tick, so that nobody agrees by mistake.
    pub(crate) fn form(self) -> Result<ElicitRequestParams, Refusal> {
        let schema = ElicitationSchema::builder()
            .required_bool_property(CONFIRM, |field| field.title("Yes, do it"))
            .build();
        Ok(ElicitRequestParams::FormElicitationParams {
            meta: None,
            message: self.0,
            requested_schema: schema.map_err(Refusal::unconfirmed)?,
        })
    }

    /// The result of a call that asks; `state` is what the client sends back with the answer.
    pub(crate) fn result(self, state: String) -> Result<InputRequiredResult, Refusal> {
        let request = InputRequest::Elicitation(ElicitRequest::new(self.form()?));
        let requests = InputRequests::from([(CONFIRM.to_owned(), request)]);
        Ok(InputRequiredResult::new(Some(requests), Some(state)))
    }
}

fn of_tag(sent: &JsonObject, tried: &Value) -> String {
    let text = |name| sent.get(name).and_then(Value::as_str).unwrap_or_default();
    let text = |name| clip(text(name).trim().trim_start_matches('#'));
    let act = match text("action").to_lowercase().as_str() {
        "merge" => format!("Merge the tag {:?} into {:?}?", text("tag"), text("to")),
        _ => format!("Delete the tag {:?}?", text("tag")),
    };
    let has_it = match tried.get("task_count").and_then(Value::as_u64) {
        Some(1) => "1 task has it".to_owned(),
        count => format!("{} tasks have it", count.unwrap_or_default()),
    };
    format!("{act} {has_it}. This can be undone.")
}

fn of_tasks(tool: ToolName, sent: &JsonObject, tried: &Value) -> String {
    let list = |name: &str| {
        let items = tried.get(name).and_then(Value::as_array);
        items.map(Vec::as_slice).unwrap_or_default()
    };
    let index = |item: &Value| item.get("index").and_then(Value::as_u64);
    let of_filters: Vec<_> = list("matched").iter().map(index).collect();
    let found = list("matched").iter();
    let found: u64 = found
        .filter_map(|item| item.get("matched").and_then(Value::as_u64))
        .sum();
    let named = list("results").iter();
    let named = named.filter(|item| !of_filters.contains(&index(item)));
    let count = found.saturating_add(named.count() as u64);
    let verb = match tool {
        ToolName::Delete => "Delete",
        ToolName::Complete => "Complete",
        ToolName::Reschedule => "Move or skip",
        _ => "Change",
    };
    let mut text = match count {
        1 => format!("{verb} 1 task?"),
        count => format!("{verb} {count} tasks?"),
    };
    for task in list("results").iter().take(NAMED_MAX) {
        let number = task.pointer("/task/number").and_then(Value::as_i64);
        let title = task.pointer("/task/title").and_then(Value::as_str);
        // Writing to a `String` cannot fail.
        let _ = write!(
            text,
            "\n#{} {}",
            number.unwrap_or_default(),
            clip(title.unwrap_or_default())
        );
    }
    let more = count.saturating_sub(list("results").len().min(NAMED_MAX) as u64);
    if more > 0 {
        let _ = write!(text, "\nand {more} more");
    }
    if tool != ToolName::Delete && tool != ToolName::Complete {
        let _ = write!(text, "\nThe change: {}", change(sent));
    }
    text.push_str(if tool == ToolName::Delete {
        "\nThey go to the trash, and can be restored."
    } else {
        "\nThis can be undone."
    });
    text
}

/// What the items change, without what says which tasks they are about.
fn change(sent: &JsonObject) -> String {
    const TARGET: [&str; 3] = ["number", "filter", "expected_count"];
    let items = match sent.get("tasks") {
        Some(Value::Array(items)) => items.clone(),
        Some(item) => vec![item.clone()],
        None => Vec::new(),
    };
    let mut changes: Vec<String> = Vec::new();
    for mut item in items {
        if let Some(fields) = item.as_object_mut() {
            fields.retain(|name, _| !TARGET.contains(&name.as_str()));
        }
        let change = item.to_string();
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    let text = changes.join(", ");
    let text = taskwire_domain::text::clean(&text);
    let mut short: String = text.chars().take(DESCRIPTION_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn question(tool: ToolName, sent: &Value, tried: Value) -> String {
        let mut result = CallToolResult::success(vec![]);
        result.structured_content = Some(tried);
        Question::of(tool, sent.as_object().unwrap(), &result).0
    }

    fn task(index: u64, number: i64) -> Value {
        json!({"index": index, "task": {"number": number, "title": format!("Task {number}")}})
    }

    #[test]
    fn a_question_says_what_would_happen() {
        let tried = json!({"results": [task(0, 4), task(1, 7)]});
        assert_eq!(
            question(ToolName::Delete, &json!({"numbers": [4, 7]}), tried),
            "Delete 2 tasks?\n#4 Task 4\n#7 Task 7\nThey go to the trash, and can be restored."
        );
        let found: Vec<Value> = (1..=50).map(|number| task(1, number)).collect();
        let results: Vec<Value> = std::iter::once(task(0, 99)).chain(found).collect();
        let tried = json!({"results": results, "matched": [{"index": 1, "matched": 60}]});
        let sent = json!({"tasks": [{"number": 99, "priority": "low"},
            {"filter": "overdue", "expected_count": 60, "priority": "low"}]});
        let text = question(ToolName::Update, &sent, tried);
        assert!(
            text.starts_with("Change 61 tasks?\n#99 Task 99\n#1 Task 1\n"),
            "{text}"
        );
        assert!(
            text.ends_with(
                "\nand 51 more\nThe change: {\"priority\":\"low\"}\nThis can be undone."
            ),
            "{text}"
        );
        assert_eq!(
            question(
                ToolName::ChangeTags,
                &json!({"tag": "#work", "action": "Merge", "to": "job"}),
                json!({"tag": "job", "task_count": 1})
            ),
            "Merge the tag \"work\" into \"job\"? 1 task has it. This can be undone."
        );
    }

    #[test]
    fn only_a_ticked_box_is_a_yes() {
        for (sent, expected) in [
            (
                json!({"action": "accept", "content": {"confirm": true}}),
                Answer::Yes,
            ),
            (
                json!({"action": "accept", "content": {"confirm": false}}),
                Answer::No,
            ),
            (
                json!({"action": "accept", "content": {"confirm": "true"}}),
                Answer::No,
            ),
            (json!({"action": "accept", "content": {}}), Answer::No),
            (json!({"action": "accept"}), Answer::No),
            (
                json!({"action": "decline", "content": {"confirm": true}}),
                Answer::No,
            ),
            (json!({"action": "cancel"}), Answer::Closed),
        ] {
            let responses = InputResponses::from([("confirm".to_owned(), sent.clone())]);
            assert_eq!(
                Answer::among(Some(&responses)),
                Ok(Some(expected)),
                "{sent}"
            );
        }
        let other = InputResponses::from([("other".to_owned(), json!({"action": "accept"}))]);
        assert_eq!(Answer::among(Some(&other)), Ok(None));
        assert_eq!(Answer::among(None), Ok(None));
        for wrong in [json!(true), json!({"action": "yes"}), json!(null)] {
            let responses = InputResponses::from([("confirm".to_owned(), wrong)]);
            assert!(Answer::among(Some(&responses)).is_err());
        }
    }
}
