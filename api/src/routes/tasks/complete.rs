//! `POST /api/v1/tasks/{task}/complete` and `/reopen`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{CompleteTask, Problem, TaskChange};

use super::answer;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{OptionalBody, TaskPath};
use crate::service::task;
use crate::state::Api;
use crate::work::{Begun, Request, begin};

/// Complete a task, or one occurrence of a series. The same call again answers the same.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/complete", operation_id = "complete_task", tag = "tasks", request_body = Option<CompleteTask>,
    params(("task" = String, Path, description = "The task's number or id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer as the first did")),
    responses((status = 200, description = "The task", body = TaskChange), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn complete(
    State(api): State<Api>,
    caller: Caller,
    request: Request,
    TaskPath(reference): TaskPath,
    body: OptionalBody<CompleteTask>,
) -> Result<Response, ApiError> {
    let mut work = match begin(&api, caller, request, &body.bytes).await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let outcome = task::complete(&mut work.cx, reference, &body.value).await?;
    answer(work, StatusCode::OK, &outcome).await
}

/// Open a completed task again, exactly as it was; the next occurrence is taken back if nobody has touched it.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/reopen", operation_id = "reopen_task", tag = "tasks",
    params(("task" = String, Path, description = "The task's number or id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer as the first did")),
    responses((status = 200, description = "The task", body = TaskChange), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn reopen(
    State(api): State<Api>,
    caller: Caller,
    request: Request,
    TaskPath(reference): TaskPath,
) -> Result<Response, ApiError> {
    let mut work = match begin(&api, caller, request, b"").await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let outcome = task::reopen(&mut work.cx, reference).await?;
    answer(work, StatusCode::OK, &outcome).await
}
