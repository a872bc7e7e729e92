//! `/api/v1/tokens`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{NewToken, Page, TokenCreated, TokenView};
use taskwire_domain::{Invalid, TokenId};
use taskwire_store::TokenRow;

use super::parameters::IfChanged;
use crate::auth::Unrestricted;
use crate::error::ApiError;
use crate::extract::{Body, Empty, OptionalBody, Segment};
use crate::failures::{
    Creates, CreatesSecret, JsonBody, PathParameter, Reads, Refusals, TokenFields,
};
use crate::mutation::{Mutation, Unkeyed};
use crate::reader::Reader;
use crate::service::token;

/// Create an API token. Its secret is shown only once. Requires `read` and `write`, without `no-delete`.
#[utoipa::path(post, path = "/api/v1/tokens", operation_id = "create_token", tag = "sign-in", request_body = NewToken,
    responses((status = 201, description = "The token with its secret", body = TokenCreated, headers(("Location", description = "URL of the new resource"))),
        Refusals<(CreatesSecret, JsonBody, TokenFields)>))]
pub(crate) async fn create(
    // A response that holds a secret is not stored for a repeated request.
    _: Unkeyed,
    change: Mutation<Empty, Unrestricted>,
    body: Body<NewToken>,
) -> Result<Response, ApiError> {
    let maker = change.caller.token.clone();
    change
        .run(StatusCode::CREATED, body.bytes, |context| {
            Box::pin(async move {
                let (made, secret) = token::create(context, &body.value).await?;
                if let Some(maker) = maker {
                    check_expiry(&maker, &made)?;
                }
                Ok(TokenCreated {
                    view: token::view(&made, None),
                    token: Some(secret.expose().to_owned()),
                })
            })
        })
        .await
}

/// A token that expires cannot create one that lives longer. A signed-in person can create any.
fn check_expiry(maker: &TokenRow, made: &TokenRow) -> Result<(), ApiError> {
    let Some(end) = maker.expires_at.filter(|_| maker.kind == "api") else {
        return Ok(());
    };
    if made.expires_at.is_some_and(|own| own <= end) {
        return Ok(());
    }
    Err(ApiError::Forbidden(
        Invalid::new(
            "/expires_in_days",
            "outlives_its_maker",
            "A token cannot create a token that expires later than itself.",
        )
        .hint(format!(
            "This token expires at {end}. Send fewer days, or create the token on the page."
        )),
    ))
}

/// List tokens and sessions, oldest first.
#[utoipa::path(get, path = "/api/v1/tokens", operation_id = "list_tokens", tag = "sign-in", params(IfChanged),
    responses((status = 200, description = "All active tokens and sessions", body = Page<TokenView>, headers(("ETag", description = "Identifies the content of the list"))),
        (status = 304, description = "The same as the list with the ETag in If-None-Match"), Refusals<Reads>))]
pub(crate) async fn list(reader: Reader) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    let tokens = context.tx.list_tokens(context.owner, context.now).await?;
    let current = reader.current_token();
    reader.respond_list(&Page {
        items: tokens
            .iter()
            .map(|own| token::view(own, current))
            .collect::<Vec<_>>(),
        next_cursor: None,
    })
}

fn unknown() -> ApiError {
    ApiError::NotFound("such token".into())
}

/// Read a token or session, without its secret.
#[utoipa::path(get, path = "/api/v1/tokens/{id}", operation_id = "get_token", tag = "sign-in",
    params(("id" = uuid::Uuid, Path, description = "The token's id")),
    responses((status = 200, description = "The token", body = TokenView), Refusals<(Reads, PathParameter)>))]
pub(crate) async fn get(reader: Reader, Segment(id): Segment) -> Result<Response, ApiError> {
    let id: TokenId = id.parse().map_err(|_| unknown())?;
    let mut context = reader.begin().await?;
    let tokens = context.tx.list_tokens(context.owner, context.now).await?;
    let found = tokens.iter().find(|token| token.id == id);
    let found = found.ok_or_else(unknown)?;
    reader.respond(&token::view(found, reader.current_token()))
}

/// Revoke a token or session. Requires `read` and `write`, without `no-delete`.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", operation_id = "revoke_token", tag = "sign-in",
    params(("id" = uuid::Uuid, Path, description = "The token's id")),
    responses((status = 204, description = "Revoked"), Refusals<(Creates, PathParameter, JsonBody)>))]
pub(crate) async fn revoke(
    change: Mutation<Empty, Unrestricted>,
    Segment(id): Segment,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let id: TokenId = id.parse().map_err(|_| unknown())?;
    let (owner, api) = (change.owner(), change.api.clone());
    let is_dry_run = change.is_dry_run;
    let answer = change
        .run(StatusCode::NO_CONTENT, body.bytes, |context| {
            Box::pin(async move {
                if context.tx.delete_token(context.owner, id).await? {
                    Ok(())
                } else {
                    Err(unknown())
                }
            })
        })
        .await?;
    if !is_dry_run {
        api.revoked(owner, id);
    }
    Ok(answer)
}
