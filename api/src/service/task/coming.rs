//! Occurrences that are still to come. They have no task: what is done to one is written into the rule of the open task as
//! an excluded or an added date, which every part that computes dates honors, also of earlier versions.

use jiff::Timestamp;
use taskwire_domain::recurrence::{Anchor, OccurrencePosition};
use taskwire_domain::task::{SeriesRef, Subtasks};
use taskwire_domain::{
    Due, EventKind, Invalid, OccurrenceKey, Recurrence, Status, Task, TaskId, TaskRef, Zone,
};
use taskwire_store::Occurrence;

use super::{Outcome, find, insert_occurrence, lock_owner, overwrite, save};
use crate::service::{Context, Error, conflict, repeat};

/// Locks the owner before the task, if the key may be that of an occurrence to come, which becomes a task of its own.
pub(super) async fn lock(
    context: &mut Context,
    task: TaskRef,
    key: &OccurrenceKey,
) -> Result<(), Error> {
    let found = find(context, task).await?;
    if named(context, &found, key).is_some() {
        lock_owner(context).await?;
    }
    Ok(())
}

/// The occurrence to come that a key names, seen from the open task of its series.
pub(super) fn named(
    context: &Context,
    open: &Task,
    key: &OccurrenceKey,
) -> Option<OccurrencePosition> {
    let series = open.series.as_ref()?;
    if open.status != Status::Open || series.key() == key {
        return None;
    }
    let next = open.next_if_on_time(context.now, &context.zone)?;
    series
        .recurrence
        .is_coming(&next, key, &context.zone)
        .then(|| OccurrencePosition {
            start: next.start,
            key: key.clone(),
        })
}

/// Whether a key would be that of an occurrence to come, if it were not left out.
fn is_left_out(context: &Context, open: &Task, key: &OccurrenceKey) -> bool {
    let Some(series) = &open.series else {
        return false;
    };
    let start = &series.position.start;
    let due = start.at(key.at.civil());
    let Some(recurrence) = series.recurrence.with(start, &due, &context.zone) else {
        return false;
    };
    // One that was added is no date of the rule.
    if recurrence.extra != series.recurrence.extra {
        return false;
    }
    let before = Task {
        series: Some(SeriesRef {
            recurrence,
            ..series.clone()
        }),
        ..open.clone()
    };
    named(context, &before, key).is_some()
}

/// Leaves an occurrence to come out of its series. None if the key names none; a repeated call changes nothing.
pub(super) async fn skip(
    context: &mut Context,
    open: &Task,
    key: &OccurrenceKey,
    reason: Option<&str>,
) -> Result<Option<Outcome>, Error> {
    let Some(position) = named(context, open, key) else {
        return Ok(if is_left_out(context, open, key) {
            Some(Outcome::unchanged(context, open.clone()).await?)
        } else {
            None
        });
    };
    let mut task = with_rule(open, without(context, open, &position)?);
    overwrite(context, open, &mut task).await?;
    let row = |task: &Task| Occurrence {
        task: task.clone(),
        withdrawn: false,
    };
    let reason = reason.map(ToOwned::to_owned);
    let (before, after) = (row(open), row(&task));
    context
        .record_row(EventKind::TaskUpdated, Some(&before), &after, reason)
        .await?;
    context.recorded.kind.get_or_insert("skip");
    Ok(Some(Outcome::changed(task)))
}

/// Completes an occurrence to come, which was done at an instant: it becomes a task that is completed, and the series
/// goes on without it.
pub(super) async fn complete(
    context: &mut Context,
    open: &Task,
    position: OccurrencePosition,
    at: Timestamp,
) -> Result<Outcome, Error> {
    let Some(series) = &open.series else {
        return Err(Error::Internal(format!("task {} has no series", open.id)));
    };
    let recurrence = without(context, open, &position)?;
    let mut kept = with_rule(open, recurrence.clone());
    let id = TaskId::of_occurrence(series.id, &position.key);
    let known = context.tx.find_occurrence(context.owner, id).await?;
    let (number, version) = match &known {
        // The undo of an earlier completion has hidden it.
        Some(known) if known.withdrawn => (known.task.number, known.task.version),
        Some(known) => {
            return Err(conflict(
                "wrong_occurrence",
                format!("Task {} already is that occurrence.", known.task.number),
                "Use that task.",
            ));
        }
        None => (context.tx.next_number(context.owner).await?, 0),
    };
    save(context, EventKind::TaskUpdated, open, &mut kept).await?;
    let mut done = Task {
        id,
        number,
        status: Status::Completed,
        due: Some(position.due()),
        series: Some(SeriesRef {
            recurrence,
            position,
            follows: None,
            ..series.clone()
        }),
        // There is nothing left to be reminded of.
        reminders: Vec::new(),
        version: version + 1,
        created_at: context.now,
        updated_at: context.now,
        completed_at: Some(at),
        missed: None,
        change: context.change,
        subtasks: Subtasks::default(),
        ..open.clone()
    };
    // The event is that of a new task: one of a completion would make a successor.
    insert_occurrence(context, known, &mut done).await?;
    context.recorded.kind.get_or_insert("complete");
    Ok(Outcome::changed(done))
}

