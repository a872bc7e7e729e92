//! `GET /api/v1/audit`

use axum::Json;
use axum::extract::State;
use taskwire_domain::contract::{AuditEntry, Page, Problem};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::Query;
use crate::service::list::{self, AuditQuery};
use crate::state::Api;
use crate::work;

/// Read the audit log, newest first: who changed what, through what, with the task before and after.
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "list_audit", tag = "audit", params(AuditQuery),
    responses((status = 200, description = "One page", body = Page<AuditEntry>), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>, ApiError> {
    let mut cx = work::read(&api, caller).await?;
    Ok(Json(list::audit(&mut cx, &query, &api.cursor_key).await?))
}
