//! `GET /api/v1/tasks`

use std::time::Duration;

use axum::response::Response;
use taskwire_domain::contract::{TaskPage, TaskQuery};

use crate::error::ApiError;
use crate::failures::{DueField, PriorityField, ReadsQuery, Refusals, TagFields, TaskFilter};
use crate::reader::Reader;
use crate::routes::parameters::IfChanged;
use crate::service::list;

/// How long a search may take, with the wait for its turn.
const LONGEST: Duration = Duration::from_secs(5);

/// List tasks.
#[utoipa::path(get, path = "/api/v1/tasks", operation_id = "list_tasks", tag = "tasks", params(TaskQuery, IfChanged),
    responses((status = 200, description = "One page", body = TaskPage, headers(("ETag", description = "Identifies the content of the list"))),
        (status = 304, description = "The same as the list with the ETag in If-None-Match"),
        Refusals<(ReadsQuery, TaskFilter, PriorityField, TagFields, DueField)>))]
pub(crate) async fn list(reader: Reader<TaskQuery>) -> Result<Response, ApiError> {
    let key = &reader.api.cursor_key;
    if !list::may_take_long(&reader.query) {
        let mut context = reader.begin().await?;
        return reader.respond_list(&list::tasks(&mut context, &reader.query, key).await?);
    }
    // Dropped after that time, or when the client leaves, it stops.
    let read = async {
        let mut context = reader.begin_long().await?;
        let page = list::tasks(&mut context, &reader.query, key).await;
        context.tx.finish();
        Ok::<_, ApiError>(page?)
    };
    let page = tokio::time::timeout(LONGEST, read).await;
    reader.respond_list(&page.map_err(|_| ApiError::TookTooLong(LONGEST.as_secs()))??)
}
