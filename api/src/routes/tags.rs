//! `/api/v1/tags`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{NewTag, Page, Problem, TagView};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::Body;
use crate::service::tag;
use crate::state::Api;
use crate::work::{self, Begun, Request, begin};

/// List tags by name.
#[utoipa::path(get, path = "/api/v1/tags", operation_id = "list_tags", tag = "tags",
    responses((status = 200, description = "All tags", body = Page<TagView>), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<Page<TagView>>, ApiError> {
    let mut cx = work::read(&api, caller).await?;
    Ok(Json(Page {
        items: tag::list(&mut cx).await?,
        next_cursor: None,
    }))
}

/// Make a tag. Tags named on a task are made by themselves.
#[utoipa::path(post, path = "/api/v1/tags", operation_id = "create_tag", tag = "tags", request_body = NewTag,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer as the first did")),
    responses((status = 201, description = "The tag", body = TagView), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(
    State(api): State<Api>,
    caller: Caller,
    request: Request,
    body: Body<NewTag>,
) -> Result<Response, ApiError> {
    let mut work = match begin(&api, caller, request, &body.bytes).await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let tag = tag::create(&mut work.cx, &body.value).await?;
    work.finish(StatusCode::CREATED, &tag, None).await
}
