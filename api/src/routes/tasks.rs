//! `/api/v1/tasks`.

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{OpenOccurrence, TaskChange, render};

use crate::error::ApiError;
use crate::service::task::Outcome;
use crate::work::Work;

pub(crate) mod complete;
pub(crate) mod create;
pub(crate) mod explain;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod patch;
pub(crate) mod quick;
pub(crate) mod reschedule;
pub(crate) mod skip;
pub(crate) mod trash;

/// Commits a mutation and answers what came of it.
async fn answer(work: Work, status: StatusCode, outcome: &Outcome) -> Result<Response, ApiError> {
    let change = TaskChange {
        task: render(&outcome.task, work.cx.now, &work.cx.zone),
        changed: outcome.changed,
        open: outcome.open.as_ref().map(OpenOccurrence::of),
        warnings: outcome.warnings.clone(),
    };
    work.finish(status, &change, Some(outcome.task.version))
        .await
}
