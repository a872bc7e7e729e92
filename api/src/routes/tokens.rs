//! `/api/v1/tokens`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{NewToken, Page, Problem, TokenCreated, TokenView};
use taskwire_domain::{Invalid, TokenId};
use taskwire_store::TokenRow;

use crate::auth::{Caller, Unrestricted};
use crate::error::ApiError;
use crate::extract::{Body, Segment};
use crate::service::user;
use crate::state::Api;
use crate::work::{self, Begun, Request, begin};

/// Make an API token. Its secret is shown this once. A token may do so only if it may do everything.
#[utoipa::path(post, path = "/api/v1/tokens", operation_id = "create_token", tag = "sign-in", request_body = NewToken,
    responses((status = 201, description = "The token with its secret", body = TokenCreated), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(
    State(api): State<Api>,
    Unrestricted(caller): Unrestricted,
    mut request: Request,
    body: Body<NewToken>,
) -> Result<Response, ApiError> {
    // An answer that holds a secret is not kept for replay.
    request.forget_key();
    let maker = caller.token.clone();
    let mut work = match begin(&api, caller, request, &body.bytes).await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let (token, secret) = user::create_token(&mut work.cx, &body.value).await?;
    if let Some(maker) = maker {
        check_expiry(&maker, &token)?;
    }
    let created = TokenCreated {
        view: user::token_view(&token),
        token: secret.expose().to_owned(),
    };
    work.finish(StatusCode::CREATED, &created, None).await
}

/// A token that expires cannot live on in one it makes. A person who signed in can make any.
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
            "A token cannot make one that expires later than itself.",
        )
        .hint(format!(
            "This one expires at {end}. Send fewer days, or make the token on the page."
        )),
    ))
}

/// List tokens and sessions, oldest first.
#[utoipa::path(get, path = "/api/v1/tokens", operation_id = "list_tokens", tag = "sign-in",
    responses((status = 200, description = "All that have not ended", body = Page<TokenView>), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Caller,
) -> Result<Json<Page<TokenView>>, ApiError> {
    let mut cx = work::read(&api, caller).await?;
    let tokens = cx.tx.list_tokens(cx.owner, cx.now).await?;
    Ok(Json(Page {
        items: tokens.iter().map(user::token_view).collect(),
        next_cursor: None,
    }))
}

/// Revoke a token or session. A token may do so only if it may do everything.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", operation_id = "revoke_token", tag = "sign-in",
    params(("id" = uuid::Uuid, Path, description = "The token's id")),
    responses((status = 204, description = "It is revoked"), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn revoke(
    State(api): State<Api>,
    Unrestricted(caller): Unrestricted,
    Segment(id): Segment,
) -> Result<StatusCode, ApiError> {
    let unknown = || ApiError::NotFound("such token".into());
    let id: TokenId = id.parse().map_err(|_| unknown())?;
    let mut tx = api.db.begin().await?;
    if !tx.delete_token(caller.user.id, id).await? {
        return Err(unknown());
    }
    tx.commit().await?;
    api.revoked(caller.user.id, id);
    Ok(StatusCode::NO_CONTENT)
}
