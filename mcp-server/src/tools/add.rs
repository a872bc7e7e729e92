//! tasks_add: creates tasks, from fields or from one line each.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::Deserialize;
use taskwire_domain::Clock;
use taskwire_domain::contract::{TaskChange, TaskView};

use super::new_task::NewItem;
use super::{input, repeated, similar};
use crate::answer::{Batch, Changed, Subject};
use crate::identity::CallContext;
use crate::refusal::Refusal;
use crate::task::Detail;

pub(super) const DESCRIPTION: &str = "Create 1 to 50 tasks, with due dates, recurrence and reminders. \
Each item has either a title with other fields, or one `quick` line. The answer has the resolved \
and next dates, and warnings.";

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// 1 to 50 tasks.
    #[schemars(length(min = 1, max = 50))]
    tasks: Vec<NewItem>,
    /// Unique; a resend creates nothing twice.
    request_id: Option<String>,
    /// Show the effect, and change nothing.
    dry_run: Option<bool>,
    detail: Option<Detail>,
}

pub(super) async fn run(
    call: &CallContext,
    clock: &dyn Clock,
    arguments: Arguments,
) -> Result<CallToolResult, Refusal> {
    let mistakes: Vec<String> = arguments
        .tasks
        .iter()
        .enumerate()
        .filter_map(|(index, item)| {
            let (field, what) = item.mistake()?;
            Some(format!("`tasks[{index}].{field}` {what}"))
        })
        .collect();
    input::no_mistakes(&mistakes)?;

    let keys = call.keys(arguments.request_id.as_deref());
    let client = call.changing(arguments.dry_run);
    let mut batch = Batch::new(call.vocabulary, "tasks", &client, &keys, arguments.detail);
    if keys.are_absent()
        && !client.is_dry_run()
        && let Some(earlier) = repeated::earlier(call, clock.now(), &arguments.tasks).await
    {
        for task in earlier {
            batch
                .run(Subject::default(), async { Ok(unchanged(task)) })
                .await;
        }
        batch.note(repeated::NOTE.to_owned());
        return batch.finish();
    }
    for (index, mut item) in arguments.tasks.into_iter().enumerate() {
        let subject = Subject {
            client_ref: item.client_ref.take(),
            number: None,
        };
        batch
            .run(subject, async {
                let key = keys.for_index(index);
                let created = item.create(&client, key.as_deref()).await?;
                let similar = if index < similar::TASKS_MAX {
                    similar::to(&client, &created.task).await
                } else {
                    Vec::new()
                };
                let mut created = Changed {
                    similar,
                    ..Changed::from(created)
                };
                if client.is_dry_run() {
                    // The number would be another task's.
                    created.task.number = None;
                }
                Ok(created)
            })
            .await;
    }
    batch.finish()
}

/// A task that was there already.
fn unchanged(task: TaskView) -> Changed {
    Changed::from(TaskChange {
        task,
        changed: false,
        open: None,
        open_subtasks: Vec::new(),
        warnings: Vec::new(),
    })
}
