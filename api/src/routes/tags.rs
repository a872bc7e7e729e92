//! `/api/v1/tags`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::TagId;
use taskwire_domain::contract::{
    MergeTag, NewTag, Page, TagChange, TagListItem, TagPatch, TagQuery, TagView,
};

use super::parameters::{IfChanged, Key};
use crate::error::ApiError;
use crate::extract::{Body, Empty, OptionalBody, Segment};
use crate::failures::{
    Creates, JsonBody, MergesTag, PathParameter, Reads, ReadsQuery, Refusals, TagFields,
    TagNameAndColor,
};
use crate::mutation::Mutation;
use crate::reader::Reader;
use crate::service::{retag, tag};

/// List tags by name.
#[utoipa::path(get, path = "/api/v1/tags", operation_id = "list_tags", tag = "tags", params(TagQuery, IfChanged),
    responses((status = 200, description = "All tags", body = Page<TagListItem>, headers(("ETag", description = "Identifies the content of the list"))),
        (status = 304, description = "The same as the list with the ETag in If-None-Match"), Refusals<ReadsQuery>))]
pub(crate) async fn list(reader: Reader<TagQuery>) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    let with_usage = reader.query.usage == Some(true);
    reader.respond_list(&Page {
        items: tag::list(&mut context, with_usage).await?,
        next_cursor: None,
    })
}

/// Read a tag.
#[utoipa::path(get, path = "/api/v1/tags/{tag}", operation_id = "get_tag", tag = "tags",
    params(("tag" = uuid::Uuid, Path, description = "The tag's id")),
    responses((status = 200, description = "The tag", body = TagView), Refusals<(Reads, PathParameter)>))]
pub(crate) async fn get(reader: Reader, Segment(id): Segment) -> Result<Response, ApiError> {
    let id = named(&id)?;
    let mut context = reader.begin().await?;
    reader.respond(&tag::get(&mut context, id).await?)
}

/// Create a tag. Tags named on a task are created automatically.
#[utoipa::path(post, path = "/api/v1/tags", operation_id = "create_tag", tag = "tags", request_body = NewTag, params(Key),
    responses((status = 201, description = "The tag", body = TagView, headers(("Location", description = "URL of the new resource"))),
        Refusals<(Creates, JsonBody, TagFields, TagNameAndColor)>))]
pub(crate) async fn create(change: Mutation, body: Body<NewTag>) -> Result<Response, ApiError> {
    change
        .run(StatusCode::CREATED, body.bytes, |context| {
            Box::pin(async move { Ok(tag::create(context, &body.value).await?) })
        })
        .await
}

/// Rename or recolour a tag: absent keeps. The tasks that have it follow.
#[utoipa::path(patch, path = "/api/v1/tags/{tag}", operation_id = "patch_tag", tag = "tags", request_body = TagPatch,
    params(("tag" = uuid::Uuid, Path, description = "The tag's id"), Key),
    responses((status = 200, description = "The tag, and how many tasks changed with it", body = TagChange),
        Refusals<(Creates, PathParameter, JsonBody, TagFields, TagNameAndColor)>))]
pub(crate) async fn patch(
    change: Mutation,
    Segment(id): Segment,
    body: Body<TagPatch>,
) -> Result<Response, ApiError> {
    let id = named(&id)?;
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move { Ok(retag::patch(context, id, &body.value).await?) })
        })
        .await
}

/// Delete a tag, and take it off its tasks.
#[utoipa::path(delete, path = "/api/v1/tags/{tag}", operation_id = "delete_tag", tag = "tags",
    params(("tag" = uuid::Uuid, Path, description = "The tag's id"), Key),
    responses((status = 200, description = "The tag as it was, and how many tasks changed", body = TagChange),
        Refusals<(Creates, PathParameter, JsonBody)>))]
pub(crate) async fn delete(
    change: Mutation,
    Segment(id): Segment,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let id = named(&id)?;
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move { Ok(retag::delete(context, id).await?) })
        })
        .await
}

/// Merge a tag into another one: its tasks get the other, and it is deleted. Not for a token with `no-delete`.
#[utoipa::path(post, path = "/api/v1/tags/{tag}/merge", operation_id = "merge_tag", tag = "tags", request_body = MergeTag,
    params(("tag" = uuid::Uuid, Path, description = "The id of the tag that goes"), Key),
    responses((status = 200, description = "The tag that stays, and how many tasks changed", body = TagChange),
        Refusals<(Creates, PathParameter, JsonBody, MergesTag)>))]
pub(crate) async fn merge(
    change: Mutation,
    Segment(id): Segment,
    body: Body<MergeTag>,
) -> Result<Response, ApiError> {
    let id = named(&id)?;
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move { Ok(retag::merge(context, id, &body.value).await?) })
        })
        .await
}

fn named(id: &str) -> Result<TagId, ApiError> {
    id.parse()
        .map_err(|_| ApiError::NotFound("such tag".into()))
}
