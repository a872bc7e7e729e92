//! The assistant message as the page sees it: each step goes out as a chunk and into the parts that are kept.

mod parts;

use std::sync::Arc;

use serde_json::{Value, json};
use taskwire_domain::text::Cleaner;

use crate::model::Call;
use crate::outcome;
use crate::run::Run;
use crate::stream::{Chunk, FinishReason};
use crate::tools::ToolOutcome;

pub(crate) use parts::{Pending, call_of, close_pending, is_open, pending};
use parts::{is_call, text_at};

/// The message being written.
#[derive(Debug)]
pub(crate) struct Page {
    run: Arc<Run>,
    /// AI SDK `UIMessage` parts.
    parts: Vec<Value>,
    /// Id of the text that is open; its part is the last one.
    open: Option<String>,
    /// Takes out of the open text what cannot be seen.
    cleaner: Cleaner,
    /// Numbers texts and marks within this stream.
    count: usize,
    is_in_step: bool,
    /// Nothing is sent: the parts are brought in order before they are shown.
    is_muted: bool,
}

impl Page {
    pub(crate) fn new(run: Arc<Run>, parts: Vec<Value>) -> Self {
        Self {
            run,
            parts,
            open: None,
            cleaner: Cleaner::default(),
            count: 0,
            is_in_step: false,
            is_muted: false,
        }
    }

    /// Stops sending, or goes on with it.
    pub(crate) fn mute(&mut self, is_muted: bool) {
        self.is_muted = is_muted;
    }

    fn send(&self, chunk: &Chunk) {
        if !self.is_muted {
            self.run.send(chunk);
        }
    }

    /// Puts other parts in place of those that are there.
    pub(crate) fn replace_parts(&mut self, parts: Vec<Value>) {
        self.parts = parts;
    }

    pub(crate) fn parts(&self) -> &[Value] {
        &self.parts
    }

    pub(crate) fn start(&self, message: &str) {
        self.send(&Chunk::Start {
            message_id: message.to_owned(),
        });
    }

    /// Sends the parts that are already there, as if they happened now.
    pub(crate) fn replay(&mut self) {
        for part in std::mem::take(&mut self.parts) {
            match part.get("type").and_then(Value::as_str) {
                Some("step-start") => {
                    self.end_step();
                    self.begin_step();
                }
                Some("text") => {
                    self.text(part.get("text").and_then(Value::as_str).unwrap_or_default());
                    self.end_text();
                }
                Some("data-notice") => {
                    let text = part
                        .pointer("/data/text")
                        .and_then(Value::as_str)
                        .unwrap_or_default();
                    self.notice(text);
                }
                Some("dynamic-tool") => {
                    self.replay_tool(&part);
                    self.parts.push(part);
                }
                _ => self.parts.push(part),
            }
        }
    }

    /// Sends what became of calls that were answered before, and all that followed; the reader has the rest.
    pub(crate) fn replay_after(&mut self, approvals: &[&str]) {
        let is_asked = |part: &Value| {
            let id = part.pointer("/approval/id").and_then(Value::as_str);
            id.is_some_and(|id| approvals.contains(&id))
        };
        let Some(last) = self.parts.iter().rposition(is_asked) else {
            return self.replay();
        };
        let rest = self.parts.split_off(last + 1);
        for part in self.parts.iter().filter(|part| is_asked(part)) {
            self.send_outcome(part);
        }
        self.parts = rest;
        self.replay();
    }

    fn replay_tool(&self, part: &Value) {
        let id = text_at(part, "/toolCallId");
        let input = part.get("input").cloned().unwrap_or_default();
        self.send_input(&id, &text_at(part, "/toolName"), &input);
        if part
            .get("state")
            .is_some_and(|state| state == "approval-requested")
        {
            let approval = text_at(part, "/approval/id");
            let reason = match text_at(part, "/approval/requestReason") {
                // As it was kept by earlier versions.
                reason if reason.is_empty() => text_at(part, "/approval/reason"),
                reason => reason,
            };
            self.send_question(&approval, &id, &reason);
        }
        self.send_outcome(part);
    }

    fn send_outcome(&self, part: &Value) {
        let tool_call_id = text_at(part, "/toolCallId");
        match part.get("state").and_then(Value::as_str) {
            Some("output-available") => {
                let output = part.get("output").cloned().unwrap_or_default();
                self.send(&Chunk::ToolOutputAvailable {
                    tool_call_id,
                    output,
                });
            }
            Some("output-error") => {
                let error_text = text_at(part, "/errorText");
                self.send(&Chunk::ToolOutputError {
                    tool_call_id,
                    error_text,
                });
            }
            Some("output-denied") => {
                self.send(&Chunk::ToolOutputDenied { tool_call_id });
            }
            _ => {}
        }
    }

    pub(crate) fn begin_step(&mut self) {
        if !self.is_in_step {
            self.is_in_step = true;
            self.parts.push(json!({"type": "step-start"}));
            self.send(&Chunk::StartStep);
        }
    }

    pub(crate) fn end_step(&mut self) {
        self.end_text();
        if self.is_in_step {
            self.is_in_step = false;
            self.send(&Chunk::FinishStep);
        }
    }

    fn next_id(&mut self, prefix: &str) -> String {
        self.count += 1;
        format!("{prefix}{}", self.count)
    }

    /// More text.
    pub(crate) fn text(&mut self, delta: &str) {
        let id = if let Some(id) = &self.open {
            id.clone()
        } else {
            let id = self.next_id("text-");
            self.open = Some(id.clone());
            self.parts
                .push(json!({"type": "text", "text": "", "state": "done"}));
            self.send(&Chunk::TextStart { id: id.clone() });
            id
        };
        let delta = self.cleaner.push(delta);
        self.append(id, delta);
    }

