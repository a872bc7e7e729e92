//! `/api/v1/filters`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::FilterId;
use taskwire_domain::contract::{FilterPatch, FilterView, NewFilter, Page};

use super::parameters::{IfChanged, Key, OnVersion, PrefersStrict};
use crate::error::ApiError;
use crate::extract::{Body, Empty, OptionalBody, Segment};
use crate::failures::{
    Changes, Creates, FilterFields, FilterLimit, JsonBody, PathParameter, Reads, Refusals,
};
use crate::mutation::Mutation;
use crate::reader::Reader;
use crate::service::saved_filter;

/// List saved filters by name.
#[utoipa::path(get, path = "/api/v1/filters", operation_id = "list_filters", tag = "filters", params(IfChanged),
    responses((status = 200, description = "All saved filters", body = Page<FilterView>, headers(("ETag", description = "Identifies the content of the list"))),
        (status = 304, description = "The same as the list with the ETag in If-None-Match"), Refusals<Reads>))]
pub(crate) async fn list(reader: Reader) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond_list(&Page {
        items: saved_filter::list(&mut context).await?,
        next_cursor: None,
    })
}

/// Read a saved filter.
#[utoipa::path(get, path = "/api/v1/filters/{filter}", operation_id = "get_filter", tag = "filters",
    params(("filter" = uuid::Uuid, Path, description = "The filter's id"), IfChanged),
    responses((status = 200, description = "The filter", body = FilterView, headers(("ETag", description = "The version"))),
        (status = 304, description = "Not modified since the version in If-None-Match"), Refusals<(Reads, PathParameter)>))]
pub(crate) async fn get(reader: Reader, Segment(id): Segment) -> Result<Response, ApiError> {
    let id = named(&id)?;
    let mut context = reader.begin().await?;
    reader.respond(&saved_filter::get(&mut context, id).await?)
}

/// Save a filter under a name, at most 100 of them.
#[utoipa::path(post, path = "/api/v1/filters", operation_id = "create_filter", tag = "filters", request_body = NewFilter, params(Key),
    responses((status = 201, description = "The filter", body = FilterView,
            headers(("ETag", description = "The version"), ("Location", description = "URL of the new resource"))),
        Refusals<(Creates, JsonBody, FilterFields, FilterLimit)>))]
pub(crate) async fn create(change: Mutation, body: Body<NewFilter>) -> Result<Response, ApiError> {
    change
        .run(StatusCode::CREATED, body.bytes, |context| {
            Box::pin(async move { Ok(saved_filter::create(context, &body.value).await?) })
        })
        .await
}

/// Rename a saved filter, or give it another expression: absent keeps.
#[utoipa::path(patch, path = "/api/v1/filters/{filter}", operation_id = "patch_filter", tag = "filters", request_body = FilterPatch,
    params(("filter" = uuid::Uuid, Path, description = "The filter's id"), OnVersion, PrefersStrict, Key),
    responses((status = 200, description = "The filter", body = FilterView, headers(("ETag", description = "The version"))),
        Refusals<(Changes, PathParameter, JsonBody, FilterFields)>))]
pub(crate) async fn patch(
    change: Mutation,
    Segment(id): Segment,
    body: Body<FilterPatch>,
) -> Result<Response, ApiError> {
    let id = named(&id)?;
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move { Ok(saved_filter::patch(context, id, &body.value).await?) })
        })
        .await
}

/// Delete a saved filter.
#[utoipa::path(delete, path = "/api/v1/filters/{filter}", operation_id = "delete_filter", tag = "filters",
    params(("filter" = uuid::Uuid, Path, description = "The filter's id"), OnVersion, PrefersStrict, Key),
    responses((status = 204, description = "Deleted"), Refusals<(Changes, PathParameter, JsonBody)>))]
pub(crate) async fn delete(
    change: Mutation,
    Segment(id): Segment,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let id = named(&id)?;
    change
        .run(StatusCode::NO_CONTENT, body.bytes, |context| {
            Box::pin(async move { Ok(saved_filter::delete(context, id).await?) })
        })
        .await
}

fn named(id: &str) -> Result<FilterId, ApiError> {
    id.parse()
        .map_err(|_| ApiError::NotFound("such filter".into()))
}
