//! Authentication: a bearer token, a browser's session cookie, or the credential of Taskwire's own services.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use jiff::Timestamp;
use taskwire_domain::contract::headers;
use taskwire_domain::{Actor, Invalid, Secret, Trace, TraceParent, Via};
use taskwire_store::{Db, TokenRow, Tx, UserRow};

use crate::error::ApiError;
use crate::secret::digest;
use crate::service::precondition::Precondition;
use crate::service::recorded::Recorded;
use crate::service::token::ADMIN;
use crate::service::{Context, MayDelete};
use crate::state::Api;

mod actor;
mod identity;

use actor::{actor, claim};
pub(crate) use identity::{Identity, identify, identity, of_client, session};

/// The scope that takes away the permission to delete.
const NO_DELETE: &str = "no-delete";

/// An authenticated caller.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: UserRow,
    /// None for a service acting for the user.
    pub(crate) token: Option<TokenRow>,
    pub(crate) actor: Actor,
    /// The trace that the request is part of.
    pub(crate) traceparent: Option<TraceParent>,
    /// Whether the request says that it must not delete.
    pub(crate) renounces_delete: bool,
}

/// A caller with any scopes, for endpoints that only describe the credential itself.
#[derive(Clone, Debug)]
pub(crate) struct AnyScope(pub(crate) Caller);

/// A caller who may create and revoke credentials: a signed-in person, or an unrestricted token. A token with
/// limited scopes could otherwise give itself more.
#[derive(Clone, Debug)]
pub(crate) struct Unrestricted(pub(crate) Caller);

/// An operator: a token with the scope `admin`, which only the command line gives.
#[derive(Clone, Debug)]
pub(crate) struct Admin(pub(crate) Caller);

impl Caller {
    /// The context of a use case in this transaction.
    pub(crate) fn context(&self, api: &Api, mut tx: Tx, precondition: Precondition) -> Context {
        tx.set_changed_by(self.actor.via.into());
        let now = api.clock.now();
        Context {
            tx,
            owner: self.user.id,
            zone: self.user.zone.clone(),
            week_start: self.user.week_start,
            date_order: self.user.date_order,
            day_start: self.user.preferences.day_start,
            default_reminder: self.user.preferences.default_reminder,
            actor: self.actor.clone(),
            precondition,
            traceparent: self.traceparent.clone(),
            now,
            change: api.ids.next(now),
            ids: Arc::clone(&api.ids),
            written: Vec::new(),
            stale: None,
            recorded: Recorded::default(),
            may_delete: match &self.token {
                Some(token) if has(token, NO_DELETE) => MayDelete::NotByToken,
                _ if self.renounces_delete => MayDelete::NotByRequest,
                _ => MayDelete::Yes,
            },
        }
    }
}

impl From<AnyScope> for Caller {
    fn from(AnyScope(caller): AnyScope) -> Self {
        caller
    }
}

impl From<Admin> for Caller {
    fn from(Admin(caller): Admin) -> Self {
        caller
    }
}

impl From<Unrestricted> for Caller {
    fn from(Unrestricted(caller): Unrestricted) -> Self {
        caller
    }
}

/// The access that an operation requires. `Caller` stands for the scope that the method needs.
pub(crate) trait Access:
    Into<Caller> + FromRequestParts<Api, Rejection = ApiError> + Send + Sync
{
}

impl<T> Access for T where
    T: Into<Caller> + FromRequestParts<Api, Rejection = ApiError> + Send + Sync
{
}

/// One of Taskwire's own services, not acting for a user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Service;

/// A browser also sends its cookie with requests that other sites trigger. Those carry another `Origin`.
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
                "A browser session can be used only from this server's own page.",
            )
            .hint("From a program, send a token: \"Authorization: Bearer <token>\"."),
        ))
    }
}

