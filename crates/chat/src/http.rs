//! The HTTP endpoints of the chat.

mod auth;
mod begin;
mod builder;
mod plan;
mod problem;
mod request;
#[cfg(test)]
mod tests;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::StreamExt;
use serde::Serialize;
use std::convert::Infallible;
use taskwire_domain::UserId;
use taskwire_http::LogUser;

use crate::chat::Chat;
use crate::command::NO_KEY;
use crate::run::Running;
use problem::Refusal;

/// Largest request, in bytes: a client may send the whole conversation, which is ignored but must fit.
const BODY_MAX: usize = 1024 * 1024;

/// The chat's endpoints.
pub fn router(chat: Chat) -> Router {
    Router::new()
        .route("/api/v1/chat", get(describe).post(submit))
        .route("/api/v1/chat/{id}/stream", get(resume))
        .route("/api/v1/chat/{id}/stop", post(stop))
        .method_not_allowed_fallback(taskwire_http::unknown_method)
        .layer(from_fn(request::without_query))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(chat)
}

/// The capabilities of this chat.
#[derive(Serialize)]
struct Description {
    /// Whether there is a model; without one the chat follows simple commands.
    has_model: bool,
    /// A notice for the person, if there is no model.
    notice: Option<&'static str>,
}

/// Suggestions for the first message.
async fn describe(
    State(chat): State<Chat>,
    headers: HeaderMap,
) -> Result<Json<Description>, Refusal> {
    auth::caller(&chat, &headers, false).await?;
    let has_model = chat.inner.config.model.is_some();
    Ok(Json(Description {
        has_model,
        notice: (!has_model).then_some(NO_KEY),
    }))
}

/// A person's message, their approvals, or a request for another answer.
async fn submit(
    State(chat): State<Chat>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let caller = auth::caller(&chat, &headers, true).await?;
    request::refuse_key(&headers)?;
    let body = body.map_err(|rejected| Refusal::body(rejected.status()))?;
    let request = request::read(&headers, &body)?;
    let user = LogUser(UserId(caller.user.id));
    let run = begin::begin(&chat, caller, request).await?;
    let mut response = stream(&chat, Running::Here(run));
    response.extensions_mut().insert(user);
    Ok(response)
}

/// The running turn from its beginning, for a reader who lost the stream; one that was killed is closed and shown.
async fn resume(
    State(chat): State<Chat>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let caller = auth::caller(&chat, &headers, false).await?;
    let id = conversation_id(id)?;
    Ok(match begin::resume(&chat, caller, &id).await? {
        Some(running) => stream(&chat, running),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

/// Ends the running turn. It is not an error if nothing runs: the turn may just have ended. An idempotency key makes no
/// difference.
async fn stop(
    State(chat): State<Chat>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let caller = auth::caller(&chat, &headers, true).await?;
    let id = conversation_id(id)?;
    let stopped = chat.inner.runs.stop(caller.user.id, &id).await;
    stopped.map_err(|error| Refusal::turn_state(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The conversation in the path; it must be UTF-8.
fn conversation_id(id: Result<Path<String>, PathRejection>) -> Result<String, Refusal> {
    let id = id.map(|Path(id)| id).unwrap_or_default();
    request::id("id", &id)?;
    Ok(id)
}

fn stream(chat: &Chat, running: Running) -> Response {
    let limits = &chat.inner.config.limits;
    let (keep_alive, orphan_timeout) = (limits.keep_alive, limits.orphan_timeout);
    let body = match running {
        Running::Here(run) => Body::from_stream(
            run.subscribe(keep_alive, orphan_timeout)
                .map(Ok::<_, Infallible>),
        ),
        Running::Elsewhere(run) => Body::from_stream(
            run.subscribe(keep_alive, orphan_timeout)
                .map(Ok::<_, Infallible>),
        ),
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(
        "x-vercel-ai-ui-message-stream",
        HeaderValue::from_static("v1"),
    );
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
