//! What stands in the way of an undo: each task and field, and who changed it since.

use std::collections::{BTreeMap, BTreeSet};

use taskwire_domain::contract::ChangedTask;
use taskwire_domain::{ChangeId, Invalid, Task, TaskId};
use taskwire_store::{ChangeItem, ChangedFields, TaskDelta};

use super::change::changed_task;
use super::writer::{Writer, who_wrote};
use super::{Context, Error};

/// Maximum number of obstacles that an error names.
const NAMED_MAX: usize = 12;
/// Maximum number of changes of a task that are searched for the one that wrote a field.
const SEARCHED_MAX: usize = 100;

/// What stands in the way of an undo.
#[derive(Debug, Default)]
pub(super) struct Obstacles {
    named: Vec<Invalid>,
    tasks: BTreeSet<TaskId>,
    /// Tasks that no longer exist. The others are undone without them.
    purged: BTreeMap<TaskId, ChangedTask>,
}

impl Obstacles {
    pub(super) fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// Whether something is known to stand in the way at this task.
    pub(super) fn are_at(&self, task: TaskId) -> bool {
        self.tasks.contains(&task)
    }

    /// The tasks that are left out because they no longer exist. Fails if anything stands in the way, or if there is
    /// nothing else to undo.
    pub(super) fn refuse(mut self, has_others: bool) -> Result<Vec<ChangedTask>, Error> {
        if !has_others {
            self.named.extend(self.purged.values().map(purged));
        }
        if self.named.is_empty() {
            return Ok(self.purged.into_values().collect());
        }
        let more = self.named.len().saturating_sub(NAMED_MAX);
        self.named.truncate(NAMED_MAX);
        if let Some(last) = self.named.last_mut().filter(|_| more > 0) {
            last.detail = format!("{} {more} more are in the way.", last.detail);
        }
        Err(Error::Conflicts(self.named))
    }

    pub(super) fn push(&mut self, why: Invalid) {
        self.named.push(why);
    }

    fn push_task(&mut self, task: TaskId, why: Invalid) {
        self.tasks.insert(task);
        self.named.push(why);
    }

    /// The task no longer exists.
    pub(super) fn purged(&mut self, delta: &TaskDelta) {
        self.purged.insert(delta.task, changed_task(delta));
    }

    /// Whether the task no longer exists.
    pub(super) fn is_purged(&self, task: TaskId) -> bool {
        self.purged.contains_key(&task)
    }

    /// Fields of the task were changed after the change `since`.
    pub(super) async fn changed(
        &mut self,
        context: &mut Context,
        task: &Task,
        changed: ChangedFields,
        since: ChangeId,
    ) -> Result<(), Error> {
        let number = task.number;
        let (who, change) = match writer(context, task, &changed, since).await? {
            Some(writer) => (writer.in_words(), Some(writer.change)),
            None => (String::new(), None),
        };
        let ChangedFields { fields, tags } = changed;
        let first = fields.first().cloned().unwrap_or_default();
        let in_words = fields.into_iter().map(|field| match tags.join(", ") {
            names if field == "tags" && !tags.is_empty() => format!("tags ({names})"),
            _ => field,
        });
        let names = in_words.collect::<Vec<_>>().join(", ");
        let why = Invalid::new(
            format!("/tasks/{number}/{first}"),
            "changed_since",
            format!("Task {number} was changed since{who}: {names}."),
        );
        let hint = match change {
            Some(change) => format!("Undo the change {change} first."),
            None => format!("Change task {number} back first."),
        };
        self.push_task(task.id, why.hint(hint));
        Ok(())
    }

    /// The occurrence that followed cannot be taken back.
    pub(super) fn successor(&mut self, ended: &Task, why: Invalid) {
        self.push_task(ended.id, why);
    }

    /// Another task now has the place in the series that this one had.
    pub(super) fn key_taken(&mut self, task: &Task) {
        let why = Invalid::new(
            format!("/tasks/{}/recurrence", task.number),
            "occurrence_taken",
            format!(
                "Another task now is the occurrence that task {} was.",
                task.number
            ),
        )
        .hint("Undo the changes of that task first.");
        self.push_task(task.id, why);
    }

    /// The task would be part of one that is in the trash, hidden, or a subtask itself by now.
    pub(super) fn invalid_parent(&mut self, task: &Task) {
        let parent = task.parent.unwrap_or_default();
        let why = Invalid::new(
            format!("/tasks/{}/parent", task.number),
            "parent_not_open",
            format!(
                "Task {} would be a subtask of task {parent}, which is in the trash, is a subtask itself, or has as many as it can have.",
                task.number
            ),
        )
        .hint(format!("Restore task {parent}, undo what was done with it, or delete one of its subtasks, first."));
        self.push_task(task.id, why);
    }

    /// The task has subtasks by now, which would be left without it, or be two levels deep.
    pub(super) fn has_subtasks(&mut self, task: &Task) {
        let why = Invalid::new(
            format!("/tasks/{}/subtasks", task.number),
            "has_subtasks",
            format!("Task {} has subtasks by now.", task.number),
        )
        .hint("Delete or move them first.");
        self.push_task(task.id, why);
    }

    /// Another task of the series is open.
    pub(super) fn open_in_series(&mut self, task: &Task, other: i64) {
        let why = Invalid::new(
            format!("/tasks/{}/status", task.number),
            "series_has_open_task",
            format!(
                "Task {} would be open, but task {other} of the same series is.",
                task.number
            ),
        )
        .hint(format!(
            "Complete or delete task {other} first: a series has only one open task."
        ));
        self.push_task(task.id, why);
    }
}

fn purged(task: &ChangedTask) -> Invalid {
    let number = task.number;
    Invalid::new(
        format!("/tasks/{number}"),
        "task_purged",
        format!("Task {number} was deleted for good, so it cannot be restored."),
    )
    .hint("Create it again.")
}

/// The last change after `since` that wrote one of the fields.
async fn writer(
    context: &mut Context,
    task: &Task,
    changed: &ChangedFields,
    since: ChangeId,
) -> Result<Option<Writer>, Error> {
    let mut next = Some(task.change).filter(|change| *change != since);
    let mut newest = None;
    for _ in 0..SEARCHED_MAX {
        let Some(id) = next else { break };
        let Some(found) = context.tx.find_change(context.owner, id).await? else {
            // A version before the table of changes wrote it.
            return match newest {
                Some(newest) => Ok(Some(newest)),
                None => who_wrote(context, task, id).await,
            };
        };
        let deltas = found.content.items.iter().filter_map(|item| match item {
            ChangeItem::Task(delta) if delta.task == task.id => Some(delta),
            _ => None,
        });
        let deltas: Vec<&TaskDelta> = deltas.collect();
        next = deltas
            .first()
            .and_then(|delta| delta.previous)
            .filter(|change| *change != since);
        let wrote = deltas.iter().any(|delta| delta.wrote(changed));
        let writer = Writer {
            change: id,
            at: found.at,
            actor: found.content.actor,
        };
        if wrote {
            return Ok(Some(writer));
        }
        newest = newest.or(Some(writer));
    }
    Ok(newest)
}
