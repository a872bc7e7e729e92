//! One mutation from the request to the response: a transaction, its conditions, its idempotency key, the change that is
//! recorded, and the stored response. A dry run ends before the commit.

use std::marker::PhantomData;

use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use taskwire_domain::contract::headers;
use taskwire_domain::{ChangeId, Invalid, UserId};
use taskwire_http::LogEvents;
use taskwire_store::{StoredResponse, TokenRow};

use crate::auth::{Access, Caller};
use crate::conditional;
use crate::error::{ApiError, database_worked};
use crate::extract::{Empty, read_query, split_flag};
use crate::resource::{Resource, response};
use crate::secret::digest_bytes;
use crate::service::precondition::Precondition;
use crate::service::{Context, Error, change};
use crate::state::Api;

/// Longest idempotency key, in characters.
const KEY_MAX: usize = 255;
/// Longest request name stored unhashed, in bytes: Postgres indexes no more than 2,704 together with the key.
const NAME_MAX: usize = 500;
/// The query parameter of every mutation that asks for its response alone.
pub(crate) const DRY_RUN: &str = "dry_run";
/// Says which preferences of the request were honored (RFC 7240).
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
/// Marks a response as that of an earlier request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A requested mutation with its caller, idempotency key and conditions. `Q` are its query parameters, and
/// `A` is the access it requires.
pub(crate) struct Mutation<Q = Empty, A = Caller> {
    pub(crate) api: Api,
    pub(crate) caller: Caller,
    pub(crate) query: Q,
    /// Whether nothing is to be changed: the response is that of the mutation, without its effect.
    pub(crate) is_dry_run: bool,
    access: PhantomData<A>,
    precondition: Precondition,
    /// Whether the caller wants to be refused without `If-Match`.
    is_strict: bool,
    /// The idempotency key: a repeated request gets the first response (draft-ietf-httpapi-idempotency-key-header).
    key: Option<String>,
    /// Method and path with query, or their digest if they are long.
    name: String,
    /// The conditions as they were sent: a request for another version is a different request.
    conditions: Vec<u8>,
}

impl<Q: DeserializeOwned + Send, A: Access> FromRequestParts<Api> for Mutation<Q, A> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let caller = A::from_request_parts(parts, api).await?.into();
        let (dry_run, rest) = split_flag(&parts.uri, DRY_RUN)?;
        let query = read_query(&rest, &[DRY_RUN])?;
        let path = parts
            .uri
            .path_and_query()
            .map_or_else(|| parts.uri.path(), axum::http::uri::PathAndQuery::as_str);
        let mut name = format!("{} {path}", parts.method);
        if name.len() > NAME_MAX {
            name = digest_bytes(name.as_bytes());
        }
        // Creating something, or completing it, which can be repeated, needs no version.
        let is_strict = matches!(parts.method, Method::PATCH | Method::DELETE)
            && conditional::prefers_strict(&parts.headers);
        let precondition = Precondition {
            is_strict,
            ..conditional::precondition(&parts.headers)?
        };
        Ok(Self {
            api: api.clone(),
            caller,
            query,
            is_dry_run: dry_run == Some(true),
            access: PhantomData,
            precondition,
            is_strict,
            key: key(&parts.headers)?,
            name,
            conditions: conditional::precondition_bytes(&parts.headers),
        })
    }
}

/// Refuses an idempotency key, for an operation that cannot store its response.
pub(crate) struct Unkeyed;

impl FromRequestParts<Api> for Unkeyed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, ApiError> {
        if !parts.headers.contains_key(headers::IDEMPOTENCY_KEY) {
            return Ok(Self);
        }
        Err(ApiError::Malformed(
            Invalid::new(
                "Idempotency-Key",
                "idempotency_key_not_supported",
                "This operation does not take an Idempotency-Key.",
            )
            .hint("Omit the header. A repeated request is carried out again."),
        ))
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get(headers::IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    value
        .to_str()
        .ok()
        .filter(|key| (1..=KEY_MAX).contains(&key.len()) && !key.contains('\t'))
        .map(|key| Some(key.to_owned()))
        .ok_or_else(|| {
            ApiError::Malformed(
                Invalid::new(
                    "Idempotency-Key",
                    "malformed_idempotency_key",
                    "The key is not valid.",
                )
                .hint(format!(
                    "Send 1 to {KEY_MAX} printable ASCII characters, such as a UUID."
                )),
            )
        })
}

impl<Q: Send + Sync, A: Access> Mutation<Q, A> {
    /// Whose rows are changed.
    pub(crate) fn owner(&self) -> UserId {
        self.caller.user.id
    }

    /// The context of a use case that only reads.
    pub(crate) async fn read(&self) -> Result<Context, ApiError> {
        let tx = self.api.db.read().await?;
        Ok(self.caller.context(&self.api, tx, Precondition::default()))
    }

