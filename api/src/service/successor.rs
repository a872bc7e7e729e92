//! What follows when an occurrence ended: the next one and its subtasks. Their reminders, hiding them, and the error if one
//! cannot be taken back.

use taskwire_domain::{EventKind, Invalid, Reminder, ReminderId, Status, Task, TaskId, Trigger};
use taskwire_store::Occurrence;

use super::writer::who_wrote;
use super::{Context, Error};

/// The reminders of an occurrence move with it, except one at a fixed instant, which belonged to the previous
/// occurrence.
pub(super) fn reminders(task: TaskId, before: &[Reminder]) -> Vec<Reminder> {
    before
        .iter()
        .filter(|reminder| !reminder.is_snoozed && matches!(reminder.trigger, Trigger::Before(_)))
        .enumerate()
        .map(|(position, reminder)| Reminder {
            id: ReminderId::of_occurrence(task, position),
            trigger: reminder.trigger,
            is_snoozed: false,
        })
        .collect()
}

/// Hides a task that was created because an occurrence ended.
pub(super) async fn hide(context: &mut Context, before: Task) -> Result<(), Error> {
    let mut task = before.clone();
    task.status = Status::Deleted;
    task.deleted_at = Some(context.now);
    task.version += 1;
    task.updated_at = context.now;
    task.change = context.change;
    let zone = context.zone.clone();
    context.tx.update_task(&task, &zone, true).await?;
    context
        .tx
        .cancel_reminders(context.owner, task.id, &[])
        .await?;
    let hidden = |withdrawn, task| Occurrence { task, withdrawn };
    context
        .record_row(
            EventKind::TaskDeleted,
            Some(&hidden(false, before)),
            &hidden(true, task),
            None,
        )
        .await
}

/// The task that cannot be withdrawn, unless it is a subtask.
pub(super) const NEXT: &str = "the next occurrence";

/// The error for a task that was created because an occurrence ended, and changed since. It names who changed it last.
pub(super) async fn changed(
    context: &mut Context,
    task: &Task,
    which: &str,
    what: &str,
    advice: String,
) -> Result<Error, Error> {
    let writer = who_wrote(context, task, task.change).await?;
    let who = writer.map(|writer| format!(" It was changed last{}.", writer.in_words()));
    let number = task.number;
    let why = Invalid::new(
        format!("/tasks/{number}"),
        "successor_changed",
        format!("Task {number}, {which}, {what}.{}", who.unwrap_or_default()),
    );
    Ok(Error::Conflict(why.hint(advice)))
}
