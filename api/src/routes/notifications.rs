//! `/api/v1/notifications`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{
    NotificationQuery, NotificationSettings, NotificationSettingsPatch, NotificationView, Page,
    ReadNotifications,
};

use crate::error::ApiError;
use crate::extract::Body;
use crate::failures::{
    Changes, Creates, JsonBody, NotificationIds, NotificationSettingFields, Paged, Reads,
    ReadsQuery, Refusals,
};
use crate::mutation::Mutation;
use crate::reader::Reader;
use crate::routes::parameters::{IfChanged, Key, OnVersion, PrefersStrict};
use crate::service::{notification, notification_settings};

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

/// Quiet hours, the daily digest, and telling again.
#[utoipa::path(get, path = "/api/v1/notifications/settings", operation_id = "get_notification_settings", tag = "notifications", params(IfChanged),
    responses((status = 200, description = "The settings", body = NotificationSettings, headers(("ETag", description = "The version"))),
        (status = 304, description = "Not modified since the version in If-None-Match"), Refusals<Reads>))]
pub(crate) async fn settings(reader: Reader) -> Result<Response, ApiError> {
    let mut context = reader.begin().await?;
    reader.respond(&notification_settings::get(&mut context).await?)
}

/// Change when and how often notifications are sent: absent keeps.
#[utoipa::path(patch, path = "/api/v1/notifications/settings", operation_id = "patch_notification_settings", tag = "notifications", request_body = NotificationSettingsPatch,
    params(OnVersion, PrefersStrict, Key),
    responses((status = 200, description = "The settings", body = NotificationSettings, headers(("ETag", description = "The version"))),
        Refusals<(Changes, JsonBody, NotificationSettingFields)>))]
pub(crate) async fn patch_settings(
    change: Mutation,
    body: Body<NotificationSettingsPatch>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move { Ok(notification_settings::patch(context, &body.value).await?) })
        })
        .await
}
