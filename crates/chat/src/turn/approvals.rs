//! Applies approvals: the stored call runs once, exactly as it was shown.

use serde_json::{Value, json};
use taskwire_client::Error;
use taskwire_domain::contract::ApprovalClaim;
use tracing::{debug, warn};

use crate::model::Call;
use crate::part::Pending;
use crate::record::Mode;
use crate::stream::FinishReason;
use crate::tools::{ToolOutcome, Tools};

use super::{End, Turn};

/// A person's answer to a request for approval. Anything else that the front end sends is ignored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ApprovalResponse {
    pub(crate) approval: String,
    pub(crate) is_approved: bool,
}

impl Turn {
    /// Runs the approved calls, records the denied ones, and lets the model continue once none is pending.
    pub(crate) async fn apply_approvals(
        &mut self,
        tools: &Tools,
        responses: Vec<ApprovalResponse>,
    ) -> End {
        for pending in self.ui.pending() {
            let Some(response) = responses
                .iter()
                .find(|response| response.approval == pending.approval)
            else {
                continue;
            };
            if self.cancel.is_cancelled() {
                return End::Cancelled;
            }
            if !self.claim(tools, &pending, response.is_approved).await {
                self.ui
                    .error("Your answer could not be recorded. Reload the page and try again.");
                return End::Finish(FinishReason::Error);
            }
            if !self.save().await {
                return End::Finish(FinishReason::Error);
            }
        }
        if !self.ui.pending().is_empty() {
            return End::Finish(FinishReason::ToolCalls);
        }
        if self.cancel.is_cancelled() {
            return End::Cancelled;
        }
        if self.record.mode == Mode::Command {
            return self.summarize();
        }
        End::Continue
    }

    /// Claims one approval; false if the API could not be reached, so that the question stays open.
    async fn claim(&mut self, tools: &Tools, pending: &Pending, approved: bool) -> bool {
        let body = ApprovalClaim { approved };
        self.lease.ensure().await;
        let claimed = self
            .client
            .claim_approval(&self.conversation, &pending.approval, &body)
            .await;
        let stored = match claimed {
            Ok(stored) => stored,
            Err(error) if error.is_transient() || matches!(error, Error::Unexpected(_)) => {
                warn!(chat.message = self.message, %error, "Cannot record an approval");
                return false;
            }
            Err(error) => {
                debug!(chat.message = self.message, %error, "Approval answered after it expired");
                let is_used = error.code() == Some("approval_used");
                if !approved && !is_used {
                    self.ui.deny(&pending.call, &pending.approval);
                    self.transcript
                        .set_result(&pending.call, &json!({"status": "denied_by_user"}));
                    return true;
                }
                let (status, text) = if is_used {
                    (
                        "interrupted",
                        "This was already answered; check whether the change was made.",
                    )
                } else {
                    (
                        "expired",
                        "This approval has expired; nothing was changed. Ask again.",
                    )
                };
                // The stream shows an outcome only of calls that were approved.
                self.ui.approve(&pending.call, &pending.approval);
                self.ui
                    .set_outcome(&pending.call, &ToolOutcome::error(text));
                self.transcript
                    .set_result(&pending.call, &json!({"status": status}));
                return true;
            }
        };
        let arguments = match stored.arguments {
            Value::Object(arguments)
                if stored.message == self.message && stored.tool_call == pending.call =>
            {
                arguments
            }
            _ => {
                self.ui.approve(&pending.call, &pending.approval);
                self.ui.set_outcome(
                    &pending.call,
                    &ToolOutcome::error("The approval belongs to another call."),
                );
                self.transcript
                    .set_result(&pending.call, &json!({"status": "denied_by_user"}));
                return true;
            }
        };
        if !(stored.approved && approved) {
            self.ui.deny(&pending.call, &pending.approval);
            self.transcript
                .set_result(&pending.call, &json!({"status": "denied_by_user"}));
            return true;
        }
        self.ui.approve(&pending.call, &pending.approval);
        self.state.changed_tasks.approved(&stored.tool, &arguments);
        let call = Call {
            id: stored.tool_call,
            name: stored.tool,
            arguments,
        };
        // Stored before the call is made, so that after a kill it is known and not made twice.
        let key = self.record_write(&call);
        self.record_due(tools, &call).await;
        if !self.save().await {
            let outcome = ToolOutcome::error("Nothing was changed: the call could not be stored.");
            self.record_outcome(&call, &outcome);
            return true;
        }
        let outcome = self.write(tools, &call, Some(&key)).await;
        self.record_outcome(&call, &outcome);
        self.state.done.push((call, outcome));
        true
    }

    /// The reply of the command mode after approvals.
    fn summarize(&mut self) -> End {
        let done = std::mem::take(&mut self.state.done);
        let lines: Vec<String> = done
            .iter()
            .map(|(call, outcome)| {
                crate::outcome::describe(&call.name, &call.arguments, outcome, &self.zone)
            })
            .collect();
        let text = if lines.is_empty() {
            "Nothing was changed.".to_owned()
        } else {
            lines.join("\n")
        };
        self.ui.begin_step();
        self.ui.push_text(&text);
        self.transcript.push_text(&text);
        End::Finish(FinishReason::Stop)
    }
}
