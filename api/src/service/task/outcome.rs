//! What a use-case left behind.

use taskwire_domain::contract::{OpenOccurrence, TaskChange};
use taskwire_domain::{Status, Task};

use crate::service::{Context, Error};

/// The task as it is now, and whether that is new.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) task: Task,
    /// Whether anything changed: rows were written, with their events.
    pub(crate) changed: bool,
    /// The open task of its series, when nothing changed and this one is not it.
    pub(crate) open: Option<Task>,
    /// What is not quite as it was sent, or will not happen.
    pub(crate) warnings: Vec<String>,
}

impl Outcome {
    /// A task that was made or changed.
    pub(super) fn changed(task: Task) -> Self {
        Self {
            task,
            changed: true,
            open: None,
            warnings: Vec::new(),
        }
    }

    /// With what there is to know about it.
    pub(super) fn with(self, warnings: Vec<String>) -> Self {
        Self { warnings, ..self }
    }

    /// A task that was already as it should be. Names the one to go on with, for whoever meant that.
    pub(super) async fn unchanged(cx: &mut Context, task: Task) -> Result<Self, Error> {
        let open = match &task.series {
            Some(series) if task.status != Status::Open => {
                cx.tx.find_open_of_series(cx.owner, series.id).await?
            }
            _ => None,
        };
        Ok(Self {
            changed: false,
            open,
            ..Self::changed(task)
        })
    }

    /// As the owner sees it now.
    pub(crate) fn view(self, cx: &Context) -> TaskChange {
        TaskChange {
            task: cx.view(&self.task),
            changed: self.changed,
            open: self.open.as_ref().map(OpenOccurrence::of),
            warnings: self.warnings,
        }
    }
}
