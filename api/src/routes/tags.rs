//! `/api/v1/tags`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::TagId;
use taskwire_domain::contract::{NewTag, Page, TagView};

use super::parameters::Key;
use crate::error::ApiError;
use crate::extract::{Body, Segment};
use crate::failures::{Creates, JsonBody, NewTagFields, PathParameter, Reads, Refusals, TagFields};
use crate::mutation::Mutation;
use crate::reader::Reader;
use crate::service::tag;

/// List tags by name.
#[utoipa::path(get, path = "/api/v1/tags", operation_id = "list_tags", tag = "tags",
    responses((status = 200, description = "All tags", body = Page<TagView>), Refusals<Reads>))]
pub(crate) async fn list(reader: Reader) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond(&Page {
        items: tag::list(&mut context).await?,
        next_cursor: None,
    })
}

/// Read a tag.
#[utoipa::path(get, path = "/api/v1/tags/{tag}", operation_id = "get_tag", tag = "tags",
    params(("tag" = uuid::Uuid, Path, description = "The tag's id")),
    responses((status = 200, description = "The tag", body = TagView), Refusals<(Reads, PathParameter)>))]
pub(crate) async fn get(reader: Reader, Segment(id): Segment) -> Result<Response, ApiError> {
    let id: TagId = id
        .parse()
        .map_err(|_| ApiError::NotFound("such tag".into()))?;
    let mut context = reader.begin().await?;
    reader.respond(&tag::get(&mut context, id).await?)
}

/// Create a tag. Tags named on a task are created automatically.
#[utoipa::path(post, path = "/api/v1/tags", operation_id = "create_tag", tag = "tags", request_body = NewTag, params(Key),
    responses((status = 201, description = "The tag", body = TagView, headers(("Location", description = "URL of the new resource"))),
        Refusals<(Creates, JsonBody, TagFields, NewTagFields)>))]
pub(crate) async fn create(change: Mutation, body: Body<NewTag>) -> Result<Response, ApiError> {
    change
        .run(StatusCode::CREATED, body.bytes, |context| {
            Box::pin(async move { Ok(tag::create(context, &body.value).await?) })
        })
        .await
}
