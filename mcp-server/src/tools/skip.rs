//! tasks_skip: skips occurrences of series.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::Deserialize;
use taskwire_domain::contract::SkipTask;

use super::input;
use crate::answer::{Batch, Subject};
use crate::identity::CallContext;
use crate::refusal::Refusal;

pub(super) const DESCRIPTION: &str = "Skip this occurrence of 1 to 50 recurring tasks without doing it: it counts \
as skipped, not as done, and the next one appears by itself. Can be undone with tasks_reopen.";

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
    /// As in tasks_complete.
    occurrence: Option<String>,
    /// Why, if the user said so.
    reason: Option<String>,
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
        let skip = async {
            let body = SkipTask {
                occurrence: item.occurrence,
                reason: item.reason,
            };
            let number = item.number.to_string();
            let key = keys.for_task(item.number);
            let change = call
                .client
                .skip_task(&number, &body, key.as_deref())
                .await?;
            Ok(change.into())
        };
        batch.run(Subject::number(item.number), skip).await;
    }
    batch.finish()
}
