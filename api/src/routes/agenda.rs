//! `GET /api/v1/agenda`

use axum::Json;
use axum::extract::State;
use taskwire_domain::contract::{Agenda, AgendaQuery, Problem};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::Query;
use crate::service::agenda;
use crate::state::Api;
use crate::work;

/// What is to be done, day by day, in the owner's zone.
#[utoipa::path(get, path = "/api/v1/agenda", operation_id = "get_agenda", tag = "tasks", params(AgendaQuery),
    responses((status = 200, description = "The days, with what is overdue before them", body = Agenda), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<AgendaQuery>,
) -> Result<Json<Agenda>, ApiError> {
    let mut cx = work::read(&api, caller).await?;
    Ok(Json(agenda::agenda(&mut cx, &query).await?))
}
