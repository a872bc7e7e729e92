//! Changing some fields of a task (RFC 7396).

use taskwire_domain::contract::TaskPatch;
use taskwire_domain::reschedule;
use taskwire_domain::text::clip;
use taskwire_domain::{
    EventKind, Invalid, Notes, Priority, Status, TagName, Task, TaskDuration, TaskRef, Title,
};

use super::{
    Outcome, find_target, lock_owner, needs_due, reminders, save, start_new_epoch, start_series,
    subtask,
};
use crate::service::dates::{self, When};
use crate::service::draft::{Base, collect_err};
use crate::service::repeat::{self, ResolvedRule};
use crate::service::{Context, Error, conflict, reminder, tag};

/// Changes some fields, all or none. A patch that changes nothing keeps the version.
pub(crate) async fn patch(
    context: &mut Context,
    task: TaskRef,
    patch: &TaskPatch,
) -> Result<Outcome, Error> {
    if patch.tags.is_some() || patch.add_tags.is_some() || patch.parent.is_some() {
        // So that no tag is renamed or deleted in between, and no task becomes a subtask.
        lock_owner(context).await?;
    }
    let before = find_target(context, task).await?;
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
    task.parent = parent(context, patch, &before, &mut refused).await?;
    let mut warnings = Vec::new();
    let mut said = None;
    let rule = dates(
        context,
        patch,
        &mut task,
        (&mut refused, &mut warnings, &mut said),
    );
    let is_sent = duration(patch, said, &mut task, &mut refused);
    let base = base(&task, rule.as_ref());
    let triggers = collect_err(
        &mut refused,
        reminders::after(context, patch, &before, &base),
    );
    let expected = collect_err(
        &mut refused,
        dates::expected(patch.expected_weekday.as_deref()),
    );
    if !refused.is_empty() {
        return Err(Error::Invalid(refused));
    }
    if let Some(change) = rule {
        warnings.extend(follow(context, &before, &mut task, change).await?);
    }
    let mut triggers = triggers.flatten();
    if task.due != base.due {
        // The rule has another first date.
        let repeats = task.series.is_some();
        let due = task.due.clone();
        triggers = reminders::after(context, patch, &before, &Base { due, repeats })?;
    }
    if let Some((triggers, doubts)) = triggers {
        warnings.extend(doubts);
        task.reminders = reminders::keep_ids(context, &before, triggers);
    }
    let Some(expected) = expected else {
        return Err(Error::Invalid(refused));
    };
    if task.parent.is_some() && task.series.is_some() {
        let is_moved = task.parent != before.parent;
        let field = if is_moved { "/parent" } else { "/recurrence" };
        return Err(repeat::in_subtask(field).into());
    }
    if task.due.is_none() && task.series.is_some() {
        return Err(Invalid::new(
            "/due",
            "series_without_due",
            "A repeating task needs a due date.",
        )
        .hint("To make it a single task, also send \"recurrence\": null.")
        .into());
    }
    dates::check_weekday(expected, task.due.as_ref())?;
    if let Some(duration) = task.duration
        && let Err(why) = duration.check(task.due.as_ref())
    {
        if is_sent {
            return Err(why.into());
        }
        warnings.extend(before.lasts().map(without_time));
    }
    needs_due(&task.reminders, task.due.as_ref())?;
    if task.tags != before.tags {
        tag::find_or_create_tags(context, &mut task).await?;
    }
    if task == before {
        return Outcome::unchanged(context, before).await;
    }
    save(context, EventKind::TaskUpdated, &before, &mut task).await?;
    warnings.extend(reminder::warnings(context, &task, Some(&before)));
    Ok(Outcome::changed(task).with_warnings(warnings))
}

/// The task that it is a part of after the patch.
async fn parent(
    context: &mut Context,
    patch: &TaskPatch,
    before: &Task,
    refused: &mut Vec<Invalid>,
) -> Result<Option<i64>, Error> {
    let reference = match &patch.parent {
        None => return Ok(before.parent),
        Some(None) => return Ok(None),
        Some(Some(sent)) => TaskRef::of_json("/parent", sent),
    };
    let Some(reference) = collect_err(refused, reference) else {
        return Ok(before.parent);
    };
    match subtask::parent(context, reference, Some(before)).await {
        Err(Error::Invalid(all)) => {
            refused.extend(all);
            Ok(before.parent)
        }
        found => Ok(Some(found?)),
    }
}

