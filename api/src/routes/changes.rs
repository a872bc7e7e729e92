//! `/api/v1/changes`, and `POST /api/v1/turns/{turn}/undo`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::ChangeId;
use taskwire_domain::contract::{ChangeQuery, ChangeView, Page, Undone};

use crate::error::ApiError;
use crate::extract::{Empty, OptionalBody, Segment};
use crate::failures::{
    Creates, JsonBody, Paged, PathParameter, Reads, ReadsQuery, Refusals, Undoes,
};
use crate::mutation::Mutation;
use crate::reader::Reader;
use crate::routes::parameters::Key;
use crate::service::{change, undo};

/// List the changes that can be undone, newest first: what was done to which tasks, by whom and through which interface.
#[utoipa::path(get, path = "/api/v1/changes", operation_id = "list_changes", tag = "changes", params(ChangeQuery),
    responses((status = 200, description = "One page", body = Page<ChangeView>), Refusals<(ReadsQuery, Paged)>))]
pub(crate) async fn list(reader: Reader<ChangeQuery>) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond(&change::list(&mut context, &reader.query, &reader.api.cursor_key).await?)
}

/// Read a change, also one that was undone.
#[utoipa::path(get, path = "/api/v1/changes/{change}", operation_id = "get_change", tag = "changes",
    params(("change" = uuid::Uuid, Path, description = "The change's id")),
    responses((status = 200, description = "The change", body = ChangeView), Refusals<(Reads, PathParameter)>))]
pub(crate) async fn get(reader: Reader, Segment(id): Segment) -> Result<Response, ApiError> {
    let id = named(&id)?;
    let mut context = reader.begin().await?;
    reader.respond(&change::get(&mut context, id).await?)
}

/// Undo a change exactly: all or nothing. Undoing an undo is a redo. If something was changed since, the error names it.
#[utoipa::path(post, path = "/api/v1/changes/{change}/undo", operation_id = "undo_change", tag = "changes",
    params(("change" = uuid::Uuid, Path, description = "The change's id"), Key),
    responses((status = 200, description = "The tasks as they are now", body = Undone), Refusals<(Creates, PathParameter, JsonBody, Undoes)>))]
pub(crate) async fn undo_change(
    change: Mutation,
    Segment(id): Segment,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let id = named(&id)?;
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move { Ok(undo::change(context, id).await?) })
        })
        .await
}

/// Undo everything that a chat turn changed: all or nothing.
#[utoipa::path(post, path = "/api/v1/turns/{turn}/undo", operation_id = "undo_turn", tag = "changes",
    params(("turn" = String, Path, description = "The chat turn's id, as the actor of its changes has it"), Key),
    responses((status = 200, description = "The tasks as they are now", body = Undone), Refusals<(Creates, PathParameter, JsonBody, Undoes)>))]
pub(crate) async fn undo_turn(
    change: Mutation,
    Segment(turn): Segment,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    if turn.contains('\0') {
        return Err(ApiError::NotFound("chat turn with this id".into()));
    }
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move { Ok(undo::turn(context, &turn).await?) })
        })
        .await
}

fn named(id: &str) -> Result<ChangeId, ApiError> {
    id.parse().map_err(|_| {
        ApiError::NotFound(format!(
            "change with the id {}",
            taskwire_domain::text::clip(id)
        ))
    })
}
