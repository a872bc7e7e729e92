//! Creating, reading, changing, completing and deleting tasks.

use taskwire_domain::recurrence::OccurrencePosition;
use taskwire_domain::task::SeriesRef;
use taskwire_domain::{
    Due, EventKind, Invalid, OccurrenceKey, Recurrence, Reminder, ReminderId, SeriesId, Status,
    Task, TaskId, TaskRef, Trigger,
};
use taskwire_store::Occurrence;

use super::{Context, Error};

mod coming;
mod complete;
mod continuation;
mod create;
mod outcome;
mod patch;
mod reminders;
mod reschedule;
mod skip;
mod snooze;
pub(super) mod subtask;
mod trash;

pub(crate) use complete::{complete, reopen};
pub(crate) use create::create;
pub(crate) use outcome::Outcome;
pub(crate) use patch::patch;
pub(crate) use reschedule::reschedule;
pub(crate) use skip::skip;
pub(crate) use snooze::snooze;
pub(crate) use trash::{delete, restore};

/// Finds a task of the owner.
pub(crate) async fn find(context: &mut Context, task: TaskRef) -> Result<Task, Error> {
    let found = match task {
        TaskRef::Number(number) => {
            context
                .tx
                .find_task_by_number(context.owner, number)
                .await?
        }
        TaskRef::Id(id) => context.tx.find_task(context.owner, id).await?,
    };
    found.ok_or_else(|| {
        Error::NotFound(match task {
            TaskRef::Number(number) => format!("task number {number}"),
            TaskRef::Id(id) => format!("task with the id {id}"),
        })
    })
}

/// Finds a task of the owner and locks it.
pub(super) async fn find_locked(context: &mut Context, task: TaskRef) -> Result<Task, Error> {
    let found = find(context, task).await?;
    if found.parent.is_some() || found.subtasks.are_any() {
        // A change of a subtask also writes its parent's counts, and one of the parent its subtasks.
        lock_owner(context).await?;
    }
    if context.tx.lock_task(context.owner, found.id).await? {
        find(context, TaskRef::Id(found.id)).await
    } else {
        Ok(found)
    }
}

/// Finds the task that a mutation names, locks it, and checks that it has the version that the caller expects.
async fn find_target(context: &mut Context, task: TaskRef) -> Result<Task, Error> {
    let found = find_locked(context, task).await?;
    context.check_version(&found.version.to_string())?;
    Ok(found)
}

/// Locks the owner's row, which serializes the changes that open a task of their series: a series has one open task.
/// Comes before the lock of any task, so that there is no deadlock.
pub(super) async fn lock_owner(context: &mut Context) -> Result<(), Error> {
    Ok(context.tx.lock_user(context.owner).await?)
}

/// Inserts a new task with its events. The id must be new.
pub(super) async fn insert(context: &mut Context, task: &Task) -> Result<(), Error> {
    let zone = context.zone.clone();
    if !context.tx.insert_task(task, &zone).await? {
        return Err(Error::Internal(format!("task {} already exists", task.id)));
    }
    context
        .record_task(EventKind::TaskCreated, None, task)
        .await?;
    if !task.reminders.is_empty() {
        super::reminder::schedule(context, task, None).await?;
    }
    Ok(())
}

/// Inserts the task of an occurrence, or brings back the one that an undo has withdrawn.
pub(super) async fn insert_occurrence(
    context: &mut Context,
    withdrawn: Option<Occurrence>,
    task: &mut Task,
) -> Result<(), Error> {
    let Some(withdrawn) = withdrawn else {
        return insert(context, task).await;
    };
    context.tx.replace_tag_links(task).await?;
    save(context, EventKind::TaskRestored, &withdrawn.task, task).await
}

/// Saves a changed task over `before`, with its events.
pub(super) async fn save(
    context: &mut Context,
    kind: EventKind,
    before: &Task,
    task: &mut Task,
) -> Result<(), Error> {
    overwrite(context, before, task).await?;
    context.record_task(kind, Some(before), task).await?;
    remind(context, before, task).await
}

