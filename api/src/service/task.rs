//! Creating, reading, changing, completing and deleting tasks.

use taskwire_domain::recurrence::OccurrencePosition;
use taskwire_domain::task::SeriesRef;
use taskwire_domain::{
    Due, EventKind, Invalid, OccurrenceKey, Recurrence, Reminder, ReminderId, SeriesId, Status,
    Task, TaskId, TaskRef, Trigger,
};

use super::draft::Draft;
use super::repeat::ResolvedRule;
use super::{Context, Error, dates};

mod complete;
mod outcome;
mod patch;
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
pub(crate) async fn find(cx: &mut Context, task: TaskRef) -> Result<Task, Error> {
    let found = match task {
        TaskRef::Number(number) => cx.tx.find_task_by_number(cx.owner, number).await?,
        TaskRef::Id(id) => cx.tx.find_task(cx.owner, id).await?,
    };
    found.ok_or_else(|| {
        Error::NotFound(match task {
            TaskRef::Number(number) => format!("task number {number}"),
            TaskRef::Id(id) => format!("task with the id {id}"),
        })
    })
}

/// Finds a task of the owner and holds it against other writers.
pub(super) async fn find_locked(cx: &mut Context, task: TaskRef) -> Result<Task, Error> {
    let found = find(cx, task).await?;
    if cx.tx.lock_task(cx.owner, found.id).await? {
        find(cx, TaskRef::Id(found.id)).await
    } else {
        Ok(found)
    }
}

/// Finds the task that a mutation names, holds it, and checks that it is at the version that the caller meant.
async fn find_target(cx: &mut Context, task: TaskRef) -> Result<Task, Error> {
    let found = find_locked(cx, task).await?;
    cx.check_version(&found.version.to_string())?;
    Ok(found)
}

/// Holds the owner's series against others that open one of their tasks: a series has one open task. Comes before the
/// lock of any task, so that there is no deadlock.
pub(super) async fn lock_series(cx: &mut Context) -> Result<(), Error> {
    Ok(cx.tx.lock_user(cx.owner).await?)
}

/// Creates a task.
pub(crate) async fn create(cx: &mut Context, draft: Draft) -> Result<Outcome, Error> {
    let id: TaskId = cx.ids.next(cx.now);
    let reminders = number_reminders(cx, draft.reminders);
    needs_due(&reminders, draft.due.as_ref())?;
    let mut warnings = draft.doubts;
    let (id, due, series) = match (draft.recurrence, draft.due) {
        (None, due) => (id, due, None),
        (Some(recurrence), due) => {
            let due = due.unwrap_or_else(|| today(cx));
            let series = begin(cx.ids.next(cx.now), recurrence, &due)?;
            if draft.names_due {
                let first = series.position.due();
                warnings.extend(ResolvedRule::moved(&series.recurrence, &due, &first));
            }
            (
                TaskId::of_occurrence(series.id, series.key()),
                Some(series.position.due()),
                Some(series),
            )
        }
    };
    dates::check_weekday(draft.expected, due.as_ref())?;
    let mut task = Task {
        id,
        owner: cx.owner,
        number: cx.tx.next_number(cx.owner).await?,
        title: draft.title,
        notes: draft.notes,
        status: Status::Open,
        priority: draft.priority,
        tags: draft.tags,
        due,
        series,
        reminders,
        version: 1,
        created_at: cx.now,
        updated_at: cx.now,
        completed_at: None,
        skipped_at: None,
        deleted_at: None,
        missed: None,
        change: cx.change,
    };
    super::tag::find_or_create_tags(cx, &mut task).await?;
    insert(cx, &task).await?;
    warnings.extend(super::reminder::warnings(cx, &task, None));
    Ok(Outcome::changed(task).with(warnings))
}

/// Inserts a new task with its events. The id must be new.
pub(super) async fn insert(cx: &mut Context, task: &Task) -> Result<(), Error> {
    let zone = cx.zone.clone();
    if !cx.tx.insert_task(task, &zone).await? {
        return Err(Error::Internal(format!("task {} already exists", task.id)));
    }
    cx.record_task(EventKind::TaskCreated, None, task).await?;
    if !task.reminders.is_empty() {
        super::reminder::schedule(cx, task, None).await?;
    }
    Ok(())
}

/// Writes a changed task over `before`, with its events.
pub(super) async fn write(
    cx: &mut Context,
    kind: EventKind,
    before: &Task,
    task: &mut Task,
) -> Result<(), Error> {
    overwrite(cx, before, task).await?;
    cx.record_task(kind, Some(before), task).await?;
    remind(cx, before, task).await
}

/// Writes a changed task over `before`, without its event.
async fn overwrite(cx: &mut Context, before: &Task, task: &mut Task) -> Result<(), Error> {
    task.version = before.version + 1;
    task.updated_at = cx.now;
    task.change = cx.change;
    let zone = cx.zone.clone();
    cx.tx.update_task(task, &zone, false).await?;
    if task.tags != before.tags {
        cx.tx.relink_tags(task).await?;
    }
    Ok(())
}

/// Brings the reminders in step with a changed task.
async fn remind(cx: &mut Context, before: &Task, task: &Task) -> Result<(), Error> {
    if !(task.reminders.is_empty() && before.reminders.is_empty()) {
        let zone = cx.zone.clone();
        super::reminder::schedule(cx, task, Some((before, &zone))).await?;
    }
    Ok(())
}

/// Starts a series at the first match at or after `due`.
pub(super) fn begin(id: SeriesId, recurrence: Recurrence, due: &Due) -> Result<SeriesRef, Error> {
    let position = recurrence.first(due)?;
    Ok(SeriesRef {
        id,
        recurrence,
        position,
        follows: None,
        ends: false,
    })
}

/// Places a series at the first match at or after `due` in a new epoch. The keys of the old epochs stay with the tasks
/// that have them; those of a successor that was taken back are not given again either.
pub(super) async fn start_new_epoch(
    cx: &mut Context,
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
        let taken = cx.tx.is_key_taken(cx.owner, before.id, &key).await?
            || cx.tx.find_occurrence(cx.owner, id).await?.is_some();
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
fn today(cx: &Context) -> Due {
    Due::Date(cx.now.to_zoned_datetime(cx.zone.rules().clone()).date())
}

pub(super) fn number_reminders(cx: &Context, triggers: Vec<Trigger>) -> Vec<Reminder> {
    triggers
        .into_iter()
        .map(|trigger| Reminder {
            id: cx.ids.next::<ReminderId>(cx.now),
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
