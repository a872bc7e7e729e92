//! `GET /api/v1/tasks/{task}`

use axum::response::Response;
use taskwire_domain::contract::TaskView;

use crate::error::ApiError;
use crate::extract::TaskPath;
use crate::failures::{Reads, Refusals, TaskInPath};
use crate::reader::Reader;
use crate::routes::parameters::{IfChanged, TaskParam};
use crate::service::task;

/// Read a task by its number or id.
#[utoipa::path(get, path = "/api/v1/tasks/{task}", operation_id = "get_task", tag = "tasks", params(TaskParam, IfChanged),
    responses((status = 200, description = "The task", body = TaskView, headers(("ETag", description = "The version"))),
        (status = 304, description = "Not modified since the version in If-None-Match"), Refusals<(Reads, TaskInPath)>))]
pub(crate) async fn get(
    reader: Reader,
    TaskPath(reference): TaskPath,
) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    let task = task::find(&mut context, reference).await?;
    reader.respond(&context.view(&task))
}