fn simple_fields(patch: &TaskPatch, task: &mut Task, refused: &mut Vec<Invalid>) {
    if let Some(title) = &patch.title
        && let Some(title) = collect_err(refused, Title::parse(title))
    {
        task.title = title;
    }
    if let Some(notes) = &patch.notes
        && let Some(notes) =
            collect_err(refused, Notes::parse(notes.as_deref().unwrap_or_default()))
    {
        task.notes = notes;
    }
    if let Some(priority) = &patch.priority {
        let parsed = priority
            .as_deref()
            .map_or(Ok(Priority::None), Priority::parse);
        if let Some(priority) = collect_err(refused, parsed) {
            task.priority = priority;
        }
    }
    let changes_tags =
        patch.tags.is_some() || patch.add_tags.is_some() || patch.remove_tags.is_some();
    if changes_tags && let Some(tags) = collect_err(refused, tags(patch, &task.tags)) {
        task.tags = tags;
    }
}

/// The tags after a patch: a new list, or the present ones with some added and some removed.
fn tags(patch: &TaskPatch, present: &[TagName]) -> Result<Vec<TagName>, Invalid> {
    let added = named(patch.add_tags.as_deref(), "/add_tags")?;
    let removed = named(patch.remove_tags.as_deref(), "/remove_tags")?;
    if let Some(list) = &patch.tags {
        if patch.add_tags.is_some() || patch.remove_tags.is_some() {
            return Err(conflicting(
                "/tags",
                "\"tags\" replaces the whole list, so it cannot be combined with \"add_tags\" or \"remove_tags\".".into(),
            ));
        }
        return TagName::parse_all(list.as_deref().unwrap_or_default());
    }
    let is_in = |tags: &[TagName], tag: &TagName| tags.iter().any(|other| other.key() == tag.key());
    if let Some(both) = added.iter().find(|tag| is_in(&removed, tag)) {
        let detail = format!("The tag {:?} is both added and removed.", both.to_string());
        return Err(conflicting("/remove_tags", detail));
    }
    let kept = present.iter().filter(|tag| !is_in(&removed, tag));
    let names: Vec<String> = kept.chain(&added).map(ToString::to_string).collect();
    TagName::parse_all(&names).map_err(|why| why.at("/add_tags"))
}

fn named(names: Option<&[String]>, field: &str) -> Result<Vec<TagName>, Invalid> {
    TagName::parse_all(names.unwrap_or_default()).map_err(|why| {
        let at = why.field.replacen("/tags", field, 1);
        why.at(at)
    })
}

fn conflicting(field: &str, detail: String) -> Invalid {
    Invalid::new(field, "conflicting_tags", detail).hint(
        "Send either \"tags\", or \"add_tags\" and \"remove_tags\", and name each tag only once.",
    )
}

/// The effect of a patch on the series.
enum Change {
    /// It becomes a single task.
    End,
    /// It follows a new rule from its current date.
    Rule(Box<ResolvedRule>),
    /// It follows a new rule from the rule's own first date, because the rule was sent as a due value or its words name
    /// a start.
    FromWords(Box<ResolvedRule>),
}

/// What reminders in words count from, as far as it is known before the task follows a new rule.
fn base(task: &Task, change: Option<&Change>) -> Base {
    let due = match change {
        Some(Change::FromWords(rule)) => Some(rule.start.clone()),
        Some(Change::Rule(_) | Change::End) | None => task.due.clone(),
    };
    let repeats = match change {
        Some(Change::End) => false,
        Some(Change::Rule(_) | Change::FromWords(_)) => true,
        None => task.series.is_some(),
    };
    Base { due, repeats }
}

/// Sets how long the task takes, and returns whether the patch says so.
fn duration(
    patch: &TaskPatch,
    said: Option<TaskDuration>,
    task: &mut Task,
    refused: &mut Vec<Invalid>,
) -> bool {
    let duration = match (patch.duration_minutes, said) {
        (None, None) => return false,
        (None, said) => Ok(said),
        (Some(None), Some(said)) => Err(dates::two_durations(said)),
        (Some(None), None) => Ok(None),
        (Some(Some(minutes)), said) => {
            TaskDuration::parse(minutes).and_then(|sent| dates::duration(Some(sent), said))
        }
    };
    if let Some(duration) = collect_err(refused, duration) {
        task.duration = duration;
    }
    true
}

/// The warning for a task whose due value has lost its time of day.
pub(super) fn without_time(duration: TaskDuration) -> String {
    format!(
        "The task has no time of day now, so its duration of {} has no effect.",
        duration.in_words()
    )
}

