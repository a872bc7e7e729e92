//! Advances a series: creates a successor once, and withdraws it.

use taskwire_domain::task::{SeriesRef, Subtasks};
use taskwire_domain::{Invalid, Reminder, Status, Task, TaskId, TaskRef, Trigger};
use taskwire_store::Occurrence;

use super::task::{find_locked, insert_occurrence, lock_owner, subtask};
use super::{Context, Error, successor};

/// Creates the successor of an occurrence that was completed or skipped. Returns none, and changes nothing, if it is
/// open (again), if the series has ended, or if its successor exists.
pub(crate) async fn advance(context: &mut Context, ended: TaskId) -> Result<Option<Task>, Error> {
    lock_owner(context).await?;
    if let Some(Occurrence {
        withdrawn: true, ..
    }) = context.tx.find_occurrence(context.owner, ended).await?
    {
        // It was withdrawn before it could be advanced.
        return Ok(None);
    }
    let ended = find_locked(context, TaskRef::Id(ended)).await?;
    let (Some(series), Some(at)) = (&ended.series, ended.ended_at()) else {
        return Ok(None);
    };
    let Some(position) = ended.next(ended.status, at, &context.zone) else {
        return Ok(None);
    };
    if context
        .tx
        .find_open_of_series(context.owner, series.id)
        .await?
        .is_some()
    {
        return Ok(None);
    }
    // Computing it again could give another one if the owner's zone has changed since.
    let existing = context
        .tx
        .find_successor(context.owner, series.id, ended.id)
        .await?;
    if existing.is_some() {
        return Ok(None);
    }
    let id = TaskId::of_occurrence(series.id, &position.key);
    let known = context.tx.find_occurrence(context.owner, id).await?;
    let (number, version) = match &known {
        Some(known) if !known.withdrawn => return Ok(None),
        Some(known) => (known.task.number, known.task.version),
        None => (context.tx.next_number(context.owner).await?, 0),
    };
    let mut successor = Task {
        id,
        number,
        status: Status::Open,
        due: Some(position.due()),
        series: Some(SeriesRef {
            position,
            follows: Some(ended.id),
            ends: false,
            ..series.clone()
        }),
        reminders: successor::reminders(id, &ended.reminders),
        version: version + 1,
        created_at: context.now,
        updated_at: context.now,
        completed_at: None,
        skipped_at: None,
        deleted_at: None,
        missed: None,
        change: context.change,
        subtasks: Subtasks::default(),
        ..ended.clone()
    };
    insert_occurrence(context, known, &mut successor).await?;
    subtask::copy_to_next(context, &ended, &successor).await?;
    Ok(Some(successor))
}

/// Withdraws the successor of an occurrence that is to be reopened. Refused if a later task prevents it: the
/// error names that task, and what happened to it.
pub(super) async fn withdraw_successor(context: &mut Context, ended: &Task) -> Result<(), Error> {
    let Some(series) = &ended.series else {
        return Ok(());
    };
    let Some(id) = successor(context, ended, series).await? else {
        // A successor without a record, created when the owner had another zone.
        return match context
            .tx
            .find_open_of_series(context.owner, series.id)
            .await?
        {
            None => Ok(()),
            Some(open) => Err(Error::Conflict(
                Invalid::new(
                    format!("/tasks/{}", open.number),
                    "series_has_open_task",
                    format!("Task {} of the same series is open.", open.number),
                )
                .hint(format!(
                    "Delete task {} first: a series has only one open task.",
                    open.number
                )),
            )),
        };
    };
    context.tx.lock_task(context.owner, id).await?;
    let Some(before) = context.tx.find_task(context.owner, id).await? else {
        return Ok(());
    };
    check_unchanged(context, &before, ended).await?;
    subtask::withdraw_copies(context, ended, &before).await?;
    successor::hide(context, before).await
}

/// The task that was created when an occurrence ended, if it was not withdrawn.
async fn successor(
    context: &mut Context,
    ended: &Task,
    series: &SeriesRef,
) -> Result<Option<TaskId>, Error> {
    let found = context
        .tx
        .find_successor(context.owner, series.id, ended.id)
        .await?;
    if let Some(found) = found {
        return Ok(Some(found.id));
    }
    // It may have left the series since, or be older than the column that records its predecessor.
    let next = ended
        .ended_at()
        .and_then(|at| ended.next(ended.status, at, &context.zone))
        .map(|next| TaskId::of_occurrence(series.id, &next.key));
    let Some(id) = next else {
        return Ok(None);
    };
    let known = context.tx.find_task(context.owner, id).await?;
    Ok(known.map(|known| known.id))
}

/// Refuses to withdraw a successor that has changed since its creation, in any way.
async fn check_unchanged(
    context: &mut Context,
    successor: &Task,
    ended: &Task,
) -> Result<(), Error> {
    let number = successor.number;
    let (what, advice) = match successor.status {
        Status::Completed => ("was completed", format!("Reopen task {number} first.")),
        Status::Skipped => ("was skipped", format!("Reopen task {number} first.")),
        Status::Deleted => ("is in the trash", format!("Restore task {number} first.")),
        Status::Open => {
            let changed = changed_fields(successor, ended);
            if changed.is_empty() {
                return Ok(());
            }
            let advice = if changed.contains(&"recurrence") {
                format!("Use task {number} instead.")
            } else {
                format!("Revert that change first, or use task {number} instead.")
            };
            let what = format!("was changed after it was created ({})", changed.join(", "));
            return Err(
                successor::changed(context, successor, successor::NEXT, &what, advice).await?,
            );
        }
    };
    Err(successor::changed(context, successor, successor::NEXT, what, advice).await?)
}

/// The fields of an open successor that differ from those that [`advance`] created.
fn changed_fields(successor: &Task, ended: &Task) -> Vec<&'static str> {
    let triggers = |reminders: &[Reminder]| -> Vec<Trigger> {
        reminders.iter().map(|reminder| reminder.trigger).collect()
    };
    let expected = successor::reminders(successor.id, &ended.reminders);
    let (in_series, due) = match (&successor.series, &ended.series) {
        (Some(own), Some(series)) => (
            // Its id comes from its position in the series; one that moved with its series has another position now.
            own.recurrence == series.recurrence
                && TaskId::of_occurrence(own.id, own.key()) == successor.id,
            successor.due == Some(own.position.due()),
        ),
        _ => (false, true),
    };
    [
        ("title", successor.title == ended.title),
        ("notes", successor.notes == ended.notes),
        ("priority", successor.priority == ended.priority),
        ("tags", successor.tags == ended.tags),
        ("due", due),
        ("duration_minutes", successor.duration == ended.duration),
        ("recurrence", in_series),
        (
            "reminders",
            triggers(&successor.reminders) == triggers(&expected),
        ),
    ]
    .into_iter()
    .filter_map(|(field, is_same)| (!is_same).then_some(field))
    .collect()
}
