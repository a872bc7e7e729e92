//! `GET /api/v1/tasks/{task}`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use taskwire_domain::contract::{Problem, TaskView, render};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::TaskPath;
use crate::service::task;
use crate::state::Api;
use crate::work;

/// Read a task by its number or id.
#[utoipa::path(get, path = "/api/v1/tasks/{task}", operation_id = "get_task", tag = "tasks",
    params(("task" = String, Path, description = "The task's number or id")),
    responses((status = 200, description = "The task", body = TaskView), (status = 304, description = "Unchanged since the version in If-None-Match"), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get(
    State(api): State<Api>,
    caller: Caller,
    TaskPath(reference): TaskPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut cx = work::read(&api, caller).await?;
    let task = task::find(&mut cx, reference).await?;
    let current = format!("\"{}\"", task.version);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == current.as_bytes());
    if known {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, current)]).into_response());
    }
    Ok(work::versioned(
        &render(&task, cx.now, &cx.zone),
        task.version,
    ))
}
