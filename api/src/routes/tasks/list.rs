//! `GET /api/v1/tasks`

use axum::response::Response;
use taskwire_domain::contract::{TaskPage, TaskQuery};

use crate::error::ApiError;
use crate::failures::{DueField, PriorityField, ReadsQuery, Refusals, TagFields, TaskFilter};
use crate::reader::Reader;
use crate::service::list;

/// List tasks.
#[utoipa::path(get, path = "/api/v1/tasks", operation_id = "list_tasks", tag = "tasks", params(TaskQuery),
    responses((status = 200, description = "One page", body = TaskPage),
        Refusals<(ReadsQuery, TaskFilter, PriorityField, TagFields, DueField)>))]
pub(crate) async fn list(reader: Reader<TaskQuery>) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond(&list::tasks(&mut context, &reader.query, &reader.api.cursor_key).await?)
}
