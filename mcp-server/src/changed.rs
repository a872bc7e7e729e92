//! A task that a call changed, before it becomes a result.

use taskwire_domain::contract::TaskChange;
use uuid::Uuid;

use crate::next_task::OpenAnswer;
use crate::task::{NOTES_CLIP, TaskAnswer};

/// A changed task, with warnings.
pub(crate) struct Changed {
    pub(crate) task: TaskAnswer,
    /// Whether the call changed anything.
    pub(crate) has_effect: bool,
    pub(crate) open: Option<OpenAnswer>,
    pub(crate) warnings: Vec<String>,
    pub(crate) change: Option<Uuid>,
    /// The series whose next task the result should name.
    pub(crate) ended: Option<Uuid>,
    /// Open tasks with nearly the same title.
    pub(crate) similar: Vec<i64>,
}

impl Changed {
    /// The same, of an occurrence that was completed or skipped: the result names the next one.
    pub(crate) fn ended(change: TaskChange) -> Self {
        let series = change.task.series.filter(|_| change.changed);
        Self {
            ended: series,
            ..Self::from(change)
        }
    }
}

impl From<TaskChange> for Changed {
    fn from(change: TaskChange) -> Self {
        let mut warnings = change.warnings;
        if !change.open_subtasks.is_empty() {
            let open = change.open_subtasks.iter();
            let numbers: Vec<String> = open.map(|part| part.number.to_string()).collect();
            warnings.push(format!("Subtasks still open: {}.", numbers.join(", ")));
        }
        Self {
            has_effect: change.changed,
            open: change.open.map(OpenAnswer::from),
            warnings,
            change: change.changed.then_some(change.task.change),
            ended: None,
            similar: Vec::new(),
            task: TaskAnswer::new(change.task, NOTES_CLIP),
        }
    }
}
