//! `/api/v1/conversations`

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use taskwire_domain::Invalid;
use taskwire_domain::contract::{
    ApprovalClaim, Conversation, ConversationSummary, MessageInput, NewApproval, Page,
    StoredApproval, StoredMessage,
};
use utoipa::IntoParams;

use super::parameters::ConversationParam;
use crate::error::ApiError;
use crate::extract::{Body, Empty, OptionalBody, Segment, Segments};
use crate::failures::{
    ApprovalFields, ChosenIds, Claims, Creates, Includes, JsonBody, MessageFields, PathParameter,
    Reads, ReadsQuery, Refusals,
};
use crate::mutation::Mutation;
use crate::reader::Reader;
use crate::service::chat;

/// List conversations, latest first.
#[utoipa::path(get, path = "/api/v1/conversations", operation_id = "list_conversations", tag = "chat",
    responses((status = 200, description = "The latest 200", body = Page<ConversationSummary>), Refusals<Reads>))]
pub(crate) async fn list(reader: Reader) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond(&Page {
        items: chat::list(&mut context).await?,
        next_cursor: None,
    })
}

/// Parts to include.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Include {
    /// `model`: also return the content to send to the model again.
    include: Option<String>,
}

/// Read a conversation with its messages.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}", operation_id = "get_conversation", tag = "chat", params(ConversationParam, Include),
    responses((status = 200, description = "The conversation", body = Conversation), Refusals<(ReadsQuery, PathParameter, ChosenIds, Includes)>))]
pub(crate) async fn get(
    reader: Reader<Include>,
    Segment(id): Segment,
) -> Result<Response, ApiError> {
    let with_model = match reader.query.include.as_deref() {
        None => false,
        Some("model") => true,
        Some(_) => {
            return Err(
                Invalid::new("include", "invalid_value", "Unknown value for include.")
                    .hint("Send model, or omit it.")
                    .into(),
            );
        }
    };
    let mut context = reader.begin().await?;
    reader.respond(&chat::get(&mut context, &id, with_model).await?)
}

/// Delete a conversation with its messages.
#[utoipa::path(delete, path = "/api/v1/conversations/{conversation}", operation_id = "delete_conversation", params(ConversationParam), tag = "chat",
    responses((status = 204, description = "Deleted"), Refusals<(Creates, PathParameter, JsonBody, ChosenIds)>))]
pub(crate) async fn delete(
    change: Mutation,
    Segment(id): Segment,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::NO_CONTENT, body.bytes, |context| {
            Box::pin(async move { Ok(chat::delete(context, &id).await?) })
        })
        .await
}

/// Store a message; the same id again replaces it in place.
#[utoipa::path(put, path = "/api/v1/conversations/{conversation}/messages/{message}", operation_id = "put_message", request_body = MessageInput, params(ConversationParam, ("message" = String, Path, description = "The message's id")), tag = "chat",
    responses((status = 200, description = "The message", body = StoredMessage), Refusals<(Creates, PathParameter, JsonBody, ChosenIds, MessageFields)>))]
pub(crate) async fn put_message(
    change: Mutation,
    Segments(conversation, message): Segments,
    body: Body<MessageInput>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                Ok(chat::put_message(context, &conversation, &message, body.value).await?)
            })
        })
        .await
}

/// Drop a message and all after it.
#[utoipa::path(delete, path = "/api/v1/conversations/{conversation}/messages/{message}", operation_id = "truncate_conversation", params(ConversationParam, ("message" = String, Path, description = "The first message to drop")), tag = "chat",
    responses((status = 204, description = "Deleted"), Refusals<(Creates, PathParameter, JsonBody, ChosenIds)>))]
pub(crate) async fn truncate(
    change: Mutation,
    Segments(conversation, message): Segments,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::NO_CONTENT, body.bytes, |context| {
            Box::pin(async move { Ok(chat::truncate(context, &conversation, &message).await?) })
        })
        .await
}

/// Store a tool call that needs approval; the same id again changes nothing.
#[utoipa::path(put, path = "/api/v1/conversations/{conversation}/approvals/{approval}", operation_id = "put_approval", request_body = NewApproval, params(ConversationParam, ("approval" = String, Path, description = "The approval's id")), tag = "chat",
    responses((status = 204, description = "Stored"), Refusals<(Creates, PathParameter, JsonBody, ChosenIds, ApprovalFields)>))]
pub(crate) async fn put_approval(
    change: Mutation,
    Segments(conversation, approval): Segments,
    body: Body<NewApproval>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::NO_CONTENT, body.bytes, |context| {
            Box::pin(async move {
                Ok(chat::put_approval(context, &conversation, &approval, body.value).await?)
            })
        })
        .await
}

/// Answer an approval, once, and get the exact call it was requested for.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/approvals/{approval}/claim", operation_id = "claim_approval", request_body = ApprovalClaim, params(ConversationParam, ("approval" = String, Path, description = "The approval's id")), tag = "chat",
    responses((status = 200, description = "The call", body = StoredApproval), Refusals<(Creates, PathParameter, JsonBody, ChosenIds, Claims)>))]
pub(crate) async fn claim_approval(
    change: Mutation,
    Segments(conversation, approval): Segments,
    body: Body<ApprovalClaim>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                Ok(chat::claim_approval(context, &conversation, &approval, &body.value).await?)
            })
        })
        .await
}
