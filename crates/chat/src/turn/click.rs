//! After a click: the stored call runs, exactly as it was shown, once.

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

/// A person's answer to a question. Whatever else the reader echoes is ignored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Click {
    pub(crate) approval: String,
    pub(crate) is_approved: bool,
}

impl Turn {
    /// Runs what was approved, records what was not, and lets the model go on once nothing is open.
    pub(crate) async fn clicked(&mut self, tools: &Tools, clicks: Vec<Click>) -> End {
        for pending in self.page.pending() {
            let Some(click) = clicks
                .iter()
                .find(|click| click.approval == pending.approval)
            else {
                continue;
            };
            if self.cancel.is_cancelled() {
                return End::Cancelled;
            }
            if !self.claim(tools, &pending, click.is_approved).await {
                self.page
                    .error("Your answer could not be recorded. Reload the page and try again.");
                return End::Finish(FinishReason::Error);
            }
            if !self.save().await {
                return End::Finish(FinishReason::Error);
            }
        }
        if !self.page.pending().is_empty() {
            return End::Finish(FinishReason::ToolCalls);
        }
        if self.cancel.is_cancelled() {
            return End::Cancelled;
        }
        if self.record.mode == Mode::Command {
            return self.told();
        }
        End::Continue
    }

    /// Claims one approval; false when the API could not be asked, so that the question stays open.
    async fn claim(&mut self, tools: &Tools, pending: &Pending, approved: bool) -> bool {
        let body = ApprovalClaim { approved };
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
                    self.page.denied(&pending.call, &pending.approval);
                    self.ledger
                        .result(&pending.call, &json!({"status": "denied_by_user"}));
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
                // An error is that of a call that was approved.
                self.page.approved(&pending.call, &pending.approval);
                self.page.outcome(&pending.call, &ToolOutcome::error(text));
                self.ledger
                    .result(&pending.call, &json!({"status": status}));
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
                self.page.approved(&pending.call, &pending.approval);
                self.page.outcome(
                    &pending.call,
                    &ToolOutcome::error("The approval belongs to another call."),
                );
                self.ledger
                    .result(&pending.call, &json!({"status": "denied_by_user"}));
                return true;
            }
        };
        if !(stored.approved && approved) {
            self.page.denied(&pending.call, &pending.approval);
            self.ledger
                .result(&pending.call, &json!({"status": "denied_by_user"}));
            return true;
        }
        self.page.approved(&pending.call, &pending.approval);
        self.state.touched.approved(&stored.tool, &arguments);
        let call = Call {
            id: stored.tool_call,
            name: stored.tool,
            arguments,
        };
        // Kept before the call is made, so that it is known after a kill and never made twice.
        let key = self.let_through(&call);
        self.note_due(tools, &call).await;
        if !self.save().await {
            let outcome = ToolOutcome::error("Nothing was changed: the call could not be stored.");
            self.settle(&call, &outcome);
            return true;
        }
        let outcome = tools.call(&self.message, &call, Some(&key)).await;
        self.settle(&call, &outcome);
        self.state.done.push((call, outcome));
        true
    }

    /// The answer of the command mode after clicks.
    fn told(&mut self) -> End {
        let done = std::mem::take(&mut self.state.done);
        let told: Vec<String> = done
            .iter()
            .map(|(call, outcome)| crate::outcome::tell(&call.name, outcome, &self.zone))
            .collect();
        let text = if told.is_empty() {
            "Nothing was changed.".to_owned()
        } else {
            told.join("\n")
        };
        self.page.begin_step();
        self.page.say(&text);
        self.ledger.say(&text);
        End::Finish(FinishReason::Stop)
    }
}
