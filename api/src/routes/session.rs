//! `/api/v1/session`: signing in and out.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use jiff::Timestamp;
use taskwire_domain::Invalid;
use taskwire_domain::contract::headers::SESSION_COOKIE;
use taskwire_domain::contract::{SessionView, SignIn};
use taskwire_store::{Tx, UserRow};

use super::password;
use crate::address::ClientAddress;
use crate::auth::{AnyScope, Caller, check_origin};
use crate::error::ApiError;
use crate::extract::{Body, Empty, OptionalBody, Query};
use crate::failures::{Authenticated, JsonBody, NoKey, NoQuery, Reads, Refusals, SignsIn};
use crate::mutation::Unkeyed;
use crate::reader::Reader;
use crate::secret::digest;
use crate::service::{token, user};
use crate::state::Api;
use crate::throttle::Purpose;

/// Longest name of a program that signs in, in characters.
const CLIENT_MAX: usize = 200;

/// Sign a browser in, with the code of a sign-in link or with name and password.
#[utoipa::path(post, path = "/api/v1/session", tag = "sign-in", request_body = SignIn, security(()),
    responses((status = 200, description = "Signed in; the session is in a cookie", body = SessionView), Refusals<(SignsIn, NoKey, NoQuery, JsonBody)>))]
pub(crate) async fn sign_in(
    State(api): State<Api>,
    _: Unkeyed,
    ClientAddress(address): ClientAddress,
    _: Query<Empty>,
    headers: HeaderMap,
    body: Body<SignIn>,
) -> Result<Response, ApiError> {
    if headers.contains_key(header::ORIGIN) {
        check_origin(&headers)?;
    }
    let sent = SignInForm {
        code: body.value.code,
        name: body.value.name,
        password: body.value.password,
    };
    let (view, cookie) = sign_in_with(&api, address, &headers, sent).await?;
    Ok((CookieJar::new().add(cookie), Json(view)).into_response())
}

/// What a person sends to sign in: a code, or name and password.
pub(super) struct SignInForm {
    pub(super) code: Option<String>,
    pub(super) name: Option<String>,
    pub(super) password: Option<String>,
}

/// Signs a browser in; returns the session and its cookie.
pub(super) async fn sign_in_with(
    api: &Api,
    address: Option<IpAddr>,
    headers: &HeaderMap,
    sent: SignInForm,
) -> Result<(SessionView, Cookie<'static>), ApiError> {
    let now = api.clock.now();
    let (mut tx, user) = match (sent.code, sent.name, sent.password) {
        (Some(code), None, None) => by_code(api, &code, now).await?,
        (None, Some(name), Some(password)) => {
            by_password(api, address, &name, password, now).await?
        }
        _ => {
            return Err(Invalid::new(
                "",
                "invalid_sign_in",
                "Expected a code, or a name and a password.",
            )
            .hint("Send {\"code\"}, or {\"name\", \"password\"}.")
            .into());
        }
    };
    let issue = token::Issue {
        kind: "session",
        label: "browser",
        scopes: "read write",
        expires_at: now.checked_add(token::SESSION).ok(),
        client: client(headers),
    };
    let (created, secret) = token::issue(&mut tx, &api.ids, user.id, now, &issue).await?;
    tx.commit().await?;
    let view = SessionView {
        user: user::view(&user),
        token: Some(token::view(&created, Some(created.id))),
    };
    let secure = headers
        .get("x-forwarded-proto")
        .is_some_and(|scheme| scheme.as_bytes() == b"https");
    let life = std::time::Duration::from_secs(token::SESSION.as_secs().unsigned_abs());
    let mut cookie = session_cookie(secret.expose().to_owned());
    cookie.set_secure(secure);
    cookie.set_max_age(life.try_into().ok());
    Ok((view, cookie))
}

