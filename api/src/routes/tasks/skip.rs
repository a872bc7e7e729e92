//! `POST /api/v1/tasks/{task}/skip`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{SkipTask, TaskChange};

use crate::error::ApiError;
use crate::extract::{OptionalBody, TaskPath};
use crate::failures::{Changes, JsonBody, OccurrenceField, Refusals, Skips, TaskInPath, TextField};
use crate::mutation::Mutation;
use crate::routes::parameters::{Key, OnVersion, TaskParam};
use crate::service::task;

/// Skip one occurrence of a series; the series continues. Repeating the call returns the same result.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/skip", operation_id = "skip_task", tag = "tasks", request_body = Option<SkipTask>, params(TaskParam, OnVersion, Key),
    responses((status = 200, description = "The skipped occurrence", body = TaskChange, headers(("ETag", description = "The version"))), Refusals<(Changes, TaskInPath, JsonBody, OccurrenceField, Skips, TextField)>))]
pub(crate) async fn skip(
    change: Mutation,
    TaskPath(reference): TaskPath,
    body: OptionalBody<SkipTask>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                let outcome = task::skip(context, reference, &body.value).await?;
                Ok(outcome.view(context))
            })
        })
        .await
}
