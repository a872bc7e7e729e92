//! Recovery after a kill: an unfinished call is repeated with its key before anything else, so that it happens once.

use serde_json::{Value, json};
use taskwire_domain::contract::StoredMessage;
use tracing::info;

use crate::outcome;
use crate::part::{self, Part, ToolPart};
use crate::record::{Mode, Progress};
use crate::tools::{ToolOutcome, Tools};

use super::{Turn, fingerprint};

/// The notice in a message whose turn was killed.
pub(super) const INTERRUPTED: &str =
    "This response was interrupted. The outcome of its tool calls is shown above.";

impl Turn {
    /// Gives every unfinished call its outcome, and closes the message. False if an outcome is not available now:
    /// in that case nothing else may be done.
    pub(crate) async fn recover(&mut self, tools: &Tools) -> bool {
        let now = self.chat.config.clock.now();
        let open = part::tools(self.ui.parts()).filter(|tool| tool.is_open());
        let open: Vec<_> = open.map(ToolPart::call).collect();
        info!(
            chat.message = self.message,
            open_calls = open.len(),
            "Recovering an interrupted response"
        );
        for call in open {
            match self.record.writes.get(&call.id).cloned() {
                Some(write) if write.can_be_sent_again(now) => {
                    let outcome = self.write(tools, &call, Some(&write.key)).await;
                    if outcome.is_unknown {
                        return false;
                    }
                    self.record_outcome(&call, &outcome);
                }
                Some(_) => {
                    let text = "This was interrupted, and the change may have been made: check before you try again.";
                    self.ui.set_outcome(&call.id, &ToolOutcome::error(text));
                    let hint = json!({"status": "interrupted", "hint": "It may have run: check before you try again."});
                    self.transcript.set_result(&call.id, &hint);
                }
                None => {
                    let text = "Interrupted before it ran.";
                    self.ui.set_outcome(&call.id, &ToolOutcome::error(text));
                    self.transcript.set_result(
                        &call.id,
                        &json!({"status": "not_run", "reason": "interrupted"}),
                    );
                }
            }
        }
        let waiting: Vec<String> = self
            .ui
            .pending()
            .into_iter()
            .map(|pending| pending.call)
            .collect();
        for call in self.transcript.unanswered_calls() {
            if !waiting.contains(&call) {
                self.transcript
                    .set_result(&call, &json!({"status": "interrupted"}));
            }
        }
        self.ui.notice(INTERRUPTED);
        self.record.progress = Progress::Interrupted;
        self.save().await
    }

    /// Recovers the message without a reader, and returns it as stored.
    pub(crate) async fn recover_without_reader(mut self) -> Option<StoredMessage> {
        let tools = &self.chat.config.tools;
        let tools = tools.connect(&self.token, self.client.trace()).await.ok()?;
        let is_recovered = self.recover(&tools).await;
        tools.close().await;
        is_recovered.then(|| StoredMessage {
            id: self.message.clone(),
            role: "assistant".into(),
            parts: part::write(self.ui.parts()),
            model: Some(self.record.to_json(&self.transcript)),
            // Not needed for a message that is only sent to the model.
            created_at: self.chat.config.clock.now(),
        })
    }

    /// Repeats the calls of the last step that failed for a transient reason, with their keys: completed parts return
    /// their results, and only the rest is done. Earlier steps are left as they are, because the model has continued
    /// after them.
    pub(crate) async fn retry_unfinished_writes(&mut self, tools: &Tools) {
        let now = self.chat.config.clock.now();
        let parts = self.ui.parts();
        let write_of = |tool: &ToolPart| self.record.writes.get(&tool.tool_call_id);
        let is_write = |part: &Part| part.as_tool().and_then(write_of).is_some();
        let Some(last) = parts.iter().rposition(is_write) else {
            return;
        };
        let is_start = |part: &Part| matches!(part, Part::StepStart(_));
        let head = parts.get(..last).unwrap_or_default();
        let first = head.iter().rposition(is_start).unwrap_or_default();
        let step = parts.get(first..).unwrap_or_default();
        let again = part::tools(step).filter_map(|tool| {
            let write = write_of(tool)?;
            let known = tool.output.as_ref().map(outcome::numbers);
            (write.is_unfinished && write.can_be_sent_again(now)).then(|| {
                (
                    tool.call(),
                    write.key.clone(),
                    known.unwrap_or_default().len(),
                )
            })
        });
        let again: Vec<_> = again.collect();
        for (call, key, known) in again {
            let outcome = self.write(tools, &call, Some(&key)).await;
            // Known results are kept even if the API fails earlier this time.
            if !outcome.is_unknown && outcome::numbers(&outcome.value).len() >= known {
                self.record_outcome(&call, &outcome);
                self.transcript.truncate_after_step_of(&call.id);
            }
        }
    }

    /// Keeps the changes of an earlier answer: they are sent to the model, and never repeated.
    pub(crate) fn restore_changes(&mut self) {
        for tool in part::tools(self.ui.parts()).filter(|tool| self.record.is_change(tool)) {
            let call = tool.call();
            let output = tool.output.clone().unwrap_or_default();
            let key = fingerprint(&call.name, &Value::Object(call.arguments));
            self.state.committed.insert(key, output);
        }
        let mut parts = self.ui.parts().to_vec();
        if self.record.mode == Mode::Command {
            // The command runs again, and shows its calls itself.
            parts.clear();
            self.transcript = crate::history::ModelTranscript::default();
        } else {
            self.transcript.answer_all(&json!({"status": "cancelled"}));
            self.transcript.truncate_after_results();
            let is_kept = |tool: &ToolPart| {
                let write = self.record.writes.get(&tool.tool_call_id);
                self.record.is_change(tool) || write.is_some_and(|write| write.is_unfinished)
            };
            let last = parts
                .iter()
                .rposition(|part| part.as_tool().is_some_and(is_kept));
            parts.truncate(last.map_or(0, |last| last + 1));
            parts.retain(|part| matches!(part, Part::DynamicTool(_) | Part::StepStart(_)));
            if parts.is_empty() {
                // Nothing changed, so nothing has to be remembered.
                self.transcript = crate::history::ModelTranscript::default();
            }
        }
        // Their approvals were denied.
        part::deny_pending(&mut parts);
        self.record.mode = Mode::Model;
        self.record.undoes = None;
        self.record.passed_over = None;
        self.ui.replace_parts(parts);
    }
}
