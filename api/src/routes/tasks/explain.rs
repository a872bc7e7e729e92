//! `GET /api/v1/tasks/{task}/explain`

use axum::response::Response;
use taskwire_domain::contract::Explanation;
use taskwire_domain::explain;

use crate::error::ApiError;
use crate::extract::TaskPath;
use crate::failures::{Reads, Refusals, TaskInPath};
use crate::reader::Reader;
use crate::routes::parameters::TaskParam;
use crate::service::task;

/// Why a task is due when it is: its kind of date, its zone, its rule, what moved it, and what comes after.
#[utoipa::path(get, path = "/api/v1/tasks/{task}/explain", operation_id = "explain_task", tag = "tasks", params(TaskParam),
    responses((status = 200, description = "The explanation, as data and as sentences", body = Explanation), Refusals<(Reads, TaskInPath)>))]
pub(crate) async fn explain(
    reader: Reader,
    TaskPath(reference): TaskPath,
) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    let task = task::find(&mut context, reference).await?;
    reader.respond(&explain::explain(&task, context.now, &context.zone))
}
