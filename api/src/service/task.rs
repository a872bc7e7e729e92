//! Creating, reading, changing, completing and deleting tasks.

use taskwire_domain::recurrence::OccurrencePosition;
use taskwire_domain::task::SeriesRef;
use taskwire_domain::{
    Due, EventKind, Invalid, OccurrenceKey, Recurrence, Reminder, ReminderId, SeriesId, Status,
    Task, TaskId, TaskRef, Trigger,
};
use taskwire_store::Occurrence;

use super::draft::Draft;
use super::repeat::ResolvedRule;
use super::{Context, Error, dates};

mod coming;
mod complete;
mod outcome;
mod patch;
mod reminders;
mod reschedule;
mod skip;
mod trash;

pub(crate) use complete::{complete, reopen};
pub(crate) use outcome::Outcome;
pub(crate) use patch::patch;
pub(crate) use reschedule::reschedule;
pub(crate) use skip::skip;
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

/// Creates a task.
pub(crate) async fn create(context: &mut Context, draft: Draft) -> Result<Outcome, Error> {
    let id: TaskId = context.ids.next(context.now);
    let mut reminders = number_reminders(context, draft.reminders);
    needs_due(&reminders, draft.due.as_ref())?;
    let mut warnings = draft.doubts;
    let (id, due, series) = match (draft.recurrence, draft.due) {
        (None, due) => (id, due, None),
        (Some(recurrence), due) => {
            let due = due.unwrap_or_else(|| today(context));
            let series = start_series(context.ids.next(context.now), recurrence, &due)?;
            if draft.names_due {
                let first = series.position.due();
                warnings.extend(ResolvedRule::moved_start_warning(
                    &series.recurrence,
                    &due,
                    &first,
                ));
            }
            (
                TaskId::of_occurrence(series.id, series.key()),
                Some(series.position.due()),
                Some(series),
            )
        }
    };
    dates::check_weekday(draft.expected, due.as_ref())?;
    if let Some(duration) = draft.duration {
        duration.check(due.as_ref())?;
    }
    if !draft.names_reminders
        && let Some((trigger, told)) = super::reminder::default_of(context, due.as_ref())
    {
        reminders = number_reminders(context, vec![trigger]);
        warnings.push(told);
    }
    let mut task = Task {
        id,
        owner: context.owner,
        number: context.tx.next_number(context.owner).await?,
        title: draft.title,
        notes: draft.notes,
        status: Status::Open,
        priority: draft.priority,
        tags: draft.tags,
        due,
        duration: draft.duration,
        series,
        reminders,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        completed_at: None,
        skipped_at: None,
        deleted_at: None,
        missed: None,
        change: context.change,
    };
    super::tag::find_or_create_tags(context, &mut task).await?;
    insert(context, &task).await?;
    warnings.extend(super::reminder::warnings(context, &task, None));
    Ok(Outcome::changed(task).with_warnings(warnings))
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
