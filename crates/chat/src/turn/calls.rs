//! Running the calls of one step, behind the gate.

use futures::FutureExt;
use futures::future::join_all;
use serde_json::{Value, json};
use taskwire_domain::contract::NewApproval;
use tracing::warn;

use crate::gate::Verdict;
use crate::model::Call;
use crate::stream::FinishReason;
use crate::tools::{ToolInfo, ToolOutcome, Tools};

use super::{End, Turn, fingerprint};

impl Turn {
    /// Judges and runs the calls of a step. Reads that stand side by side run together, writes one after the other.
    pub(crate) async fn run_calls(&mut self, tools: &Tools, calls: Vec<Call>) -> End {
        let mut known: Vec<(Call, &ToolInfo)> = Vec::new();
        for call in calls {
            let key = fingerprint(&call.name, &Value::Object(call.arguments.clone()));
            *self.state.repeats.entry(key.clone()).or_default() += 1;
            match tools.get(&call.name) {
                None => {
                    self.page
                        .bad_call(&call, &format!("There is no tool named {:?}.", call.name));
                    self.ledger.result(
                        &call.id,
                        &json!({"error": "no such tool", "retryable": false}),
                    );
                }
                Some(tool) => {
                    self.page.call(&call);
                    if let Some(output) = self
                        .state
                        .committed
                        .get(&key)
                        .filter(|_| !tool.is_read_only)
                        .cloned()
                    {
                        let outcome = ToolOutcome {
                            is_error: false,
                            value: output,
                        };
                        self.settle(&call, &outcome);
                    } else {
                        known.push((call, tool));
                    }
                }
            }
        }
        // Kept before anything runs: after a crash the open calls tell what may have happened.
        self.save().await;
        let asked: Vec<_> = known
            .iter()
            .map(|(call, tool)| (*tool, &call.arguments))
            .collect();
        let verdicts = self.state.touched.judge(&asked);
        let queue: Vec<(Call, Verdict)> = known
            .into_iter()
            .map(|(call, _)| call)
            .zip(verdicts)
            .collect();
        let mut queue = queue.into_iter().peekable();
        let mut is_waiting = false;
        while let Some((call, verdict)) = queue.next() {
            if self.cancel.is_cancelled() {
                self.skip(&call);
                continue;
            }
            match verdict {
                Verdict::Read => {
                    let mut reads = vec![call];
                    while let Some((call, _)) =
                        queue.next_if(|(_, verdict)| *verdict == Verdict::Read)
                    {
                        reads.push(call);
                    }
                    self.read(tools, &reads).await;
                }
                Verdict::Write => {
                    // Not cancelled half-way: whether it happened would be unknown.
                    let outcome = tools.call(&self.message, &call).await;
                    self.settle(&call, &outcome);
                    self.state.done.push((call, outcome));
                }
                Verdict::Ask(reason) => is_waiting |= self.ask(&call, &reason).await,
            }
        }
        self.save().await;
        if self.cancel.is_cancelled() {
            return End::Cancelled;
        }
        if is_waiting {
            End::Finish(FinishReason::ToolCalls)
        } else {
            End::Continue
        }
    }

    async fn read(&mut self, tools: &Tools, calls: &[Call]) {
        let mut reads = Vec::new();
        for call in calls {
            // Boxed, because the compiler cannot show the joined futures to be `Send` for every lifetime otherwise.
            reads.push(tools.call(&self.message, call).boxed());
        }
        let outcomes = tokio::select! {
            biased;
            () = self.cancel.cancelled() => None,
            outcomes = join_all(reads) => Some(outcomes),
        };
        match outcomes {
            Some(outcomes) => {
                for (call, outcome) in calls.iter().zip(&outcomes) {
                    self.settle(call, outcome);
                }
            }
            None => calls.iter().for_each(|call| self.skip(call)),
        }
    }

    /// Records what a call answered, for the page and for the model.
    pub(super) fn settle(&mut self, call: &Call, outcome: &ToolOutcome) {
        self.page.outcome(&call.id, outcome);
        self.ledger.result(&call.id, &outcome.value);
    }

    fn skip(&mut self, call: &Call) {
        self.page
            .outcome(&call.id, &ToolOutcome::error("Stopped before it ran."));
        self.ledger
            .result(&call.id, &json!({"status": "cancelled"}));
    }

    /// Stores the exact arguments and asks; answers whether a click is awaited.
    async fn ask(&mut self, call: &Call, reason: &str) -> bool {
        let chat = &self.chat;
        let approval = chat.id();
        let now = chat.config.clock.now();
        let body = NewApproval {
            message: self.message.clone(),
            tool_call: call.id.clone(),
            tool: call.name.clone(),
            arguments: Value::Object(call.arguments.clone()),
            expires_at: now.checked_add(chat.config.limits.approval).unwrap_or(now),
        };
        match self
            .client
            .put_approval(&self.conversation, &approval, &body)
            .await
        {
            Ok(()) => {
                self.page.ask(&call.id, &approval, reason);
                true
            }
            Err(error) => {
                warn!(chat.message = self.message, tool.call = call.id, %error, "A question could not be stored");
                let outcome = ToolOutcome::error(
                    "The question for a click could not be stored; nothing was changed.",
                );
                self.settle(call, &outcome);
                false
            }
        }
    }
}