/// The user of a sign-in link, in the transaction that consumes the link.
async fn by_code(api: &Api, code: &str, now: Timestamp) -> Result<(Tx, UserRow), ApiError> {
    let link_used = || {
        ApiError::NotSignedIn(
            Invalid::new(
                "",
                "sign_in_link_used",
                "This sign-in link has expired or was already used.",
            )
            .hint("`taskwire token link` prints a new one."),
        )
    };
    let mut tx = api.db.begin().await?;
    let owner = tx
        .take_code(&digest(code), now)
        .await?
        .ok_or_else(link_used)?;
    let user = tx.find_user(owner).await?.ok_or_else(link_used)?;
    Ok((tx, user))
}

/// The user with this name and password, in a transaction in which the password is still valid. Nothing in the
/// response or its timing reveals whether there is a user of that name.
async fn by_password(
    api: &Api,
    address: Option<IpAddr>,
    name: &str,
    password: String,
    now: Timestamp,
) -> Result<(Tx, UserRow), ApiError> {
    let attempt = password::begin(api, Purpose::SignIn, name, address, now)?;
    let verified = verify(api, name, password).await;
    match &verified {
        Ok(Some(_)) => api.throttle.succeeded(&attempt),
        Ok(None) => {}
        Err(_) => api.throttle.withdraw(&attempt),
    }
    verified?.ok_or_else(|| {
        ApiError::NotSignedIn(
            Invalid::new("", "wrong_name_or_password", "Wrong name or password.")
                .hint("`taskwire token password` sets a password."),
        )
    })
}

async fn verify(
    api: &Api,
    name: &str,
    password: String,
) -> Result<Option<(Tx, UserRow)>, ApiError> {
    if name.contains('\0') {
        return Ok(None);
    }
    // The read ends before the hashing begins: guesses must hold neither the writer nor a connection.
    let found = api.db.read().await?.find_user_by_name(name).await?;
    let hash = found.as_ref().and_then(|user| user.password_hash.clone());
    let matches = password::matches(api, hash, password).await?;
    let Some(found) = found.filter(|_| matches) else {
        return Ok(None);
    };
    let mut tx = api.db.begin().await?;
    // A session must not be created with a password that was changed in between.
    tx.lock_user(found.id).await?;
    let user = tx.find_user(found.id).await?;
    Ok(user
        .filter(|user| user.password_hash == found.password_hash)
        .map(|user| (tx, user)))
}

/// The session cookie: only for this site's own pages, and not readable by scripts.
fn session_cookie(secret: String) -> Cookie<'static> {
    Cookie::build((SESSION_COOKIE, secret))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .build()
}

/// Removes the session cookie from a browser.
pub(super) fn removed_cookie() -> Cookie<'static> {
    let mut gone = session_cookie(String::new());
    gone.make_removal();
    gone
}

/// The program that signs in, as it names itself.
fn client(headers: &HeaderMap) -> Option<String> {
    let name = headers.get(header::USER_AGENT)?.to_str().ok()?.trim();
    (!name.is_empty()).then(|| name.chars().take(CLIENT_MAX).collect())
}

/// The user and the credential in use. Any token may read this, with any scopes.
#[utoipa::path(get, path = "/api/v1/session", operation_id = "get_session", tag = "sign-in",
    responses((status = 200, description = "The user and the credential in use", body = SessionView), Refusals<Reads>))]
pub(crate) async fn get_session(reader: Reader<Empty, AnyScope>) -> Result<Response, ApiError> {
    let token = reader.caller.token.as_ref();
    reader.respond(&SessionView {
        user: user::view(&reader.caller.user),
        token: token.map(|own| token::view(own, Some(own.id))),
    })
}

/// Sign out: the session or token in use is revoked. An idempotency key makes no difference: a credential ends once.
#[utoipa::path(delete, path = "/api/v1/session", tag = "sign-in",
    responses((status = 204, description = "Signed out"), Refusals<(Authenticated, NoQuery, JsonBody)>))]
pub(crate) async fn sign_out(
    State(api): State<Api>,
    caller: Caller,
    _: Query<Empty>,
    _: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    if let Some(token) = &caller.token {
        let mut tx = api.db.begin().await?;
        tx.delete_token(caller.user.id, token.id).await?;
        tx.commit().await?;
        api.revoked(caller.user.id, token.id);
    }
    let jar = CookieJar::new().add(removed_cookie());
    Ok((jar, StatusCode::NO_CONTENT).into_response())
}
