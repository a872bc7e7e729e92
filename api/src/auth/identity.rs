//! Whose credential a request has.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;
use taskwire_domain::Via;
use taskwire_domain::contract::headers::SESSION_COOKIE;
use taskwire_store::{Credential, TokenRow};
use tracing::debug;

use crate::credentials::Lookup;
use crate::delegation;
use crate::error::ApiError;
use crate::oauth::ExternalIssuer;
use crate::oauth::external::{self, Refused};
use crate::secret::digest;
use crate::state::Api;

/// The kind of tokens of another authorization server.
const EXTERNAL: &str = "external";

/// Where a credential was found.
enum Presented {
    Bearer(String),
    Cookie(String),
}

/// The owner of a request's credential. Looked up once, for the rate limit and for the handler.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    /// No credential, or one that is unknown or has ended.
    Anonymous,
    /// One of Taskwire's own services.
    Service,
    /// A user's token or session, and how it was presented.
    Token(Arc<Credential>, Via),
}

/// Identifies the owner of the credential in these headers. Fails only when it cannot be looked up.
pub(crate) async fn identify(api: &Api, headers: &HeaderMap) -> Result<Identity, ApiError> {
    let (digest, via) = match presented(headers) {
        Ok(Presented::Bearer(token)) if delegation::is_delegated(&token) => {
            let found = delegated(api, &token).await?;
            return Ok(found.map_or(Identity::Anonymous, |found| {
                Identity::Token(found, Via::Mcp)
            }));
        }
        Ok(Presented::Bearer(token)) => {
            let digest = digest(&token);
            if api.is_service(&digest) {
                return Ok(Identity::Service);
            }
            (digest, Via::Rest)
        }
        Ok(Presented::Cookie(token)) => (digest(&token), Via::Web),
        Err(_) => return Ok(Identity::Anonymous),
    };
    if let Some(credential) = find(api, digest).await? {
        return Ok(Identity::Token(credential, via));
    }
    if via == Via::Rest {
        api.unknown_token();
    }
    Ok(Identity::Anonymous)
}

fn presented(headers: &HeaderMap) -> Result<Presented, ApiError> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let text = value.to_str().map_err(|_| ApiError::Unauthorized)?;
        let (scheme, token) = text.split_once(' ').ok_or(ApiError::Unauthorized)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(ApiError::Unauthorized);
        }
        return Ok(Presented::Bearer(token.trim().to_owned()));
    }
    CookieJar::from_headers(headers)
        .get(SESSION_COOKIE)
        .map(|cookie| Presented::Cookie(cookie.value().to_owned()))
        .ok_or(ApiError::Unauthorized)
}

/// The user and the scopes of an internal credential, as long as the token for which it stands has not ended.
async fn delegated(api: &Api, text: &str) -> Result<Option<Arc<Credential>>, ApiError> {
    let Some(says) = delegation::read(&api.cursor_key, text, api.clock.now()) else {
        return Ok(None);
    };
    let found = find(api, says.token).await?;
    let found = found.filter(|found| found.user.id == says.sub);
    Ok(found.map(|found| {
        if found.token.audience.is_none() && found.token.scopes == says.scope {
            return found;
        }
        // The audience of the token was checked when the credential was issued, which has its own.
        let mut own = Credential::clone(&found);
        own.token.audience = None;
        own.token.scopes = says.scope;
        Arc::new(own)
    }))
}

/// The session of a browser, if there is one.
pub(crate) async fn session(
    api: &Api,
    headers: &HeaderMap,
) -> Result<Option<Arc<Credential>>, ApiError> {
    let jar = CookieJar::from_headers(headers);
    let Some(cookie) = jar.get(SESSION_COOKIE) else {
        return Ok(None);
    };
    let found = find(api, digest(cookie.value())).await?;
    Ok(found.filter(|found| found.token.kind == "session"))
}

/// The credential of a token that a service was sent, if it is for the server at this address.
pub(crate) async fn of_client(
    api: &Api,
    token: &str,
    server: Option<&str>,
) -> Result<Option<Arc<Credential>>, ApiError> {
    let external = api.oauth.external.as_ref().zip(server);
    if let Some((issuer, server)) = external.filter(|_| external::is_jwt(token)) {
        return of_external(api, issuer, token, server).await;
    }
    let found = find(api, digest(token)).await?;
    Ok(found.filter(|found| {
        let audience = found.token.audience.as_deref();
        // That of another server is accepted only as long as that one issues the tokens.
        found.token.kind != EXTERNAL && audience.is_none_or(|audience| Some(audience) == server)
    }))
}

/// The credential of a token of another authorization server. Once checked, it has a row like every other token, and is
/// checked again with the next token.
async fn of_external(
    api: &Api,
    issuer: &ExternalIssuer,
    token: &str,
    server: &str,
) -> Result<Option<Arc<Credential>>, ApiError> {
    let hash = digest(token);
    let is_its_own = |found: &Arc<Credential>| {
        let row = &found.token;
        row.kind == EXTERNAL
            && row.label == issuer.as_str()
            && row.audience.as_deref() == Some(server)
    };
    if let Some(found) = find(api, hash.clone()).await? {
        return Ok(Some(found).filter(is_its_own));
    }
    let now = api.clock.now();
    let verified = match issuer.verify(token, server, now).await {
        Ok(verified) if verified.expires_at > now => verified,
        Ok(_) => return Ok(None),
        Err(Refused::Token(why)) => {
            debug!(why, "Rejected a token of the authorization server");
            return Ok(None);
        }
        Err(Refused::Unavailable(why)) => return Err(ApiError::Contention(why)),
    };
    let mut tx = api.db.begin().await?;
    let Some(user) = tx.find_user_by_name(&verified.user).await? else {
        debug!("Rejected a token of the authorization server for a user who is not known here");
        return Ok(None);
    };
    let row = TokenRow {
        id: api.ids.next(now),
        owner: user.id,
        hash: hash.clone(),
        kind: EXTERNAL.into(),
        label: issuer.as_str().into(),
        scopes: verified.scopes,
        created_at: now,
        expires_at: Some(verified.expires_at),
        last_used_at: None,
        client: verified.client,
        // Like the token of a grant: it is no token of the list, and manages no credentials.
        grant: Some(api.ids.next(now)),
        audience: Some(server.into()),
    };
    tx.insert_external_token(&row, now).await?;
    tx.commit().await?;
    Ok(find(api, hash).await?.filter(is_its_own))
}

/// The identity that the rate limit has looked up, or looks it up now.
pub(crate) async fn identity(parts: &Parts, api: &Api) -> Result<Identity, ApiError> {
    match parts.extensions.get::<Identity>() {
        Some(identity) => Ok(identity.clone()),
        None => identify(api, &parts.headers).await,
    }
}

/// The owner of a token, if it is known and has not ended.
async fn find(api: &Api, digest: String) -> Result<Option<Arc<Credential>>, ApiError> {
    let now = api.clock.now();
    let miss = match api.credentials.get(&digest, now) {
        Lookup::Hit(credential) => return Ok(Some(credential)),
        Lookup::Miss(miss) => miss,
    };
    let mut tx = api.db.read().await?;
    let Some(found) = tx.find_credential(&digest, now).await?.map(Arc::new) else {
        return Ok(None);
    };
    api.last_use.used(&found.token, now);
    api.credentials.put(&miss, digest, Arc::clone(&found), now);
    Ok(Some(found))
}
