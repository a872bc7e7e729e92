//! `DELETE /api/v1/tasks/{task}` and `POST /api/v1/tasks/{task}/restore`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::TaskChange;

use crate::error::ApiError;
use crate::extract::{Empty, OptionalBody, TaskPath};
use crate::failures::{Changes, JsonBody, Refusals, Restores, TaskInPath};
use crate::mutation::Mutation;
use crate::routes::parameters::{Key, OnVersion, PrefersStrict, TaskParam};
use crate::service::task;

/// Move a task to the trash.
#[utoipa::path(delete, path = "/api/v1/tasks/{task}", operation_id = "delete_task", tag = "tasks", params(TaskParam, OnVersion, PrefersStrict, Key),
    responses((status = 200, description = "The task in the trash", body = TaskChange, headers(("ETag", description = "The version"))), Refusals<(Changes, TaskInPath, JsonBody)>))]
pub(crate) async fn delete(
    change: Mutation,
    TaskPath(reference): TaskPath,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                let outcome = task::delete(context, reference).await?;
                Ok(outcome.view(context))
            })
        })
        .await
}

/// Restore a task from the trash.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/restore", operation_id = "restore_task", tag = "tasks", params(TaskParam, OnVersion, Key),
    responses((status = 200, description = "The task", body = TaskChange, headers(("ETag", description = "The version"))), Refusals<(Changes, TaskInPath, JsonBody, Restores)>))]
pub(crate) async fn restore(
    change: Mutation,
    TaskPath(reference): TaskPath,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                let outcome = task::restore(context, reference).await?;
                Ok(outcome.view(context))
            })
        })
        .await
}