/// Reads the dates of a patch. Collects errors, other likely readings, and how long it takes, if the words say so.
fn dates(
    context: &Context,
    patch: &TaskPatch,
    task: &mut Task,
    (refused, doubts, lasting): (
        &mut Vec<Invalid>,
        &mut Vec<String>,
        &mut Option<TaskDuration>,
    ),
) -> Option<Change> {
    let words = context.words();
    let mut said = None;
    if let (Some(None), Some(Some(_))) = (&patch.due, &patch.recurrence) {
        refused.push(
            Invalid::new(
                "/due",
                "series_without_due",
                "\"due\" is null, but \"recurrence\" makes the task repeat, and a repeating task needs a due date.",
            )
            .hint("Omit \"due\", send a date, or send \"recurrence\": null."),
        );
    }
    match &patch.due {
        Some(Some(text)) => {
            match collect_err(refused, dates::when(text, task.due.as_ref(), &words)) {
                Some(When::Date(parsed)) => {
                    let from = task.due.as_ref();
                    let parsed = parsed.for_task(from, context.now, &context.zone);
                    // A rule brings its own time.
                    let from = from.filter(|_| !matches!(patch.recurrence, Some(Some(_))));
                    let (parsed, kept) = dates::keeping_time(text, parsed, from);
                    doubts.extend(parsed.doubts);
                    doubts.extend(kept);
                    *lasting = parsed.duration;
                    task.due = Some(parsed.due);
                }
                Some(When::Rule(rule)) => {
                    doubts.extend(rule.doubts.clone());
                    *lasting = rule.duration;
                    said = Some((text, rule));
                }
                None => {}
            }
        }
        Some(None) => task.due = None,
        None => {}
    }
    match (&patch.recurrence, said) {
        (Some(other), Some((text, _))) => {
            let is_rule =
                |input| collect_err(refused, repeat::recurrence(input, &words, None)).is_some();
            if other.as_ref().is_none_or(is_rule) {
                refused.push(dates::two_rules(&clip(text)));
            }
            None
        }
        (Some(Some(input)), None) => {
            let rule = repeat::recurrence(input, &words, task.due.as_ref());
            let mut rule = collect_err(refused, rule)?;
            doubts.extend(rule.doubts.clone());
            *lasting = collect_err(refused, dates::duration(*lasting, rule.duration))?;
            if let (Some(Some(_)), Some(due)) = (&patch.due, &task.due) {
                collect_err(
                    refused,
                    rule.agrees_with(&rule.with_default_time(due.clone())),
                )?;
            } else if rule.names_start {
                // A date keeps the task's time of day, as in any move.
                rule.start = reschedule::target(task.due.as_ref(), rule.start);
                return Some(Change::FromWords(Box::new(rule)));
            }
            Some(Change::Rule(Box::new(rule)))
        }
        (Some(None), None) => Some(Change::End),
        (None, Some((_, rule))) => {
            let checked = repeat::check(&rule.recurrence).map_err(|why| why.at("/due"));
            collect_err(refused, checked).map(|()| Change::FromWords(rule))
        }
        (None, None) => None,
    }
}

/// Takes the task out of its series, or moves it to the first match of the new rule in the next epoch. The keys
/// of the old epoch stay with the tasks that have them.
async fn follow(
    context: &mut Context,
    before: &Task,
    task: &mut Task,
    change: Change,
) -> Result<Option<String>, Error> {
    let (rule, is_said) = match change {
        Change::End => {
            task.series = None;
            return Ok(None);
        }
        Change::Rule(rule) => (*rule, false),
        Change::FromWords(rule) => (*rule, true),
    };
    if is_said {
        task.due = Some(rule.start.clone());
    } else if task.due != before.due {
        task.due = task.due.take().map(|due| rule.with_default_time(due));
    }
    let is_moved = task.due != before.due;
    if let Some(series) = &before.series
        && series.recurrence == rule.recurrence
        && !(is_said && is_moved)
        && (is_moved
            || rule.start.time().is_none()
            || rule.start.time() == series.position.due().time())
    {
        // The current rule, as sent by a client that submits the whole form: a due value next to it
        // moves this occurrence alone.
        return Ok(None);
    }
    let had_due = task.due.is_some();
    let from = match task.due.clone() {
        None => rule.start,
        // A time in the words of the rule is the new time of day, unless a due value was sent with it.
        Some(due) if !is_moved => rule.with_time_of_rule(due),
        Some(due) => due,
    };
    let recurrence = rule.recurrence;
    let series = match &before.series {
        None => start_series(context.ids.next(context.now), recurrence, &from)?,
        Some(series) => {
            let position = recurrence.first(&from)?;
            start_new_epoch(context, series, recurrence, position).await?
        }
    };
    let due = series.position.due();
    // If the task has a date, or one was sent, a different one has to be reported.
    let warning = had_due
        .then(|| ResolvedRule::moved_start_warning(&series.recurrence, &from, &due))
        .flatten();
    task.due = Some(due);
    task.series = Some(series);
    Ok(warning)
}
