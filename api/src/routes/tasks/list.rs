//! `GET /api/v1/tasks`

use axum::Json;
use axum::extract::State;
use taskwire_domain::contract::{Page, Problem, TaskQuery, TaskView};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::Query;
use crate::service::list;
use crate::state::Api;
use crate::work;

/// List tasks.
#[utoipa::path(get, path = "/api/v1/tasks", operation_id = "list_tasks", tag = "tasks", params(TaskQuery),
    responses((status = 200, description = "One page", body = Page<TaskView>), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<TaskQuery>,
) -> Result<Json<Page<TaskView>>, ApiError> {
    let mut cx = work::read(&api, caller).await?;
    Ok(Json(list::tasks(&mut cx, &query, &api.cursor_key).await?))
}
