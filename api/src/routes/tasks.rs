//! `/api/v1/tasks`.

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::Task;
use taskwire_domain::contract::render;

use crate::error::ApiError;
use crate::work::Work;

pub(crate) mod complete;
pub(crate) mod create;
pub(crate) mod explain;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod patch;
pub(crate) mod quick;
pub(crate) mod reschedule;
pub(crate) mod skip;
pub(crate) mod trash;

/// Commits a mutation and answers the task it left.
async fn answer(work: Work, status: StatusCode, task: &Task) -> Result<Response, ApiError> {
    let view = render(task, work.cx.now, &work.cx.zone);
    work.finish(status, &view, Some(task.version)).await
}
