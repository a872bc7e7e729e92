//! `GET /api/v1/audit`

use axum::response::Response;
use taskwire_domain::contract::{AuditEntry, AuditQuery, Page};

use crate::error::ApiError;
use crate::failures::{Paged, ReadsQuery, Refusals, TaskReference};
use crate::reader::Reader;
use crate::service::list;

/// Read the audit log, newest first: who changed what, through which interface, with the task before and after.
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "list_audit", tag = "audit", params(AuditQuery),
    responses((status = 200, description = "One page", body = Page<AuditEntry>), Refusals<(ReadsQuery, Paged, TaskReference)>))]
pub(crate) async fn list(reader: Reader<AuditQuery>) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond(&list::audit(&mut context, &reader.query, &reader.api.cursor_key).await?)
}
