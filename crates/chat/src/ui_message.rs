//! The assistant message being written: each step is streamed as a chunk and becomes a stored part.

use std::sync::Arc;

use serde_json::{Value, json};
use taskwire_domain::text::Cleaner;

use crate::model::Call;
use crate::outcome;
use crate::part::{self, Notice, Part, Pending, ToolPart, ToolState};
use crate::run::Run;
use crate::stream::{Chunk, FinishReason};
use crate::tools::ToolOutcome;

/// The message being written.
#[derive(Debug)]
pub(crate) struct UiMessage {
    run: Arc<Run>,
    parts: Vec<Part>,
    /// Id of the open text; its part is the last one.
    open: Option<String>,
    /// Removes invisible characters from the open text.
    cleaner: Cleaner,
    /// Counter for the ids of texts and statuses in this stream.
    count: usize,
    is_in_step: bool,
    /// While set, nothing is sent: the parts are changed before they are shown.
    is_muted: bool,
}

impl UiMessage {
    pub(crate) fn new(run: Arc<Run>, parts: Vec<Part>) -> Self {
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

    /// Stops or resumes sending.
    pub(crate) fn mute(&mut self, is_muted: bool) {
        self.is_muted = is_muted;
    }

    fn send(&self, chunk: &Chunk) {
        if !self.is_muted {
            self.run.send(chunk);
        }
    }

    /// Replaces the parts.
    pub(crate) fn replace_parts(&mut self, parts: Vec<Part>) {
        self.parts = parts;
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn start(&self, message: &str) {
        self.send(&Chunk::Start {
            message_id: message.to_owned(),
        });
    }

    /// Sends the existing parts as if they were new.
    pub(crate) fn replay(&mut self) {
        for part in std::mem::take(&mut self.parts) {
            match part {
                Part::StepStart(_) => {
                    self.end_step();
                    self.begin_step();
                }
                Part::Text(part) => self.push_text(&part.text),
                Part::DataNotice(part) => self.notice(&part.data.text),
                Part::DynamicTool(tool) => {
                    self.replay_tool(&tool);
                    self.parts.push(Part::DynamicTool(tool));
                }
                Part::Other(_) => self.parts.push(part),
            }
        }
    }

    /// Sends the outcome of calls that were already approved or denied, and everything after them; the reader has the
    /// rest.
    pub(crate) fn replay_after(&mut self, approvals: &[&str]) {
        let is_answered = |tool: &ToolPart| {
            let approval = tool.approval.as_ref();
            approval.is_some_and(|approval| approvals.contains(&approval.id.as_str()))
        };
        let Some(last) = self
            .parts
            .iter()
            .rposition(|part| part.as_tool().is_some_and(is_answered))
        else {
            return self.replay();
        };
        let rest = self.parts.split_off(last + 1);
        for tool in part::tools(&self.parts).filter(|tool| is_answered(tool)) {
            self.send_outcome(tool);
        }
        self.parts = rest;
        self.replay();
    }

    fn replay_tool(&self, tool: &ToolPart) {
        let input = tool.input.clone().unwrap_or_default();
        self.send_input(&tool.tool_call_id, &tool.tool_name, &input);
        if let Some(approval) = tool.requested_approval() {
            self.send_approval_request(&approval.id, &tool.tool_call_id, approval.question());
        }
        self.send_outcome(tool);
    }

    fn send_outcome(&self, tool: &ToolPart) {
        let tool_call_id = tool.tool_call_id.clone();
        match tool.state {
            ToolState::OutputAvailable => {
                let output = tool.output.clone().unwrap_or_default();
                self.send(&Chunk::ToolOutputAvailable {
                    tool_call_id,
                    output,
                });
            }
            ToolState::OutputError => {
                let error_text = tool.error_text.clone().unwrap_or_default();
                self.send(&Chunk::ToolOutputError {
                    tool_call_id,
                    error_text,
                });
            }
            ToolState::OutputDenied => {
                self.send(&Chunk::ToolOutputDenied { tool_call_id });
            }
            _ => {}
        }
    }

    pub(crate) fn begin_step(&mut self) {
        if !self.is_in_step {
            self.is_in_step = true;
            self.parts.push(Part::step_start());
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

    /// Adds text to the open text.
    pub(crate) fn push_delta(&mut self, delta: &str) {
        let id = if let Some(id) = &self.open {
            id.clone()
        } else {
            let id = self.next_id("text-");
            self.open = Some(id.clone());
            self.parts.push(Part::streamed_text());
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
        if let Some(Part::Text(part)) = self.parts.last_mut() {
            part.text.push_str(&delta);
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

    /// Adds a complete text.
    pub(crate) fn push_text(&mut self, text: &str) {
        self.end_text();
        self.push_delta(text);
        self.end_text();
    }

    /// Discards the text of this step. Readers already have it, so it is marked for them; it is not stored.
    pub(crate) fn discard_text(&mut self) {
        let Some(id) = self.open.clone() else {
            return;
        };
        self.end_text();
        self.parts.pop();
        let status = self.next_id("status-");
        let data = json!({"state": "restarted", "replaces": id, "text": "The response was interrupted and starts again."});
        self.send(&Chunk::DataStatus { id: status, data });
    }

    /// Adds a notice for the person that is not from the model.
    pub(crate) fn notice(&mut self, text: &str) {
        self.end_text();
        let data = Notice::new(text);
        self.parts.push(Part::notice(data.clone()));
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

    /// Begins a call.
    pub(crate) fn begin_call(&mut self, call: &Call) {
        self.end_text();
        let input = Value::Object(call.arguments.clone());
        self.send_input(&call.id, &call.name, &input);
        self.parts.push(ToolPart::begun(call).into());
    }

    /// Adds a call that cannot be made.
    pub(crate) fn reject_call(&mut self, call: &Call, why: &str) {
        self.end_text();
        let input = Value::Object(call.arguments.clone());
        let mut tool = ToolPart::begun(call);
        tool.set_error(why.to_owned());
        self.parts.push(tool.into());
        self.send(&Chunk::ToolInputError {
            tool_call_id: call.id.clone(),
            tool_name: call.name.clone(),
            input,
            error_text: why.to_owned(),
            dynamic: true,
        });
    }

    /// Sets the outcome of a call.
    pub(crate) fn set_outcome(&mut self, call: &str, outcome: &ToolOutcome) {
        let tool_call_id = call.to_owned();
        if outcome.is_error {
            // The model reads the original text.
            let error_text = outcome::error_for_person(&outcome.error_text());
            self.change(call, |tool| tool.set_error(error_text.clone()));
            self.send(&Chunk::ToolOutputError {
                tool_call_id,
                error_text,
            });
        } else {
            self.change(call, |tool| tool.set_output(outcome.value.clone()));
            self.send(&Chunk::ToolOutputAvailable {
                tool_call_id,
                output: outcome.value.clone(),
            });
        }
    }

    /// Requests approval of a call.
    pub(crate) fn request_approval(&mut self, call: &str, approval: &str, reason: &str) {
        self.change(call, |tool| tool.request_approval(approval, reason));
        self.send_approval_request(approval, call, reason);
    }

    fn send_approval_request(&self, approval: &str, call: &str, reason: &str) {
        self.send(&Chunk::ToolApprovalRequest {
            approval_id: approval.to_owned(),
            tool_call_id: call.to_owned(),
            reason: reason.to_owned(),
        });
    }

    /// Marks a call as approved; the outcome follows.
    pub(crate) fn approve(&mut self, call: &str, approval: &str) {
        self.change(call, |tool| tool.approve(approval));
    }

    /// Marks a call as denied.
    pub(crate) fn deny(&mut self, call: &str, approval: &str) {
        self.change(call, |tool| tool.deny(approval));
        self.send(&Chunk::ToolOutputDenied {
            tool_call_id: call.to_owned(),
        });
    }

    /// Changes the part of a call; the newest one if an id occurs twice.
    fn change(&mut self, call: &str, change: impl FnOnce(&mut ToolPart)) {
        let tools = self.parts.iter_mut().filter_map(Part::as_tool_mut);
        if let Some(tool) = tools.rev().find(|tool| tool.tool_call_id == call) {
            change(tool);
        }
    }

    pub(crate) fn pending(&self) -> Vec<Pending> {
        part::pending(&self.parts)
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
    }
}
