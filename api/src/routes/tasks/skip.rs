//! `POST /api/v1/tasks/{task}/skip`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{Problem, SkipTask, TaskChange};

use super::answer;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{OptionalBody, TaskPath};
use crate::service::task;
use crate::state::Api;
use crate::work::{Begun, Request, begin};

/// Leave out one occurrence of a series; the series goes on. The same call again answers the same.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/skip", operation_id = "skip_task", tag = "tasks", request_body = Option<SkipTask>,
    params(("task" = String, Path, description = "The task's number or id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer as the first did")),
    responses((status = 200, description = "The skipped occurrence", body = TaskChange), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn skip(
    State(api): State<Api>,
    caller: Caller,
    request: Request,
    TaskPath(reference): TaskPath,
    body: OptionalBody<SkipTask>,
) -> Result<Response, ApiError> {
    let mut work = match begin(&api, caller, request, &body.bytes).await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let outcome = task::skip(&mut work.cx, reference, &body.value).await?;
    answer(work, StatusCode::OK, &outcome).await
}
