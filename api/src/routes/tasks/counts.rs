//! `GET /api/v1/tasks/counts`

use axum::response::Response;
use taskwire_domain::contract::{CountsQuery, TaskCounts};

use crate::error::ApiError;
use crate::failures::{DayCount, ReadsQuery, Refusals};
use crate::reader::Reader;
use crate::service::count;

/// Count open tasks, by tag, priority and day.
#[utoipa::path(get, path = "/api/v1/tasks/counts", operation_id = "count_tasks", tag = "tasks", params(CountsQuery),
    responses((status = 200, description = "The counts", body = TaskCounts), Refusals<(ReadsQuery, DayCount)>))]
pub(crate) async fn counts(reader: Reader<CountsQuery>) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond(&count::counts(&mut context, &reader.query).await?)
}
