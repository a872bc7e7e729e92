//! tasks_reopen, tasks_delete and tasks_restore, which need only task numbers.

use std::cmp::Reverse;

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::Deserialize;

use super::input;
use crate::answer::{Batch, Subject};
use crate::identity::CallContext;
use crate::refusal::Refusal;

pub(super) const REOPEN: &str = "Open completed or skipped tasks again, exactly as they were: undoes tasks_complete and tasks_skip.";

pub(super) const DELETE: &str = "Move tasks to the trash. They are restorable with tasks_restore. Deleting a recurring \
task ends its series.";

pub(super) const RESTORE: &str = "Take deleted tasks out of the trash: undoes tasks_delete. Every deleted task is \
restorable; tasks_find with status deleted lists them.";

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// 1 to 50 task numbers.
    #[schemars(length(min = 1, max = 50), inner(range(min = 1)))]
    numbers: Vec<i64>,
    /// Unique; makes a resend safe.
    request_id: Option<String>,
}

/// The tool.
#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    Reopen,
    Delete,
    Restore,
}

pub(super) async fn run(
    call: &CallContext,
    action: Action,
    arguments: Arguments,
) -> Result<CallToolResult, Refusal> {
    input::each_once("numbers", "", arguments.numbers.iter().copied())?;

    let keys = call.keys(arguments.request_id.as_deref());
    let mut batch = Batch::new(call.vocabulary, "numbers", keys.repeatable);
    // The tasks reopened so far, with their series: of a series only the last one stays open.
    let mut opened = Vec::new();
    let mut order: Vec<(usize, i64)> = arguments.numbers.into_iter().enumerate().collect();
    if let Action::Reopen = action {
        // The later occurrence of a series comes first, which has the higher number: otherwise it would block
        // the previous one.
        order.sort_by_key(|(_, number)| Reverse(*number));
    }
    for (index, number) in order {
        let act = async {
            let (task, key) = (number.to_string(), keys.for_task(number));
            let client = &call.client;
            let change = match action {
                Action::Reopen => client.reopen_task(&task, key.as_deref()).await?,
                Action::Delete => client.delete_task(&task, key.as_deref()).await?,
                Action::Restore => client.restore_task(&task, key.as_deref()).await?,
            };
            if let (Action::Reopen, Some(series)) = (action, change.task.series) {
                opened.push((index, number, series));
            }
            Ok(change.into())
        };
        batch.run_at(index, Subject::number(number), act).await;
    }
    while let Some((_, open, series)) = opened.pop() {
        for (index, number, _) in opened.extract_if(.., |(_, _, other)| *other == series) {
            batch.withdrawn(index, number, open);
        }
    }
    batch.finish()
}
