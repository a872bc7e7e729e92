//! tasks_complete: marks tasks, or occurrences of series, as done.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::Deserialize;
use taskwire_domain::contract::CompleteTask;

use super::input;
use crate::answer::{Batch, Subject};
use crate::identity::CallContext;
use crate::refusal::Refusal;

pub(super) const DESCRIPTION: &str = "Mark 1 to 50 tasks as done. Of a recurring task this completes the one \
occurrence, and the next one appears by itself: recurrence.next holds the dates that follow. Can be undone with \
tasks_reopen.";

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// 1 to 50 tasks.
    #[schemars(length(min = 1, max = 50))]
    tasks: Vec<Item>,
    /// Unique; makes a resend safe.
    request_id: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Item {
    #[schemars(range(min = 1))]
    number: i64,
    /// Of a recurring task: its `occurrence` as last shown; makes a late call harmless.
    occurrence: Option<String>,
}

pub(super) async fn run(
    call: &CallContext,
    arguments: Arguments,
) -> Result<CallToolResult, Refusal> {
    let numbers = arguments.tasks.iter().map(|item| item.number);
    input::each_once("tasks", ".number", numbers)?;

    let keys = call.keys(arguments.request_id.as_deref());
    let mut batch = Batch::new(call.vocabulary, "tasks", keys.repeatable);
    for item in arguments.tasks {
        let complete = async {
            let body = CompleteTask {
                occurrence: item.occurrence,
                series: None,
            };
            let change = call
                .client
                .complete_task(
                    &item.number.to_string(),
                    &body,
                    keys.for_task(item.number).as_deref(),
                )
                .await?;
            Ok(change.into())
        };
        batch.run(Subject::number(item.number), complete).await;
    }
    batch.finish()
}
