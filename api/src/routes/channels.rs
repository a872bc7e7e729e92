//! `/api/v1/channels`, and `/api/v1/deliveries`: what is sent over them.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::SignedDuration;
use taskwire_domain::contract::{
    ChannelCreated, ChannelKinds, ChannelPatch, ChannelView, DeliveryQuery, DeliveryView,
    NewChannel, Page,
};
use taskwire_domain::{ChannelId, ChannelKind};

use super::parameters::{IfChanged, Key, OnVersion, PrefersStrict};
use crate::error::ApiError;
use crate::extract::{Body, Empty, OptionalBody, Segment};
use crate::failures::{
    AsksForMessages, Changes, ChannelFields, Creates, CreatesSecret, JsonBody, NewChannelFields,
    Paged, PathParameter, Reads, ReadsQuery, Refusals,
};
use crate::mutation::{Mutation, Unkeyed};
use crate::reader::Reader;
use crate::service::channel;

/// List the channels over which reminders are sent, oldest first.
#[utoipa::path(get, path = "/api/v1/channels", operation_id = "list_channels", tag = "notifications", params(IfChanged),
    responses((status = 200, description = "All channels", body = Page<ChannelView>, headers(("ETag", description = "Identifies the content of the list"))),
        (status = 304, description = "The same as the list with the ETag in If-None-Match"), Refusals<Reads>))]
pub(crate) async fn list(reader: Reader) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond_list(&Page {
        items: channel::all(&mut context).await?,
        next_cursor: None,
    })
}

/// Tell which kinds of channels this installation has, and the public key that browsers subscribe with.
#[utoipa::path(get, path = "/api/v1/channels/kinds", operation_id = "list_channel_kinds", tag = "notifications", params(IfChanged),
    responses((status = 200, description = "The kinds", body = ChannelKinds, headers(("ETag", description = "Identifies the content"))),
        (status = 304, description = "The same as with the ETag in If-None-Match"), Refusals<Reads>))]
pub(crate) async fn kinds(reader: Reader) -> Result<Response, ApiError> {
    reader.respond_list(&ChannelKinds {
        kinds: reader.api.notify.kinds(),
        push_key: reader.api.push_key.public().to_owned(),
    })
}

/// Read a channel.
#[utoipa::path(get, path = "/api/v1/channels/{channel}", operation_id = "get_channel", tag = "notifications",
    params(("channel" = uuid::Uuid, Path, description = "The channel's id"), IfChanged),
    responses((status = 200, description = "The channel", body = ChannelView, headers(("ETag", description = "The version"))),
        (status = 304, description = "Not modified since the version in If-None-Match"), Refusals<(Reads, PathParameter)>))]
pub(crate) async fn get(reader: Reader, Segment(id): Segment) -> Result<Response, ApiError> {
    let id = named(&id)?;
    let mut context = reader.begin().await?;
    reader.respond(&channel::get(&mut context, id).await?)
}

/// Add a channel over which reminders and digests are sent, at most 20 of them. An e-mail address is asked for confirmation first. The signing secret of a webhook is shown only once.
#[utoipa::path(post, path = "/api/v1/channels", operation_id = "create_channel", tag = "notifications", request_body = NewChannel,
    responses((status = 201, description = "The channel", body = ChannelCreated,
            headers(("ETag", description = "The version"), ("Location", description = "URL of the new resource"))),
        Refusals<(CreatesSecret, JsonBody, ChannelFields, NewChannelFields, AsksForMessages)>))]
pub(crate) async fn create(
    // A response that holds a secret is not stored for a repeated request.
    _: Unkeyed,
    change: Mutation,
    body: Body<NewChannel>,
) -> Result<Response, ApiError> {
    let api = change.api.clone();
    if body.value.kind == ChannelKind::Email.as_str() {
        ask(&change)?;
    }
    change
        .run(StatusCode::CREATED, body.bytes, |context| {
            Box::pin(async move { Ok(channel::create(context, &body.value, &api.notify).await?) })
        })
        .await
}

/// Change what a channel is for, or switch it on and off: absent keeps.
#[utoipa::path(patch, path = "/api/v1/channels/{channel}", operation_id = "patch_channel", tag = "notifications", request_body = ChannelPatch,
    params(("channel" = uuid::Uuid, Path, description = "The channel's id"), OnVersion, PrefersStrict, Key),
    responses((status = 200, description = "The channel", body = ChannelView, headers(("ETag", description = "The version"))),
        Refusals<(Changes, PathParameter, JsonBody, ChannelFields)>))]
pub(crate) async fn patch(
    change: Mutation,
    Segment(id): Segment,
    body: Body<ChannelPatch>,
) -> Result<Response, ApiError> {
    let id = named(&id)?;
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move { Ok(channel::patch(context, id, &body.value).await?) })
        })
        .await
}

/// Delete a channel. What was still to be sent over it is not sent.
#[utoipa::path(delete, path = "/api/v1/channels/{channel}", operation_id = "delete_channel", tag = "notifications",
    params(("channel" = uuid::Uuid, Path, description = "The channel's id"), OnVersion, PrefersStrict, Key),
    responses((status = 204, description = "Deleted"), Refusals<(Changes, PathParameter, JsonBody)>))]
pub(crate) async fn delete(
    change: Mutation,
    Segment(id): Segment,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let id = named(&id)?;
    change
        .run(StatusCode::NO_CONTENT, body.bytes, |context| {
            Box::pin(async move { Ok(channel::delete(context, id).await?) })
        })
        .await
}

/// Send a test message over a channel, or ask once more for the confirmation of an e-mail address. `GET /deliveries` tells what became of it.
#[utoipa::path(post, path = "/api/v1/channels/{channel}/test", operation_id = "test_channel", tag = "notifications",
    params(("channel" = uuid::Uuid, Path, description = "The channel's id"), Key),
    responses((status = 202, description = "The delivery, which is on its way", body = DeliveryView), Refusals<(Creates, PathParameter, JsonBody, AsksForMessages)>))]
pub(crate) async fn test(
    change: Mutation,
    Segment(id): Segment,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let id = named(&id)?;
    ask(&change)?;
    change
        .run(StatusCode::ACCEPTED, body.bytes, |context| {
            Box::pin(async move { Ok(channel::test(context, id).await?) })
        })
        .await
}

/// List what was and will be sent over channels, newest first, with what became of it.
#[utoipa::path(get, path = "/api/v1/deliveries", operation_id = "list_deliveries", tag = "notifications", params(DeliveryQuery, IfChanged),
    responses((status = 200, description = "A page of deliveries", body = Page<DeliveryView>, headers(("ETag", description = "Identifies the content of the list"))),
        (status = 304, description = "The same as the list with the ETag in If-None-Match"), Refusals<(ReadsQuery, Paged)>))]
pub(crate) async fn deliveries(reader: Reader<DeliveryQuery>) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond_list(&channel::deliveries(&mut context, &reader.query).await?)
}

/// Counts a message that a person asks for: otherwise anyone could fill another's mailbox.
fn ask(change: &Mutation) -> Result<(), ApiError> {
    let api = &change.api;
    let quota = api
        .limits
        .messages
        .take(change.caller.user.id, api.clock.now());
    match quota.wait {
        None => Ok(()),
        Some(wait) => Err(ApiError::too_many(
            "too_many_messages",
            "Too many messages were asked for in an hour.",
            SignedDuration::from_micros(wait),
        )),
    }
}

fn named(id: &str) -> Result<ChannelId, ApiError> {
    id.parse()
        .map_err(|_| ApiError::NotFound("such channel".into()))
}
