//! What has to hold after an undo.

use taskwire_domain::{Status, TaskId};

use super::obstacle::Obstacles;
use super::task::subtask;
use super::{Context, Error};

/// A series has one open task, also after an undo.
pub(super) async fn series(
    context: &mut Context,
    touched: &[TaskId],
    obstacles: &mut Obstacles,
) -> Result<(), Error> {
    for id in touched {
        let Some(task) = context.tx.find_task(context.owner, *id).await? else {
            continue;
        };
        let Some(series) = task.series.as_ref().filter(|_| task.status == Status::Open) else {
            continue;
        };
        let open = context
            .tx
            .open_numbers_of_series(context.owner, series.id)
            .await?;
        if let Some(other) = open.iter().find(|number| **number != task.number) {
            obstacles.open_in_series(&task, *other);
        }
    }
    Ok(())
}

/// Subtasks are one level deep and have a parent that exists, also after an undo.
pub(super) async fn family(
    context: &mut Context,
    touched: &[TaskId],
    obstacles: &mut Obstacles,
) -> Result<(), Error> {
    for id in touched {
        let Some(found) = context.tx.find_occurrence(context.owner, *id).await? else {
            continue;
        };
        let task = &found.task;
        let is_removed = found.withdrawn || task.status == Status::Deleted;
        if !is_removed && !subtask::has_valid_parent(context, task, true).await? {
            obstacles.invalid_parent(task);
        } else if task.subtasks.are_any() && (is_removed || task.parent.is_some()) {
            obstacles.has_subtasks(task);
        }
    }
    Ok(())
}
