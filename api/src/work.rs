//! One request's unit of work: a transaction, its idempotency key, and the answer.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use taskwire_domain::Invalid;
use taskwire_domain::contract::headers;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::secret::digest_bytes;
use crate::service::Context;
use crate::state::Api;

/// Longest idempotency key, in characters.
const KEY_MAX: usize = 255;
/// Longest name of a request kept as it is, in bytes: Postgres indexes no more than 2,704 together with the key.
const NAME_MAX: usize = 500;
/// Says that an answer is that of an earlier request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What of a request matters to its idempotency (draft-ietf-httpapi-idempotency-key-header).
pub(crate) struct Request {
    key: Option<String>,
    /// Method and path with query, or their digest if they are long.
    name: String,
    /// The version that the change was made for, as it was sent.
    condition: Option<Vec<u8>>,
}

impl FromRequestParts<Api> for Request {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, ApiError> {
        let key = match parts.headers.get(headers::IDEMPOTENCY_KEY) {
            None => None,
            Some(value) => Some(
                value
                    .to_str()
                    .ok()
                    .filter(|key| (1..=KEY_MAX).contains(&key.len()))
                    .map(ToOwned::to_owned)
                    .ok_or_else(|| {
                        ApiError::Malformed(
                            Invalid::new(
                                "Idempotency-Key",
                                "malformed_idempotency_key",
                                "The key cannot be used.",
                            )
                            .hint(format!(
                                "Send 1 to {KEY_MAX} visible ASCII characters, such as a UUID."
                            )),
                        )
                    })?,
            ),
        };
        let path = parts
            .uri
            .path_and_query()
            .map_or_else(|| parts.uri.path(), axum::http::uri::PathAndQuery::as_str);
        let mut name = format!("{} {path}", parts.method);
        if name.len() > NAME_MAX {
            name = digest_bytes(name.as_bytes());
        }
        let condition = parts.headers.get(header::IF_MATCH);
        Ok(Self {
            key,
            name,
            condition: condition.map(|value| value.as_bytes().to_vec()),
        })
    }
}

impl Request {
    /// A request that is harmless to repeat.
    pub(crate) fn without_key() -> Self {
        Self {
            key: None,
            name: String::new(),
            condition: None,
        }
    }

    /// What must be the same under the same key: the body, and the version it was meant for.
    fn fingerprint(&self, body: &[u8]) -> String {
        match &self.condition {
            None => digest_bytes(body),
            Some(condition) => digest_bytes(&[condition, b"\n".as_slice(), body].concat()),
        }
    }

    /// Leaves the key aside, for an answer that must not be kept.
    pub(crate) fn forget_key(&mut self) {
        self.key = None;
    }
}

/// A mutation under way. Dropping it changes nothing.
pub(crate) struct Work {
    pub(crate) cx: Context,
    /// The key reserved, and the request's name.
    reserved: Option<(String, String)>,
}

/// What a request begins with.
pub(crate) enum Begun {
    /// It must be worked on.
    Fresh(Box<Work>),
    /// It was answered before.
    Replay(Response),
}

/// Begins a mutation, or finds the answer it was given before. `body` is what must be the same under the same key.
pub(crate) async fn begin(
    api: &Api,
    caller: Caller,
    request: Request,
    body: &[u8],
) -> Result<Begun, ApiError> {
    let now = api.clock.now();
    let mut tx = api.db.begin().await?;
    let mut reserved = None;
    let fingerprint = request.fingerprint(body);
    if let Some(key) = request.key {
        let kept = tx
            .reserve_key(caller.user.id, &key, &request.name, &fingerprint, now)
            .await?;
        if let Some(kept) = kept {
            if kept.fingerprint != fingerprint {
                return Err(Invalid::new(
                    "Idempotency-Key",
                    "idempotency_key_reused",
                    "This key came before with another body or If-Match.",
                )
                .hint("Use a new key for a new request.")
                .into());
            }
            return Ok(Begun::Replay(replay(kept.status, kept.body)));
        }
        reserved = Some((key, request.name));
    }
    Ok(Begun::Fresh(Box::new(Work {
        cx: Context {
            tx,
            owner: caller.user.id,
            zone: caller.user.zone,
            week_start: caller.user.week_start,
            date_order: caller.user.date_order,
            actor: caller.actor,
            traceparent: caller.traceparent,
            now,
            change: api.ids.next(now),
            ids: api.ids.clone(),
        },
        reserved,
    })))
}

fn replay(status: i64, body: String) -> Response {
    #[derive(serde::Deserialize)]
    struct Versioned {
        version: Option<i64>,
    }
    let status = u16::try_from(status)
        .ok()
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::OK);
    let version = serde_json::from_str::<Versioned>(&body)
        .ok()
        .and_then(|body| body.version);
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    tag(&mut response, version);
    response
}

fn tag(response: &mut Response, version: Option<i64>) {
    if let Some(version) = version
        && let Ok(value) = HeaderValue::from_str(&format!("\"{version}\""))
    {
        response.headers_mut().insert(header::ETAG, value);
    }
}

impl Work {
    /// Keeps the answer under the key, commits, and answers.
    pub(crate) async fn finish(
        mut self,
        status: StatusCode,
        answer: &(impl Serialize + Sync),
        version: Option<i64>,
    ) -> Result<Response, ApiError> {
        let body =
            serde_json::to_string(answer).map_err(|error| ApiError::Internal(error.to_string()))?;
        if let Some((key, name)) = &self.reserved {
            self.cx
                .tx
                .keep_answer(self.cx.owner, key, name, status.as_u16(), &body)
                .await?;
        }
        self.cx.tx.commit().await?;
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        tag(&mut response, version);
        Ok(response)
    }
}

/// Begins a read: the same context, without a transaction.
pub(crate) async fn read(api: &Api, caller: Caller) -> Result<Context, ApiError> {
    let now = api.clock.now();
    Ok(Context {
        tx: api.db.read().await?,
        owner: caller.user.id,
        zone: caller.user.zone,
        week_start: caller.user.week_start,
        date_order: caller.user.date_order,
        actor: caller.actor,
        traceparent: caller.traceparent,
        now,
        change: api.ids.next(now),
        ids: api.ids.clone(),
    })
}

/// A read answer with its version.
pub(crate) fn versioned(answer: &impl Serialize, version: i64) -> Response {
    let mut response = Json(answer).into_response();
    tag(&mut response, Some(version));
    response
}
