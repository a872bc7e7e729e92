//! `DELETE /api/v1/tasks/{task}` and `POST /api/v1/tasks/{task}/restore`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{Problem, TaskChange};

use super::answer;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{IfMatch, TaskPath};
use crate::service::task;
use crate::state::Api;
use crate::work::{Begun, Request, begin};

/// Move a task to the trash.
#[utoipa::path(delete, path = "/api/v1/tasks/{task}", operation_id = "delete_task", tag = "tasks",
    params(("task" = String, Path, description = "The task's number or id"),
        ("If-Match" = Option<String>, Header, description = "Delete only this version, from ETag"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer as the first did")),
    responses((status = 200, description = "The task as it is in the trash", body = TaskChange), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn delete(
    State(api): State<Api>,
    caller: Caller,
    request: Request,
    TaskPath(reference): TaskPath,
    IfMatch(version): IfMatch,
) -> Result<Response, ApiError> {
    let mut work = match begin(&api, caller, request, b"").await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let outcome = task::delete(&mut work.cx, reference, version).await?;
    answer(work, StatusCode::OK, &outcome).await
}

/// Take a task out of the trash, as it was.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/restore", operation_id = "restore_task", tag = "tasks",
    params(("task" = String, Path, description = "The task's number or id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer as the first did")),
    responses((status = 200, description = "The task", body = TaskChange), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn restore(
    State(api): State<Api>,
    caller: Caller,
    request: Request,
    TaskPath(reference): TaskPath,
) -> Result<Response, ApiError> {
    let mut work = match begin(&api, caller, request, b"").await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let outcome = task::restore(&mut work.cx, reference).await?;
    answer(work, StatusCode::OK, &outcome).await
}
