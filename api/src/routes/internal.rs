//! `/api/v1/internal`: what Taskwire's own consumers ask for. Not part of the public contract, and not there for anybody
//! without the service credential.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use axum::{Json, Router};
use taskwire_domain::TaskRef;
use taskwire_domain::contract::{FiredReminders, render};

use crate::auth::{Caller, Service};
use crate::error::ApiError;
use crate::extract::Segment;
use crate::service::{reminder, series};
use crate::state::Api;
use crate::work::{Begun, Request, begin};

pub(crate) fn router() -> Router<Api> {
    Router::new()
        .route("/api/v1/internal/tasks/{task}/advance", post(advance))
        .route("/api/v1/internal/reminders/fire", post(fire))
}

/// Makes the successor of a completed occurrence; answers null when there is nothing to make.
async fn advance(
    State(api): State<Api>,
    _: Service,
    caller: Caller,
    request: Request,
    Segment(task): Segment,
) -> Result<Response, ApiError> {
    let TaskRef::Id(task) = TaskRef::parse(&task)? else {
        return Err(ApiError::NotFound("such task".into()));
    };
    let mut work = match begin(&api, caller, request, b"").await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let successor = series::advance(&mut work.cx, task).await?;
    let view = successor
        .as_ref()
        .map(|task| render(task, work.cx.now, &work.cx.zone));
    work.finish(StatusCode::OK, &view, None).await
}

async fn fire(State(api): State<Api>, _: Service) -> Result<Json<FiredReminders>, ApiError> {
    Ok(Json(
        reminder::fire(&api.db, &api.ids, api.clock.now()).await?,
    ))
}
