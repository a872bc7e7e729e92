//! `/api/v1/grants`: the apps that were connected by OAuth.

use std::sync::{Arc, OnceLock};

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::GrantId;
use taskwire_domain::contract::{GrantView, Page};

use super::parameters::IfChanged;
use crate::auth::Unrestricted;
use crate::error::ApiError;
use crate::extract::{Empty, OptionalBody, Segment};
use crate::failures::{Creates, JsonBody, PathParameter, Reads, Refusals};
use crate::mutation::Mutation;
use crate::reader::Reader;
use crate::service::oauth;

/// List connected apps, oldest first: programs that were given access by OAuth.
#[utoipa::path(get, path = "/api/v1/grants", operation_id = "list_grants", tag = "sign-in", params(IfChanged),
    responses((status = 200, description = "All connected apps", body = Page<GrantView>, headers(("ETag", description = "Identifies the content of the list"))),
        (status = 304, description = "The same as the list with the ETag in If-None-Match"), Refusals<Reads>))]
pub(crate) async fn list(reader: Reader) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    let grants = context.tx.list_grants(context.owner, context.now).await?;
    reader.respond_list(&Page {
        items: grants.iter().map(oauth::view).collect::<Vec<_>>(),
        next_cursor: None,
    })
}

/// End the access of a connected app, with all its tokens. Requires `read` and `write`, without `no-delete`.
#[utoipa::path(delete, path = "/api/v1/grants/{id}", operation_id = "end_grant", tag = "sign-in",
    params(("id" = uuid::Uuid, Path, description = "The id of the connected app")),
    responses((status = 204, description = "Its access has ended"), Refusals<(Creates, PathParameter, JsonBody)>))]
pub(crate) async fn end(
    change: Mutation<Empty, Unrestricted>,
    Segment(id): Segment,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let unknown = || ApiError::NotFound("such connected app".into());
    let id: GrantId = id.parse().map_err(|_| unknown())?;
    let (owner, api) = (change.owner(), change.api.clone());
    let is_dry_run = change.is_dry_run;
    let tokens = Arc::new(OnceLock::new());
    let ended = Arc::clone(&tokens);
    let answer = change
        .run(StatusCode::NO_CONTENT, body.bytes, |context| {
            Box::pin(async move {
                let found = context.tx.delete_grant(context.owner, id).await?;
                let _ = ended.set(found.ok_or_else(unknown)?);
                Ok(())
            })
        })
        .await?;
    if let Some(tokens) = tokens.get().filter(|_| !is_dry_run) {
        api.grant_ended(owner, tokens);
    }
    Ok(answer)
}
