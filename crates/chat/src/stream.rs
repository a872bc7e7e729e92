//! The AI SDK UI message stream, version 1: only chunks that both `ai` 6 and `ai` 7 accept.
//!
//! An unknown chunk or a null in an optional field ends the whole stream at the reader, so chunks are typed.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::part::Notice;

/// One chunk.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub(crate) enum Chunk {
    Start {
        message_id: String,
    },
    StartStep,
    FinishStep,
    TextStart {
        id: String,
    },
    TextDelta {
        id: String,
        delta: String,
    },
    TextEnd {
        id: String,
    },
    ToolInputStart {
        tool_call_id: String,
        tool_name: String,
        dynamic: bool,
    },
    ToolInputAvailable {
        tool_call_id: String,
        tool_name: String,
        input: Value,
        dynamic: bool,
    },
    ToolInputError {
        tool_call_id: String,
        tool_name: String,
        input: Value,
        error_text: String,
        dynamic: bool,
    },
    ToolApprovalRequest {
        approval_id: String,
        tool_call_id: String,
        reason: String,
    },
    ToolOutputAvailable {
        tool_call_id: String,
        output: Value,
    },
    ToolOutputError {
        tool_call_id: String,
        error_text: String,
    },
    ToolOutputDenied {
        tool_call_id: String,
    },
    DataNotice {
        data: Notice,
    },
    DataStatus {
        id: String,
        data: Value,
    },
    Error {
        error_text: String,
    },
    Abort {
        reason: String,
    },
    Finish {
        finish_reason: FinishReason,
    },
}

/// Why a reply ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FinishReason {
    Stop,
    Length,
    ContentFilter,
    ToolCalls,
    Error,
    Other,
}

/// Ends the stream.
pub(crate) const DONE: Bytes = Bytes::from_static(b"data: [DONE]\n\n");
/// Keeps proxies from closing an idle connection.
pub(crate) const KEEP_ALIVE: Bytes = Bytes::from_static(b": keep-alive\n\n");

impl Chunk {
    /// The error of a turn that ended halfway.
    pub(crate) fn interrupted() -> Self {
        Self::Error {
            error_text: "The turn was interrupted. Completed steps are saved.".to_owned(),
        }
    }

    /// The chunk as a server-sent event.
    pub(crate) fn frame(&self) -> Bytes {
        match serde_json::to_string(self) {
            Ok(json) => Bytes::from(format!("data: {json}\n\n")),
            // Maps with string keys and finite numbers can always be serialized; a comment would be harmless.
            Err(_) => KEEP_ALIVE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wire(chunk: &Chunk) -> Value {
        let frame = chunk.frame();
        let text = std::str::from_utf8(&frame).unwrap();
        serde_json::from_str(text.strip_prefix("data: ").unwrap().trim_end()).unwrap()
    }

    #[test]
    fn chunks_have_the_names_the_reader_knows() {
        let input = Chunk::ToolInputAvailable {
            tool_call_id: "c".into(),
            tool_name: "t".into(),
            input: json!({}),
            dynamic: true,
        };
        let expected = json!({
            "type": "tool-input-available", "toolCallId": "c", "toolName": "t", "input": {}, "dynamic": true,
        });
        assert_eq!(wire(&input), expected);
        assert_eq!(wire(&Chunk::StartStep), json!({"type": "start-step"}));
        let finish = Chunk::Finish {
            finish_reason: FinishReason::ToolCalls,
        };
        assert_eq!(
            wire(&finish),
            json!({"type": "finish", "finishReason": "tool-calls"})
        );
        let notice = Chunk::DataNotice {
            data: Notice::new("x"),
        };
        assert_eq!(
            wire(&notice),
            json!({"type": "data-notice", "data": {"text": "x"}})
        );
    }
}
