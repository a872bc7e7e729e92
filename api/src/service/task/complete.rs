//! Completing occurrences, and reopening them exactly as they were.

use taskwire_domain::contract::CompleteTask;
use taskwire_domain::text::clip;
use taskwire_domain::{EventKind, Invalid, OccurrenceKey, Status, Task, TaskRef};

use super::{Outcome, coming, find_target, lock_owner, occurrence, save, subtask};
use crate::service::dates::CompletedOn;
use crate::service::draft::collect_err;
use crate::service::{Context, Error, conflict, series};

/// The request, as far as it can be parsed without the task.
struct Asked {
    key: Option<OccurrenceKey>,
    ends: bool,
    with_subtasks: bool,
    /// When it was done, if the request says so. A person may enter it late, so it may be before the creation.
    done: Option<CompletedOn>,
}

/// Completes a task, or the named occurrence of its series, which may be still to come. A repeated call changes nothing and returns the same.
pub(crate) async fn complete(
    context: &mut Context,
    task: TaskRef,
    body: &CompleteTask,
) -> Result<Outcome, Error> {
    let asked = read(context, body)?;
    if let Some(key) = &asked.key {
        coming::lock(context, task, key).await?;
    }
    let before = find_target(context, task).await?;
    if asked.ends && before.series.is_none() {
        return Err(not_recurring(&before, "/series").into());
    }
    let at = asked.done.map_or(context.now, |done| done.at);
    // A series is ended at its open task.
    if let Some(key) = asked.key.as_ref().filter(|_| !asked.ends)
        && let Some(position) = coming::named(context, &before, key)
    {
        return coming::complete(context, &before, position, at).await;
    }
    if let Some(key) = &asked.key
        && let Some(other) = find_ended(context, &before, key, Status::Completed).await?
    {
        return answered(context, other, &asked).await;
    }
    match before.status {
        Status::Completed => answered(context, before, &asked).await,
        Status::Skipped => Err(was_skipped(&before)),
        Status::Deleted => Err(in_trash(&before)),
        Status::Open => {
            let before = if asked.with_subtasks {
                subtask::complete_open(context, before, at).await?
            } else {
                before
            };
            let mut task = before.clone();
            task.status = Status::Completed;
            task.completed_at = Some(at);
            if let Some(series) = &mut task.series {
                series.ends = asked.ends;
            }
            task.missed = task.passed_over(at, &context.zone);
            save(context, EventKind::TaskCompleted, &before, &mut task).await?;
            subtask::name_open(context, Outcome::changed(task)).await
        }
    }
}

fn read(context: &Context, body: &CompleteTask) -> Result<Asked, Error> {
    let mut refused = Vec::new();
    let key = collect_err(&mut refused, occurrence(body.occurrence.as_deref()));
    let with_subtasks = collect_err(&mut refused, completes_subtasks(body));
    let done = body.completed_on.as_deref();
    let done = done.map(|text| CompletedOn::parse(text, &context.words()));
    let done = collect_err(&mut refused, done.transpose());
    let (Some(key), Some(with_subtasks), Some(done)) = (key, with_subtasks, done) else {
        return Err(Error::Invalid(refused));
    };
    Ok(Asked {
        key,
        ends: body.series == Some(true),
        with_subtasks,
        done,
    })
}

/// Whether the open subtasks are to be completed too.
fn completes_subtasks(body: &CompleteTask) -> Result<bool, Invalid> {
    match body.subtasks.as_deref() {
        None | Some("keep") => Ok(false),
        Some("complete") => Ok(true),
        Some(other) => Err(Invalid::new(
            "/subtasks",
            "invalid_value",
            format!("Invalid value for subtasks: {:?}.", clip(other)),
        )
        .hint("Send \"complete\" to complete the open subtasks too, or \"keep\".")),
    }
}

/// Returns the earlier result again, unless the call was to end the series and the earlier one did not, or names
/// another day. Subtasks that are still open are completed if that was asked for.
async fn answered(context: &mut Context, task: Task, asked: &Asked) -> Result<Outcome, Error> {
    let at = task.completed_at.unwrap_or(context.now);
    if let Some(done) = asked.done.filter(|done| !done.is(at, &context.zone)) {
        return Err(conflict(
            "already_completed",
            format!(
                "Task {} is completed, and was done on {}, not on {}.",
                task.number,
                done.in_words_of(at, &context.zone),
                done.in_words_of(done.at, &context.zone)
            ),
            "Reopen it first, and then complete it with that day.",
        ));
    }
    if asked.ends && !task.series.as_ref().is_some_and(|own| own.ends) {
        return Err(conflict(
            "already_completed",
            format!(
                "Task {} is completed, and its series has continued.",
                task.number
            ),
            "Send \"series\": true to complete the open task of the series.",
        ));
    }
    let is_left = asked.with_subtasks && task.subtasks.open > 0;
    let task = if is_left {
        subtask::complete_open(context, task, at).await?
    } else {
        task
    };
    let outcome = Outcome::unchanged(context, task).await?;
    let outcome = Outcome {
        changed: is_left,
        ..outcome
    };
    subtask::name_open(context, outcome).await
}

/// Handles a key other than the task's own: an occurrence that has already ended in this way is returned again,
/// anything else is refused.
pub(super) async fn find_ended(
    context: &mut Context,
    task: &Task,
    key: &OccurrenceKey,
    ended: Status,
) -> Result<Option<Task>, Error> {
    let Some(series) = &task.series else {
        return Err(not_recurring(task, "/occurrence").into());
    };
    if series.key() == key {
        return Ok(None);
    }
    let known = context
        .tx
        .find_task_by_key(context.owner, series.id, key)
        .await?;
    if let Some(known) = known
        && known.status == ended
    {
        return Ok(Some(known));
    }
    let open = context
        .tx
        .find_open_of_series(context.owner, series.id)
        .await?;
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
        .hint(coming::hint(task)),
    ))
}

/// Reopens a task that was completed or skipped, and withdraws its successor if that is unchanged.
pub(crate) async fn reopen(context: &mut Context, task: TaskRef) -> Result<Outcome, Error> {
    lock_owner(context).await?;
    let before = find_target(context, task).await?;
    match before.status {
        Status::Open => Outcome::unchanged(context, before).await,
        Status::Deleted => Err(in_trash(&before)),
        Status::Completed | Status::Skipped => {
            series::withdraw_successor(context, &before).await?;
            let mut task = before.clone();
            task.status = Status::Open;
            task.completed_at = None;
            task.skipped_at = None;
            task.missed = None;
            if let Some(series) = &mut task.series {
                series.ends = false;
            }
            save(context, EventKind::TaskReopened, &before, &mut task).await?;
            Ok(Outcome::changed(task))
        }
    }
}

/// The error for an operation that needs an occurrence of a series.
pub(super) fn not_recurring(task: &Task, field: &str) -> Invalid {
    Invalid::new(
        field,
        "not_recurring",
        format!(
            "Task {} does not repeat, so it has no occurrences.",
            task.number
        ),
    )
    .hint(match field {
        "" => "Complete, reschedule or delete it instead.".to_owned(),
        field => format!("Omit {}.", field.trim_start_matches('/')),
    })
}

pub(super) fn in_trash(task: &Task) -> Error {
    conflict(
        "task_deleted",
        format!("Task {} is in the trash.", task.number),
        "Restore it first.",
    )
}

fn was_skipped(task: &Task) -> Error {
    conflict(
        "already_skipped",
        format!("Task {} was skipped.", task.number),
        "Reopen it first.",
    )
}
