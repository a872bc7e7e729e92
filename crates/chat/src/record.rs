//! The record stored with an assistant message in addition to its parts. The API does not interpret it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use taskwire_domain::contract::StoredMessage;

use crate::history::ModelTranscript;
use crate::part::{self, ToolPart, ToolState};

/// How long a call can be repeated under its key: the API stores the response under a key for a day.
const RESEND_FOR: SignedDuration = SignedDuration::from_hours(23);

/// The record of one assistant message.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Record {
    pub(crate) mode: Mode,
    pub(crate) progress: Progress,
    /// The calls that may have changed something, by id; stored before they are made.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) writes: BTreeMap<String, Write>,
    /// The change that the undo in this message reverted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) undoes: Option<Undone>,
    /// A change that this message reported as not undoable: the next undo continues with the one before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) passed_over: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prompt_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prompt_chars: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<String>,
}

/// The author of the message.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    #[default]
    Model,
    /// The program, following a command.
    Command,
}

/// The progress of the message.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Progress {
    /// Its turn runs, or was killed.
    Running,
    #[default]
    Closed,
    /// Its turn was killed; its calls were recovered since.
    Interrupted,
}

/// A call that changes something.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Write {
    /// The idempotency key: the same call under it runs once, however often it is sent.
    pub(crate) key: String,
    /// The time of the call.
    pub(crate) at: Timestamp,
    /// The previous due values of the tasks that it moves, if moving them back restores those.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) due: BTreeMap<i64, Option<String>>,
    /// It failed, wholly or in part, for a transient reason: another answer repeats it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_unfinished: bool,
}

/// A change that was undone, wholly or for the tasks named in the results.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Undone {
    /// The call that made the change.
    pub(crate) change: String,
    /// The call that reverted it.
    pub(crate) by: String,
}

impl Write {
    /// Returns true if the API still knows the key.
    pub(crate) fn can_be_sent_again(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) < RESEND_FOR
    }
}

impl Record {
    /// The record of a message; an empty one if there is none.
    pub(crate) fn of(message: &StoredMessage) -> Self {
        let read = message.model.as_ref().map(Self::deserialize);
        read.and_then(Result::ok).unwrap_or_default()
    }

    /// The record and the transcript in their stored form.
    pub(crate) fn to_json(&self, transcript: &ModelTranscript) -> Value {
        let mut fields = match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            // Plain fields can always be serialized.
            _ => Map::new(),
        };
        fields.insert("messages".into(), json!(transcript.messages()));
        fields.into()
    }

    /// Returns true if another answer must repeat a call.
    pub(crate) fn has_unfinished(&self) -> bool {
        self.writes.values().any(|write| write.is_unfinished)
    }

    /// Returns true if a call changed something: it succeeded, and is recorded as a write.
    pub(crate) fn is_change(&self, tool: &ToolPart) -> bool {
        tool.state == ToolState::OutputAvailable && self.writes.contains_key(&tool.tool_call_id)
    }
}

/// Returns true if the turn of this answer was killed: it is neither closed nor waits for approval.
pub(crate) fn is_interrupted(message: &StoredMessage) -> bool {
    message.role == "assistant"
        && (Record::of(message).progress == Progress::Running
            || part::tools(&part::read(message)).any(ToolPart::is_open))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(parts: Value, model: Value) -> StoredMessage {
        StoredMessage {
            id: "m".into(),
            role: "assistant".into(),
            parts,
            model: Some(model),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_record_survives_being_kept() {
        let record = Record {
            progress: Progress::Running,
            writes: BTreeMap::from([(
                "c".to_owned(),
                Write {
                    key: "k".into(),
                    at: Timestamp::UNIX_EPOCH,
                    due: BTreeMap::from([(3, None), (4, Some("2026-12-01".to_owned()))]),
                    is_unfinished: true,
                },
            )]),
            ..Record::default()
        };
        let kept = record.to_json(&ModelTranscript::default());
        assert_eq!(kept["messages"], json!([]));
        assert_eq!(Record::of(&message(json!([]), kept)), record);
    }

    #[test]
    fn a_killed_turn_is_seen_by_its_record_or_by_an_open_call() {
        let part = |state: &str| json!([{"type": "dynamic-tool", "toolName": "t", "toolCallId": "c", "state": state}]);
        let closed = json!({"mode": "model", "messages": []});
        assert!(!is_interrupted(&message(json!([]), closed.clone())));
        assert!(is_interrupted(&message(
            json!([]),
            json!({"progress": "running"})
        )));
        assert!(is_interrupted(&message(
            part("input-available"),
            closed.clone()
        )));
        assert!(!is_interrupted(&message(
            part("approval-requested"),
            closed
        )));
    }

    #[test]
    fn only_a_recorded_write_is_a_change() {
        let part = |tool: &str, id: &str| {
            let part = json!({"toolName": tool, "toolCallId": id, "state": "output-available"});
            ToolPart::deserialize(part).unwrap()
        };
        let mut new = Record::default();
        let write = Write {
            key: "k".into(),
            at: Timestamp::UNIX_EPOCH,
            due: BTreeMap::new(),
            is_unfinished: false,
        };
        new.writes.insert("b".into(), write);
        assert!(!new.is_change(&part("something_new", "a")));
        assert!(new.is_change(&part("something_new", "b")));
    }
}
