//! Runs the calls of a step through the gate.

use futures::FutureExt;
use futures::future::join_all;
use serde_json::{Value, json};
use taskwire_domain::contract::NewApproval;
use tokio::time::Instant;
use tracing::warn;

use crate::gate::Verdict;
use crate::model::Call;
use crate::part;
use crate::record::Write;
use crate::stream::FinishReason;
use crate::tools::{NOT_STORED, ToolInfo, ToolOutcome, Tools};

use super::{End, Turn, fingerprint};

impl Turn {
    /// Checks and runs the calls of a step. Adjacent reads run concurrently, writes one after the other.
    pub(crate) async fn run_calls(&mut self, tools: &Tools, calls: Vec<Call>) -> End {
        let mut known: Vec<(Call, &ToolInfo)> = Vec::new();
        for call in calls {
            let key = fingerprint(&call.name, &Value::Object(call.arguments.clone()));
            *self.state.repeats.entry(key.clone()).or_default() += 1;
            match tools.get(&call.name) {
                None => {
                    self.ui
                        .reject_call(&call, &format!("Unknown tool {:?}.", call.name));
                    self.transcript.set_result(
                        &call.id,
                        &json!({"error": "no such tool", "retryable": false}),
                    );
                }
                Some(tool) => {
                    let committed = self.state.committed.get(&key);
                    if let Some(output) = committed.filter(|_| !tool.is_read_only).cloned() {
                        self.reuse_outcome(&call, output);
                    } else {
                        self.ui.begin_call(&call);
                        known.push((call, tool));
                    }
                }
            }
        }
        let asked: Vec<_> = known
            .iter()
            .map(|(call, tool)| (*tool, &call.arguments))
            .collect();
        let verdicts = self.state.changed_tasks.evaluate(&asked);
        let queue: Vec<(Call, Verdict)> = known
            .into_iter()
            .map(|(call, _)| call)
            .zip(verdicts)
            .collect();
        for (call, verdict) in &queue {
            if *verdict == Verdict::Write {
                self.record_write(call);
                self.record_due(tools, call).await;
            }
        }
        // Stored before anything runs: after a kill the open calls show what may have happened, and with which keys.
        if !self.save().await {
            for (call, _) in &queue {
                let outcome = ToolOutcome::error(NOT_STORED);
                self.record_outcome(call, &outcome);
            }
            return End::Finish(FinishReason::Error);
        }
        let mut queue = queue.into_iter().peekable();
        let mut is_waiting = false;
        while let Some((call, verdict)) = queue.next() {
            if self.cancel.is_cancelled() || Instant::now() >= self.deadline() {
                self.record_not_run(&call);
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
                    // Not cancelled halfway, which would leave the effect unknown.
                    let write = self.record.writes.get(&call.id);
                    let key = write.map(|write| write.key.clone());
                    let outcome = self.write(tools, &call, key.as_deref()).await;
                    self.record_outcome(&call, &outcome);
                    self.state.done.push((call, outcome));
                }
                Verdict::Ask(reason) => {
                    let reason = self.state.question.take().unwrap_or(reason);
                    is_waiting |= self.request_approval(&call, &reason).await;
                }
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

    /// Reuses the stored outcome of a call that was already made in the answer that this one replaces.
    fn reuse_outcome(&mut self, call: &Call, output: Value) {
        let same = fingerprint(&call.name, &Value::Object(call.arguments.clone()));
        let is_same = |other: &Call| {
            fingerprint(&other.name, &Value::Object(other.arguments.clone())) == same
        };
        let is_shown = part::tools(self.ui.parts()).any(|tool| is_same(&tool.call()));
        let outcome = ToolOutcome::success(output);
        if is_shown {
            self.transcript.set_result(&call.id, &outcome.value);
        } else {
            self.ui.begin_call(call);
            self.record_write(call);
            self.record_outcome(call, &outcome);
        }
    }

    /// Records a write that is about to run, and returns its key.
    pub(super) fn record_write(&mut self, call: &Call) -> String {
        let key = self.key(&call.id, &call.name, &Value::Object(call.arguments.clone()));
        let at = self.chat.config.clock.now();
        let mut known = self.record.writes.values();
        let due = known
            .find(|write| write.key == key)
            .map(|write| write.due.clone());
        let write = Write {
            key: key.clone(),
            at,
            due: due.unwrap_or_default(),
            is_unfinished: false,
        };
        self.record.writes.insert(call.id.clone(), write);
        key
    }

    async fn read(&mut self, tools: &Tools, calls: &[Call]) {
        let mut reads = Vec::new();
        for call in calls {
            // Boxed, because otherwise the compiler cannot prove that the joined futures are `Send` for every lifetime.
            reads.push(tools.call(&self.message, call, None).boxed());
        }
        let outcomes = tokio::select! {
            biased;
            () = self.cancel.cancelled() => None,
            () = tokio::time::sleep_until(self.deadline()) => None,
            outcomes = join_all(reads) => Some(outcomes),
        };
        match outcomes {
            Some(outcomes) => {
                for (call, outcome) in calls.iter().zip(&outcomes) {
                    self.record_outcome(call, outcome);
                }
            }
            None => calls.iter().for_each(|call| self.record_not_run(call)),
        }
    }

    /// Records the outcome of a call, for the page and for the model.
    pub(super) fn record_outcome(&mut self, call: &Call, outcome: &ToolOutcome) {
        self.ui.set_outcome(&call.id, outcome);
        self.transcript.set_result(&call.id, &outcome.value);
        if let Some(write) = self.record.writes.get_mut(&call.id) {
            write.is_unfinished = outcome.is_retryable();
        }
    }

    fn record_not_run(&mut self, call: &Call) {
        self.ui
            .set_outcome(&call.id, &ToolOutcome::error("Stopped before it ran."));
        self.transcript
            .set_result(&call.id, &json!({"status": "cancelled"}));
        // A call stopped by a person is not repeated later; one that timed out is.
        let is_stopped = self.cancel.is_cancelled();
        if let Some(write) = self.record.writes.get_mut(&call.id) {
            write.is_unfinished = !is_stopped;
        }
    }

    /// Stores the exact arguments and asks for approval; returns whether it is pending.
    async fn request_approval(&mut self, call: &Call, reason: &str) -> bool {
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
        self.lease.ensure().await;
        match self
            .client
            .put_approval(&self.conversation, &approval, &body)
            .await
        {
            Ok(()) => {
                self.ui.request_approval(&call.id, &approval, reason);
                true
            }
            Err(error) => {
                warn!(chat.message = self.message, tool.call = call.id, %error, "Cannot store an approval");
                let outcome =
                    ToolOutcome::error("The approval could not be stored; nothing was changed.");
                self.record_outcome(call, &outcome);
                false
            }
        }
    }
}
