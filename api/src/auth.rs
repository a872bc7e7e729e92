//! Who is calling: a bearer token, a browser's session cookie, or one of Taskwire's own services.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use jiff::Timestamp;
use taskwire_domain::contract::headers;
use taskwire_domain::{Actor, Invalid, Secret, Trace, TraceParent, UserId, Via};
use taskwire_store::{Credential, Db, TokenRow, UserRow};

use crate::error::ApiError;
use crate::secret::digest;
use crate::state::Api;

/// Name of the session cookie.
pub const COOKIE: &str = "taskwire_session";
/// Longest claim kept in an actor, in characters.
const CLAIM_MAX: usize = 200;

/// An authenticated caller.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: UserRow,
    /// None for a service acting for the user.
    pub(crate) token: Option<TokenRow>,
    pub(crate) actor: Actor,
    /// The trace that the request is part of.
    pub(crate) traceparent: Option<TraceParent>,
}

/// One of Taskwire's own services, acting for nobody in particular.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Service;

/// What a credential was found in.
enum Presented {
    Bearer(String),
    Cookie(String),
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
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
        .map(|token| Presented::Cookie(token.to_owned()))
        .ok_or(ApiError::Unauthorized)
}

/// A browser sends its cookie along with requests that other sites make it send. Those carry another `Origin`.
pub(crate) fn check_origin(headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let same = match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, rest)| rest == host),
        (None, _) => headers
            .get("sec-fetch-site")
            .is_some_and(|value| value.as_bytes() == b"same-origin"),
        (Some(_), None) => false,
    };
    if same {
        Ok(())
    } else {
        Err(ApiError::Forbidden(
            Invalid::new(
                "Origin",
                "foreign_origin",
                "A browser's session works only from this server's own page.",
            )
            .hint("Programs send a token: \"Authorization: Bearer <token>\"."),
        ))
    }
}

/// What a caller says about who is acting.
fn claim(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.chars().take(CLAIM_MAX).collect())
}

fn actor(
    headers: &HeaderMap,
    user: UserId,
    token: Option<&TokenRow>,
    via: Via,
) -> Result<Actor, ApiError> {
    let unreadable = headers
        .get(headers::VIA)
        .is_some_and(|value| value.to_str().is_err());
    let claimed = if unreadable {
        // Nobody's name, and so refused below.
        Some(String::new())
    } else {
        claim(headers, headers::VIA)
    };
    let via = match claimed {
        None => via,
        Some(text) => match Via::parse(&text) {
            // Only the services themselves may say that a service did it.
            Some(Via::Consumer) if token.is_some() => {
                return Err(ApiError::Forbidden(Invalid::new(
                    headers::VIA,
                    "forbidden_actor",
                    "Only Taskwire's own services act as consumer.",
                )));
            }
            Some(via) => via,
            None => {
                return Err(ApiError::Malformed(
                    Invalid::new(
                        headers::VIA,
                        "malformed_actor",
                        "The header names no known door.",
                    )
                    .hint("Send web, rest, mcp or chat, or leave it out."),
                ));
            }
        },
    };
    Ok(Actor {
        user,
        token: token.map(|token| token.id),
        via,
        client: claim(headers, headers::CLIENT),
        chat_turn: claim(headers, headers::CHAT_TURN),
        tool_call: claim(headers, headers::TOOL_CALL),
    })
}

impl FromRequestParts<Api> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let traceparent = parts
            .extensions
            .get::<Trace>()
            .and_then(|trace| trace.traceparent.clone());
        let (secret, via) = match presented(&parts.headers)? {
            Presented::Bearer(token) => (token, Via::Rest),
            Presented::Cookie(token) => {
                if parts.method != Method::GET && parts.method != Method::HEAD {
                    check_origin(&parts.headers)?;
                }
                (token, Via::Web)
            }
        };
        let digest = digest(&secret);
        if api.is_service(&digest) {
            let user = claim(&parts.headers, headers::USER)
                .and_then(|id| id.parse().ok())
                .ok_or_else(|| {
                    ApiError::Malformed(Invalid::new(
                        headers::USER,
                        "missing_user",
                        "A service must name the user it acts for.",
                    ))
                })?;
            let mut tx = api.db.read().await?;
            let user = tx
                .find_user(user)
                .await?
                .ok_or_else(|| ApiError::NotFound("such user".into()))?;
            let actor = actor(&parts.headers, user.id, None, Via::Consumer)?;
            return Ok(Self {
                user,
                token: None,
                actor,
                traceparent,
            });
        }
        let credential = find(api, digest).await?;
        allow(&credential.token, parts)?;
        let actor = actor(
            &parts.headers,
            credential.user.id,
            Some(&credential.token),
            via,
        )?;
        Ok(Self {
            user: credential.user,
            token: Some(credential.token),
            actor,
            traceparent,
        })
    }
}

/// Whether a token signs somebody in now; for `doctor`.
pub async fn is_known_token(
    db: &Db,
    now: Timestamp,
    token: &Secret,
) -> Result<bool, taskwire_store::Error> {
    let mut tx = db.read().await?;
    let found = tx.find_credential(&digest(token.expose()), now).await?;
    Ok(found.is_some())
}

/// Who a token belongs to.
async fn find(api: &Api, digest: String) -> Result<Credential, ApiError> {
    let now = api.clock.now();
    if let Some(known) = api.credentials.get(&digest, now) {
        return Ok(known);
    }
    let mut tx = api.db.read().await?;
    let found = tx
        .find_credential(&digest, now)
        .await?
        .ok_or(ApiError::Unauthorized)?;
    api.credentials.put(digest, found.clone(), now);
    Ok(found)
}

/// Holds a token to its scopes.
fn allow(token: &TokenRow, parts: &Parts) -> Result<(), ApiError> {
    let has = |scope| token.scopes.split(' ').any(|own| own == scope);
    let needed = match parts.method {
        Method::GET | Method::HEAD => "read",
        _ => "write",
    };
    if !has(needed) {
        return Err(ApiError::Forbidden(
            Invalid::new(
                "",
                "insufficient_scope",
                format!("This token lacks the scope {needed:?}."),
            )
            .hint("Use a token with that scope."),
        ));
    }
    if parts.method == Method::DELETE && has("no-delete") {
        return Err(ApiError::Forbidden(
            Invalid::new("", "insufficient_scope", "This token may not delete.")
                .hint("Use a token without the scope \"no-delete\"."),
        ));
    }
    Ok(())
}

impl FromRequestParts<Api> for Service {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        match presented(&parts.headers) {
            Ok(Presented::Bearer(token)) if api.is_service(&digest(&token)) => Ok(Self),
            // The path does not exist for anybody else.
            _ => Err(ApiError::NotFound("such path".into())),
        }
    }
}
