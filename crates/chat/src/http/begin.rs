//! From a checked request to a running turn: what is kept first, what is dropped, what is continued.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};
use taskwire_client::Client;
use taskwire_domain::contract::{ApprovalClaim, MessageInput, StoredMessage};
use tracing::Instrument;

use crate::chat::Chat;
use crate::history::Ledger;
use crate::page::{self, Page};
use crate::prompt;
use crate::record::{Mode, Record, is_interrupted};
use crate::run::{Run, RunPermit};
use crate::stream::FinishReason;
use crate::turn::{Cause, Click};

use super::auth::Caller;
use super::plan::{TurnPlan, parts, waiting_calls};
use super::problem::Refusal;
use super::request::{ChatRequest, Intent};

/// What to do with a request.
enum Start {
    Turn(Box<TurnPlan>),
    /// The same words or clicks were sent again: the answer is there and is shown again.
    Replay(StoredMessage, Vec<Click>),
}

/// Keeps the words, then starts the turn in its own task.
pub(super) async fn begin(
    chat: &Chat,
    caller: Caller,
    request: ChatRequest,
) -> Result<Arc<Run>, Refusal> {
    let inner = &chat.inner;
    if inner.tasks.is_closed() {
        return Err(Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "shutting_down",
            "The server is shutting down.",
        ));
    }
    let conversation = request.conversation;
    let Some(permit) = inner.runs.begin(caller.user.id, &conversation) else {
        let detail = "A response is already in progress in this conversation.";
        return Err(
            Refusal::new(StatusCode::CONFLICT, "turn_running", detail).hint(format!(
                "Wait for it, or stop it with POST /api/v1/chat/{conversation}/stop."
            )),
        );
    };
    let messages = load(&caller.client, &conversation).await?;
    let builder = TurnBuilder {
        chat,
        caller: &caller,
        conversation: &conversation,
    };
    let start = match request.intent {
        Intent::Answer { id, text, is_edit } => builder.answer(messages, id, text, is_edit).await?,
        Intent::Clicks { message, clicks } => TurnBuilder::clicks(messages, &message, clicks)?,
        Intent::Again { message } => builder.again(messages, message.as_deref()).await?,
    };
    let run = Arc::clone(&permit.run);
    match start {
        Start::Replay(message, clicks) => replay(&message, &clicks, &permit),
        Start::Turn(plan) => spawn(chat, &caller, &conversation, permit, *plan),
    }
    Ok(run)
}

/// The running turn of a conversation. An answer whose turn was killed is closed first, and shown.
pub(super) async fn resume(
    chat: &Chat,
    caller: Caller,
    conversation: &str,
) -> Result<Option<Arc<Run>>, Refusal> {
    let runs = &chat.inner.runs;
    if let Some(run) = runs.get(caller.user.id, conversation) {
        return Ok(Some(run));
    }
    let messages = load(&caller.client, conversation).await?;
    if chat.inner.tasks.is_closed() || !messages.last().is_some_and(is_interrupted) {
        return Ok(None);
    }
    let Some(permit) = runs.begin(caller.user.id, conversation) else {
        // Another request has just begun.
        return Ok(runs.get(caller.user.id, conversation));
    };
    // Looked at again now that nobody else may write it.
    let mut messages = load(&caller.client, conversation).await?;
    let Some(last) = messages.pop_if(|last| is_interrupted(last)) else {
        return Ok(None);
    };
    let run = Arc::clone(&permit.run);
    let plan = TurnPlan::close(messages, last, Vec::new());
    spawn(chat, &caller, conversation, permit, plan);
    Ok(Some(run))
}

fn spawn(chat: &Chat, caller: &Caller, conversation: &str, permit: RunPermit, plan: TurnPlan) {
    let (cause, turn) = plan.turn(chat, caller, conversation, &permit.run);
    let span = tracing::info_span!("chat turn", chat.message = turn.message);
    let work = async move {
        turn.run(cause).await;
        drop(permit);
    };
    chat.inner.tasks.spawn(work.instrument(span));
}

async fn load(client: &Client, conversation: &str) -> Result<Vec<StoredMessage>, Refusal> {
    match client.conversation_for_model(conversation).await {
        Ok(conversation) => Ok(conversation.messages),
        Err(error) if error.status() == Some(404) => Ok(Vec::new()),
        Err(error) => Err(Refusal::api(error)),
    }
}

fn replay(message: &StoredMessage, clicks: &[Click], permit: &RunPermit) {
    let mut page = Page::new(Arc::clone(&permit.run), parts(message));
    page.start(&message.id);
    let approvals: Vec<&str> = clicks.iter().map(|click| click.approval.as_str()).collect();
    page.replay_after(&approvals);
    let reason = if page.pending().is_empty() {
        FinishReason::Stop
    } else {
        FinishReason::ToolCalls
    };
    page.finish(reason);
}

