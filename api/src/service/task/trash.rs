//! Deleting to the trash and back, with the subtasks.

use taskwire_domain::{EventKind, Status, TaskRef};

use super::{Outcome, find_target, lock_owner, move_to_trash, restored, save, subtask};
use crate::service::{Context, Error, conflict};

/// Moves a task to the trash, and its subtasks with it. Idempotent.
pub(crate) async fn delete(context: &mut Context, task: TaskRef) -> Result<Outcome, Error> {
    let before = find_target(context, task).await?;
    if before.status == Status::Deleted {
        return Outcome::unchanged(context, before).await;
    }
    let before = subtask::delete_all(context, before).await?;
    Ok(Outcome::changed(move_to_trash(context, &before).await?))
}

/// Takes a task out of the trash, as it was, with the subtasks that went there with it. Idempotent.
pub(crate) async fn restore(context: &mut Context, task: TaskRef) -> Result<Outcome, Error> {
    lock_owner(context).await?;
    let before = find_target(context, task).await?;
    if before.status != Status::Deleted {
        return Outcome::unchanged(context, before).await;
    }
    let mut task = restored(&before);
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
    let mut warnings = Vec::new();
    if let Some(parent) = task.parent
        && !subtask::has_valid_parent(context, &task, false).await?
    {
        task.parent = None;
        warnings.push(format!(
            "It is no longer a subtask, because task {parent} is in the trash, gone, a subtask itself, or has as many as it can have."
        ));
    }
    save(context, EventKind::TaskRestored, &before, &mut task).await?;
    if task.parent.is_none() {
        task.subtasks = subtask::restore_all(context, &before).await?;
    }
    Ok(Outcome::changed(task).with_warnings(warnings))
}
