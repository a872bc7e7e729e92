//! After a kill: what was begun is asked for by its key before anything else is done, so that it happens once.

use serde_json::{Value, json};
use taskwire_domain::contract::StoredMessage;
use tracing::info;

use crate::outcome;
use crate::part::{self, Part, ToolPart};
use crate::record::{Mode, Progress};
use crate::tools::{ToolOutcome, Tools};

use super::{Turn, fingerprint};

/// Said in a message whose turn was killed.
pub(super) const INTERRUPTED: &str =
    "This response was interrupted. The outcome of its tool calls is shown above.";

impl Turn {
    /// Gives every call that was begun its outcome, and closes the message. False when an outcome cannot be had now:
    /// then nothing else may be done.
    pub(crate) async fn recover(&mut self, tools: &Tools) -> bool {
        let now = self.chat.config.clock.now();
        let open = part::tools(self.page.parts()).filter(|tool| tool.is_open());
        let open: Vec<_> = open.map(ToolPart::call).collect();
        info!(
            chat.message = self.message,
            open_calls = open.len(),
            "Recovering an interrupted response"
        );
        for call in open {
            match self.record.writes.get(&call.id).cloned() {
                Some(write) if write.can_be_sent_again(now) => {
                    let outcome = tools.call(&self.message, &call, Some(&write.key)).await;
                    if outcome.is_unknown {
                        return false;
                    }
                    self.settle(&call, &outcome);
                }
                Some(_) => {
                    let text = "This was interrupted, and the change may have been made: check before you try again.";
                    self.page.outcome(&call.id, &ToolOutcome::error(text));
                    let hint = json!({"status": "interrupted", "hint": "It may have run: check before you try again."});
                    self.ledger.result(&call.id, &hint);
                }
                None => {
                    let text = "Interrupted before it ran.";
                    self.page.outcome(&call.id, &ToolOutcome::error(text));
                    self.ledger.result(
                        &call.id,
                        &json!({"status": "not_run", "reason": "interrupted"}),
                    );
                }
            }
        }
        let waiting: Vec<String> = self
            .page
            .pending()
            .into_iter()
            .map(|pending| pending.call)
            .collect();
        for call in self.ledger.open() {
            if !waiting.contains(&call) {
                self.ledger.result(&call, &json!({"status": "interrupted"}));
            }
        }
        self.page.notice(INTERRUPTED);
        self.record.progress = Progress::Interrupted;
        self.save().await
    }

    /// Settles the message without a reader of its own, and answers it as it is kept now.
    pub(crate) async fn settle_unfollowed(mut self) -> Option<StoredMessage> {
        let tools = &self.chat.config.tools;
        let tools = tools.connect(&self.token, self.client.trace()).await.ok()?;
        let is_settled = self.recover(&tools).await;
        tools.close().await;
        is_settled.then(|| StoredMessage {
            id: self.message.clone(),
            role: "assistant".into(),
            parts: part::write(self.page.parts()),
            model: Some(self.record.with(&self.ledger)),
            // Nobody reads it of a message that is only sent to the model.
            created_at: self.chat.config.clock.now(),
        })
    }

    /// Makes the calls of the last step again that failed for a reason that passes, under their keys: what is done of them
    /// is answered, and only the rest happens. What the model went on with after a step stands.
    pub(crate) async fn finish_writes(&mut self, tools: &Tools) {
        let now = self.chat.config.clock.now();
        let parts = self.page.parts();
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
            let outcome = tools.call(&self.message, &call, Some(&key)).await;
            // What is known to be done is not forgotten because the API failed earlier this time.
            if !outcome.is_unknown && outcome::numbers(&outcome.value).len() >= known {
                self.settle(&call, &outcome);
                self.ledger.keep_through(&call.id);
            }
        }
    }

    /// Takes over an earlier answer whose changes stand: they are sent to the model, and never run again.
    pub(crate) fn recall(&mut self) {
        for tool in part::tools(self.page.parts()).filter(|tool| self.record.is_change(tool)) {
            let call = tool.call();
            let output = tool.output.clone().unwrap_or_default();
            let key = fingerprint(&call.name, &Value::Object(call.arguments));
            self.state.committed.insert(key, output);
        }
        let mut kept = self.page.parts().to_vec();
        if self.record.mode == Mode::Command {
            // The command is followed again, and shows its calls itself.
            kept.clear();
            self.ledger = crate::history::Ledger::default();
        } else {
            self.ledger.close(&json!({"status": "cancelled"}));
            self.ledger.keep_results();
            let stands = |tool: &ToolPart| {
                let write = self.record.writes.get(&tool.tool_call_id);
                self.record.is_change(tool) || write.is_some_and(|write| write.is_unfinished)
            };
            let last = kept
                .iter()
                .rposition(|part| part.as_tool().is_some_and(stands));
            kept.truncate(last.map_or(0, |last| last + 1));
            kept.retain(|part| matches!(part, Part::DynamicTool(_) | Part::StepStart(_)));
            if kept.is_empty() {
                // Nothing changed, so nothing has to be remembered.
                self.ledger = crate::history::Ledger::default();
            }
        }
        // Their clicks were turned down.
        part::deny_pending(&mut kept);
        self.record.mode = Mode::Model;
        self.record.undoes = None;
        self.record.passed_over = None;
        self.page.replace_parts(kept);
    }
}
