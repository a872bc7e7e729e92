//! `POST /api/v1/tasks/{task}/reschedule`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{Problem, RescheduleTask, TaskChange};

use super::answer;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Body, IfMatch, TaskPath};
use crate::service::task;
use crate::state::Api;
use crate::work::{Begun, Request, begin};

/// Move a task, one occurrence of a series, or the series from there on. The rule is never lost by it.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/reschedule", operation_id = "reschedule_task", tag = "tasks", request_body = RescheduleTask,
    params(("task" = String, Path, description = "The task's number or id"),
        ("If-Match" = Option<String>, Header, description = "Move only this version, from ETag"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer as the first did")),
    responses((status = 200, description = "The task", body = TaskChange), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn reschedule(
    State(api): State<Api>,
    caller: Caller,
    request: Request,
    TaskPath(reference): TaskPath,
    IfMatch(version): IfMatch,
    body: Body<RescheduleTask>,
) -> Result<Response, ApiError> {
    let mut work = match begin(&api, caller, request, &body.bytes).await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let outcome = task::reschedule(&mut work.cx, reference, &body.value, version).await?;
    answer(work, StatusCode::OK, &outcome).await
}