    /// The caller's tokens and sessions.
    pub(crate) async fn tokens(&self) -> Result<Vec<TokenRow>, ApiError> {
        let mut context = self.read().await?;
        Ok(context.tx.list_tokens(context.owner, context.now).await?)
    }

    /// Runs a use case in a transaction and returns its result, or the response stored under the same
    /// key. A repeated request must have the same `body`. Nothing is changed unless all of it succeeds. A dry run does
    /// the same, except that nothing is kept, not even its key.
    pub(crate) async fn run<T: Resource + DeserializeOwned>(
        self,
        status: StatusCode,
        body: Bytes,
        use_case: impl for<'a> FnOnce(&'a mut Context) -> BoxFuture<'a, Result<T, ApiError>> + Send,
    ) -> Result<Response, ApiError> {
        let tx = self.api.db.begin().await?;
        let mut context = self.caller.context(&self.api, tx, self.precondition);
        let key = self.key.as_ref().filter(|_| !self.is_dry_run);
        if let Some(key) = key {
            let fingerprint = fingerprint(&self.conditions, &body);
            let kept = reserve(&mut context, key, &self.name, &fingerprint).await?;
            if let Some(kept) = kept {
                return Ok(replay::<T>(kept));
            }
        }
        let made = use_case(&mut context).await;
        let mut made = context.refuse_stale(made, ApiError::is_conflict)?;
        // A resource without a version cannot meet a condition on it.
        if let Some(condition) = context.precondition.condition() {
            return Err(Error::Stale {
                current: None,
                condition,
            }
            .into());
        }
        if self.is_dry_run {
            made.leave_out_unkept();
        }
        let text =
            serde_json::to_string(&made).map_err(|error| ApiError::Internal(error.to_string()))?;
        let change = change::store(&mut context).await?;
        if self.is_dry_run {
            return Ok(dry_response(status, text, &made));
        }
        if let Some(key) = key {
            context
                .tx
                .store_response(
                    context.owner,
                    key,
                    &self.name,
                    status.as_u16(),
                    &text,
                    change,
                )
                .await?;
        }
        context.tx.commit().await?;
        database_worked();
        let mut response = response(status, text, Some(&made));
        name_change(&mut response, change);
        // Something without a version cannot be changed in a stricter way.
        if self.is_strict && !context.precondition.is_strict {
            let strict = HeaderValue::from_static("strict");
            response.headers_mut().insert(PREFERENCE_APPLIED, strict);
        }
        if !context.written.is_empty() {
            response.extensions_mut().insert(LogEvents(context.written));
        }
        Ok(response)
    }
}

/// Names the change that a request made, so that it can be undone.
fn name_change(response: &mut Response, change: Option<ChangeId>) {
    let id = change.and_then(|change| HeaderValue::try_from(change.to_string()).ok());
    response
        .headers_mut()
        .extend(id.map(|id| (HeaderName::from_static(headers::CHANGE), id)));
}

/// The response to a dry run. What it is about does not exist, so that it has no version and no location.
fn dry_response<T: Resource>(status: StatusCode, body: String, made: &T) -> Response {
    let mut response = response(status, body, Some(made));
    let headers = response.headers_mut();
    headers.remove(header::ETAG);
    headers.remove(header::LOCATION);
    headers.insert(
        HeaderName::from_static(headers::DRY_RUN),
        HeaderValue::from_static("true"),
    );
    response
}

/// The parts that must not differ under the same key: the body, and the version it was meant for.
fn fingerprint(conditions: &[u8], body: &[u8]) -> String {
    if conditions.is_empty() {
        digest_bytes(body)
    } else {
        digest_bytes(&[conditions, b"\n".as_slice(), body].concat())
    }
}

/// Reserves the key within the transaction, or finds the response stored under it.
async fn reserve(
    context: &mut Context,
    key: &str,
    name: &str,
    fingerprint: &str,
) -> Result<Option<StoredResponse>, ApiError> {
    let kept = context
        .tx
        .reserve_key(context.owner, key, name, fingerprint, context.now)
        .await?;
    let Some(kept) = kept else {
        return Ok(None);
    };
    if kept.fingerprint != fingerprint {
        return Err(Invalid::new(
            "Idempotency-Key",
            "idempotency_key_reused",
            "This key was already used with a different body or If-Match.",
        )
        .hint("Use a new key for a new request.")
        .into());
    }
    Ok(Some(kept))
}

fn replay<T: Resource + DeserializeOwned>(kept: StoredResponse) -> Response {
    let status = u16::try_from(kept.status)
        .ok()
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::OK);
    let made = serde_json::from_str::<T>(&kept.body).ok();
    let mut response = response(status, kept.body, made.as_ref());
    name_change(&mut response, kept.change_id.map(ChangeId));
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
