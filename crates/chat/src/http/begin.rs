//! From a checked request to a running turn.

use std::sync::Arc;

use axum::http::StatusCode;
use taskwire_domain::contract::StoredMessage;
use tracing::Instrument;

use crate::chat::Chat;
use crate::part;
use crate::record::is_interrupted;
use crate::run::{Run, RunPermit};
use crate::stream::FinishReason;
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
        Intent::Approvals { message, responses } => {
            TurnBuilder::approvals(messages, &message, responses)?
        }
        Intent::Regenerate { message } => builder.regenerate(messages, message.as_deref()).await?,
    };
    let run = Arc::clone(&permit.run);
    match start {
        Start::Replay(message, responses) => replay(&message, &responses, &permit),
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
    // Loaded again, because only this request may write it now.
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
