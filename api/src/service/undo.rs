//! Undoing changes. An undo writes back what the change found, and is itself a change: undoing it is a redo.
//!
//! Nothing is half undone: everything that stands in the way is collected, and then refused together. Only tasks that were
//! deleted for good are left out, and named: nothing could ever bring them back.

use std::collections::BTreeSet;

use taskwire_domain::contract::{ChangedTask, Undone};
use taskwire_domain::text::clip;
use taskwire_domain::{ChangeId, EventKind, Status, Task, TaskId};
use taskwire_store::{
    ChangeItem, ChangeRow, ChangedFields, Occurrence, Reverted, TagDelta, TaskDelta,
};

use super::obstacle::Obstacles;
use super::task::{lock_owner, needs_due, remind};
use super::{Context, Error, change, conflict, series, tag, undo_check, undo_tag};

/// Maximum number of tasks that the result shows.
const SHOWN_MAX: usize = 200;
/// The kind of an undo, and of the undo of one.
const UNDO: &str = "undo";
const REDO: &str = "redo";

/// Undoes one change.
pub(crate) async fn change(context: &mut Context, id: ChangeId) -> Result<Undone, Error> {
    lock_owner(context).await?;
    let found = change::find(context, id).await?;
    if let Some(by) = found.undone_by {
        return Err(already_undone(context, by).await?);
    }
    if !found.can_undo {
        return Err(cannot_undo(&found));
    }
    context.recorded.undoes = Some(id);
    let kind = if found.kind == UNDO { REDO } else { UNDO };
    revert(context, kind, vec![found]).await
}

/// Undoes everything that a chat turn did and that is still in effect.
pub(crate) async fn turn(context: &mut Context, turn: &str) -> Result<Undone, Error> {
    lock_owner(context).await?;
    let all = context.tx.changes_of_turn(context.owner, turn).await?;
    if all.is_empty() {
        return Err(Error::NotFound(format!(
            "change of a chat turn with the id {}",
            clip(turn)
        )));
    }
    let mut chosen: BTreeSet<ChangeId> = BTreeSet::new();
    let mut undone = None;
    let mut changes = Vec::new();
    for found in all {
        let is_in_effect = match found.undone_by {
            // What this turn undid itself is reverted in two steps.
            Some(by) if chosen.contains(&by) => true,
            Some(by) => is_undone(context, by).await?,
            None => true,
        };
        if !is_in_effect {
            undone = undone.or(found.undone_by);
            continue;
        }
        if !found.can_undo {
            return Err(cannot_undo(&found));
        }
        chosen.insert(found.id);
        changes.push(found);
    }
    match (changes.as_slice(), undone) {
        ([], Some(by)) => Err(already_undone(context, by).await?),
        ([only], _) => {
            context.recorded.undoes = Some(only.id);
            revert(context, UNDO, changes).await
        }
        _ => revert(context, UNDO, changes).await,
    }
}

/// Whether a change is not in effect.
async fn is_undone(context: &mut Context, id: ChangeId) -> Result<bool, Error> {
    let mut is_undone = false;
    let mut next = change::find(context, id).await?.undone_by;
    while let Some(by) = next {
        is_undone = !is_undone;
        next = change::find(context, by).await?.undone_by;
    }
    Ok(is_undone)
}

/// The error for a change that was undone before. Names the last of the undos and redos that followed.
async fn already_undone(context: &mut Context, by: ChangeId) -> Result<Error, Error> {
    let mut last = by;
    let mut is_undone = true;
    while let Some(next) = change::find(context, last).await?.undone_by {
        last = next;
        is_undone = !is_undone;
    }
    let (state, effect) = if is_undone {
        ("was undone", "redoes")
    } else {
        ("was undone and redone", "undoes")
    };
    Ok(conflict(
        "already_undone",
        format!("This change {state} by the change {last}."),
        format!("Undo the change {last}, which {effect} this one."),
    ))
}

fn cannot_undo(found: &ChangeRow) -> Error {
    let detail = match found.kind.as_str() {
        "empty_trash" => "Tasks that were deleted for good cannot be restored.",
        _ => "This change follows from another one, and is undone with that.",
    };
    conflict("cannot_undo", detail, "Undo another change.")
}