/// Saves a changed task over `before`, without its event.
async fn overwrite(context: &mut Context, before: &Task, task: &mut Task) -> Result<(), Error> {
    task.version = before.version + 1;
    task.updated_at = context.now;
    task.change = context.change;
    let zone = context.zone.clone();
    context.tx.update_task(task, &zone, false).await?;
    if task.tags != before.tags {
        context.tx.replace_tag_links(task).await?;
    }
    Ok(())
}

/// Updates the reminders of a changed task.
pub(super) async fn remind(context: &mut Context, before: &Task, task: &Task) -> Result<(), Error> {
    if !(task.reminders.is_empty() && before.reminders.is_empty()) {
        let zone = context.zone.clone();
        super::reminder::schedule(context, task, Some((before, &zone))).await?;
    }
    Ok(())
}

/// Moves one task to the trash.
async fn move_to_trash(context: &mut Context, before: &Task) -> Result<Task, Error> {
    let mut task = before.clone();
    task.status = Status::Deleted;
    task.deleted_at = Some(context.now);
    save(context, EventKind::TaskDeleted, before, &mut task).await?;
    Ok(task)
}

/// A task in the trash as it was before.
fn restored(before: &Task) -> Task {
    let status = if before.completed_at.is_some() {
        Status::Completed
    } else if before.skipped_at.is_some() {
        Status::Skipped
    } else {
        Status::Open
    };
    Task {
        status,
        deleted_at: None,
        ..before.clone()
    }
}

/// Starts a series at the first match at or after `due`.
pub(super) fn start_series(
    id: SeriesId,
    recurrence: Recurrence,
    due: &Due,
) -> Result<SeriesRef, Error> {
    let position = recurrence.first(due)?;
    Ok(SeriesRef {
        id,
        recurrence,
        position,
        follows: None,
        ends: false,
    })
}

/// Moves a series to the first match at or after `due` in a new epoch. The keys of the old epochs stay with the tasks
/// that have them; those of a withdrawn successor are not reused either.
pub(super) async fn start_new_epoch(
    context: &mut Context,
    before: &SeriesRef,
    recurrence: Recurrence,
    position: OccurrencePosition,
) -> Result<SeriesRef, Error> {
    let mut key = OccurrenceKey {
        epoch: before.key().epoch,
        ..position.key
    };
    loop {
        key.epoch = key.epoch.saturating_add(1);
        let id = TaskId::of_occurrence(before.id, &key);
        let taken = context
            .tx
            .is_key_taken(context.owner, before.id, &key)
            .await?
            || context
                .tx
                .find_occurrence(context.owner, id)
                .await?
                .is_some();
        if !taken {
            break;
        }
    }
    Ok(SeriesRef {
        recurrence,
        position: OccurrencePosition {
            start: position.start,
            key,
        },
        ..before.clone()
    })
}

/// The current day of the owner.
fn today(context: &Context) -> Due {
    Due::Date(
        context
            .now
            .to_zoned_datetime(context.zone.rules().clone())
            .date(),
    )
}

pub(super) fn number_reminders(context: &Context, triggers: Vec<Trigger>) -> Vec<Reminder> {
    triggers
        .into_iter()
        .map(|trigger| Reminder {
            id: context.ids.next::<ReminderId>(context.now),
            trigger,
            is_snoozed: false,
        })
        .collect()
}

/// A relative reminder needs something to be relative to.
pub(super) fn needs_due(reminders: &[Reminder], due: Option<&Due>) -> Result<(), Invalid> {
    let relative = reminders
        .iter()
        .position(|reminder| matches!(reminder.trigger, Trigger::Before(_)));
    match (relative, due) {
        (Some(index), None) => Err(Invalid::new(
            format!("/reminders/{index}"),
            "reminder_without_due",
            "A reminder before the due time needs a due time.",
        )
        .hint("Send \"due\" too, or a reminder with \"at\".")),
        _ => Ok(()),
    }
}

/// Reads an occurrence key that a client sent back.
pub(super) fn occurrence(text: Option<&str>) -> Result<Option<OccurrenceKey>, Invalid> {
    text.map(str::parse).transpose()
}
