//! Reading the parts of a kept message.

use serde_json::{Value, json};

use crate::model::Call;

/// A tool part that waits for a click.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Pending {
    pub(crate) approval: String,
    pub(crate) call: String,
    pub(crate) tool: String,
}

pub(super) fn text_at(part: &Value, path: &str) -> String {
    let text = part.pointer(path).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

pub(super) fn is_call(part: &Value, call: &str) -> bool {
    part.get("type").is_some_and(|kind| kind == "dynamic-tool")
        && part.get("toolCallId").is_some_and(|known| known == call)
}

/// A call that was begun and has no outcome; one that waits for a click is not begun.
pub(crate) fn is_open(part: &Value) -> bool {
    part.get("type").is_some_and(|kind| kind == "dynamic-tool")
        && part
            .get("state")
            .is_some_and(|state| state == "input-available" || state == "approval-responded")
}

/// The call of a part.
pub(crate) fn call_of(part: &Value) -> Option<Call> {
    let arguments = part.get("input").and_then(Value::as_object);
    Some(Call {
        id: part.get("toolCallId")?.as_str()?.to_owned(),
        name: part.get("toolName")?.as_str()?.to_owned(),
        arguments: arguments.cloned().unwrap_or_default(),
    })
}

/// The parts of a kept message that wait for a click.
pub(crate) fn pending(parts: &[Value]) -> Vec<Pending> {
    let waiting = parts.iter().filter(|part| {
        part.get("state")
            .is_some_and(|state| state == "approval-requested")
    });
    waiting
        .filter_map(|part| {
            let text = |path: &str| {
                part.pointer(path)
                    .and_then(Value::as_str)
                    .map(str::to_owned)
            };
            Some(Pending {
                approval: text("/approval/id")?,
                call: text("/toolCallId")?,
                tool: text("/toolName")?,
            })
        })
        .collect()
}

/// Closes the waiting parts of a message that the conversation has left behind.
pub(crate) fn close_pending(parts: &mut [Value]) {
    for part in parts.iter_mut().filter_map(Value::as_object_mut) {
        if part
            .get("state")
            .is_some_and(|state| state == "approval-requested")
        {
            part.insert("state".into(), json!("output-denied"));
            if let Some(approval) = part.get_mut("approval").and_then(Value::as_object_mut) {
                approval.insert("approved".into(), json!(false));
            }
        }
    }
}