/// Where a request is prepared.
struct TurnBuilder<'a> {
    chat: &'a Chat,
    caller: &'a Caller,
    conversation: &'a str,
}

impl TurnBuilder<'_> {
    async fn answer(
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
            let same = json!([{"type": "text", "text": text}]);
            let is_same = known.is_some_and(|message| message.parts == same);
            let next = messages
                .get(at + 1)
                .filter(|message| message.role == "assistant");
            if let (true, false, Some(answer)) = (is_same, is_edit, next)
                && is_interrupted(answer)
            {
                // The turn was killed before it had answered: what it changed stands, and it goes on.
                return self.again(messages, Some(&id)).await;
            }
            // A reader that lost the answer sends the same again: nothing may happen twice.
            if let (true, false, Some(answer)) = (is_same, is_edit, next) {
                return Ok(Start::Replay(answer.clone(), Vec::new()));
            }
            if messages.len() > at + 1 || !is_same {
                self.reject_pending(messages.get(at..).unwrap_or_default())
                    .await;
                let dropped = self
                    .caller
                    .client
                    .truncate_conversation(self.conversation, &id)
                    .await;
                dropped.map_err(Refusal::api)?;
            }
            messages.truncate(at);
        }
        self.settle_interrupted(&mut messages).await?;
        let decided = self.decide(&mut messages, &text).await?;
        let waiting = messages.last().filter(|_| decided.is_none() && !is_edit);
        let waiting = waiting.and_then(waiting_calls);
        self.close_unanswered(&mut messages).await?;
        let now = self.chat.inner.config.clock.now();
        let for_model = prompt::user(&text, now, &self.caller.zone);
        let body = MessageInput {
            role: "user".into(),
            parts: json!([{"type": "text", "text": text}]),
            model: Some(json!({"messages": [{"role": "user", "content": for_model}]})),
        };
        let mut kept = self
            .caller
            .client
            .put_message(self.conversation, &id, &body)
            .await
            .map_err(Refusal::api)?;
        // The answer to a PUT need not repeat the model's form.
        kept.model = body.model;
        messages.push(kept);
        Ok(Start::Turn(Box::new(TurnPlan {
            cause: match (decided, waiting) {
                (Some(said), _) => Cause::Say(said),
                (None, Some(waiting)) => Cause::AskAgain(waiting),
                (None, None) => Cause::Text(text),
            },
            message: self.chat.inner.id(),
            before: messages,
            old: None,
            is_recall: false,
        })))
    }

    /// Settles the last answer if its turn was killed: what it had begun comes before anything new.
    async fn settle_interrupted(&self, messages: &mut Vec<StoredMessage>) -> Result<(), Refusal> {
        let Some(last) = messages.pop_if(|last| is_interrupted(last)) else {
            return Ok(());
        };
        let plan = TurnPlan::close(messages.clone(), last, Vec::new());
        let (_, turn) = plan.turn(
            self.chat,
            self.caller,
            self.conversation,
            &Run::unfollowed(),
        );
        let settled = turn.settle_unfollowed().await.ok_or_else(|| {
            let detail = "An earlier change in this conversation was interrupted, and its outcome is not known yet.";
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unsettled_change", detail)
                .hint("Send the message again in a moment; nothing was changed.")
        })?;
        messages.push(settled);
        Ok(())
    }

    /// Takes a typed yes or no as the answer to the questions of a command, as if they had been clicked, and answers what
    /// came of it. A model's questions take clicks alone.
    async fn decide(
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
                && !page::pending(&parts(last)).is_empty()
        }) else {
            return Ok(None);
        };
        let clicks = page::pending(&parts(&last))
            .into_iter()
            .map(|pending| Click {
                approval: pending.approval,
                is_approved,
            });
        let plan = TurnPlan {
            cause: Cause::Clicks(clicks.collect()),
            message: last.id.clone(),
            before: messages.clone(),
            old: Some(last.clone()),
            is_recall: false,
        };
        let (cause, turn) = plan.turn(
            self.chat,
            self.caller,
            self.conversation,
            &Run::unfollowed(),
        );
        // In a task of its own, so that a reader who leaves does not stop it halfway.
        let work = self.chat.inner.tasks.spawn(turn.run(cause));
        drop(work.await);
        *messages = load(&self.caller.client, self.conversation).await?;
        let said = messages.last().filter(|message| message.id == last.id);
        let said = said.map(parts).unwrap_or_default();
        if !page::pending(&said).is_empty() {
            return Err(Refusal::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "answer_not_recorded",
                "Your answer could not be recorded.",
            )
            .hint("Send the message again in a moment."));
        }
        let said = said
            .iter()
            .rev()
            .find_map(|part| part.get("text")?.as_str());
        Ok(Some(said.unwrap_or("Your answer was recorded.").to_owned()))
    }

    /// Closes the questions of the last answer: the person has gone on without clicking.
    async fn close_unanswered(&self, messages: &mut [StoredMessage]) -> Result<(), Refusal> {
        let Some(last) = messages
            .last_mut()
            .filter(|message| message.role == "assistant")
        else {
            return Ok(());
        };
        let mut kept = parts(last);
        if page::pending(&kept).is_empty() {
            return Ok(());
        }
        self.reject_pending(std::slice::from_ref(last)).await;
        page::close_pending(&mut kept);
        let mut ledger = Ledger::read(last.model.as_ref());
        ledger.close(
            &json!({"status": "cancelled", "reason": "the user continued without answering"}),
        );
        last.parts = kept.into();
        if let Some(model) = last.model.as_mut().and_then(Value::as_object_mut) {
            model.insert("messages".into(), ledger.messages().to_vec().into());
        }
        let body = MessageInput {
            role: last.role.clone(),
            parts: last.parts.clone(),
            model: last.model.clone(),
        };
        let kept = self
            .caller
            .client
            .put_message(self.conversation, &last.id, &body)
            .await;
        kept.map(drop).map_err(Refusal::api)
    }

    /// Makes sure that no click on these messages can still run anything.
    async fn reject_pending(&self, messages: &[StoredMessage]) {
        for pending in messages
            .iter()
            .flat_map(|message| page::pending(&parts(message)))
        {
            let no = ApprovalClaim { approved: false };
            // One that was answered or has lapsed can do no harm.
            drop(
                self.caller
                    .client
                    .claim_approval(self.conversation, &pending.approval, &no)
                    .await,
            );
        }
    }

    fn clicks(
        mut messages: Vec<StoredMessage>,
        id: &str,
        clicks: Vec<Click>,
    ) -> Result<Start, Refusal> {
        let gone = |detail: &str| {
            Refusal::new(StatusCode::CONFLICT, "nothing_pending", detail)
                .hint("Reload the conversation: it has changed.")
        };
        let at = messages
            .iter()
            .position(|message| message.id == id && message.role == "assistant");
        let at = at.ok_or_else(|| gone("The message does not exist in this conversation."))?;
        if messages.len() > at + 1 {
            return Err(gone(
                "The conversation has continued since this approval was requested.",
            ));
        }
        let message = messages
            .pop()
            .ok_or_else(|| gone("The message does not exist in this conversation."))?;
        let kept = parts(&message);
        let is_known = |click: &Click| {
            kept.iter().any(|part| {
                part.pointer("/approval/id")
                    .is_some_and(|known| *known == *click.approval)
            })
        };
        if !clicks.iter().any(is_known) {
            return Err(gone("None of these approvals was requested here."));
        }
        let waiting = page::pending(&kept);
        let is_interrupted = is_interrupted(&message);
        if !clicks.iter().any(|click| {
            waiting
                .iter()
                .any(|pending| pending.approval == click.approval)
        }) {
            if is_interrupted {
                let approvals = clicks.into_iter().map(|click| click.approval).collect();
                let plan = TurnPlan::close(messages, message, approvals);
                return Ok(Start::Turn(Box::new(plan)));
            }
            // Answered before: the outcome is shown again, nothing runs again.
            return Ok(Start::Replay(message, clicks));
        }
        Ok(Start::Turn(Box::new(TurnPlan {
            cause: Cause::Clicks(clicks),
            message: message.id.clone(),
            before: messages,
            old: Some(message),
            is_recall: false,
        })))
    }

    async fn again(
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
                // The answer never arrived here, or its stream broke before it was kept.
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
        let text = messages.last().map(parts).unwrap_or_default();
        let text: Vec<&str> = text
            .iter()
            .filter_map(|part| part.get("text")?.as_str())
            .collect();
        let text = text.join("\n");
        self.reject_pending(&dropped).await;
        let client = &self.caller.client;
        let mut rest = dropped.into_iter().peekable();
        // Its changes stand, so the answer is written anew in place: there is no moment without a record of them.
        let old = rest.next_if(|old| {
            let record = Record::of(old);
            is_interrupted(old)
                || record.has_unfinished()
                || (old.role == "assistant" && parts(old).iter().any(|part| record.is_change(part)))
        });
        let message = old
            .as_ref()
            .map_or_else(|| self.chat.inner.id(), |old| old.id.clone());
        let first_dropped = rest.next().map(|next| next.id);
        if let Some(first) = first_dropped {
            client
                .truncate_conversation(self.conversation, &first)
                .await
                .map_err(Refusal::api)?;
        }
        let is_recall = old.is_some();
        Ok(Start::Turn(Box::new(TurnPlan {
            cause: Cause::Text(text),
            message,
            before: messages,
            old,
            is_recall,
        })))
    }
}