    fn append(&mut self, id: String, delta: String) {
        if delta.is_empty() {
            return;
        }
        if let Some(Value::String(text)) =
            self.parts.last_mut().and_then(|part| part.get_mut("text"))
        {
            text.push_str(&delta);
        }
        self.send(&Chunk::TextDelta { id, delta });
    }

    pub(crate) fn end_text(&mut self) {
        let rest = self.cleaner.finish();
        if let Some(id) = self.open.take() {
            self.append(id.clone(), rest);
            self.send(&Chunk::TextEnd { id });
        }
    }

    /// A whole text.
    pub(crate) fn say(&mut self, text: &str) {
        self.end_text();
        self.text(text);
        self.end_text();
    }

    /// The text of this step is void. It cannot be taken back from the readers, so it is marked; it is not kept.
    pub(crate) fn restart(&mut self) {
        let Some(id) = self.open.clone() else {
            return;
        };
        self.end_text();
        self.parts.pop();
        let mark = self.next_id("status-");
        let data = json!({"state": "restarted", "replaces": id, "text": "The response was interrupted and starts again."});
        self.send(&Chunk::DataStatus { id: mark, data });
    }

    /// Something the person should know that the model did not say.
    pub(crate) fn notice(&mut self, text: &str) {
        self.end_text();
        let data = json!({"text": text});
        self.parts
            .push(json!({"type": "data-notice", "data": data}));
        self.send(&Chunk::DataNotice { data });
    }

    fn send_input(&self, id: &str, name: &str, input: &Value) {
        let (tool_call_id, tool_name) = (id.to_owned(), name.to_owned());
        self.send(&Chunk::ToolInputStart {
            tool_call_id: tool_call_id.clone(),
            tool_name: tool_name.clone(),
            dynamic: true,
        });
        self.send(&Chunk::ToolInputAvailable {
            tool_call_id,
            tool_name,
            input: input.clone(),
            dynamic: true,
        });
    }

    /// A call begins.
    pub(crate) fn call(&mut self, call: &Call) {
        self.end_text();
        let input = Value::Object(call.arguments.clone());
        self.send_input(&call.id, &call.name, &input);
        self.parts.push(json!({
            "type": "dynamic-tool", "toolName": call.name, "toolCallId": call.id, "state": "input-available",
            "input": input,
        }));
    }

    /// A call that cannot be made.
    pub(crate) fn bad_call(&mut self, call: &Call, why: &str) {
        self.end_text();
        let input = Value::Object(call.arguments.clone());
        self.parts.push(json!({
            "type": "dynamic-tool", "toolName": call.name, "toolCallId": call.id, "state": "output-error",
            "input": input, "errorText": why,
        }));
        self.send(&Chunk::ToolInputError {
            tool_call_id: call.id.clone(),
            tool_name: call.name.clone(),
            input,
            error_text: why.to_owned(),
            dynamic: true,
        });
    }

    /// What a call answered.
    pub(crate) fn outcome(&mut self, call: &str, outcome: &ToolOutcome) {
        let tool_call_id = call.to_owned();
        if outcome.is_error {
            // The model reads its own words of it.
            let error_text = outcome::error_for_person(&outcome.error_text());
            self.set(call, "output-error", "errorText", json!(error_text));
            self.send(&Chunk::ToolOutputError {
                tool_call_id,
                error_text,
            });
        } else {
            self.set(call, "output-available", "output", outcome.value.clone());
            self.send(&Chunk::ToolOutputAvailable {
                tool_call_id,
                output: outcome.value.clone(),
            });
        }
    }

    /// A call waits for a click.
    pub(crate) fn ask(&mut self, call: &str, approval: &str, reason: &str) {
        self.set(
            call,
            "approval-requested",
            "approval",
            json!({"id": approval, "requestReason": reason}),
        );
        self.send_question(approval, call, reason);
    }

    fn send_question(&self, approval: &str, call: &str, reason: &str) {
        self.send(&Chunk::ToolApprovalRequest {
            approval_id: approval.to_owned(),
            tool_call_id: call.to_owned(),
            reason: reason.to_owned(),
        });
    }

    /// The click said yes; the outcome follows.
    pub(crate) fn approved(&mut self, call: &str, approval: &str) {
        self.set(
            call,
            "approval-responded",
            "approval",
            json!({"id": approval, "approved": true}),
        );
    }

    /// The click said no.
    pub(crate) fn denied(&mut self, call: &str, approval: &str) {
        self.set(
            call,
            "output-denied",
            "approval",
            json!({"id": approval, "approved": false}),
        );
        self.send(&Chunk::ToolOutputDenied {
            tool_call_id: call.to_owned(),
        });
    }

    fn set(&mut self, call: &str, state: &str, key: &str, value: Value) {
        if let Some(part) = self
            .parts
            .iter_mut()
            .rfind(|part| is_call(part, call))
            .and_then(Value::as_object_mut)
        {
            if matches!(state, "output-available" | "output-error") {
                // It may have had another outcome before.
                part.remove("output");
                part.remove("errorText");
            }
            part.insert("state".into(), json!(state));
            part.insert(key.into(), value);
        }
    }

    pub(crate) fn pending(&self) -> Vec<Pending> {
        pending(&self.parts)
    }

    pub(crate) fn error(&mut self, text: &str) {
        self.end_text();
        self.send(&Chunk::Error {
            error_text: text.to_owned(),
        });
    }

    pub(crate) fn abort(&mut self) {
        self.end_step();
        self.send(&Chunk::Abort {
            reason: "stopped".to_owned(),
        });
    }

    pub(crate) fn finish(&mut self, finish_reason: FinishReason) {
        self.end_step();
        self.send(&Chunk::Finish { finish_reason });
        self.run.finish();
    }
}
