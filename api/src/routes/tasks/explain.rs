//! `GET /api/v1/tasks/{task}/explain`

use axum::Json;
use axum::extract::State;
use taskwire_domain::contract::{Explanation, Problem};
use taskwire_domain::explain;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::TaskPath;
use crate::service::task;
use crate::state::Api;
use crate::work;

/// Why a task is due when it is: its kind of date, its zone, its rule, what moved it, and what comes after.
#[utoipa::path(get, path = "/api/v1/tasks/{task}/explain", operation_id = "explain_task", tag = "tasks",
    params(("task" = String, Path, description = "The task's number or id")),
    responses((status = 200, description = "The reasons, as data and as sentences", body = Explanation), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn explain(
    State(api): State<Api>,
    caller: Caller,
    TaskPath(reference): TaskPath,
) -> Result<Json<Explanation>, ApiError> {
    let mut cx = work::read(&api, caller).await?;
    let task = task::find(&mut cx, reference).await?;
    Ok(Json(explain::explain(&task, cx.now, &cx.zone)))
}
