//! `/api/v1/me`: the user's settings and password.

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::Invalid;
use taskwire_domain::contract::{PasswordChange, UserPatch, UserView};
use taskwire_store::TokenRow;

use super::parameters::{IfChanged, Key, OnVersion, PrefersStrict};
use super::password;
use crate::address::ClientAddress;
use crate::auth::Unrestricted;
use crate::error::ApiError;
use crate::extract::{Body, Empty};
use crate::failures::{
    Changes, CreatesSecret, JsonBody, NewPassword, ProvesPassword, Reads, Refusals, SettingFields,
};
use crate::mutation::{Mutation, Unkeyed};
use crate::reader::Reader;
use crate::service::{account, settings};

/// The user's settings.
#[utoipa::path(get, path = "/api/v1/me", operation_id = "get_me", tag = "sign-in", params(IfChanged),
    responses((status = 200, description = "The user", body = UserView, headers(("ETag", description = "The version"))),
        (status = 304, description = "Not modified since the version in If-None-Match"), Refusals<Reads>))]
pub(crate) async fn get(reader: Reader) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond(&settings::get(&mut context).await?)
}

/// Change the user's settings. Floating tasks and reminders follow a new zone.
#[utoipa::path(patch, path = "/api/v1/me", operation_id = "patch_me", tag = "sign-in", request_body = UserPatch, params(OnVersion, PrefersStrict, Key),
    responses((status = 200, description = "The user", body = UserView, headers(("ETag", description = "The version"))),
        Refusals<(Changes, JsonBody, SettingFields)>))]
pub(crate) async fn patch(change: Mutation, body: Body<UserPatch>) -> Result<Response, ApiError> {
    let (owner, api) = (change.owner(), change.api.clone());
    let answer = change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move { Ok(settings::patch(context, &body.value).await?) })
        })
        .await?;
    api.credentials.forget(owner);
    Ok(answer)
}

/// Set or change the user's password. All other sessions end; tokens stay. Requires `read` and `write`, without `no-delete`.
#[utoipa::path(put, path = "/api/v1/me/password", operation_id = "set_password", tag = "sign-in", request_body = PasswordChange,
    responses((status = 204, description = "Set"), Refusals<(CreatesSecret, JsonBody, ProvesPassword, NewPassword)>))]
pub(crate) async fn set_password(
    // The body holds passwords, of which no digest may be stored.
    _: Unkeyed,
    ClientAddress(address): ClientAddress,
    change: Mutation<Empty, Unrestricted>,
    body: Body<PasswordChange>,
) -> Result<Response, ApiError> {
    let api = change.api.clone();
    let user = change.caller.user.clone();
    let input = body.value;
    crate::password::check("/new_password", &input.new_password)?;
    match (user.password_hash.is_some(), input.current_password) {
        (true, Some(current)) => {
            password::prove(&api, &user, address, "/current_password", current).await?;
        }
        (true, None) => {
            return Err(Invalid::new(
                "/current_password",
                "password_required",
                "The account has a password.",
            )
            .hint("Send it as current_password.")
            .into());
        }
        (false, Some(_)) => {
            return Err(Invalid::new(
                "/current_password",
                "no_password",
                "The account has no password yet.",
            )
            .hint("Omit current_password.")
            .into());
        }
        (false, None) => {}
    }
    let hash = api.passwords.hash(&api.ids, input.new_password).await?;
    let kept = change.caller.token.as_ref().map(|token| token.id);
    let is_other_session = |token: &TokenRow| token.kind == "session" && Some(token.id) != kept;
    let is_dry_run = change.is_dry_run;
    let mut ended = change.tokens().await?;
    ended.retain(is_other_session);
    let answer = change
        .run(StatusCode::NO_CONTENT, body.bytes, |context| {
            Box::pin(async move {
                account::set_password(context, user.password_hash, &hash, kept).await?;
                Ok(())
            })
        })
        .await?;
    if !is_dry_run {
        api.have_ended(user.id, &ended);
    }
    Ok(answer)
}
