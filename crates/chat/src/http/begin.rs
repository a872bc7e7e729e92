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
use crate::run::{Run, Slot};
use crate::stream::FinishReason;
use crate::turn::{Cause, Click, State, Turn};

use super::auth::Caller;
use super::problem::Refusal;
use super::request::{ChatRequest, Wish};

/// A turn before it runs.
struct Plan {
    cause: Cause,
    message: String,
    before: Vec<StoredMessage>,
    /// An answer that is continued.
    old: Option<StoredMessage>,
    /// The continued answer is being given anew; its changes stand.
    is_recall: bool,
}

/// What to do with a request.
enum Start {
    Turn(Box<Plan>),
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
    let Some(slot) = inner.runs.begin(caller.user.id, &conversation) else {
        let detail = "An answer is being written in this conversation.";
        return Err(
            Refusal::new(StatusCode::CONFLICT, "turn_running", detail).hint(format!(
                "Wait for it, or end it with POST /api/v1/chat/{conversation}/stop."
            )),
        );
    };
    let messages = load(&caller.client, &conversation).await?;
    let desk = Desk {
        chat,
        caller: &caller,
        conversation: &conversation,
    };
    let start = match request.wish {
        Wish::Answer { id, text, is_edit } => desk.answer(messages, id, text, is_edit).await?,
        Wish::Clicks { message, clicks } => Desk::clicks(messages, &message, clicks)?,
        Wish::Again { message } => desk.again(messages, message.as_deref()).await?,
    };
    let run = Arc::clone(&slot.run);
    match start {
        Start::Replay(message, clicks) => replay(&message, &clicks, &slot),
        Start::Turn(plan) => {
            let (cause, turn) = plan.turn(chat, caller, conversation, &slot);
            let span = tracing::info_span!("chat turn", chat.message = turn.message);
            let work = async move {
                turn.run(cause).await;
                drop(slot);
            };
            inner.tasks.spawn(work.instrument(span));
        }
    }
    Ok(run)
}

async fn load(client: &Client, conversation: &str) -> Result<Vec<StoredMessage>, Refusal> {
    match client.conversation_for_model(conversation).await {
        Ok(conversation) => Ok(conversation.messages),
        Err(error) if error.status() == Some(404) => Ok(Vec::new()),
        Err(error) => Err(Refusal::api(error)),
    }
}

fn parts(message: &StoredMessage) -> Vec<Value> {
    message.parts.as_array().cloned().unwrap_or_default()
}

fn replay(message: &StoredMessage, clicks: &[Click], slot: &Slot) {
    let mut page = Page::new(Arc::clone(&slot.run), parts(message));
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
struct Desk<'a> {
    chat: &'a Chat,
    caller: &'a Caller,
    conversation: &'a str,
}

