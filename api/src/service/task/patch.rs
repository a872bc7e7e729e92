//! Changing some fields of a task (RFC 7396).

use taskwire_domain::contract::TaskPatch;
use taskwire_domain::recurrence::Position;
use taskwire_domain::task::Membership;
use taskwire_domain::{
    Due, EventKind, Invalid, Notes, OccurrenceKey, Priority, Reminder, Status, TagName, Task,
    Title, Trigger, grammar,
};

use super::{begin, find_locked, needs_due, number_reminders, write};
use crate::extract::TaskRef;
use crate::service::draft::{self, Ruled, keep};
use crate::service::{Context, Error, conflict, tag};

/// Refuses a change of a version that is not the current one.
pub(super) fn check_version(task: &Task, version: Option<i64>) -> Result<(), Error> {
    match version {
        Some(version) if version != task.version => Err(Error::Stale {
            current: task.version,
        }),
        _ => Ok(()),
    }
}

/// Changes some fields; all or none. A patch that changes nothing leaves the version as it is.
pub(crate) async fn patch(
    cx: &mut Context,
    task: TaskRef,
    patch: &TaskPatch,
    version: Option<i64>,
) -> Result<Task, Error> {
    let before = find_locked(cx, task).await?;
    check_version(&before, version)?;
    if before.status != Status::Open {
        return Err(conflict(
            "task_not_open",
            format!("Task {} is {}.", before.number, before.status.as_str()),
            "Reopen or restore it first.",
        ));
    }
    let mut task = before.clone();
    let mut refused = Vec::new();
    simple_fields(patch, &mut task, &mut refused);
    let ruled = dates(cx, patch, &mut task, &mut refused);
    let triggers = match &patch.reminders {
        Some(list) => keep(
            &mut refused,
            draft::reminders(list.as_deref().unwrap_or_default(), &cx.zone),
        ),
        None => None,
    };
    if !refused.is_empty() {
        return Err(Error::Invalid(refused));
    }
    if let Some(triggers) = triggers {
        task.reminders = keep_ids(cx, &before, triggers);
    }
    if let Some(change) = ruled {
        follow(cx, &before, &mut task, change)?;
    }
    if task.due.is_none() && task.series.is_some() {
        return Err(Invalid::new(
            "/due",
            "series_without_due",
            "A repeating task needs a due date.",
        )
        .hint("Send \"recurrence\": null too, to make it a single task.")
        .into());
    }
    needs_due(&task.reminders, task.due.as_ref())?;
    if task.tags != before.tags {
        tag::adopt(cx, &mut task).await?;
    }
    if task == before {
        return Ok(before);
    }
    write(cx, EventKind::TaskUpdated, &before, &mut task).await?;
    Ok(task)
}

fn simple_fields(patch: &TaskPatch, task: &mut Task, refused: &mut Vec<Invalid>) {
    if let Some(title) = &patch.title
        && let Some(title) = keep(refused, Title::parse(title))
    {
        task.title = title;
    }
    if let Some(notes) = &patch.notes
        && let Some(notes) = keep(refused, Notes::parse(notes.as_deref().unwrap_or_default()))
    {
        task.notes = notes;
    }
    if let Some(priority) = &patch.priority {
        let parsed = priority
            .as_deref()
            .map_or(Ok(Priority::None), Priority::parse);
        if let Some(priority) = keep(refused, parsed) {
            task.priority = priority;
        }
    }
    if let Some(tags) = &patch.tags
        && let Some(tags) = keep(
            refused,
            TagName::parse_all(tags.as_deref().unwrap_or_default()),
        )
    {
        task.tags = tags;
    }
}

/// What a patch does to the series.
enum Change {
    /// It becomes a single task.
    End,
    /// It follows a new rule.
    Rule(Box<Ruled>),
}

fn dates(
    cx: &Context,
    patch: &TaskPatch,
    task: &mut Task,
    refused: &mut Vec<Invalid>,
) -> Option<Change> {
    match &patch.due {
        Some(Some(text)) => {
            if let Some(due) = keep(
                refused,
                grammar::due(text, &grammar::Context::new(cx.now, cx.zone.clone())),
            ) {
                task.due = Some(due);
            }
        }
        Some(None) => task.due = None,
        None => {}
    }
    match &patch.recurrence {
        Some(Some(input)) => keep(refused, draft::recurrence(input, cx.now, &cx.zone))
            .map(|ruled| Change::Rule(Box::new(ruled))),
        Some(None) => Some(Change::End),
        None => None,
    }
}

/// Gives the task its new place: out of the series, or at the first match of the new rule in the next epoch. The keys
/// of the old epoch stay with the tasks that have them.
fn follow(cx: &Context, before: &Task, task: &mut Task, change: Change) -> Result<(), Error> {
    let Ruled { recurrence, start } = match change {
        Change::End => {
            task.series = None;
            return Ok(());
        }
        Change::Rule(ruled) => *ruled,
    };
    if let Some(series) = &before.series
        && series.recurrence == recurrence
    {
        // The rule that is there already, as a client sends it that answers with the whole form: a due value beside it
        // moves this occurrence alone.
        return Ok(());
    }
    let from = match (task.due.clone(), start.time()) {
        (None, _) => start,
        // A time in the words of the rule is the new time of day, unless a due value came beside it.
        (Some(due), Some(time)) if task.due == before.due => {
            let civil = due.date().to_datetime(time);
            match due {
                Due::Date(_) => Due::Floating(civil),
                timed => timed.at(civil),
            }
        }
        (Some(due), _) => due,
    };
    let series = match &before.series {
        None => begin(cx.ids.next(cx.now), recurrence, &from)?,
        Some(series) => {
            let position = recurrence.first(&from)?;
            let epoch = series.key().epoch + 1;
            let key = OccurrenceKey {
                epoch,
                ..position.key
            };
            Membership {
                id: series.id,
                recurrence,
                position: Position {
                    start: position.start,
                    key,
                },
            }
        }
    };
    task.due = Some(series.position.due());
    task.series = Some(series);
    Ok(())
}

/// Reminders that stay keep their ids, so that one that has fired does not fire again.
fn keep_ids(cx: &Context, before: &Task, triggers: Vec<Trigger>) -> Vec<Reminder> {
    number_reminders(cx, triggers)
        .into_iter()
        .map(|new| {
            before
                .reminders
                .iter()
                .find(|old| old.trigger == new.trigger)
                .copied()
                .unwrap_or(new)
        })
        .collect()
}
