//! `GET /api/v1/tasks/{task}/history`

use axum::response::Response;
use taskwire_domain::contract::{HistoryEntry, HistoryQuery, Page};

use crate::error::ApiError;
use crate::extract::TaskPath;
use crate::failures::{Paged, ReadsQuery, Refusals, TaskInPath};
use crate::reader::Reader;
use crate::routes::parameters::TaskParam;
use crate::service::history;

/// The history of a task, newest first: who changed what from what to what, through which interface, and when it reminded.
#[utoipa::path(get, path = "/api/v1/tasks/{task}/history", operation_id = "task_history", tag = "tasks", params(TaskParam, HistoryQuery),
    responses((status = 200, description = "One page", body = Page<HistoryEntry>), Refusals<(ReadsQuery, TaskInPath, Paged)>))]
pub(crate) async fn history(
    reader: Reader<HistoryQuery>,
    TaskPath(reference): TaskPath,
) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    let page = history::history(
        &mut context,
        reference,
        &reader.query,
        &reader.api.cursor_key,
    );
    reader.respond(&page.await?)
}
