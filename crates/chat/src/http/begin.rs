//! Starts a turn for a checked request.

use std::sync::Arc;

use axum::http::StatusCode;
use taskwire_domain::contract::StoredMessage;
use taskwire_telemetry::metric;
use tokio::time::Instant;
use tracing::Instrument;

use crate::chat::Chat;
use crate::part;
use crate::record::{Mode, is_interrupted};
use crate::run::{Run, RunPermit, Running};
use crate::stream::{Chunk, FinishReason};
use crate::turn::ApprovalResponse;
use crate::ui_message::UiMessage;

use super::auth::Caller;
use super::builder::{Start, TurnBuilder, load};
use super::plan::TurnPlan;
use super::problem::Refusal;
use super::request::{ChatRequest, Intent};

/// Stores the message, then starts the turn in its own task.
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
    let begun = inner.runs.begin(caller.user.id, &conversation).await;
    let Some(permit) = begun.map_err(|error| Refusal::turn_state(&error))? else {
        let detail = "A response is already in progress in this conversation.";
        return Err(
            Refusal::new(StatusCode::CONFLICT, "turn_running", detail).hint(format!(
                "Wait for it, or stop it with POST /api/v1/chat/{conversation}/stop."
            )),
        );
    };
    let permit = Arc::new(permit);
    let builder = TurnBuilder {
        chat,
        caller: &caller,
        conversation: &conversation,
        permit: &permit,
    };
    let work = Box::pin(prepare(&builder, request.intent));
    let prepared = permit.while_held(work).await;
    let run = Arc::clone(&permit.run);
    match prepared.unwrap_or_else(|| Err(Refusal::interrupted())) {
        Ok(Start::Replay(message, responses)) => {
            replay(&message, &responses, &permit);
            permit.end().await;
        }
        Ok(Start::Turn(plan)) => spawn(chat, &caller, &conversation, permit, *plan),
        Err(refusal) => {
            // Awaited, so that the caller may send the next request at once.
            permit.run.send(&Chunk::interrupted());
            permit.end().await;
            return Err(refusal);
        }
    }
    Ok(run)
}

async fn prepare(builder: &TurnBuilder<'_>, intent: Intent) -> Result<Start, Refusal> {
    let messages = load(&builder.caller.client, builder.conversation).await?;
    match intent {
        Intent::Answer { id, text, is_edit } => builder.answer(messages, id, text, is_edit).await,
        Intent::Approvals { message, responses } => {
            TurnBuilder::approvals(messages, &message, responses)
        }
        Intent::Regenerate { message } => builder.regenerate(messages, message.as_deref()).await,
    }
}

/// The running turn of a conversation. If there is none and the last one was killed, its answer is closed and shown.
pub(super) async fn resume(
    chat: &Chat,
    caller: Caller,
    conversation: &str,
) -> Result<Option<Running>, Refusal> {
    let runs = &chat.inner.runs;
    let find = async || {
        let running = runs.find(caller.user.id, conversation).await;
        running.map_err(|error| Refusal::turn_state(&error))
    };
    if let Some(running) = find().await? {
        return Ok(Some(running));
    }
    let messages = load(&caller.client, conversation).await?;
    if chat.inner.tasks.is_closed() || !messages.last().is_some_and(is_interrupted) {
        return Ok(None);
    }
    let begun = runs.begin(caller.user.id, conversation).await;
    let Some(permit) = begun.map_err(|error| Refusal::turn_state(&error))? else {
        // Another request has just started one.
        return find().await;
    };
    // Loaded again, because only this request may write it now.
    let loaded = load(&caller.client, conversation).await;
    let interrupted = loaded.map(|mut messages| {
        let last = messages.pop_if(|last| is_interrupted(last));
        last.map(|last| TurnPlan::close(messages, last, Vec::new()))
    });
    let Ok(Some(plan)) = interrupted else {
        permit.end().await;
        return interrupted.map(|_| None);
    };
    let run = Arc::clone(&permit.run);
    spawn(chat, &caller, conversation, Arc::new(permit), plan);
    Ok(Some(Running::Here(run)))
}

fn spawn(chat: &Chat, caller: &Caller, conversation: &str, permit: Arc<RunPermit>, plan: TurnPlan) {
    let (cause, turn) = plan.turn(chat, caller, conversation, &permit.run);
    let span = tracing::info_span!("chat turn", chat.message = turn.message);
    let work = async move {
        let begun = Instant::now();
        let ended = permit.while_held(Box::pin(turn.run(cause))).await;
        if ended.is_none() {
            permit.run.send(&Chunk::interrupted());
        }
        permit.end().await;
        let (mode, outcome) = match ended {
            Some((Mode::Model, outcome)) => ("model", outcome),
            Some((Mode::Command, outcome)) => ("command", outcome),
            None => ("unknown", "interrupted"),
        };
        metrics::histogram!(
            metric::CHAT_TURN_DURATION,
            "taskwire_chat_mode" => mode,
            "taskwire_outcome" => outcome,
        )
        .record(begun.elapsed());
    };
    chat.inner.tasks.spawn(work.instrument(span));
}

fn replay(message: &StoredMessage, responses: &[ApprovalResponse], permit: &RunPermit) {
    let mut ui = UiMessage::new(Arc::clone(&permit.run), part::read(message));
    ui.start(&message.id);
    let approvals: Vec<&str> = responses
        .iter()
        .map(|response| response.approval.as_str())
        .collect();
    ui.replay_after(&approvals);
    let reason = if ui.pending().is_empty() {
        FinishReason::Stop
    } else {
        FinishReason::ToolCalls
    };
    ui.finish(reason);
}