/// Reverts changes, newest first, and marks them.
async fn revert(
    context: &mut Context,
    kind: &'static str,
    changes: Vec<ChangeRow>,
) -> Result<Undone, Error> {
    context.recorded.kind = Some(kind);
    let mut obstacles = Obstacles::default();
    let mut touched: Vec<TaskId> = Vec::new();
    for found in &changes {
        let has_tasks = task_deltas(found).next().is_some();
        // A task is given tags that exist: those that come back are there before it, and those that go stay until after.
        for is_created in [false, true] {
            if is_created {
                for delta in task_deltas(found) {
                    if !touched.contains(&delta.task) {
                        touched.push(delta.task);
                    }
                    if !obstacles.are_at(delta.task) && !obstacles.is_purged(delta.task) {
                        revert_task(context, found, delta, &mut obstacles).await?;
                    }
                }
            }
            for delta in tag_deltas(found) {
                if delta.before.is_none() == is_created {
                    undo_tag::revert(context, delta, has_tasks, &mut obstacles).await?;
                }
            }
        }
        for delta in tag_deltas(found).filter(|_| obstacles.is_empty()) {
            let others = undo_tag::rename_others(context, delta).await?;
            touched.extend(others);
        }
        context
            .tx
            .mark_undone(context.owner, found.id, context.change)
            .await?;
    }
    if obstacles.is_empty() {
        undo_check::series(context, &touched, &mut obstacles).await?;
        undo_check::family(context, &touched, &mut obstacles).await?;
    }
    touched.retain(|task| !obstacles.is_purged(*task));
    let has_others = !context.recorded.items.is_empty();
    let left_out = obstacles.refuse(has_others)?;
    result(context, kind, &changes, &touched, left_out).await
}

/// What a change did to tasks, the last first.
fn task_deltas(found: &ChangeRow) -> impl Iterator<Item = &TaskDelta> {
    found
        .content
        .items
        .iter()
        .rev()
        .filter_map(|item| match item {
            ChangeItem::Task(delta) => Some(delta),
            ChangeItem::Tag(_) => None,
        })
}

/// What a change did to tags, the last first.
fn tag_deltas(found: &ChangeRow) -> impl Iterator<Item = &TagDelta> {
    found
        .content
        .items
        .iter()
        .rev()
        .filter_map(|item| match item {
            ChangeItem::Tag(delta) => Some(delta),
            ChangeItem::Task(_) => None,
        })
}

async fn result(
    context: &mut Context,
    kind: &str,
    changes: &[ChangeRow],
    touched: &[TaskId],
    left_out: Vec<ChangedTask>,
) -> Result<Undone, Error> {
    let mut tasks = Vec::new();
    let mut removed = Vec::new();
    for id in touched {
        let Some(found) = context.tx.find_occurrence(context.owner, *id).await? else {
            continue;
        };
        if found.withdrawn {
            removed.push(found.task.number);
        } else if tasks.len() < SHOWN_MAX {
            tasks.push(context.view(&found.task));
        }
    }
    Ok(Undone {
        change: Some(context.change.0),
        kind: kind.to_owned(),
        undone: changes.iter().map(|found| found.id.0).collect(),
        tasks,
        task_count: touched.len().try_into().unwrap_or(u64::MAX),
        removed,
        left_out,
    })
}

/// Reverts what a change did to one task, unless something stands in the way.
async fn revert_task(
    context: &mut Context,
    found: &ChangeRow,
    delta: &TaskDelta,
    obstacles: &mut Obstacles,
) -> Result<(), Error> {
    context.tx.lock_task(context.owner, delta.task).await?;
    let current = context
        .tx
        .find_occurrence(context.owner, delta.task)
        .await?;
    let Some(current) = current else {
        obstacles.purged(delta);
        return Ok(());
    };
    let target = match delta.revert(&current, context.now)? {
        Reverted::To(target) => *target,
        Reverted::Changed(changed) => {
            return obstacles
                .changed(context, &current.task, changed, found.id)
                .await;
        }
    };
    let is_removed = |at: &Occurrence| at.withdrawn || at.task.status == Status::Deleted;
    if is_removed(&target) && !is_removed(&current) {
        context.check_may_delete()?;
    }
    let is_reopened = target.task.status == Status::Open && !target.withdrawn;
    if is_reopened && current.task.ended_at().is_some() {
        match series::withdraw_successor(context, &current.task).await {
            Err(Error::Conflict(why)) => {
                obstacles.successor(&current.task, why);
                return Ok(());
            }
            other => other?,
        }
    }
    if is_reopened
        && current.withdrawn
        && let Some(before) = changed_predecessor(context, &target.task).await?
    {
        let changed = ChangedFields {
            fields: vec!["recurrence".to_owned()],
            tags: Vec::new(),
        };
        return obstacles.changed(context, &before, changed, found.id).await;
    }
    if !target.withdrawn {
        if needs_due(&target.task.reminders, target.task.due.as_ref()).is_err() {
            let changed = ChangedFields {
                fields: vec!["reminders".to_owned()],
                tags: Vec::new(),
            };
            return obstacles
                .changed(context, &current.task, changed, found.id)
                .await;
        }
        if is_key_taken(context, &current.task, &target.task).await? {
            obstacles.key_taken(&target.task);
            return Ok(());
        }
    }
    write_back(context, &current, target).await
}

