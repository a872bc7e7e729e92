//! Subtasks: tasks that are part of another one, one level deep. They follow it to the trash and back, and each
//! occurrence of a series gets its own copies.

use jiff::{Timestamp, ToSpan};
use taskwire_domain::task::Subtasks;
use taskwire_domain::{Due, EventKind, Invalid, Reminder, Status, Task, TaskId, TaskRef, Trigger};

use super::{Outcome, find_locked, insert_occurrence, move_to_trash, restored, save};
use crate::service::{Context, Error, successor};

/// Maximum number of subtasks of a task outside the trash.
const SUBTASKS_MAX: u32 = 100;

fn refused(code: &'static str, detail: impl Into<String>, hint: impl Into<String>) -> Error {
    Invalid::new("/parent", code, detail).hint(hint).into()
}

/// The number of the task that a task, which is new if `child` is none, is to become a part of. The owner must be locked.
pub(super) async fn parent(
    context: &mut Context,
    reference: TaskRef,
    child: Option<&Task>,
) -> Result<i64, Error> {
    let parent = match find_locked(context, reference).await {
        Err(Error::NotFound(what)) => {
            return Err(refused(
                "unknown_parent",
                format!("There is no {what}."),
                "Send the number of an open task.",
            ));
        }
        found => found?,
    };
    let number = parent.number;
    if child.is_some_and(|child| child.parent == Some(number)) {
        return Ok(number);
    }
    if child.is_some_and(|child| child.id == parent.id) {
        return Err(refused(
            "own_parent",
            "A task cannot be a part of itself.",
            "Send the number of another task.",
        ));
    }
    if let Some(above) = parent.parent {
        return Err(refused(
            "parent_is_subtask",
            format!("Task {number} is a subtask itself, of task {above}."),
            format!("Send {above}: subtasks are one level deep."),
        ));
    }
    if parent.status != Status::Open {
        return Err(refused(
            "parent_not_open",
            format!("Task {number} is {}.", parent.status.as_str()),
            "Reopen or restore it first, or send another task.",
        ));
    }
    if let Some(child) = child.filter(|child| child.subtasks.are_any()) {
        return Err(refused(
            "has_subtasks",
            format!("Task {} has subtasks itself.", child.number),
            "Move those first: subtasks are one level deep.",
        ));
    }
    if parent.subtasks.open + parent.subtasks.done >= SUBTASKS_MAX {
        return Err(refused(
            "too_many_subtasks",
            format!("Task {number} has {SUBTASKS_MAX} subtasks, which is the maximum."),
            "Delete some of them, or send another task.",
        ));
    }
    Ok(number)
}

/// The subtasks of a task that are open.
async fn open(context: &mut Context, task: &Task) -> Result<Vec<Task>, Error> {
    if task.subtasks.open == 0 {
        return Ok(Vec::new());
    }
    let mut all = context.tx.subtasks(context.owner, task.number).await?;
    all.retain(|part| part.status == Status::Open);
    Ok(all)
}

/// Names the subtasks that are open although the task ended.
pub(super) async fn name_open(context: &mut Context, outcome: Outcome) -> Result<Outcome, Error> {
    let open_subtasks = if outcome.task.ended_at().is_some() {
        open(context, &outcome.task).await?
    } else {
        Vec::new()
    };
    Ok(Outcome {
        open_subtasks,
        ..outcome
    })
}

/// Completes the open subtasks of a task, which were done at an instant, and returns the task with its new counts.
pub(super) async fn complete_open(
    context: &mut Context,
    task: Task,
    at: Timestamp,
) -> Result<Task, Error> {
    for part in open(context, &task).await? {
        let before = find_locked(context, TaskRef::Id(part.id)).await?;
        let mut done = before.clone();
        done.status = Status::Completed;
        done.completed_at = Some(at);
        save(context, EventKind::TaskCompleted, &before, &mut done).await?;
    }
    counted(context, task).await
}

/// Moves the subtasks of a task to the trash, and returns the task with its new counts.
pub(super) async fn delete_all(context: &mut Context, task: Task) -> Result<Task, Error> {
    if !task.subtasks.are_any() {
        return Ok(task);
    }
    for part in context.tx.subtasks(context.owner, task.number).await? {
        let before = find_locked(context, TaskRef::Id(part.id)).await?;
        if before.status != Status::Deleted {
            move_to_trash(context, &before).await?;
        }
    }
    counted(context, task).await
}

/// Takes those subtasks of a task out of the trash that went there with it, at this instant.
pub(super) async fn restore_all(context: &mut Context, task: &Task) -> Result<Subtasks, Error> {
    for part in context.tx.subtasks(context.owner, task.number).await? {
        let before = find_locked(context, TaskRef::Id(part.id)).await?;
        if before.status == Status::Deleted && before.deleted_at == task.deleted_at {
            let mut part = restored(&before);
            save(context, EventKind::TaskRestored, &before, &mut part).await?;
        }
    }
    Ok(counted(context, task.clone()).await?.subtasks)
}

/// The task with the counts of its subtasks as they are now.
async fn counted(context: &mut Context, task: Task) -> Result<Task, Error> {
    let found = context.tx.find_task(context.owner, task.id).await?;
    let subtasks = found.map_or(task.subtasks, |found| found.subtasks);
    Ok(Task { subtasks, ..task })
}