/// The caller, with any scopes.
async fn caller(parts: &Parts, api: &Api) -> Result<Caller, ApiError> {
    let traceparent = parts
        .extensions
        .get::<Trace>()
        .and_then(|trace| trace.traceparent.clone());
    let renounces_delete = parts.headers.contains_key(headers::NO_DELETE);
    match identity(parts, api).await? {
        Identity::Anonymous => Err(ApiError::Unauthorized),
        Identity::Service => {
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
            Ok(Caller {
                user,
                token: None,
                actor,
                traceparent,
                renounces_delete,
            })
        }
        // It is for another server, such as the MCP endpoint.
        Identity::Token(credential, _) if credential.token.audience.is_some() => {
            Err(ApiError::Unauthorized)
        }
        Identity::Token(credential, via) => {
            let is_read = parts.method == Method::GET || parts.method == Method::HEAD;
            if matches!(via, Via::Web) && !is_read {
                check_origin(&parts.headers)?;
            }
            let user = credential.user.clone();
            let actor = actor(&parts.headers, user.id, Some(&credential.token), via)?;
            Ok(Caller {
                user,
                token: Some(credential.token.clone()),
                actor,
                traceparent,
                renounces_delete,
            })
        }
    }
}

impl FromRequestParts<Api> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let caller = caller(parts, api).await?;
        if caller.renounces_delete && parts.method == Method::DELETE {
            return Err(ApiError::Forbidden(MayDelete::not_by_request()));
        }
        if let Some(token) = &caller.token {
            match parts.method {
                Method::GET | Method::HEAD => require(token, "read")?,
                Method::DELETE => may_delete(token)?,
                _ => require(token, "write")?,
            }
        }
        Ok(caller)
    }
}

/// Returns true if a token is valid now; for `doctor`.
pub async fn is_known_token(
    db: &Db,
    now: Timestamp,
    token: &Secret,
) -> Result<bool, taskwire_store::Error> {
    let mut tx = db.read().await?;
    let found = tx.find_credential(&digest(token.expose()), now).await?;
    Ok(found.is_some())
}

impl FromRequestParts<Api> for AnyScope {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        caller(parts, api).await.map(Self)
    }
}

impl FromRequestParts<Api> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let caller = caller(parts, api).await?;
        require(own_token(&caller, "operate the server")?, ADMIN)?;
        Ok(Self(caller))
    }
}

impl FromRequestParts<Api> for Unrestricted {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let caller = caller(parts, api).await?;
        let token = own_token(&caller, "manage a user's credentials")?;
        require(token, "read")?;
        require(token, "write")?;
        // It could give itself more than its person has allowed, and for longer.
        if token.grant.is_some() {
            return Err(ApiError::Forbidden(Invalid::new(
                "",
                "insufficient_scope",
                "A program that was connected by OAuth cannot create or revoke credentials.",
            )));
        }
        if has(token, NO_DELETE) {
            return Err(restricted(
                "A token with the scope \"no-delete\" cannot create or revoke credentials.",
            ));
        }
        Ok(Self(caller))
    }
}

/// `write` includes `delete`, except with `no-delete`.
fn may_delete(token: &TokenRow) -> Result<(), ApiError> {
    if has(token, "delete") || (has(token, "write") && !has(token, NO_DELETE)) {
        Ok(())
    } else if has(token, NO_DELETE) {
        Err(restricted("This token is not allowed to delete."))
    } else {
        require(token, "delete")
    }
}

fn has(token: &TokenRow, scope: &str) -> bool {
    token.scopes.split(' ').any(|own| own == scope)
}

/// The caller's token. Taskwire's own services have none, and are refused.
fn own_token<'a>(caller: &'a Caller, operation: &str) -> Result<&'a TokenRow, ApiError> {
    caller.token.as_ref().ok_or_else(|| {
        ApiError::Forbidden(Invalid::new(
            "",
            "forbidden_actor",
            format!("Taskwire's own services cannot {operation}."),
        ))
    })
}

fn require(token: &TokenRow, scope: &str) -> Result<(), ApiError> {
    if has(token, scope) {
        return Ok(());
    }
    Err(ApiError::Forbidden(
        Invalid::new(
            "",
            "insufficient_scope",
            format!("This token lacks the scope {scope:?}."),
        )
        .hint("Use a token with that scope."),
    ))
}

fn restricted(detail: &str) -> ApiError {
    ApiError::Forbidden(
        Invalid::new("", "insufficient_scope", detail)
            .hint("Use a token without the scope \"no-delete\"."),
    )
}

impl FromRequestParts<Api> for Service {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        match identity(parts, api).await? {
            Identity::Service => Ok(Self),
            // The path does not exist for other callers.
            _ => Err(ApiError::UnknownPath),
        }
    }
}
