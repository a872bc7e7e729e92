//! `/api/v1/notifications`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{
    NotificationQuery, NotificationView, Page, Problem, ReadNotifications,
};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::extract::{Body, Query};
use crate::service::notification;
use crate::state::Api;
use crate::work::{self, Begun, Request, begin};

/// List what the owner was told, newest first: reminders that fired. Those of a task that is no longer open count as read.
#[utoipa::path(get, path = "/api/v1/notifications", operation_id = "list_notifications", tag = "notifications", params(NotificationQuery),
    responses((status = 200, description = "A page of notifications", body = Page<NotificationView>), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<NotificationQuery>,
) -> Result<Json<Page<NotificationView>>, ApiError> {
    let mut cx = work::read(&api, caller).await?;
    Ok(Json(notification::list(&mut cx, &query).await?))
}

/// Mark notifications as read. One that was read before keeps its time.
#[utoipa::path(post, path = "/api/v1/notifications/read", operation_id = "read_notifications", tag = "notifications", request_body = ReadNotifications,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request answer as the first did")),
    responses((status = 200, description = "The notifications", body = Page<NotificationView>), (status = "4XX", description = "Refused; the body says which field and what would be right", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    State(api): State<Api>,
    caller: Caller,
    request: Request,
    body: Body<ReadNotifications>,
) -> Result<Response, ApiError> {
    let mut work = match begin(&api, caller, request, &body.bytes).await? {
        Begun::Fresh(work) => *work,
        Begun::Replay(response) => return Ok(response),
    };
    let page = notification::read(&mut work.cx, &body.value).await?;
    work.finish(StatusCode::OK, &page, None).await
}
