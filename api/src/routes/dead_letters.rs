//! `/api/v1/dead-letters`: for operators with an `admin` token.

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::EventId;
use taskwire_domain::contract::{DeadLetterQuery, DeadLetterView, Page};

use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::{Empty, OptionalBody, Segments};
use crate::failures::{
    ConsumerFilter, Creates, JsonBody, Paged, PathParameter, Reads, ReadsQuery, Refusals,
};
use crate::mutation::Mutation;
use crate::reader::Reader;
use crate::routes::parameters::Key;
use crate::service::dead_letter;

/// List events that consumers gave up on, of all users, oldest first. Requires `admin`.
#[utoipa::path(get, path = "/api/v1/dead-letters", operation_id = "list_dead_letters", tag = "operations", params(DeadLetterQuery),
    responses((status = 200, description = "A page of dead letters", body = Page<DeadLetterView>), Refusals<(ReadsQuery, Paged, ConsumerFilter)>))]
pub(crate) async fn list(reader: Reader<DeadLetterQuery, Admin>) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    let consumers = &reader.api.consumers;
    reader.respond(&dead_letter::page(&mut context, consumers, &reader.query).await?)
}

/// The dead letter in the path.
fn named(consumer: String, event: &str) -> Result<(String, EventId), ApiError> {
    let is_name = consumer.bytes().all(|byte| byte.is_ascii_lowercase());
    match event.parse() {
        Ok(event) if is_name => Ok((consumer, event)),
        _ => Err(ApiError::NotFound("such dead letter".into())),
    }
}

/// Read a dead letter with its event. Requires `admin`.
#[utoipa::path(get, path = "/api/v1/dead-letters/{consumer}/{event}", operation_id = "get_dead_letter", tag = "operations",
    params(("consumer" = String, Path, description = "The consumer that gave it up"), ("event" = uuid::Uuid, Path, description = "The event's id")),
    responses((status = 200, description = "The dead letter", body = DeadLetterView), Refusals<(Reads, PathParameter)>))]
pub(crate) async fn get(
    reader: Reader<Empty, Admin>,
    Segments(consumer, event): Segments,
) -> Result<Response, ApiError> {
    let (consumer, event) = named(consumer, &event)?;
    let mut context = reader.begin().await?;
    reader.respond(&dead_letter::find(&mut context, &consumer, event).await?)
}

/// Have the consumer handle a dead letter again, after the cause of the failure has been fixed. If it fails again, it stays, with the new reason. Requires `admin`.
#[utoipa::path(post, path = "/api/v1/dead-letters/{consumer}/{event}/replay", operation_id = "replay_dead_letter", tag = "operations",
    params(("consumer" = String, Path, description = "The consumer that gave it up"), ("event" = uuid::Uuid, Path, description = "The event's id"), Key),
    responses((status = 202, description = "The dead letter, to be handled again", body = DeadLetterView), Refusals<(Creates, PathParameter, JsonBody)>))]
pub(crate) async fn replay(
    change: Mutation<Empty, Admin>,
    Segments(consumer, event): Segments,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let (consumer, event) = named(consumer, &event)?;
    change
        .run(StatusCode::ACCEPTED, body.bytes, |context| {
            Box::pin(async move { Ok(dead_letter::replay(context, &consumer, event).await?) })
        })
        .await
}

/// Delete a dead letter for good. Requires `admin`.
#[utoipa::path(delete, path = "/api/v1/dead-letters/{consumer}/{event}", operation_id = "discard_dead_letter", tag = "operations",
    params(("consumer" = String, Path, description = "The consumer that gave it up"), ("event" = uuid::Uuid, Path, description = "The event's id"), Key),
    responses((status = 204, description = "Deleted"), Refusals<(Creates, PathParameter, JsonBody)>))]
pub(crate) async fn discard(
    change: Mutation<Empty, Admin>,
    Segments(consumer, event): Segments,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let (consumer, event) = named(consumer, &event)?;
    change
        .run(StatusCode::NO_CONTENT, body.bytes, |context| {
            Box::pin(async move { Ok(dead_letter::discard(context, &consumer, event).await?) })
        })
        .await
}
