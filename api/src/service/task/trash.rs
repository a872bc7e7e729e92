//! Deleting to the trash and back.

use taskwire_domain::{EventKind, Status, TaskRef};

use super::{Outcome, find_target, lock_owner, save};
use crate::service::{Context, Error, conflict};

/// Moves a task to the trash. Idempotent.
pub(crate) async fn delete(context: &mut Context, task: TaskRef) -> Result<Outcome, Error> {
    let before = find_target(context, task).await?;
    if before.status == Status::Deleted {
        return Outcome::unchanged(context, before).await;
    }
    let mut task = before.clone();
    task.status = Status::Deleted;
    task.deleted_at = Some(context.now);
    save(context, EventKind::TaskDeleted, &before, &mut task).await?;
    Ok(Outcome::changed(task))
}

/// Takes a task out of the trash, as it was. Idempotent.
pub(crate) async fn restore(context: &mut Context, task: TaskRef) -> Result<Outcome, Error> {
    lock_owner(context).await?;
    let before = find_target(context, task).await?;
    if before.status != Status::Deleted {
        return Outcome::unchanged(context, before).await;
    }
    let mut task = before.clone();
    task.deleted_at = None;
    task.status = if before.completed_at.is_some() {
        Status::Completed
    } else if before.skipped_at.is_some() {
        Status::Skipped
    } else {
        Status::Open
    };
    if task.status == Status::Open
        && let Some(series) = &task.series
        && let Some(open) = context
            .tx
            .find_open_of_series(context.owner, series.id)
            .await?
    {
        return Err(conflict(
            "series_has_open_task",
            format!("Task {} of the same series is open.", open.number),
            "Complete or delete that task first: a series has only one open task.",
        ));
    }
    save(context, EventKind::TaskRestored, &before, &mut task).await?;
    Ok(Outcome::changed(task))
}
