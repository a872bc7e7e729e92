//! Moving an occurrence that is still to come with all that follow it (RFC 5545, `RANGE=THISANDFUTURE`): the series ends
//! before it, and another series goes on from the new date. Each is an ordinary series with its own open task, as in calendars,
//! so that everything that reads series is right about both.

use taskwire_domain::contract::RescheduleTask;
use taskwire_domain::recurrence::OccurrencePosition;
use taskwire_domain::reschedule::{self, Scope};
use taskwire_domain::task::{SeriesRef, Subtasks};
use taskwire_domain::{
    Due, EventKind, Invalid, OccurrenceKey, SeriesId, Task, TaskDuration, TaskId,
};

use super::{Outcome, insert_occurrence, needs_due, save, subtask};
use crate::service::repeat::{self, ResolvedRule};
use crate::service::{Context, Error, dates, reminder, successor};

/// The request, read.
pub(super) struct Move {
    /// The occurrence from which on the series moves.
    pub(super) key: OccurrenceKey,
    /// Its new date.
    pub(super) to: Due,
    /// Whether the request names a time of day.
    pub(super) is_timed: bool,
    pub(super) duration: Option<TaskDuration>,
    pub(super) expected: Option<jiff::civil::Weekday>,
    pub(super) warnings: Vec<String>,
}

/// Where the new series begins, and its rule.
struct Begin {
    to: Due,
    rule: Option<ResolvedRule>,
    duration: Option<TaskDuration>,
    warnings: Vec<String>,
}

fn begin(context: &Context, body: &RescheduleTask, asked: &Move) -> Result<Begin, Error> {
    let rule = match &body.recurrence {
        Some(input) => Some(repeat::recurrence(
            input,
            &context.words(),
            Some(&asked.to),
        )?),
        None => None,
    };
    // A time in the words of the rule replaces the task's time.
    let to = match &rule {
        Some(rule) if !asked.is_timed => rule.with_time_of_rule(asked.to.clone()),
        _ => asked.to.clone(),
    };
    let mut warnings = asked.warnings.clone();
    let mut duration = asked.duration;
    if let Some(rule) = &rule {
        rule.agrees_with(&to)?;
        warnings.extend(rule.doubts.clone());
        if let Some(said) = rule.duration {
            duration = dates::duration(duration, Some(said))?;
        }
    }
    Ok(Begin {
        to,
        rule,
        duration,
        warnings,
    })
}

/// Ends the series of an open task before one of its occurrences to come, and begins another one at the new date.
pub(super) async fn start(
    context: &mut Context,
    open: &Task,
    position: &OccurrencePosition,
    body: &RescheduleTask,
    asked: &Move,
) -> Result<Outcome, Error> {
    let Some(before) = &open.series else {
        return Err(Error::Internal(format!("task {} has no series", open.id)));
    };
    let Begin {
        to,
        rule,
        duration,
        mut warnings,
    } = begin(context, body, asked)?;
    let is_same = to == position.due() && duration.is_none_or(|said| Some(said) == open.duration);
    if rule.is_none() && is_same {
        return Outcome::unchanged(context, open.clone()).await;
    }
    if let Some(due) = &open.due
        && to.ordering_instant(&context.zone) <= due.ordering_instant(&context.zone)
    {
        return Err(Invalid::new(
            "/due",
            "invalid_due",
            format!("{} does not come after the open occurrence.", to.in_words()),
        )
        .hint("Send a later date, or move the open task.")
        .into());
    }
    let series = SeriesRef {
        id: SeriesId::continuing(before.id, &asked.key),
        position: position.clone(),
        follows: None,
        ends: false,
        ..before.clone()
    };
    let (recurrence, position) = match rule {
        Some(ResolvedRule { recurrence, .. }) => {
            let position = recurrence.first(&to)?;
            (recurrence, position)
        }
        None => reschedule::series(&series, &to, Scope::Following)?,
    };
    let due = position.due();
    dates::check_weekday(asked.expected, Some(&due))?;
    warnings.extend(ResolvedRule::moved_start_warning(&recurrence, &to, &due));
    let id = TaskId::of_occurrence(series.id, &position.key);
    let known = context.tx.find_occurrence(context.owner, id).await?;
    let (number, version) = match &known {
        // The undo of an earlier move has hidden it.
        Some(known) if known.withdrawn => (known.task.number, known.task.version),
        Some(known) => return Err(goes_on(&asked.key, &known.task)),
        None => (context.tx.next_number(context.owner).await?, 0),
    };
    let mut next = Task {
        id,
        number,
        due: Some(due),
        duration: duration.or(open.duration),
        series: Some(SeriesRef {
            recurrence,
            position,
            ..series
        }),
        reminders: successor::reminders(id, &open.reminders),
        version: version + 1,
        created_at: context.now,
        updated_at: context.now,
        change: context.change,
        subtasks: Subtasks::default(),
        ..open.clone()
    };
    needs_due(&next.reminders, next.due.as_ref())?;
    let kept = before
        .recurrence
        .before(&before.position.start, &asked.key, &context.zone);
    repeat::check(&kept).map_err(|why| why.at("/occurrence"))?;
    let mut ending = super::coming::with_rule(open, kept);
    save(context, EventKind::TaskUpdated, open, &mut ending).await?;
    insert_occurrence(context, known, &mut next).await?;
    subtask::copy_to_next(context, open, &next).await?;
    context.recorded.kind.get_or_insert("update");
    warnings.push(format!(
        "Task {} now ends before {}; task {number} goes on from {}.",
        open.number,
        series_day(&asked.key).in_words(),
        next.due.as_ref().map(Due::in_words).unwrap_or_default()
    ));
    warnings.extend(reminder::warnings(context, &next, None));
    Ok(Outcome::changed(next).with_warnings(warnings))
}

/// The result of a repeated request: the task with which the other series began. None if there is no such series.
pub(super) async fn repeated(
    context: &mut Context,
    open: &Task,
    body: &RescheduleTask,
    asked: &Move,
) -> Result<Option<Outcome>, Error> {
    let Some(series) = &open.series else {
        return Ok(None);
    };
    let id = SeriesId::continuing(series.id, &asked.key);
    let Some(found) = context.tx.find_open_of_series(context.owner, id).await? else {
        return Ok(None);
    };
    let Begin { to, rule, .. } = begin(context, body, asked)?;
    let due = match &rule {
        Some(rule) => rule.recurrence.first(&to)?.due(),
        None => to,
    };
    if found.due == Some(due) {
        return Ok(Some(Outcome::unchanged(context, found).await?));
    }
    Err(goes_on(&asked.key, &found))
}

fn series_day(key: &OccurrenceKey) -> Due {
    Due::Date(key.at.date())
}

/// The error for an occurrence from which on another series goes on.
fn goes_on(key: &OccurrenceKey, next: &Task) -> Error {
    Error::Conflict(
        Invalid::new(
            "/occurrence",
            "wrong_occurrence",
            format!(
                "The series ends before {}: task {} goes on from there.",
                series_day(key).in_words(),
                next.number
            ),
        )
        .hint(format!("Move task {} instead.", next.number)),
    )
}
