//! tasks_reopen and tasks_delete, which need only task numbers.

use std::cmp::Reverse;

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::Deserialize;
use taskwire_client::{Client, Error};
use taskwire_domain::contract::TaskChange;

use super::input;
use super::target::{Target, change_all};
use crate::answer::{Batch, Changed, Subject};
use crate::identity::{CallContext, Keys};
use crate::refusal::Refusal;
use crate::task::Detail;

pub(super) const REOPEN: &str = "Make completed, skipped or deleted tasks open again. Every deleted task is restorable; \
tasks_find with status deleted lists them. Reopening an occurrence withdraws the one after it.";

pub(super) const DELETE: &str = "Move tasks to the trash. They are restorable with tasks_reopen. Deleting a recurring \
task ends its series.";

#[derive(Deserialize, JsonSchema)]
pub(crate) struct DeleteArguments {
    /// 1 to 50 task numbers.
    #[schemars(length(min = 1, max = 50), inner(range(min = 1)))]
    numbers: Option<Vec<i64>>,
    /// As in tasks_update.
    filter: Option<String>,
    #[schemars(range(min = 0))]
    expected_count: Option<u64>,
    request_id: Option<String>,
    dry_run: Option<bool>,
    detail: Option<Detail>,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct ReopenArguments {
    /// 1 to 50 task numbers.
    #[schemars(length(min = 1, max = 50), inner(range(min = 1)))]
    numbers: Vec<i64>,
    /// True: only take deleted tasks out of the trash, completed ones as completed.
    only_restore: Option<bool>,
    request_id: Option<String>,
    dry_run: Option<bool>,
    detail: Option<Detail>,
}

pub(super) async fn delete(
    call: &CallContext,
    arguments: DeleteArguments,
) -> Result<CallToolResult, Refusal> {
    let numbers = arguments.numbers.unwrap_or_default();
    let target = Target {
        number: numbers.first().copied(),
        filter: arguments.filter.as_deref(),
        expected_count: arguments.expected_count,
    };
    let mistakes = target.mistakes("numbers", arguments.dry_run == Some(true), &[]);
    let mut mistakes: Vec<String> = mistakes
        .into_iter()
        .map(|(field, what)| format!("`{field}` {what}"))
        .collect();
    input::distinct("numbers", "", numbers.iter().copied(), &mut mistakes);
    input::no_mistakes(&mistakes)?;
    let count = target.expected_count.unwrap_or(numbers.len() as u64);
    call.confirm(count > 1 && arguments.dry_run != Some(true))?;

    let keys = call.keys(arguments.request_id.as_deref());
    let client = call.changing(arguments.dry_run);
    let list = if target.filter.is_some() {
        ""
    } else {
        "numbers"
    };
    let mut batch = Batch::new(call.vocabulary, list, &client, &keys, arguments.detail);
    if target.filter.is_some() {
        let all = change_all(&client, &keys, target, "delete", None::<&()>);
        batch.run_bulk(all, Changed::from).await;
    }
    for number in numbers {
        let delete = async {
            let key = keys.for_task(number);
            let change = client
                .delete_task(&number.to_string(), key.as_deref())
                .await?;
            Ok(change.into())
        };
        batch.run(Subject::number(number), delete).await;
    }
    batch.finish()
}

pub(super) async fn reopen(
    call: &CallContext,
    arguments: ReopenArguments,
) -> Result<CallToolResult, Refusal> {
    input::each_once("numbers", "", arguments.numbers.iter().copied())?;

    let keys = call.keys(arguments.request_id.as_deref());
    let client = call.changing(arguments.dry_run);
    let mut batch = Batch::new(call.vocabulary, "numbers", &client, &keys, arguments.detail);
    let only_restore = arguments.only_restore == Some(true);
    // The tasks reopened so far, with their series: of a series only the last one stays open.
    let mut opened = Vec::new();
    let mut order: Vec<(usize, i64)> = arguments.numbers.into_iter().enumerate().collect();
    // The later occurrence of a series comes first, which has the higher number: otherwise it would block the previous
    // one.
    order.sort_by_key(|(_, number)| Reverse(*number));
    for (index, number) in order {
        let act = async {
            let restored = restore(&client, number, &keys).await?;
            if only_restore {
                return Ok(restored.into());
            }
            let change = open(&client, number, &keys, restored).await?;
            if let Some(series) = change.task.series.filter(|_| change.task.status == "open") {
                opened.push((index, number, series));
            }
            Ok(Changed::from(change))
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

/// Takes the task out of the trash, if it is there. This comes first, so that a repeated call makes the same requests.
async fn restore(client: &Client, number: i64, keys: &Keys) -> Result<TaskChange, Error> {
    let key = keys.for_name(&format!("restore/{number}"));
    client
        .restore_task(&number.to_string(), key.as_deref())
        .await
}

/// Opens a task that is not in the trash any more.
async fn open(
    client: &Client,
    number: i64,
    keys: &Keys,
    mut restored: TaskChange,
) -> Result<TaskChange, Error> {
    if restored.changed && (restored.task.status == "open" || client.is_dry_run()) {
        if restored.task.status != "open" {
            restored
                .warnings
                .push("It would also be reopened.".to_owned());
        }
        return Ok(restored);
    }
    let key = keys.for_task(number);
    let reopened = client
        .reopen_task(&number.to_string(), key.as_deref())
        .await;
    match reopened {
        Err(Error::Problem(problem)) if restored.changed => {
            // It has left the trash, so the call has had an effect.
            restored.warnings.push(format!(
                "It is out of the trash, but could not be reopened: {}",
                problem.detail
            ));
            Ok(restored)
        }
        reopened => reopened,
    }
}
