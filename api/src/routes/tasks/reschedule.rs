//! `POST /api/v1/tasks/{task}/reschedule`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{RescheduleTask, TaskChange};

use crate::error::ApiError;
use crate::extract::{Body, TaskPath};
use crate::failures::{
    Changes, DueField, DurationField, JsonBody, MovedSeries, OccurrenceField, OpenTask, Refusals,
    ReminderFields, RuleField, TaskInPath, WeekdayField,
};
use crate::mutation::Mutation;
use crate::routes::parameters::{Key, OnVersion, TaskParam};
use crate::service::task;

/// Move a task, one occurrence of a series, or the series from there on. The rule is kept.
#[utoipa::path(post, path = "/api/v1/tasks/{task}/reschedule", operation_id = "reschedule_task", tag = "tasks", request_body = RescheduleTask, params(TaskParam, OnVersion, Key),
    responses((status = 200, description = "The task", body = TaskChange, headers(("ETag", description = "The version"))), Refusals<(Changes, TaskInPath, JsonBody, OpenTask, OccurrenceField, MovedSeries, (DueField, DurationField, WeekdayField, RuleField, ReminderFields))>))]
pub(crate) async fn reschedule(
    change: Mutation,
    TaskPath(reference): TaskPath,
    body: Body<RescheduleTask>,
) -> Result<Response, ApiError> {
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                let outcome = task::reschedule(context, reference, &body.value).await?;
                Ok(outcome.view(context))
            })
        })
        .await
}
