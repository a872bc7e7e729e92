//! `DELETE /api/v1/trash`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::EmptiedTrash;

use crate::error::ApiError;
use crate::extract::{Empty, OptionalBody};
use crate::failures::{Creates, JsonBody, Refusals};
use crate::mutation::Mutation;
use crate::routes::parameters::Key;
use crate::service::trash;

/// Delete the tasks in the trash for good, at most 1,000 of them. This cannot be undone; it also happens to each task after
/// 30 days.
#[utoipa::path(delete, path = "/api/v1/trash", operation_id = "empty_trash", tag = "tasks", params(Key),
    responses((status = 200, description = "How many tasks were deleted", body = EmptiedTrash), Refusals<(Creates, JsonBody)>))]
pub(crate) async fn empty(
    change: Mutation,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move { Ok(trash::empty(context).await?) })
        })
        .await
}