/// The task that a withdrawn one follows, if its rule has changed since the other was withdrawn: what was done to occurrences
/// to come would be forgotten.
async fn changed_predecessor(
    context: &mut Context,
    withdrawn: &Task,
) -> Result<Option<Task>, Error> {
    let Some(series) = &withdrawn.series else {
        return Ok(None);
    };
    let Some(follows) = series.follows else {
        return Ok(None);
    };
    let before = context.tx.find_task(context.owner, follows).await?;
    let rule = |task: &Task| task.series.as_ref().map(|own| own.recurrence.clone());
    Ok(before.filter(|before| rule(before).is_some_and(|rule| rule != series.recurrence)))
}

/// Whether another task now is the occurrence of the series that this one was.
async fn is_key_taken(context: &mut Context, current: &Task, target: &Task) -> Result<bool, Error> {
    let key = |task: &Task| {
        let series = task.series.as_ref();
        series.map(|series| (series.id, series.key().clone()))
    };
    match key(target) {
        Some((series, taken)) if key(current) != Some((series, taken.clone())) => Ok(context
            .tx
            .is_key_taken(context.owner, series, &taken)
            .await?),
        _ => Ok(false),
    }
}

/// Writes a row as it was before, as a new version, with its event.
async fn write_back(
    context: &mut Context,
    current: &Occurrence,
    mut target: Occurrence,
) -> Result<(), Error> {
    let is_back = current.withdrawn && !target.withdrawn;
    let task = &mut target.task;
    if let Some(parent) = task.parent
        && !context.tx.is_number_known(context.owner, parent).await?
    {
        // Its parent was deleted for good.
        task.parent = None;
    }
    task.version = current.task.version + 1;
    task.updated_at = context.now;
    task.change = context.change;
    let has_other_tags = task.tags != current.task.tags;
    if !target.withdrawn && (has_other_tags || is_back) {
        tag::find_or_create_tags(context, task).await?;
    }
    let zone = context.zone.clone();
    context
        .tx
        .update_task(&target.task, &zone, target.withdrawn)
        .await?;
    if target.withdrawn {
        context.tx.unlink_tags(&target.task).await?;
    } else if has_other_tags || is_back {
        context.tx.replace_tag_links(&target.task).await?;
    }
    let kind = kind_of(current, &target);
    context
        .record_row(kind, Some(current), &target, None)
        .await?;
    remind(context, &current.task, &target.task).await
}

/// The event that describes a change of a row.
fn kind_of(before: &Occurrence, after: &Occurrence) -> EventKind {
    use Status::{Completed, Deleted, Open, Skipped};
    match (before.task.status, after.task.status) {
        _ if before.withdrawn && !after.withdrawn => EventKind::TaskRestored,
        _ if !before.withdrawn && after.withdrawn => EventKind::TaskDeleted,
        (Open | Completed | Skipped, Deleted) => EventKind::TaskDeleted,
        (Deleted, Open | Completed | Skipped) => EventKind::TaskRestored,
        (Open | Skipped, Completed) => EventKind::TaskCompleted,
        (Open | Completed, Skipped) => EventKind::TaskSkipped,
        (Completed | Skipped, Open) => EventKind::TaskReopened,
        (Open, Open) | (Completed, Completed) | (Skipped, Skipped) | (Deleted, Deleted) => {
            EventKind::TaskUpdated
        }
    }
}
