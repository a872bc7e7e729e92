//! Skipping one occurrence of a series.

use taskwire_domain::contract::SkipTask;
use taskwire_domain::{Status, TaskRef, text};

use super::complete::{find_ended, in_trash, not_recurring};
use super::{Outcome, coming, find_target, occurrence, overwrite, subtask};
use crate::service::draft::collect_err;
use crate::service::{Context, Error, conflict};

/// Skips the open occurrence of a series, or the named one, which may be still to come. A repeated call changes nothing and returns the same. The
/// series continues as after a completion.
pub(crate) async fn skip(
    context: &mut Context,
    task: TaskRef,
    body: &SkipTask,
) -> Result<Outcome, Error> {
    let mut refused = Vec::new();
    let key = collect_err(&mut refused, occurrence(body.occurrence.as_deref()));
    let reason = text::reason(body.reason.as_deref().unwrap_or_default());
    let reason = collect_err(&mut refused, reason);
    let (Some(key), Some(reason)) = (key, reason) else {
        return Err(Error::Invalid(refused));
    };
    let before = find_target(context, task).await?;
    if before.series.is_none() {
        return Err(not_recurring(&before, "").into());
    }
    if let Some(key) = &key
        && let Some(done) = coming::skip(context, &before, key, reason.as_deref()).await?
    {
        return Ok(done);
    }
    if let Some(key) = key
        && let Some(other) = find_ended(context, &before, &key, Status::Skipped).await?
    {
        return Outcome::unchanged(context, other).await;
    }
    match before.status {
        Status::Skipped => Outcome::unchanged(context, before).await,
        Status::Completed => Err(conflict(
            "already_completed",
            format!("Task {} is completed.", before.number),
            "Reopen it first.",
        )),
        Status::Deleted => Err(in_trash(&before)),
        Status::Open => {
            let mut task = before.clone();
            task.status = Status::Skipped;
            task.skipped_at = Some(context.now);
            task.missed = task.passed_over(context.now, &context.zone);
            overwrite(context, &before, &mut task).await?;
            context.record_skip(&before, &task, reason).await?;
            super::remind(context, &before, &task).await?;
            subtask::name_open(context, Outcome::changed(task)).await
        }
    }
}
