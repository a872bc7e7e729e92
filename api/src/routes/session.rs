//! `/api/v1/session` and `/api/v1/me`

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use taskwire_domain::Invalid;
use taskwire_domain::contract::{SessionView, SignIn, UserPatch, UserView};

use super::parameters::{IfChanged, Key, OnVersion};
use crate::auth::{COOKIE, Caller, check_origin};
use crate::error::ApiError;
use crate::extract::{Body, Empty, Query};
use crate::failures::{
    Called, Changes, JsonBody, NoQuery, Reads, Refusals, SettingFields, SignsIn,
};
use crate::mutation::Mutation;
use crate::reader::Reader;
use crate::secret::digest;
use crate::service::{settings, user};
use crate::state::Api;

/// Longest password read, in bytes: hashing is made to be slow.
const PASSWORD_MAX: usize = 1024;

/// Sign a browser in, with the code of a sign-in link or with name and password.
#[utoipa::path(post, path = "/api/v1/session", tag = "sign-in", request_body = SignIn, security(()),
    responses((status = 200, description = "Signed in; the session is in a cookie", body = SessionView), Refusals<(SignsIn, NoQuery, JsonBody)>))]
pub(crate) async fn sign_in(
    State(api): State<Api>,
    _: Query<Empty>,
    headers: HeaderMap,
    body: Body<SignIn>,
) -> Result<Response, ApiError> {
    if headers.contains_key(header::ORIGIN) {
        check_origin(&headers)?;
    }
    let now = api.clock.now();
    let refused = || {
        ApiError::Forbidden(
            Invalid::new("", "sign_in_failed", "This does not sign in.").hint(
                "A link works once and for a limited time; `taskwire token link` prints a new one.",
            ),
        )
    };
    let mut tx = api.db.begin().await?;
    let user = match (&body.value.code, &body.value.name, &body.value.password) {
        (Some(code), None, None) => {
            let owner = tx
                .take_code(&digest(code), now)
                .await?
                .ok_or_else(refused)?;
            tx.find_user(owner).await?.ok_or_else(refused)?
        }
        (None, Some(name), Some(password))
            if password.len() <= PASSWORD_MAX && !name.contains('\0') =>
        {
            let found = tx.find_user_by_name(name).await?;
            // Hashing takes tens of milliseconds: neither a worker thread nor the writer waits for it.
            drop(tx);
            let password = password.clone();
            let verified = tokio::task::spawn_blocking(move || {
                user::verify_password(found.as_ref(), &password)
                    .then_some(found)
                    .flatten()
            })
            .await
            .map_err(|error| ApiError::Internal(error.to_string()))?;
            tx = api.db.begin().await?;
            verified.ok_or_else(refused)?
        }
        (None, Some(_), Some(_)) => return Err(refused()),
        _ => {
            return Err(Invalid::new(
                "",
                "invalid_sign_in",
                "This is neither a code nor a name with a password.",
            )
            .hint("Send {\"code\"}, or {\"name\", \"password\"}.")
            .into());
        }
    };
    let end = now.checked_add(user::SESSION).ok();
    let issue = user::Issue {
        kind: "session",
        label: "browser",
        scopes: "read write",
        expires_at: end,
    };
    let (token, secret) = user::issue(&mut tx, &api.ids, user.id, now, &issue).await?;
    tx.commit().await?;
    let view = SessionView {
        user: user::view(&user),
        token: Some(user::token_view(&token)),
    };
    let secure = headers
        .get("x-forwarded-proto")
        .is_some_and(|scheme| scheme.as_bytes() == b"https");
    let cookie = format!(
        "{COOKIE}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}",
        secret.expose(),
        user::SESSION.as_secs(),
        if secure { "; Secure" } else { "" }
    );
    with_cookie(Json(view).into_response(), &cookie)
}

fn with_cookie(mut response: Response, cookie: &str) -> Result<Response, ApiError> {
    let value =
        HeaderValue::from_str(cookie).map_err(|error| ApiError::Internal(error.to_string()))?;
    response.headers_mut().insert(header::SET_COOKIE, value);
    Ok(response)
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/session", operation_id = "get_session", tag = "sign-in",
    responses((status = 200, description = "The user and the credential in use", body = SessionView), Refusals<Reads>))]
pub(crate) async fn who(reader: Reader) -> Result<Response, ApiError> {
    reader.answer(&SessionView {
        user: user::view(&reader.caller.user),
        token: reader.caller.token.as_ref().map(user::token_view),
    })
}

/// Sign out: the session or token in use ends.
#[utoipa::path(delete, path = "/api/v1/session", tag = "sign-in",
    responses((status = 204, description = "Signed out"), Refusals<(Called, NoQuery)>))]
pub(crate) async fn sign_out(
    State(api): State<Api>,
    caller: Caller,
    _: Query<Empty>,
) -> Result<Response, ApiError> {
    if let Some(token) = &caller.token {
        let mut tx = api.db.begin().await?;
        tx.delete_token(caller.user.id, token.id).await?;
        tx.commit().await?;
        api.credentials.forget(caller.user.id);
    }
    let gone = format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    with_cookie(StatusCode::NO_CONTENT.into_response(), &gone)
}

/// One's own settings.
#[utoipa::path(get, path = "/api/v1/me", operation_id = "get_me", tag = "sign-in", params(IfChanged),
    responses((status = 200, description = "The user", body = UserView, headers(("ETag", description = "The version"))),
        (status = 304, description = "Unchanged since the version in If-None-Match"), Refusals<Reads>))]
pub(crate) async fn me(reader: Reader) -> Result<Response, ApiError> {
    let mut cx = reader.begin().await?;
    reader.answer(&settings::get(&mut cx).await?)
}

/// Change one's own settings. Floating tasks and reminders follow a new zone.
#[utoipa::path(patch, path = "/api/v1/me", tag = "sign-in", request_body = UserPatch, params(OnVersion, Key),
    responses((status = 200, description = "The user", body = UserView, headers(("ETag", description = "The version"))),
        Refusals<(Changes, JsonBody, SettingFields)>))]
pub(crate) async fn patch_me(
    change: Mutation,
    body: Body<UserPatch>,
) -> Result<Response, ApiError> {
    let (owner, api) = (change.owner(), change.api.clone());
    let answer = change
        .run(StatusCode::OK, body.bytes, |cx| {
            Box::pin(async move { Ok(user::patch(cx, &body.value).await?) })
        })
        .await?;
    api.credentials.forget(owner);
    Ok(answer)
}
