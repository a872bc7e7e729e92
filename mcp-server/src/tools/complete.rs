//! tasks_complete: marks tasks, or occurrences of series, as done.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::Deserialize;
use taskwire_domain::contract::CompleteTask;

use super::input;
use crate::answer::{Batch, Changed, Subject};
use crate::identity::CallContext;
use crate::refusal::Refusal;
use crate::task::Detail;

pub(super) const DESCRIPTION: &str = "Mark 1 to 50 tasks as done. Of a recurring task this completes the one \
occurrence, and the next one is a new task with another number: `next_task`. Can be undone with tasks_reopen.";

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// 1 to 50 tasks.
    #[schemars(length(min = 1, max = 50))]
    tasks: Vec<Item>,
    request_id: Option<String>,
    dry_run: Option<bool>,
    detail: Option<Detail>,
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
    let client = call.changing(arguments.dry_run);
    let mut batch = Batch::new(call.vocabulary, "tasks", &client, &keys, arguments.detail);
    for item in arguments.tasks {
        let complete = async {
            let body = CompleteTask {
                occurrence: item.occurrence,
                series: None,
                subtasks: None,
            };
            let change = client
                .complete_task(
                    &item.number.to_string(),
                    &body,
                    keys.for_task(item.number).as_deref(),
                )
                .await?;
            Ok(Changed::ended(change))
        };
        batch.run(Subject::number(item.number), complete).await;
    }
    batch.name_next(&client).await;
    batch.finish()
}
