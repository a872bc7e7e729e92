//! `POST /api/v1/tasks`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{NewTask, TaskChange};

use crate::error::ApiError;
use crate::extract::Body;
use crate::failures::{Creates, JsonBody, Refusals, TaskFields};
use crate::mutation::Mutation;
use crate::routes::parameters::Key;
use crate::service::Error;
use crate::service::draft::Draft;
use crate::service::task;

/// Create a task.
#[utoipa::path(post, path = "/api/v1/tasks", operation_id = "create_task", tag = "tasks", request_body = NewTask, params(Key),
    responses((status = 201, description = "The task", body = TaskChange, headers(("ETag", description = "The version"), ("Location", description = "URL of the new resource"))), Refusals<(Creates, JsonBody, TaskFields)>))]
pub(crate) async fn create(change: Mutation, body: Body<NewTask>) -> Result<Response, ApiError> {
    change
        .run(StatusCode::CREATED, body.bytes, |context| {
            Box::pin(async move {
                let draft = Draft::parse(&body.value, &context.words()).map_err(Error::Invalid)?;
                let outcome = task::create(context, draft).await?;
                Ok(outcome.view(context))
            })
        })
        .await
}
