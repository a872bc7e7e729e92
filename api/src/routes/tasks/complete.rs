//! `POST /api/v1/tasks/{task}/complete` and `/reopen`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{CompleteTask, TaskChange};

use crate::error::ApiError;
use crate::extract::{Empty, OptionalBody, TaskPath};
use crate::failures::{
    Changes, Completes, JsonBody, OccurrenceField, Refusals, Reopens, TaskInPath,
};
use crate::mutation::Mutation;
use crate::routes::parameters::{Key, OnVersion, TaskParam};
use crate::service::task;

/// Complete a task, or one occurrence of a series. Repeating the call returns the same result.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/complete", operation_id = "complete_task", tag = "tasks", request_body = Option<CompleteTask>, params(TaskParam, OnVersion, Key),
    responses((status = 200, description = "The task", body = TaskChange, headers(("ETag", description = "The version"))), Refusals<(Changes, TaskInPath, JsonBody, OccurrenceField, Completes)>))]
pub(crate) async fn complete(
    change: Mutation,
    TaskPath(reference): TaskPath,
    body: OptionalBody<CompleteTask>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                let outcome = task::complete(context, reference, &body.value).await?;
                Ok(outcome.view(context))
            })
        })
        .await
}

/// Reopen a completed task exactly as it was; the next occurrence is withdrawn if it is unchanged.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/reopen", operation_id = "reopen_task", tag = "tasks", params(TaskParam, OnVersion, Key),
    responses((status = 200, description = "The task", body = TaskChange, headers(("ETag", description = "The version"))), Refusals<(Changes, TaskInPath, JsonBody, Reopens)>))]
pub(crate) async fn reopen(
    change: Mutation,
    TaskPath(reference): TaskPath,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                let outcome = task::reopen(context, reference).await?;
                Ok(outcome.view(context))
            })
        })
        .await
}
