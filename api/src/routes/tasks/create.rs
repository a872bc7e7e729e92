//! `POST /api/v1/tasks`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{NewTask, Problem, TaskChange};

use super::answer;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::Body;
use crate::service::draft::Draft;
use crate::service::{Error, task};
use crate::state::Api;
use crate::work::{Begun, Request, begin};

/// Create a task.
#[utoipa::path(post, path = "/api/v1/tasks", operation_id = "create_task", tag = "tasks", request_body = NewTask,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer as the first did")),
    responses((status = 201, description = "The task", body = TaskChange), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(
    State(api): State<Api>,
    caller: Caller,
    request: Request,
    body: Body<NewTask>,
) -> Result<Response, ApiError> {
    let mut work = match begin(&api, caller, request, &body.bytes).await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let draft = Draft::parse(&body.value, &work.cx.words()).map_err(Error::Invalid)?;
    let outcome = task::create(&mut work.cx, draft).await?;
    answer(work, StatusCode::CREATED, &outcome).await
}
