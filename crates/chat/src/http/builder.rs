//! Prepares turns: decides what to store first, what to drop, and what to continue.

mod approvals;

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};
use taskwire_client::Client;
use taskwire_domain::contract::{MessageInput, StoredMessage};

use crate::chat::Chat;
use crate::part::{self, Part};
use crate::prompt;
use crate::record::{Record, is_interrupted};
use crate::run::{Run, RunPermit};
use crate::turn::{ApprovalResponse, Cause};

use super::auth::Caller;
use super::plan::{TurnPlan, pending_calls};
use super::problem::Refusal;

/// How to handle a request.
pub(super) enum Start {
    Turn(Box<TurnPlan>),
    /// The same message or approvals were sent again: show the stored answer again.
    Replay(StoredMessage, Vec<ApprovalResponse>),
}

/// Prepares the turn of a request.
pub(super) struct TurnBuilder<'a> {
    pub(super) chat: &'a Chat,
    pub(super) caller: &'a Caller,
    pub(super) conversation: &'a str,
    /// The right to run a turn.
    pub(super) permit: &'a Arc<RunPermit>,
}

/// The messages of a conversation; empty if it does not exist yet.
pub(super) async fn load(
    client: &Client,
    conversation: &str,
) -> Result<Vec<StoredMessage>, Refusal> {
    match client.conversation_for_model(conversation).await {
        Ok(conversation) => Ok(conversation.messages),
        Err(error) if error.status() == Some(404) => Ok(Vec::new()),
        Err(error) => Err(Refusal::api(error)),
    }
}

/// The parts of a person's message.
fn text_parts(text: &str) -> Value {
    part::write(&[Part::text(text)])
}

impl TurnBuilder<'_> {
    /// Returns if something may be stored now; otherwise the whole task is dropped.
    async fn ensure(&self) {
        self.permit.run.lease.ensure().await;
    }

    /// Stores a message, after everything that must come before it.
    pub(super) async fn answer(
        &self,
        mut messages: Vec<StoredMessage>,
        id: String,
        text: String,
        is_edit: bool,
    ) -> Result<Start, Refusal> {
        if let Some(at) = messages.iter().position(|message| message.id == id) {
            let known = messages.get(at).filter(|message| message.role == "user");
            if known.is_none() {
                return Err(Refusal::field(
                    "/messages",
                    "id_in_use",
                    "Another message already has this id.",
                )
                .hint("Send a new id for a new message."));
            }
            let is_same = known.is_some_and(|message| message.parts == text_parts(&text));
            let next = messages
                .get(at + 1)
                .filter(|message| message.role == "assistant");
            if let (true, false, Some(answer)) = (is_same, is_edit, next)
                && is_interrupted(answer)
            {
                // The turn was killed before it had answered: its changes are kept, and it continues.
                return self.regenerate(messages, Some(&id)).await;
            }
            // A client that lost the response sends the same again: nothing may happen twice.
            if let (true, false, Some(answer)) = (is_same, is_edit, next) {
                return Ok(Start::Replay(answer.clone(), Vec::new()));
            }
            if messages.len() > at + 1 || !is_same {
                self.reject_pending(messages.get(at..).unwrap_or_default())
                    .await;
                self.ensure().await;
                let dropped = self
                    .caller
                    .client
                    .truncate_conversation(self.conversation, &id)
                    .await;
                dropped.map_err(Refusal::api)?;
            }
            messages.truncate(at);
        }
        self.recover_interrupted(&mut messages).await?;
        let decided = self.apply_typed_answer(&mut messages, &text).await?;
        let waiting = messages.last().filter(|_| decided.is_none() && !is_edit);
        let waiting = waiting.and_then(pending_calls);
        self.close_unanswered(&mut messages).await?;
        let now = self.chat.inner.config.clock.now();
        let for_model = prompt::user(&text, now, &self.caller.zone);
        let body = MessageInput {
            role: "user".into(),
            parts: text_parts(&text),
            model: Some(json!({"messages": [{"role": "user", "content": for_model}]})),
        };
        self.ensure().await;
        let mut kept = self
            .caller
            .client
            .put_message(self.conversation, &id, &body)
            .await
            .map_err(Refusal::api)?;
        // The response to a PUT need not repeat the model's form.
        kept.model = body.model;
        messages.push(kept);
        Ok(Start::Turn(Box::new(TurnPlan {
            cause: match (decided, waiting) {
                (Some(reply), _) => Cause::Report(reply),
                (None, Some(waiting)) => Cause::AskAgain(waiting),
                (None, None) => Cause::Text(text),
            },
            message: self.chat.inner.id(),
            before: messages,
            old: None,
            is_regeneration: false,
        })))
    }

    /// Recovers the last answer if its turn was killed: its unfinished calls come before anything new.
    async fn recover_interrupted(&self, messages: &mut Vec<StoredMessage>) -> Result<(), Refusal> {
        let Some(last) = messages.pop_if(|last| is_interrupted(last)) else {
            return Ok(());
        };
        let plan = TurnPlan::close(messages.clone(), last, Vec::new());
        let (_, turn) = plan.turn(
            self.chat,
            self.caller,
            self.conversation,
            &Run::without_reader(self.permit.run.lease.clone()),
        );
        let recovered = turn.recover_without_reader().await.ok_or_else(|| {
            let detail = "An earlier change in this conversation was interrupted, and its outcome is not known yet.";
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unsettled_change", detail)
                .hint("Send the message again in a moment; nothing was changed.")
        })?;
        messages.push(recovered);
        Ok(())
    }

    /// Prepares another answer to the message with this id, or to the one before it, or to the newest.
    pub(super) async fn regenerate(
        &self,
        mut messages: Vec<StoredMessage>,
        id: Option<&str>,
    ) -> Result<Start, Refusal> {
        let newest = || messages.iter().rposition(|message| message.role == "user");
        let at = match id {
            None => newest(),
            Some(id) => match messages.iter().position(|message| message.id == id) {
                Some(at) => {
                    let head = messages.get(..=at).unwrap_or_default();
                    head.iter().rposition(|message| message.role == "user")
                }
                // The answer never arrived here, or its stream broke before it was stored.
                None => newest(),
            },
        };
        let Some(at) = at else {
            return Err(Refusal::new(
                StatusCode::CONFLICT,
                "nothing_to_regenerate",
                "There is no message to respond to.",
            )
            .hint("Send a message first."));
        };
        let dropped = messages.split_off(at + 1);
        let text = messages.last().map(part::read).unwrap_or_default();
        let text: Vec<&str> = text.iter().filter_map(Part::as_text).collect();
        let text = text.join("\n");
        self.reject_pending(&dropped).await;
        let client = &self.caller.client;
        let mut rest = dropped.into_iter().peekable();
        // Its changes are kept, so the answer is written in its place: there is no moment without a record of them.
        let old = rest.next_if(|old| {
            let record = Record::of(old);
            is_interrupted(old)
                || record.has_unfinished()
                || (old.role == "assistant"
                    && part::tools(&part::read(old)).any(|tool| record.is_change(tool)))
        });
        let message = old
            .as_ref()
            .map_or_else(|| self.chat.inner.id(), |old| old.id.clone());
        let first_dropped = rest.next().map(|next| next.id);
        if let Some(first) = first_dropped {
            self.ensure().await;
            client
                .truncate_conversation(self.conversation, &first)
                .await
                .map_err(Refusal::api)?;
        }
        let is_regeneration = old.is_some();
        Ok(Start::Turn(Box::new(TurnPlan {
            cause: Cause::Text(text),
            message,
            before: messages,
            old,
            is_regeneration,
        })))
    }
}
