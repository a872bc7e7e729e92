//! `GET /api/v1/agenda`

use axum::response::Response;
use taskwire_domain::contract::{Agenda, AgendaQuery};

use crate::error::ApiError;
use crate::failures::{Days, ReadsQuery, Refusals, TagFields, TaskReference};
use crate::reader::Reader;
use crate::service::agenda;

/// The agenda: tasks day by day, in the owner's zone or another one.
#[utoipa::path(get, path = "/api/v1/agenda", operation_id = "get_agenda", tag = "tasks", params(AgendaQuery),
    responses((status = 200, description = "The days, with what is overdue before them", body = Agenda), Refusals<(ReadsQuery, Days, TagFields, TaskReference)>))]
pub(crate) async fn get(reader: Reader<AgendaQuery>) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond(&agenda::agenda(&mut context, &reader.query).await?)
}
