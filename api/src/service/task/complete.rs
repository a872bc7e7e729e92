//! Completing by occurrence, and reopening exactly.

use taskwire_domain::contract::CompleteTask;
use taskwire_domain::{EventKind, Invalid, OccurrenceKey, Status, Task};

use super::{find_locked, hold_series, occurrence, write};
use crate::extract::TaskRef;
use crate::service::{Context, Error, conflict, series};

/// Completes a task, or the named occurrence of its series. The same call twice completes once and answers the same.
pub(crate) async fn complete(
    cx: &mut Context,
    task: TaskRef,
    body: &CompleteTask,
) -> Result<Task, Error> {
    let key = occurrence(body.occurrence.as_deref())?;
    let before = find_locked(cx, task).await?;
    if let Some(key) = key
        && let Some(other) = elsewhere(cx, &before, &key).await?
    {
        return Ok(other);
    }
    match before.status {
        Status::Completed => Ok(before),
        Status::Deleted => Err(conflict(
            "task_deleted",
            format!("Task {} is in the trash.", before.number),
            "Restore it first.",
        )),
        Status::Open => {
            let mut task = before.clone();
            task.status = Status::Completed;
            task.completed_at = Some(cx.now);
            write(cx, EventKind::TaskCompleted, &before, &mut task).await?;
            Ok(task)
        }
    }
}

/// What a key means that is not the task's own: an occurrence done before is answered again, anything else is refused.
async fn elsewhere(
    cx: &mut Context,
    task: &Task,
    key: &OccurrenceKey,
) -> Result<Option<Task>, Error> {
    let Some(series) = &task.series else {
        return Err(Invalid::new(
            "/occurrence",
            "not_recurring",
            format!(
                "Task {} does not repeat, so it has no occurrences.",
                task.number
            ),
        )
        .hint("Leave occurrence out.")
        .into());
    };
    if series.key() == key {
        return Ok(None);
    }
    let known = cx.tx.find_task_by_key(cx.owner, series.id, key).await?;
    if let Some(known) = known
        && known.status == Status::Completed
    {
        return Ok(Some(known));
    }
    let open = cx.tx.find_open_of_series(cx.owner, series.id).await?;
    Err(Error::Conflict(
        Invalid::new(
            "/occurrence",
            "wrong_occurrence",
            match &open {
                Some(open) => format!(
                    "The open occurrence is {} (task {}).",
                    open.series
                        .as_ref()
                        .map(|series| series.key().to_string())
                        .unwrap_or_default(),
                    open.number
                ),
                None => "The series has no such occurrence.".into(),
            },
        )
        .hint("Read the task again and send its occurrence."),
    ))
}

/// Opens a completed task again and takes back its successor, if nobody has touched that.
pub(crate) async fn reopen(cx: &mut Context, task: TaskRef) -> Result<Task, Error> {
    hold_series(cx).await?;
    let before = find_locked(cx, task).await?;
    match before.status {
        Status::Open => Ok(before),
        Status::Deleted => Err(conflict(
            "task_deleted",
            format!("Task {} is in the trash.", before.number),
            "Restore it first.",
        )),
        Status::Completed => {
            series::withdraw_successor(cx, &before).await?;
            let mut task = before.clone();
            task.status = Status::Open;
            task.completed_at = None;
            write(cx, EventKind::TaskReopened, &before, &mut task).await?;
            Ok(task)
        }
    }
}
