//! The result of a use case.

use taskwire_domain::contract::{OpenOccurrence, OpenSubtask, TaskChange};
use taskwire_domain::{Status, Task};

use crate::service::{Context, Error};

/// The task as it is now, and whether it changed.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) task: Task,
    /// Whether anything changed: rows were written, with their events.
    pub(crate) changed: bool,
    /// The open task of its series, when nothing changed and it is another one.
    pub(crate) open: Option<Task>,
    /// The subtasks that are open although it ended.
    pub(crate) open_subtasks: Vec<Task>,
    /// Warnings about values that differ from the request, or about effects that will not happen.
    pub(crate) warnings: Vec<String>,
}

impl Outcome {
    /// A task that was created or changed.
    pub(super) fn changed(task: Task) -> Self {
        Self {
            task,
            changed: true,
            open: None,
            open_subtasks: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Adds warnings.
    pub(super) fn with_warnings(self, warnings: Vec<String>) -> Self {
        Self { warnings, ..self }
    }

    /// A task that already was as requested. Names the open occurrence, for a caller that meant that one.
    pub(super) async fn unchanged(context: &mut Context, task: Task) -> Result<Self, Error> {
        let open = match &task.series {
            Some(series) if task.status != Status::Open => {
                context
                    .tx
                    .find_open_of_series(context.owner, series.id)
                    .await?
            }
            _ => None,
        };
        Ok(Self {
            changed: false,
            open,
            ..Self::changed(task)
        })
    }

    /// The result as the owner sees it now.
    pub(crate) fn view(self, context: &Context) -> TaskChange {
        TaskChange {
            task: context.view(&self.task),
            changed: self.changed,
            open: self.open.as_ref().map(OpenOccurrence::of),
            open_subtasks: self.open_subtasks.iter().map(OpenSubtask::of).collect(),
            warnings: self.warnings,
        }
    }
}
