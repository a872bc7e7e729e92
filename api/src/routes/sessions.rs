//! `/api/v1/sessions`: signing out everywhere. Sessions are listed with the tokens.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use taskwire_domain::contract::SessionsQuery;
use taskwire_store::TokenRow;

use super::parameters::Key;
use super::session::removed_cookie;
use crate::auth::Unrestricted;
use crate::error::ApiError;
use crate::extract::{Empty, OptionalBody};
use crate::failures::{Authenticated, JsonBody, Keyed, QueryString, Refusals, Unversioned};
use crate::mutation::Mutation;

/// Sign out everywhere: all sessions of the user end, also the one in use unless `keep_current=true`. Tokens stay. Requires `read` and `write`, without `no-delete`.
#[utoipa::path(delete, path = "/api/v1/sessions", operation_id = "end_sessions", tag = "sign-in", params(SessionsQuery, Key),
    responses((status = 204, description = "Signed out"), Refusals<(Authenticated, Unversioned, Keyed, QueryString, JsonBody)>))]
pub(crate) async fn end(
    change: Mutation<SessionsQuery, Unrestricted>,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let (owner, api) = (change.owner(), change.api.clone());
    let is_dry_run = change.is_dry_run;
    let keeps = change.query.keep_current == Some(true);
    let current = change.caller.token.as_ref().map(|token| token.id);
    let kept = current.filter(|_| keeps);
    let is_ended = |token: &TokenRow| token.kind == "session" && Some(token.id) != kept;
    let mut ended = change.tokens().await?;
    ended.retain(is_ended);
    let answer = change
        .run(StatusCode::NO_CONTENT, body.bytes, |context| {
            Box::pin(async move {
                context.tx.delete_sessions(context.owner, kept).await?;
                Ok(())
            })
        })
        .await?;
    if is_dry_run {
        return Ok(answer);
    }
    api.have_ended(owner, &ended);
    let ends_current = ended.iter().any(|token| Some(token.id) == current);
    Ok(if ends_current {
        (CookieJar::new().add(removed_cookie()), answer).into_response()
    } else {
        answer
    })
}
