//! `DELETE /api/v1/me` and `GET /api/v1/me/export`: leaving.

use axum::body::Body as ResponseBody;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use futures::TryStreamExt;
use jiff::SignedDuration;
use taskwire_domain::Invalid;
use taskwire_domain::contract::AccountDeletion;
use taskwire_domain::text::name_key;

use super::parameters::{OnVersion, PrefersStrict};
use super::password;
use super::session::removed_cookie;
use crate::address::ClientAddress;
use crate::auth::{Caller, Unrestricted};
use crate::error::ApiError;
use crate::extract::{Body, Empty};
use crate::failures::{
    Authenticated, ClosesAccount, Conditional, JsonBody, NoKey, ProvesPassword, QueryString, Reads,
    Refusals, Strict,
};
use crate::mutation::{Mutation, Unkeyed};
use crate::reader::Reader;
use crate::service::precondition::Precondition;
use crate::service::{account, export};

/// How long ago a session may have begun that deletes an account without a password.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// Delete the account with everything in it. It can no longer be used at once; its rows are deleted in the background within seconds to minutes, and only then is its name free. It cannot be restored: export it first. Requires `read` and `write`, without `no-delete`.
#[utoipa::path(delete, path = "/api/v1/me", operation_id = "delete_account", tag = "sign-in", request_body = AccountDeletion, params(OnVersion, PrefersStrict),
    responses((status = 204, description = "A dry run: the account could be deleted"), (status = 202, description = "The account is closed, and its data is being deleted"), Refusals<(Authenticated, (Conditional, Strict), NoKey, QueryString, JsonBody, ProvesPassword, ClosesAccount)>))]
pub(crate) async fn delete(
    // The body holds a password, of which no digest may be stored.
    _: Unkeyed,
    ClientAddress(address): ClientAddress,
    change: Mutation<Empty, Unrestricted>,
    body: Body<AccountDeletion>,
) -> Result<Response, ApiError> {
    let api = change.api.clone();
    let user = change.caller.user.clone();
    if name_key(body.value.name.trim()) != name_key(&user.name) {
        return Err(Invalid::new(
            "/name",
            "wrong_name",
            "This is not the name of the account.",
        )
        .hint("Send the name that GET /api/v1/me returns.")
        .into());
    }
    match (user.password_hash.is_some(), body.value.password) {
        (true, Some(sent)) => password::prove(&api, &user, address, "/password", sent).await?,
        (true, None) => {
            return Err(Invalid::new(
                "/password",
                "password_required",
                "The account has a password.",
            )
            .hint("Send it as password.")
            .into());
        }
        (false, Some(_)) => {
            return Err(
                Invalid::new("/password", "no_password", "The account has no password.")
                    .hint("Omit password, and sign in again just before.")
                    .into(),
            );
        }
        (false, None) => check_fresh(&change.caller, &api)?,
    }
    let (ended, is_dry_run) = (change.tokens().await?, change.is_dry_run);
    let answer = change
        .run(StatusCode::NO_CONTENT, body.bytes, |context| {
            Box::pin(async move { Ok(account::close(context, user.password_hash).await?) })
        })
        .await?;
    if is_dry_run {
        return Ok(answer);
    }
    api.have_ended(user.id, &ended);
    tokio::spawn(async move { api.erase(user.id).await });
    let jar = CookieJar::new().add(removed_cookie());
    Ok((jar, StatusCode::ACCEPTED).into_response())
}

/// Without a password, whoever signed in just now has shown who they are.
fn check_fresh(caller: &Caller, api: &crate::state::Api) -> Result<(), ApiError> {
    let now = api.clock.now();
    let is_fresh = caller.token.as_ref().is_some_and(|token| {
        token.kind == "session" && now.duration_since(token.created_at) <= FRESH
    });
    if is_fresh {
        return Ok(());
    }
    Err(Invalid::new(
        "",
        "sign_in_again",
        "An account without a password is deleted from a session that began in the last 10 minutes.",
    )
    .hint("Sign in again with a link, and send the same request from that session.")
    .into())
}

/// Export everything that the server has of the user, as lines of JSON, each with its `type` and the thing as `data`: `export` (the format), `user`, `tag`, `token` (without its secret), `task`, `conversation` (with its messages), `notification`, `audit`, and `end`. Without `end` the export is incomplete. What changes in the meantime may be in it or not.
#[utoipa::path(get, path = "/api/v1/me/export", operation_id = "export_account", tag = "sign-in",
    responses((status = 200, description = "Lines of JSON", body = String, content_type = "application/x-ndjson"), Refusals<Reads>))]
pub(crate) async fn export_all(reader: Reader) -> Result<Response, ApiError> {
    reader.refuse_condition()?;
    let (api, caller) = (reader.api.clone(), reader.caller.clone());
    let begin = move || {
        let (api, caller) = (api.clone(), caller.clone());
        async move {
            let tx = api.db.read().await?;
            Ok(caller.context(&api, tx, Precondition::default()))
        }
    };
    let lines = export::export(begin)
        .inspect_err(|error| tracing::error!(%error, "An export was broken off"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-ndjson"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"taskwire-export.ndjson\""),
        ),
    ];
    Ok((headers, ResponseBody::from_stream(lines)).into_response())
}
