//! `/api/v1/conversations`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use taskwire_domain::Invalid;
use taskwire_domain::contract::{
    ApprovalClaim, Conversation, ConversationSummary, MessageInput, NewApproval, Page, Problem,
    StoredApproval, StoredMessage,
};
use utoipa::IntoParams;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Body, Query, Segment, Segments};
use crate::service::{Context, chat};
use crate::state::Api;
use crate::work::{self, Begun, begin};

/// Begins a change of a conversation. A repeated PUT or DELETE is harmless by itself, so no key is kept.
async fn change(api: &Api, caller: Caller) -> Result<Context, ApiError> {
    match begin(api, caller, work::Request::without_key(), b"").await? {
        Begun::Fresh(work) => Ok(work.cx),
        Begun::Replay(_) => Err(ApiError::Internal(
            "a request without a key was replayed".into(),
        )),
    }
}

/// List conversations, latest first.
#[utoipa::path(get, path = "/api/v1/conversations", operation_id = "list_conversations", tag = "chat",
    responses((status = 200, description = "The latest 200", body = Page<ConversationSummary>), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<Page<ConversationSummary>>, ApiError> {
    let mut cx = work::read(&api, caller).await?;
    Ok(Json(Page {
        items: chat::list(&mut cx).await?,
        next_cursor: None,
    }))
}

/// What to include.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Include {
    /// `model`: what the model must be sent again as well.
    include: Option<String>,
}

/// Read a conversation with its messages.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}", operation_id = "get_conversation", tag = "chat",
    params(("conversation" = String, Path, description = "The conversation's id"), Include),
    responses((status = 200, description = "The conversation", body = Conversation), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get(
    State(api): State<Api>,
    caller: Caller,
    Segment(id): Segment,
    Query(query): Query<Include>,
) -> Result<Json<Conversation>, ApiError> {
    let with_model = match query.include.as_deref() {
        None => false,
        Some("model") => true,
        Some(_) => {
            return Err(Invalid::new(
                "include",
                "invalid_value",
                "There is nothing of that name to include.",
            )
            .hint("Send model, or leave it out.")
            .into());
        }
    };
    let mut cx = work::read(&api, caller).await?;
    Ok(Json(chat::get(&mut cx, &id, with_model).await?))
}

/// Delete a conversation with its messages.
#[utoipa::path(delete, path = "/api/v1/conversations/{conversation}", operation_id = "delete_conversation", tag = "chat",
    params(("conversation" = String, Path, description = "The conversation's id")),
    responses((status = 204, description = "It is gone"), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn delete(
    State(api): State<Api>,
    caller: Caller,
    Segment(id): Segment,
) -> Result<StatusCode, ApiError> {
    let mut cx = change(&api, caller).await?;
    chat::delete(&mut cx, &id).await?;
    cx.tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keep a message; the same id again replaces it in its place.
#[utoipa::path(put, path = "/api/v1/conversations/{conversation}/messages/{message}", tag = "chat",
    request_body = MessageInput,
    params(("conversation" = String, Path, description = "The conversation's id"),
        ("message" = String, Path, description = "The message's id")),
    responses((status = 200, description = "The message", body = StoredMessage), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put_message(
    State(api): State<Api>,
    caller: Caller,
    Segments(conversation, message): Segments,
    body: Body<MessageInput>,
) -> Result<Json<StoredMessage>, ApiError> {
    let mut cx = change(&api, caller).await?;
    let kept = chat::put_message(&mut cx, &conversation, &message, body.value).await?;
    cx.tx.commit().await?;
    Ok(Json(kept))
}

/// Drop a message and all after it.
#[utoipa::path(delete, path = "/api/v1/conversations/{conversation}/messages/{message}", operation_id = "truncate_conversation", tag = "chat",
    params(("conversation" = String, Path, description = "The conversation's id"),
        ("message" = String, Path, description = "The first message to drop")),
    responses((status = 204, description = "They are gone"), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn truncate(
    State(api): State<Api>,
    caller: Caller,
    Segments(conversation, message): Segments,
) -> Result<StatusCode, ApiError> {
    let mut cx = change(&api, caller).await?;
    chat::truncate(&mut cx, &conversation, &message).await?;
    cx.tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keep a tool call that waits for a click; the same id again changes nothing.
#[utoipa::path(put, path = "/api/v1/conversations/{conversation}/approvals/{approval}", tag = "chat",
    request_body = NewApproval,
    params(("conversation" = String, Path, description = "The conversation's id"),
        ("approval" = String, Path, description = "The approval's id")),
    responses((status = 204, description = "It is kept"), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put_approval(
    State(api): State<Api>,
    caller: Caller,
    Segments(conversation, approval): Segments,
    body: Body<NewApproval>,
) -> Result<StatusCode, ApiError> {
    let mut cx = change(&api, caller).await?;
    chat::put_approval(&mut cx, &conversation, &approval, body.value).await?;
    cx.tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answer an approval, once, and get the exact call it was asked for.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/approvals/{approval}/claim", tag = "chat",
    request_body = ApprovalClaim,
    params(("conversation" = String, Path, description = "The conversation's id"),
        ("approval" = String, Path, description = "The approval's id")),
    responses((status = 200, description = "The call", body = StoredApproval), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn claim_approval(
    State(api): State<Api>,
    caller: Caller,
    Segments(conversation, approval): Segments,
    body: Body<ApprovalClaim>,
) -> Result<Json<StoredApproval>, ApiError> {
    let mut cx = change(&api, caller).await?;
    let claimed = chat::claim_approval(&mut cx, &conversation, &approval, &body.value).await?;
    cx.tx.commit().await?;
    Ok(Json(claimed))
}
