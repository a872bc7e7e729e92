//! The parts of an assistant message in the AI SDK's UI message format, as stored and shown.
//!
//! Parts of unknown kinds and unknown fields are kept unchanged.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use taskwire_domain::contract::StoredMessage;

use crate::model::Call;

/// One part of a message.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum Part {
    /// A step of the model begins.
    StepStart(StepStart),
    /// Text for the person.
    Text(Text),
    /// A notice for the person that is not from the model.
    DataNotice(DataNotice),
    /// A tool call. The chat has no tools that a front end knows at compile time, so it never writes `tool-*`.
    DynamicTool(Box<ToolPart>),
    /// Any other part, or one without the fields of its kind.
    #[serde(untagged)]
    Other(Value),
}

/// The beginning of a step.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct StepStart {
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// A text.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// Other fields, such as `state`; the page never sees an unfinished text.
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// A notice in its envelope.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct DataNotice {
    pub(crate) data: Notice,
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// The content of a notice.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) text: String,
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// A tool call and its outcome.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ToolPart {
    pub(crate) tool_name: String,
    pub(crate) tool_call_id: String,
    pub(crate) state: ToolState,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) input: Option<Value>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) output: Option<Value>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) error_text: Option<String>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) approval: Option<Approval>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// The state of a tool call.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ToolState {
    /// It was started.
    InputAvailable,
    /// It waits for approval.
    ApprovalRequested,
    /// It was approved; the outcome follows.
    ApprovalResponded,
    OutputAvailable,
    OutputError,
    /// It was denied.
    OutputDenied,
    /// A state that the chat does not set.
    #[serde(untagged)]
    Other(String),
}

/// The question before a call, and its answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Approval {
    pub(crate) id: String,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    approved: Option<bool>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) request_reason: Option<String>,
    /// In the format, the reason for the answer; earlier versions stored the reason for the request here.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    reason: Option<String>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// A field that may be absent but is not null.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A tool call that waits for approval.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Pending {
    pub(crate) approval: String,
    pub(crate) call: String,
}

impl Part {
    pub(crate) fn step_start() -> Self {
        Self::StepStart(StepStart::default())
    }

    /// A complete text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(Text {
            text: text.into(),
            other: Map::new(),
        })
    }

    /// A text that is streamed; readers of the stored message see it complete.
    pub(crate) fn streamed_text() -> Self {
        Self::Text(Text {
            text: String::new(),
            other: Map::from_iter([("state".to_owned(), "done".into())]),
        })
    }

    pub(crate) fn notice(notice: Notice) -> Self {
        Self::DataNotice(DataNotice {
            data: notice,
            other: Map::new(),
        })
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(part) => Some(&part.text),
            _ => None,
        }
    }

    pub(crate) fn as_tool(&self) -> Option<&ToolPart> {
        match self {
            Self::DynamicTool(tool) => Some(tool.as_ref()),
            _ => None,
        }
    }

    pub(crate) fn as_tool_mut(&mut self) -> Option<&mut ToolPart> {
        match self {
            Self::DynamicTool(tool) => Some(tool.as_mut()),
            _ => None,
        }
    }
}

impl From<ToolPart> for Part {
    fn from(tool: ToolPart) -> Self {
        Self::DynamicTool(Box::new(tool))
    }
}

impl Notice {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            other: Map::new(),
        }
    }
}

impl ToolPart {
    /// A call that begins.
    pub(crate) fn begun(call: &Call) -> Self {
        Self {
            tool_name: call.name.clone(),
            tool_call_id: call.id.clone(),
            state: ToolState::InputAvailable,
            input: Some(Value::Object(call.arguments.clone())),
            output: None,
            error_text: None,
            approval: None,
            other: Map::new(),
        }
    }

    /// The call; an input that is not an object counts as no arguments.
    pub(crate) fn call(&self) -> Call {
        let arguments = self.input.as_ref().and_then(Value::as_object);
        Call {
            id: self.tool_call_id.clone(),
            name: self.tool_name.clone(),
            arguments: arguments.cloned().unwrap_or_default(),
        }
    }

    /// Returns true if it was started and has no outcome; a call that waits for approval has not been started.
    pub(crate) fn is_open(&self) -> bool {
        matches!(
            self.state,
            ToolState::InputAvailable | ToolState::ApprovalResponded
        )
    }

    /// The requested approval, if it waits for one.
    pub(crate) fn requested_approval(&self) -> Option<&Approval> {
        let approval = self.approval.as_ref()?;
        (self.state == ToolState::ApprovalRequested).then_some(approval)
    }

    pub(crate) fn set_output(&mut self, output: Value) {
        self.state = ToolState::OutputAvailable;
        self.output = Some(output);
        // It may have had another outcome.
        self.error_text = None;
    }

    pub(crate) fn set_error(&mut self, error_text: String) {
        self.state = ToolState::OutputError;
        self.error_text = Some(error_text);
        self.output = None;
    }

    pub(crate) fn request_approval(&mut self, approval: &str, reason: &str) {
        self.state = ToolState::ApprovalRequested;
        self.approval = Some(Approval {
            request_reason: Some(reason.to_owned()),
            ..Approval::new(approval)
        });
    }

    pub(crate) fn approve(&mut self, approval: &str) {
        self.state = ToolState::ApprovalResponded;
        self.approval = Some(Approval {
            approved: Some(true),
            ..Approval::new(approval)
        });
    }

    pub(crate) fn deny(&mut self, approval: &str) {
        self.state = ToolState::OutputDenied;
        self.approval = Some(Approval {
            approved: Some(false),
            ..Approval::new(approval)
        });
    }
}

impl Approval {
    fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            approved: None,
            request_reason: None,
            reason: None,
            other: Map::new(),
        }
    }

    /// The question to the person.
    pub(crate) fn question(&self) -> &str {
        let reason = self.request_reason.as_deref();
        let reason = reason.filter(|reason| !reason.is_empty());
        reason.or(self.reason.as_deref()).unwrap_or_default()
    }
}

/// The parts of a stored message.
pub(crate) fn read(message: &StoredMessage) -> Vec<Part> {
    let parts = message.parts.as_array().into_iter().flatten();
    let read = |part: &Value| Part::deserialize(part).unwrap_or_else(|_| Part::Other(part.clone()));
    parts.map(read).collect()
}

/// The parts in their stored form.
pub(crate) fn write(parts: &[Part]) -> Value {
    // Maps with string keys and finite numbers can always be serialized.
    serde_json::to_value(parts).unwrap_or_default()
}

/// The tool calls among these parts.
pub(crate) fn tools(parts: &[Part]) -> impl DoubleEndedIterator<Item = &ToolPart> {
    parts.iter().filter_map(Part::as_tool)
}

/// The calls that wait for approval.
pub(crate) fn pending(parts: &[Part]) -> Vec<Pending> {
    let pending = tools(parts).filter_map(|tool| {
        Some(Pending {
            approval: tool.requested_approval()?.id.clone(),
            call: tool.tool_call_id.clone(),
        })
    });
    pending.collect()
}

/// Denies the waiting calls of a message: the conversation continued without an answer.
pub(crate) fn deny_pending(parts: &mut [Part]) {
    for tool in parts.iter_mut().filter_map(Part::as_tool_mut) {
        if tool.state == ToolState::ApprovalRequested {
            tool.state = ToolState::OutputDenied;
            if let Some(approval) = &mut tool.approval {
                approval.approved = Some(false);
            }
        }
    }
}

#[cfg(test)]
mod tests;