/// Moves an occurrence to come to another date, which is its new key.
pub(super) async fn reschedule(
    context: &mut Context,
    open: &Task,
    position: &OccurrencePosition,
    to: Due,
) -> Result<Outcome, Error> {
    let to = of_series(&position.start, to)?;
    if to == position.due() {
        return Outcome::unchanged(context, open.clone()).await;
    }
    let key = OccurrenceKey::new(position.key.epoch, &to, position.key.ordinal);
    if named(context, open, &key).is_some() {
        return Err(Error::Conflict(
            Invalid::new(
                "/due",
                "occurrence_exists",
                format!("The series has an occurrence on {} already.", to.in_words()),
            )
            .hint("Send another date, or skip one of the two."),
        ));
    }
    let left_out = without(context, open, position)?;
    let Some(recurrence) = left_out.with(&position.start, &to, &context.zone) else {
        return Err(Invalid::new(
            "/due",
            "invalid_due",
            format!("The rule leaves out {}.", to.in_words()),
        )
        .hint("Send another date.")
        .into());
    };
    repeat::check(&recurrence).map_err(|why| why.at("/due"))?;
    let mut task = with_rule(open, recurrence);
    let Some(key) = coming_at(context, &task, &to) else {
        return Err(Invalid::new(
            "/due",
            "invalid_due",
            format!("{} does not come after the open occurrence.", to.in_words()),
        )
        .hint("Send a later date, or move the open task.")
        .into());
    };
    save(context, EventKind::TaskUpdated, open, &mut task).await?;
    let told = format!(
        "The occurrence of {} is now {key}.",
        position.due().in_words()
    );
    Ok(Outcome::changed(task).with_warnings(vec![told]))
}

/// The open task after a repeated request to move: none if it was not moved there.
pub(super) fn is_moved(context: &Context, open: &Task, key: &OccurrenceKey, to: &Due) -> bool {
    let Some(series) = &open.series else {
        return false;
    };
    let Ok(to) = of_series(&series.position.start, to.clone()) else {
        return false;
    };
    is_left_out(context, open, key) && coming_at(context, open, &to).is_some()
}

/// The key of the occurrence at a date, if one is to come there.
fn coming_at(context: &Context, open: &Task, to: &Due) -> Option<OccurrenceKey> {
    let series = open.series.as_ref()?;
    let next = open.next_if_on_time(context.now, &context.zone)?;
    if next.key.ordinal.is_none() {
        let key = OccurrenceKey::new(next.key.epoch, to, None);
        return series
            .recurrence
            .is_coming(&next, &key, &context.zone)
            .then_some(key);
    }
    let most = series
        .recurrence
        .rules
        .iter()
        .filter_map(|rule| rule.count)
        .max()?;
    let most = usize::try_from(most).ok()?.saturating_add(1);
    let dues = series
        .recurrence
        .upcoming_from(Some(&next), most, &context.zone);
    let index = dues.iter().position(|due| due == to)?;
    series.recurrence.coming_key(&next, index, to)
}

/// A date of the kind that the series has.
fn of_series(start: &Due, to: Due) -> Result<Due, Invalid> {
    let refused = |detail: &str, hint: &str| Invalid::new("/due", "invalid_due", detail).hint(hint);
    match (start, to) {
        (Due::Date(_), to @ Due::Date(_)) | (Due::Floating(_), to @ Due::Floating(_)) => Ok(to),
        (Due::Date(_), _) => Err(refused(
            "The dates of this series have no time.",
            "Send a date such as 2026-12-24.",
        )),
        (Due::Zoned(_, zone), to) => in_zone(zone, to)
            .ok_or_else(|| refused("The time is out of range.", "Send a date closer to today.")),
        (Due::Floating(_), _) => Err(refused(
            "The times of this series have no zone.",
            "Send the time without its zone, such as 2026-12-24T09:00.",
        )),
    }
}

/// The same instant on the clocks of a zone.
fn in_zone(zone: &Zone, to: Due) -> Option<Due> {
    match to {
        Due::Zoned(at, own) if own == *zone => Some(Due::Zoned(at, own)),
        to => {
            let at = to.instant(zone)?;
            let local = at.to_zoned_datetime(zone.rules().clone()).datetime();
            Some(Due::Zoned(local, zone.clone()))
        }
    }
}

/// The rule of the open task without an occurrence.
fn without(
    context: &Context,
    open: &Task,
    position: &OccurrencePosition,
) -> Result<Recurrence, Error> {
    let Some(series) = &open.series else {
        return Err(Error::Internal(format!("task {} has no series", open.id)));
    };
    let recurrence = series
        .recurrence
        .without(&position.start, &position.due(), &context.zone);
    repeat::check(&recurrence).map_err(|why| why.at("/occurrence"))?;
    Ok(recurrence)
}

pub(super) fn with_rule(open: &Task, recurrence: Recurrence) -> Task {
    Task {
        series: open.series.clone().map(|series| SeriesRef {
            recurrence,
            ..series
        }),
        ..open.clone()
    }
}

/// The hint for a key that names no occurrence of a series.
pub(super) fn hint(task: &Task) -> &'static str {
    match &task.series {
        Some(series) if series.recurrence.anchor == Anchor::Completion => {
            "The dates of this series depend on when each is done, so only the open one can be named."
        }
        _ => "Read the task again and send its occurrence.",
    }
}
