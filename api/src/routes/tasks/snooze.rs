//! `POST /api/v1/tasks/{task}/snooze`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{SnoozeTask, TaskChange};

use crate::error::ApiError;
use crate::extract::{Body, TaskPath};
use crate::failures::{Changes, JsonBody, OpenTask, Refusals, Snoozes, TaskInPath};
use crate::mutation::Mutation;
use crate::routes::parameters::{Key, OnVersion, TaskParam};
use crate::service::task;

/// Put off the reminder of a task, of this occurrence alone: what was told until now counts as seen, and it is told again then. Snoozing again moves it.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/snooze", operation_id = "snooze_task", tag = "tasks", request_body = SnoozeTask, params(TaskParam, OnVersion, Key),
    responses((status = 200, description = "The task", body = TaskChange, headers(("ETag", description = "The version"))), Refusals<(Changes, TaskInPath, JsonBody, OpenTask, Snoozes)>))]
pub(crate) async fn snooze(
    change: Mutation,
    TaskPath(reference): TaskPath,
    body: Body<SnoozeTask>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                let outcome = task::snooze(context, reference, &body.value).await?;
                Ok(outcome.view(context))
            })
        })
        .await
}
