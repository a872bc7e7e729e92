//! `/oauth/token` and `/oauth/revoke`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::address::issuer;
use super::failure::Failure;
use super::form::{Form, Parameters};
use crate::error::ApiError;
use crate::oauth::client::{document_url, is_storable};
use crate::service::oauth::{self, ACCESS, Redemption, Renewal};
use crate::state::Api;

/// Exchanges a code or a refresh token for tokens.
pub(super) async fn issue(
    State(api): State<Api>,
    headers: HeaderMap,
    form: Result<Form, ApiError>,
) -> Result<Json<Value>, Failure> {
    let issuer = issuer(&api, &headers)?;
    let form = read(form)?;
    let client_id = client(&api, &headers, &form).await?;
    if form
        .resources()
        .any(|resource| !issuer.is_resource(resource))
    {
        let why = format!("resource must be {}", issuer.resource());
        return Err(Failure::new("invalid_target", why));
    }
    let resource = issuer.resource();
    let now = api.clock.now();
    let required = |name| form.get(name).ok_or_else(|| Failure::missing(name));
    let mut tx = api.db.begin().await?;
    let outcome = match required("grant_type")? {
        "authorization_code" => {
            let sent = Redemption {
                code: required("code")?,
                client_id,
                redirect_uri: form.get("redirect_uri"),
                verifier: verifier(required("code_verifier")?)?,
                resource: &resource,
            };
            oauth::redeem(&mut tx, &api.ids, now, &sent).await?
        }
        "refresh_token" => {
            let sent = Renewal {
                refresh_token: required("refresh_token")?,
                client_id,
                resource: &resource,
                scope: form.get("scope"),
            };
            oauth::renew(&mut tx, &api.ids, now, &sent).await?
        }
        _ => {
            let why = "grant_type must be authorization_code or refresh_token";
            return Err(Failure::new("unsupported_grant_type", why));
        }
    };
    // Also after a refusal: the code is used up, or the grant has ended.
    tx.commit().await?;
    let tokens = outcome.map_err(|refused| {
        if let Some((owner, tokens)) = refused.ended {
            tracing::warn!(user.id = %owner, "Ended a grant because a code or refresh token was used twice");
            api.grant_ended(owner, &tokens);
        }
        Failure::new(refused.code, refused.why)
    })?;
    Ok(Json(json!({
        "access_token": tokens.access.expose(),
        "token_type": "Bearer",
        "expires_in": ACCESS.as_secs(),
        "refresh_token": tokens.refresh.expose(),
        "scope": tokens.scopes,
    })))
}

/// Ends the grant of a token (RFC 7009). A token that is unknown has ended already.
pub(super) async fn revoke(
    State(api): State<Api>,
    headers: HeaderMap,
    form: Result<Form, ApiError>,
) -> Result<StatusCode, Failure> {
    issuer(&api, &headers)?;
    let form = read(form)?;
    let client_id = client(&api, &headers, &form).await?;
    let token = form.get("token").ok_or_else(|| Failure::missing("token"))?;
    let mut tx = api.db.begin().await?;
    let outcome = oauth::revoke(&mut tx, api.clock.now(), token, client_id).await?;
    tx.commit().await?;
    let ended = outcome.map_err(|refused| Failure::new(refused.code, refused.why))?;
    if let Some((owner, tokens)) = ended {
        api.grant_ended(owner, &tokens);
    }
    Ok(StatusCode::OK)
}

/// The form, or an error as clients of OAuth read it.
fn read(form: Result<Form, ApiError>) -> Result<Parameters, Failure> {
    match form {
        Ok(Form(form)) => Ok(form),
        Err(ApiError::Malformed(why)) => Err(Failure::new("invalid_request", why.detail)),
        Err(error) => Err(error.into()),
    }
}

/// The client, which has no secret and is known here: one whose registration was forgotten learns that it has to
/// register again.
async fn client<'a>(
    api: &Api,
    headers: &HeaderMap,
    form: &'a Parameters,
) -> Result<&'a str, Failure> {
    if let Some(name) = form.repeated() {
        let why = format!("{name} was sent more than once");
        return Err(Failure::new("invalid_request", why));
    }
    let why = "clients have no secret here: send client_id alone";
    if headers.contains_key(header::AUTHORIZATION) {
        return Err(Failure::Unauthenticated(why));
    }
    if form.get("client_secret").is_some() || form.get("client_assertion").is_some() {
        return Err(Failure::new("invalid_client", why));
    }
    let id = form
        .get("client_id")
        .ok_or_else(|| Failure::missing("client_id"))?;
    let is_known = if document_url(id).is_some() {
        api.oauth.documents.is_some()
    } else {
        is_storable(id) && api.db.read().await?.find_oauth_client(id).await?.is_some()
    };
    if is_known {
        Ok(id)
    } else {
        Err(Failure::new("invalid_client", "the client is not known"))
    }
}

/// Checks the syntax of a verifier (RFC 7636, section 4.1).
fn verifier(text: &str) -> Result<&str, Failure> {
    let is_unreserved = |c: u8| c.is_ascii_alphanumeric() || b"-._~".contains(&c);
    if (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved) {
        return Ok(text);
    }
    let why = "code_verifier must have 43 to 128 letters, digits, and -._~";
    Err(Failure::new("invalid_request", why))
}
