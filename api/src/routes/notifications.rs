//! `/api/v1/notifications`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{NotificationQuery, NotificationView, Page, ReadNotifications};

use crate::error::ApiError;
use crate::extract::Body;
use crate::failures::{Creates, JsonBody, NotificationIds, Paged, ReadsQuery, Refusals};
use crate::mutation::Mutation;
use crate::reader::Reader;
use crate::routes::parameters::{IfChanged, Key};
use crate::service::notification;

/// List notifications, newest first: reminders that fired. Those of a task that is no longer open, or of a reminder that will fire again, count as read.
#[utoipa::path(get, path = "/api/v1/notifications", operation_id = "list_notifications", tag = "notifications", params(NotificationQuery, IfChanged),
    responses((status = 200, description = "A page of notifications", body = Page<NotificationView>, headers(("ETag", description = "Identifies the content of the list"))),
        (status = 304, description = "The same as the list with the ETag in If-None-Match"), Refusals<(ReadsQuery, Paged)>))]
pub(crate) async fn list(reader: Reader<NotificationQuery>) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond_list(&notification::list(&mut context, &reader.query).await?)
}

/// Mark notifications as read. One that is already read keeps its time.
#[utoipa::path(post, path = "/api/v1/notifications/read", operation_id = "read_notifications", tag = "notifications", request_body = ReadNotifications, params(Key),
    responses((status = 200, description = "The notifications", body = Page<NotificationView>), Refusals<(Creates, JsonBody, NotificationIds)>))]
pub(crate) async fn read(
    change: Mutation,
    body: Body<ReadNotifications>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move { Ok(notification::read(context, &body.value).await?) })
        })
        .await
}
