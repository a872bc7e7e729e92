//! `PATCH /api/v1/tasks/{task}`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{TaskChange, TaskPatch};

use crate::error::ApiError;
use crate::extract::{Body, TaskPath};
use crate::failures::{
    Changes, JsonBody, OpenTask, Refusals, SeriesNeedsDue, TaskFields, TaskInPath,
};
use crate::mutation::Mutation;
use crate::routes::parameters::{Key, OnVersion, PrefersStrict, TaskParam};
use crate::service::task;

/// Change some fields of a task: absent keeps, null clears (RFC 7396).
#[utoipa::path(patch, path = "/api/v1/tasks/{task}", operation_id = "patch_task", tag = "tasks", request_body = TaskPatch, params(TaskParam, OnVersion, PrefersStrict, Key),
    responses((status = 200, description = "The task", body = TaskChange, headers(("ETag", description = "The version"))), Refusals<(Changes, TaskInPath, JsonBody, OpenTask, TaskFields, SeriesNeedsDue)>))]
pub(crate) async fn patch(
    change: Mutation,
    TaskPath(reference): TaskPath,
    body: Body<TaskPatch>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                let outcome = task::patch(context, reference, &body.value).await?;
                Ok(outcome.view(context))
            })
        })
        .await
}
