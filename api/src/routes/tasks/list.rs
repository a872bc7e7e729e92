//! `GET /api/v1/tasks`

use axum::response::Response;
use taskwire_domain::contract::{TaskPage, TaskQuery};

use crate::error::ApiError;
use crate::failures::{DueField, PriorityField, ReadsQuery, Refusals, TagFields, TaskFilter};
use crate::reader::Reader;
use crate::routes::parameters::IfChanged;
use crate::service::list;

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
    let (query, key) = (reader.query.clone(), key.clone());
    let page = reader
        .run_long(|context| Box::pin(async move { list::tasks(context, &query, &key).await }));
    reader.respond_list(&page.await?)
}
