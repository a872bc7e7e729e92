//! Pending approvals of a conversation: answered by a click or a typed yes or no, or not at all.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};
use taskwire_domain::contract::{ApprovalClaim, MessageInput, StoredMessage};

use crate::history::ModelTranscript;
use crate::part::{self, Part};
use crate::record::{Mode, Record, is_interrupted};
use crate::run::Run;
use crate::turn::{ApprovalResponse, Cause};

use super::super::plan::TurnPlan;
use super::super::problem::Refusal;
use super::{Start, TurnBuilder, load};

impl TurnBuilder<'_> {
    /// Continues a message whose questions are answered.
    pub(in crate::http) fn approvals(
        mut messages: Vec<StoredMessage>,
        id: &str,
        responses: Vec<ApprovalResponse>,
    ) -> Result<Start, Refusal> {
        let conflict = |detail: &str| {
            Refusal::new(StatusCode::CONFLICT, "nothing_pending", detail)
                .hint("Reload the conversation: it has changed.")
        };
        let at = messages
            .iter()
            .position(|message| message.id == id && message.role == "assistant");
        let at = at.ok_or_else(|| conflict("The message does not exist in this conversation."))?;
        if messages.len() > at + 1 {
            return Err(conflict(
                "The conversation has continued since this approval was requested.",
            ));
        }
        let message = messages
            .pop()
            .ok_or_else(|| conflict("The message does not exist in this conversation."))?;
        let kept = part::read(&message);
        let is_known = |response: &ApprovalResponse| {
            part::tools(&kept)
                .filter_map(|tool| tool.approval.as_ref())
                .any(|known| known.id == response.approval)
        };
        if !responses.iter().any(is_known) {
            return Err(conflict("None of these approvals was requested here."));
        }
        let waiting = part::pending(&kept);
        let is_interrupted = is_interrupted(&message);
        if !responses.iter().any(|response| {
            waiting
                .iter()
                .any(|pending| pending.approval == response.approval)
        }) {
            if is_interrupted {
                let approvals = responses
                    .into_iter()
                    .map(|response| response.approval)
                    .collect();
                let plan = TurnPlan::close(messages, message, approvals);
                return Ok(Start::Turn(Box::new(plan)));
            }
            // Already answered: the outcome is shown again, nothing runs again.
            return Ok(Start::Replay(message, responses));
        }
        Ok(Start::Turn(Box::new(TurnPlan {
            cause: Cause::Approvals(responses),
            message: message.id.clone(),
            before: messages,
            old: Some(message),
            is_regeneration: false,
        })))
    }

    /// Treats a typed yes or no as the answer to the questions of a command, as if they had been clicked, and returns
    /// the reply. Questions of a model are answered by clicks only.
    pub(super) async fn apply_typed_answer(
        &self,
        messages: &mut Vec<StoredMessage>,
        text: &str,
    ) -> Result<Option<String>, Refusal> {
        let Some(is_approved) = crate::command::decision(text) else {
            return Ok(None);
        };
        let Some(last) = messages.pop_if(|last| {
            last.role == "assistant"
                && Record::of(last).mode == Mode::Command
                && !part::pending(&part::read(last)).is_empty()
        }) else {
            return Ok(None);
        };
        let responses = part::pending(&part::read(&last))
            .into_iter()
            .map(|pending| ApprovalResponse {
                approval: pending.approval,
                is_approved,
            });
        let plan = TurnPlan {
            cause: Cause::Approvals(responses.collect()),
            message: last.id.clone(),
            before: messages.clone(),
            old: Some(last.clone()),
            is_regeneration: false,
        };
        let (cause, turn) = plan.turn(
            self.chat,
            self.caller,
            self.conversation,
            &Run::without_reader(self.permit.run.lease.clone()),
        );
        // In a separate task, so that a reader who leaves does not stop it halfway. It holds the conversation
        // meanwhile.
        let permit = Arc::clone(self.permit);
        let work = async move { permit.while_held(Box::pin(turn.run(cause))).await };
        drop(self.chat.inner.tasks.spawn(work).await);
        *messages = load(&self.caller.client, self.conversation).await?;
        let answered = messages.last().filter(|message| message.id == last.id);
        let parts = answered.map(part::read).unwrap_or_default();
        if !part::pending(&parts).is_empty() {
            return Err(Refusal::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "answer_not_recorded",
                "Your answer could not be recorded.",
            )
            .hint("Send the message again in a moment."));
        }
        let reply = parts.iter().rev().find_map(Part::as_text);
        Ok(Some(
            reply.unwrap_or("Your answer was recorded.").to_owned(),
        ))
    }

    /// Closes the questions of the last answer: the person has continued without clicking.
    pub(super) async fn close_unanswered(
        &self,
        messages: &mut [StoredMessage],
    ) -> Result<(), Refusal> {
        let Some(last) = messages
            .last_mut()
            .filter(|message| message.role == "assistant")
        else {
            return Ok(());
        };
        let mut kept = part::read(last);
        if part::pending(&kept).is_empty() {
            return Ok(());
        }
        self.reject_pending(std::slice::from_ref(last)).await;
        part::deny_pending(&mut kept);
        let mut transcript = ModelTranscript::read(last.model.as_ref());
        transcript.answer_all(
            &json!({"status": "cancelled", "reason": "the user continued without answering"}),
        );
        last.parts = part::write(&kept);
        if let Some(model) = last.model.as_mut().and_then(Value::as_object_mut) {
            model.insert("messages".into(), transcript.messages().to_vec().into());
        }
        let body = MessageInput {
            role: last.role.clone(),
            parts: last.parts.clone(),
            model: last.model.clone(),
        };
        self.ensure().await;
        let kept = self
            .caller
            .client
            .put_message(self.conversation, &last.id, &body)
            .await;
        kept.map(drop).map_err(Refusal::api)
    }

    /// Makes sure that no click on these messages can still run anything.
    pub(super) async fn reject_pending(&self, messages: &[StoredMessage]) {
        for pending in messages
            .iter()
            .flat_map(|message| part::pending(&part::read(message)))
        {
            let no = ApprovalClaim { approved: false };
            self.ensure().await;
            // One that was answered or has expired is harmless.
            drop(
                self.caller
                    .client
                    .claim_approval(self.conversation, &pending.approval, &no)
                    .await,
            );
        }
    }
}