impl Desk<'_> {
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
                    "Another message has this id.",
                )
                .hint("Send a new id for a new message."));
            }
            let same = json!([{"type": "text", "text": text}]);
            let is_same = known.is_some_and(|message| message.parts == same);
            let next = messages
                .get(at + 1)
                .filter(|message| message.role == "assistant");
            // A reader that lost the answer sends the same again: nothing may happen twice.
            if let (true, false, Some(answer)) = (is_same, is_edit, next) {
                return Ok(Start::Replay(answer.clone(), Vec::new()));
            }
            if messages.len() > at + 1 || !is_same {
                self.void(messages.get(at..).unwrap_or_default()).await;
                let dropped = self
                    .caller
                    .client
                    .truncate_conversation(self.conversation, &id)
                    .await;
                dropped.map_err(Refusal::api)?;
            }
            messages.truncate(at);
        }
        self.leave_behind(&mut messages).await?;
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
        Ok(Start::Turn(Box::new(Plan {
            cause: Cause::Text(text),
            message: self.chat.inner.id(),
            before: messages,
            old: None,
            is_recall: false,
        })))
    }

    /// Closes the questions of the last answer: the person has gone on without clicking.
    async fn leave_behind(&self, messages: &mut [StoredMessage]) -> Result<(), Refusal> {
        let Some(last) = messages
            .last_mut()
            .filter(|message| message.role == "assistant")
        else {
            return Ok(());
        };
        let mut kept = parts(last);
        let is_open = !page::pending(&kept).is_empty();
        let mut ledger = Ledger::read(last.model.as_ref());
        if !is_open && ledger.open().is_empty() {
            return Ok(());
        }
        if is_open {
            self.void(std::slice::from_ref(last)).await;
            page::close_pending(&mut kept);
            ledger.close(
                &json!({"status": "cancelled", "reason": "the person went on without answering"}),
            );
        } else {
            ledger.close(
                &json!({"status": "interrupted", "hint": "It may have run: look before trying again."}),
            );
        }
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
    async fn void(&self, messages: &[StoredMessage]) {
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
                .hint("Reload the conversation: it has moved on.")
        };
        let at = messages
            .iter()
            .position(|message| message.id == id && message.role == "assistant");
        let at = at.ok_or_else(|| gone("There is no such answer in this conversation."))?;
        if messages.len() > at + 1 {
            return Err(gone("The conversation has gone on since this was asked."));
        }
        let message = messages
            .pop()
            .ok_or_else(|| gone("There is no such answer in this conversation."))?;
        let kept = parts(&message);
        let is_known = |click: &Click| {
            kept.iter().any(|part| {
                part.pointer("/approval/id")
                    .is_some_and(|known| *known == *click.approval)
            })
        };
        if !clicks.iter().any(is_known) {
            return Err(gone("None of these questions was asked here."));
        }
        let waiting = page::pending(&kept);
        if !clicks.iter().any(|click| {
            waiting
                .iter()
                .any(|pending| pending.approval == click.approval)
        }) {
            // Answered before: the outcome is shown again, nothing runs again.
            return Ok(Start::Replay(message, clicks));
        }
        Ok(Start::Turn(Box::new(Plan {
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
                "There is nothing to answer yet.",
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
        self.void(&dropped).await;
        let client = &self.caller.client;
        let mut rest = dropped.into_iter().peekable();
        // Its changes stand, so the answer is written anew in place: there is no moment without a record of them.
        let old = rest.next_if(|old| old.role == "assistant" && has_changes(&parts(old)));
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
        Ok(Start::Turn(Box::new(Plan {
            cause: Cause::Text(text),
            message,
            before: messages,
            old,
            is_recall,
        })))
    }
}

/// Whether an answer changed anything.
fn has_changes(parts: &[Value]) -> bool {
    parts.iter().any(is_change)
}

fn is_change(part: &Value) -> bool {
    part.get("state")
        .is_some_and(|state| state == "output-available")
        && part
            .get("toolName")
            .and_then(Value::as_str)
            .is_some_and(|name| !matches!(name, "tasks_find" | "tags_list"))
}

impl Plan {
    fn turn(self, chat: &Chat, caller: Caller, conversation: String, slot: &Slot) -> (Cause, Turn) {
        let mut kept = self.old.as_ref().map(parts).unwrap_or_default();
        let model = self.old.as_ref().and_then(|old| old.model.as_ref());
        let mut ledger = Ledger::read(model);
        if self.is_recall {
            ledger.close(&json!({"status": "cancelled"}));
            ledger.keep_results();
            let last = kept.iter().rposition(is_change).map_or(0, |last| last + 1);
            kept.truncate(last);
            kept.retain(|part| {
                part.get("type")
                    .is_some_and(|kind| kind == "dynamic-tool" || kind == "step-start")
            });
        }
        let is_command = model
            .and_then(|model| model.get("mode"))
            .is_some_and(|mode| mode == "command");
        let mut turn = Turn {
            chat: Arc::clone(&chat.inner),
            client: caller.client,
            token: caller.token,
            zone: caller.zone,
            conversation,
            message: self.message,
            before: self.before,
            page: Page::new(Arc::clone(&slot.run), kept),
            ledger: Ledger::default(),
            cancel: slot.run.cancel.clone(),
            state: State::new(is_command && !self.is_recall, self.is_recall),
        };
        if self.is_recall {
            turn.recall(ledger);
        } else {
            turn.ledger = ledger;
        }
        (self.cause, turn)
    }
}
