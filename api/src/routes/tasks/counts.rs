//! `GET /api/v1/tasks/counts`

use axum::response::Response;
use taskwire_domain::contract::{CountsQuery, TaskCounts};

use crate::error::ApiError;
use crate::failures::{DayCount, FilterExpression, ReadsQuery, Refusals, TakesLong};
use crate::reader::Reader;
use crate::service::count;

/// Count open tasks, or those of them that a filter finds, by tag, priority and day.
#[utoipa::path(get, path = "/api/v1/tasks/counts", operation_id = "count_tasks", tag = "tasks", params(CountsQuery),
    responses((status = 200, description = "The counts", body = TaskCounts),
        Refusals<(ReadsQuery, DayCount, FilterExpression, TakesLong)>))]
pub(crate) async fn counts(reader: Reader<CountsQuery>) -> Result<Response, ApiError> {
    let query = reader.query.clone();
    // All are counted already; those that a filter finds are read.
    let counts = if query.filter.is_none() {
        count::counts(&mut reader.begin().await?, &query).await?
    } else {
        let counts = reader
            .run_long(|context| Box::pin(async move { count::counts(context, &query).await }));
        counts.await?
    };
    reader.respond(&counts)
}
