//! `/api/v1/internal`: operations for Taskwire's own consumers. Not part of the public contract, and hidden from
//! callers without the service credential.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use taskwire_domain::TaskRef;
use taskwire_http::LogEvents;

use crate::auth::Service;
use crate::error::ApiError;
use crate::extract::{Empty, OptionalBody, Query, Segment};
use crate::mutation::{Mutation, Unkeyed};
use crate::service::{reminder, series};
use crate::state::Api;

pub(crate) fn router() -> Router<Api> {
    Router::new()
        .route("/api/v1/internal/tasks/{task}/advance", post(advance))
        .route("/api/v1/internal/reminders/fire", post(fire))
}

/// Creates the successor of a completed occurrence; returns null if there is nothing to create.
async fn advance(
    _: Service,
    change: Mutation,
    Segment(task): Segment,
    body: OptionalBody<Empty>,
) -> Result<Response, ApiError> {
    let TaskRef::Id(task) = TaskRef::parse(&task)? else {
        return Err(ApiError::NotFound("such task".into()));
    };
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                let successor = series::advance(context, task).await?;
                Ok(successor.as_ref().map(|task| context.view(task)))
            })
        })
        .await
}

async fn fire(
    State(api): State<Api>,
    _: Service,
    _: Unkeyed,
    _: Query<Empty>,
) -> Result<Response, ApiError> {
    let (fired, events) = reminder::fire(&api.db, &api.ids, api.clock.now()).await?;
    let mut response = Json(fired).into_response();
    // None are worth no line: the consumer asks at least twice a minute.
    response.extensions_mut().insert(LogEvents(events));
    Ok(response)
}