/// Whether a task can be a part of the one that it names: that exists, is no subtask itself, and has room for it. The task
/// may be among those that it has.
pub(in crate::service) async fn has_valid_parent(
    context: &mut Context,
    task: &Task,
    is_counted: bool,
) -> Result<bool, Error> {
    let Some(number) = task.parent else {
        return Ok(true);
    };
    let parent = context
        .tx
        .find_task_by_number(context.owner, number)
        .await?;
    Ok(parent.is_some_and(|parent| {
        let is_there = parent.status != Status::Deleted || task.status == Status::Deleted;
        let all = parent.subtasks.open + parent.subtasks.done;
        let others = all.saturating_sub(u32::from(is_counted));
        is_there && parent.parent.is_none() && others < SUBTASKS_MAX
    }))
}

/// Gives an occurrence open copies of the subtasks of the one before, outside the trash. Their due values keep their
/// distance from the scheduled day.
pub(in crate::service) async fn copy_to_next(
    context: &mut Context,
    ended: &Task,
    next: &Task,
) -> Result<(), Error> {
    if !ended.subtasks.are_any() {
        return Ok(());
    }
    for part in context.tx.subtasks(context.owner, ended.number).await? {
        if part.status == Status::Deleted {
            continue;
        }
        let mut copy = copy_of(&part, ended, next);
        let known = context.tx.find_occurrence(context.owner, copy.id).await?;
        (copy.number, copy.version) = match &known {
            Some(known) if !known.withdrawn => continue,
            Some(known) => (known.task.number, known.task.version + 1),
            None => (context.tx.next_number(context.owner).await?, 1),
        };
        copy.created_at = context.now;
        copy.updated_at = context.now;
        copy.change = context.change;
        insert_occurrence(context, known, &mut copy).await?;
    }
    Ok(())
}

/// The copy of a subtask that the next occurrence gets, without what the database gives it.
fn copy_of(part: &Task, ended: &Task, next: &Task) -> Task {
    let id = TaskId::of_subtask(next.id, part.id);
    let scheduled = |task: &Task| task.series.as_ref().map(|series| series.position.due());
    let due = match (&part.due, scheduled(ended), scheduled(next)) {
        (Some(due), Some(from), Some(to)) => moved(due, &from, &to),
        (due, ..) => due.clone(),
    };
    let reminders = if due.is_some() {
        successor::reminders(id, &part.reminders)
    } else {
        Vec::new()
    };
    Task {
        id,
        status: Status::Open,
        due,
        parent: Some(next.number),
        reminders,
        completed_at: None,
        skipped_at: None,
        deleted_at: None,
        ..part.clone()
    }
}

/// A due value as many days later as one date is after another; none beyond the calendar.
fn moved(due: &Due, from: &Due, to: &Due) -> Option<Due> {
    let days = from.date().until(to.date()).ok()?.get_days();
    due.checked_at(due.civil().checked_add(days.days()).ok()?)
}

/// A copy that cannot be withdrawn.
const SUBTASK_OF_NEXT: &str = "a subtask of the next occurrence";

/// Withdraws the copies that an occurrence got. Refused if one was changed since, or if it has other subtasks.
pub(in crate::service) async fn withdraw_copies(
    context: &mut Context,
    ended: &Task,
    next: &Task,
) -> Result<(), Error> {
    let parts = context.tx.subtasks(context.owner, ended.number).await?;
    let mut copies = context.tx.subtasks(context.owner, next.number).await?;
    for part in &parts {
        let expected = copy_of(part, ended, next);
        let position = copies.iter().position(|copy| copy.id == expected.id);
        let copy = match position {
            Some(position) => copies.remove(position),
            // It may have been moved elsewhere.
            None => match context.tx.find_task(context.owner, expected.id).await? {
                Some(moved) => moved,
                None => continue,
            },
        };
        context.tx.lock_task(context.owner, copy.id).await?;
        if let Some(what) = difference(&copy, &expected) {
            let advice = format!("Revert that first, or use task {} instead.", next.number);
            return Err(successor::changed(context, &copy, SUBTASK_OF_NEXT, what, advice).await?);
        }
        successor::hide(context, copy).await?;
    }
    match copies.first() {
        None => Ok(()),
        Some(own) => {
            let what = "was added after that was created";
            let advice = format!("Delete task {} for good, or move it, first.", own.number);
            Err(successor::changed(context, own, SUBTASK_OF_NEXT, what, advice).await?)
        }
    }
}

/// How a copy differs from what it was created as.
fn difference(copy: &Task, expected: &Task) -> Option<&'static str> {
    let triggers = |reminders: &[Reminder]| -> Vec<Trigger> {
        reminders.iter().map(|reminder| reminder.trigger).collect()
    };
    match copy.status {
        Status::Completed => return Some("was completed"),
        Status::Skipped => return Some("was skipped"),
        Status::Deleted => return Some("is in the trash"),
        Status::Open => {}
    }
    let is_same = copy.title == expected.title
        && copy.notes == expected.notes
        && copy.priority == expected.priority
        && copy.tags == expected.tags
        && copy.due == expected.due
        && copy.duration == expected.duration
        && copy.parent == expected.parent
        && copy.series == expected.series
        && triggers(&copy.reminders) == triggers(&expected.reminders);
    (!is_same).then_some("was changed after it was created")
}
