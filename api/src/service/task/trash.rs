//! Deleting to the trash and back.

use taskwire_domain::{EventKind, Status, TaskRef};

use super::{Outcome, find_target, lock_series, write};
use crate::service::{Context, Error, conflict};

/// Moves a task to the trash. Twice is once.
pub(crate) async fn delete(cx: &mut Context, task: TaskRef) -> Result<Outcome, Error> {
    let before = find_target(cx, task).await?;
    if before.status == Status::Deleted {
        return Outcome::unchanged(cx, before).await;
    }
    let mut task = before.clone();
    task.status = Status::Deleted;
    task.deleted_at = Some(cx.now);
    write(cx, EventKind::TaskDeleted, &before, &mut task).await?;
    Ok(Outcome::changed(task))
}

/// Takes a task out of the trash, as it was. Twice is once.
pub(crate) async fn restore(cx: &mut Context, task: TaskRef) -> Result<Outcome, Error> {
    lock_series(cx).await?;
    let before = find_target(cx, task).await?;
    if before.status != Status::Deleted {
        return Outcome::unchanged(cx, before).await;
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
        && let Some(open) = cx.tx.find_open_of_series(cx.owner, series.id).await?
    {
        return Err(conflict(
            "series_has_open_task",
            format!("Task {} of the same series is open.", open.number),
            "Complete or delete that task first: a series has only one open task.",
        ));
    }
    write(cx, EventKind::TaskRestored, &before, &mut task).await?;
    Ok(Outcome::changed(task))
}
