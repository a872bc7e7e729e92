//! `PATCH /api/v1/tasks/{task}`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{Problem, TaskChange, TaskPatch};

use super::answer;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Body, IfMatch, TaskPath};
use crate::service::task;
use crate::state::Api;
use crate::work::{Begun, Request, begin};

/// Change some fields of a task: absent keeps, null clears (RFC 7396).
#[utoipa::path(patch, path = "/api/v1/tasks/{task}", operation_id = "patch_task", tag = "tasks", request_body = TaskPatch,
    params(("task" = String, Path, description = "The task's number or id"),
        ("If-Match" = Option<String>, Header, description = "Change only this version, from ETag"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer as the first did")),
    responses((status = 200, description = "The task", body = TaskChange), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn patch(
    State(api): State<Api>,
    caller: Caller,
    request: Request,
    TaskPath(reference): TaskPath,
    IfMatch(version): IfMatch,
    body: Body<TaskPatch>,
) -> Result<Response, ApiError> {
    let mut work = match begin(&api, caller, request, &body.bytes).await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let outcome = task::patch(&mut work.cx, reference, &body.value, version).await?;
    answer(work, StatusCode::OK, &outcome).await
}
