//! `/api/v1/invitations`: for operators with an `admin` token.

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::InvitationId;
use taskwire_domain::contract::{InvitationCreated, InvitationView, NewInvitation, Page};

use super::parameters::Key;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::{Body, Empty, OptionalBody, Segment};
use crate::failures::{
    Creates, CreatesSecret, InvitationFields, JsonBody, PathParameter, Reads, Refusals,
};
use crate::mutation::{Mutation, Unkeyed};
use crate::reader::Reader;
use crate::service::invitation;

/// Create an invitation to sign up. It works once, and its code is shown only once. Requires `admin`.
#[utoipa::path(post, path = "/api/v1/invitations", operation_id = "create_invitation", tag = "operations", request_body = NewInvitation,
    responses((status = 201, description = "The invitation with its code", body = InvitationCreated, headers(("Location", description = "URL of the new resource"))),
        Refusals<(CreatesSecret, JsonBody, InvitationFields)>))]
pub(crate) async fn create(
    // A response that holds a secret is not stored for a repeated request.
    _: Unkeyed,
    change: Mutation<Empty, Admin>,
    body: Body<NewInvitation>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::CREATED, body.bytes, |context| {
            Box::pin(async move { Ok(invitation::create(context, &body.value).await?) })
        })
        .await
}

/// List one's invitations that can still be used, oldest first. Requires `admin`.
#[utoipa::path(get, path = "/api/v1/invitations", operation_id = "list_invitations", tag = "operations",
    responses((status = 200, description = "All invitations", body = Page<InvitationView>), Refusals<Reads>))]
pub(crate) async fn list(reader: Reader<Empty, Admin>) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond(&Page {
        items: invitation::list(&mut context).await?,
        next_cursor: None,
    })
}

fn named(id: &str) -> Result<InvitationId, ApiError> {
    id.parse()
        .map_err(|_| ApiError::NotFound("such invitation".into()))
}

/// Read an invitation, without its code. Requires `admin`.
#[utoipa::path(get, path = "/api/v1/invitations/{id}", operation_id = "get_invitation", tag = "operations",
    params(("id" = uuid::Uuid, Path, description = "The invitation's id")),
    responses((status = 200, description = "The invitation", body = InvitationView), Refusals<(Reads, PathParameter)>))]
pub(crate) async fn get(
    reader: Reader<Empty, Admin>,
    Segment(id): Segment,
) -> Result<Response, ApiError> {
    let id = named(&id)?;
    let mut context = reader.begin().await?;
    reader.respond(&invitation::get(&mut context, id).await?)
}

/// Revoke an invitation. Requires `admin`.
#[utoipa::path(delete, path = "/api/v1/invitations/{id}", operation_id = "revoke_invitation", tag = "operations",
    params(("id" = uuid::Uuid, Path, description = "The invitation's id"), Key),
    responses((status = 204, description = "Revoked"), Refusals<(Creates, PathParameter, JsonBody)>))]
pub(crate) async fn revoke(
    change: Mutation<Empty, Admin>,
    Segment(id): Segment,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let id = named(&id)?;
    change
        .run(StatusCode::NO_CONTENT, body.bytes, |context| {
            Box::pin(async move { Ok(invitation::revoke(context, id).await?) })
        })
        .await
}
