//! `/oauth/token` and `/oauth/revoke`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::address::issuer;
use super::failure::Failure;
use super::form::{Form, Parameters};
use crate::service::oauth::{self, ACCESS, Redemption, Renewal};
use crate::state::Api;

/// Exchanges a code or a refresh token for tokens.
pub(super) async fn issue(
    State(api): State<Api>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Json<Value>, Failure> {
    let issuer = issuer(&api, &headers)?;
    let client_id = client(&form)?;
    if let Some(resource) = form.get("resource")
        && !issuer.is_resource(resource)
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
                verifier: required("code_verifier")?,
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
    Form(form): Form,
) -> Result<StatusCode, Failure> {
    issuer(&api, &headers)?;
    let client_id = client(&form)?;
    let token = form.get("token").ok_or_else(|| Failure::missing("token"))?;
    let mut tx = api.db.begin().await?;
    let ended = oauth::revoke(&mut tx, api.clock.now(), token, client_id).await?;
    tx.commit().await?;
    if let Some((owner, tokens)) = ended {
        api.grant_ended(owner, &tokens);
    }
    Ok(StatusCode::OK)
}

/// The client, which has no secret.
fn client(form: &Parameters) -> Result<&str, Failure> {
    if let Some(name) = form.repeated() {
        let why = format!("{name} was sent more than once");
        return Err(Failure::new("invalid_request", why));
    }
    if form.get("client_secret").is_some() {
        return Err(Failure::new(
            "invalid_client",
            "clients have no secret here",
        ));
    }
    form.get("client_id")
        .ok_or_else(|| Failure::missing("client_id"))
}
