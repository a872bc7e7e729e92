//! tasks_complete: marks tasks, or occurrences of series, as done.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::Deserialize;
use taskwire_domain::Clock;
use taskwire_domain::contract::{CompleteTask, TaskChange};

use super::input;
use super::target::{self, Target, change_all};
use crate::answer::{Batch, Changed, Subject};
use crate::identity::CallContext;
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::task::Detail;

pub(super) const DESCRIPTION: &str = "Mark tasks as done. Of a recurring task this completes the one occurrence; \
the next is a new task with another number: `next_task`.";

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
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
    number: Option<i64>,
    /// As in tasks_update.
    filter: Option<String>,
    #[schemars(range(min = 0))]
    expected_count: Option<u64>,
    /// Of a recurring task: its `occurrence` as last shown; makes a late call harmless.
    occurrence: Option<String>,
    /// Day it was done, if before today ("yesterday").
    completed_on: Option<String>,
}

pub(super) async fn run(
    call: &CallContext,
    clock: &dyn Clock,
    arguments: Arguments,
) -> Result<CallToolResult, Refusal> {
    let is_dry_run = arguments.dry_run == Some(true);
    let mut mistakes = Vec::new();
    for (index, item) in arguments.tasks.iter().enumerate() {
        let single = [("occurrence", item.occurrence.is_some())];
        for (field, what) in item.target().mistakes("number", is_dry_run, &single) {
            mistakes.push(format!("`tasks[{index}].{field}` {what}"));
        }
    }
    target::distinct(arguments.tasks.iter().map(Item::target), &mut mistakes);
    input::no_mistakes(&mistakes)?;
    let is_bulk = target::are_many(arguments.tasks.iter().map(Item::target));
    call.confirm(is_bulk && !is_dry_run)?;

    // Shows the days that were sent in words.
    let names_day = arguments
        .tasks
        .iter()
        .any(|item| item.completed_on.is_some());
    let moment = if names_day {
        Some(Moment::of(call, clock).await?)
    } else {
        None
    };
    let keys = call.keys(arguments.request_id.as_deref());
    let client = call.changing(arguments.dry_run);
    let mut batch = Batch::new(call.vocabulary, "tasks", &client, &keys, arguments.detail);
    for item in arguments.tasks {
        let body = CompleteTask {
            occurrence: item.occurrence.clone(),
            series: None,
            completed_on: item.completed_on.clone(),
            subtasks: None,
        };
        let Some(number) = item.number else {
            let all = change_all(&client, &keys, item.target(), "complete", Some(&body));
            let moment = moment.as_ref().filter(|_| item.completed_on.is_some());
            batch.run_bulk(all, |change| ended(change, moment)).await;
            continue;
        };
        let complete = async {
            let key = keys.for_task(number);
            let change = client
                .complete_task(&number.to_string(), &body, key.as_deref())
                .await?;
            let moment = moment.as_ref().filter(|_| item.completed_on.is_some());
            Ok(ended(change, moment))
        };
        batch.run(Subject::number(number), complete).await;
    }
    batch.name_next(&client).await;
    batch.finish()
}

/// The completed task, with its day where that was sent.
fn ended(change: TaskChange, moment: Option<&Moment>) -> Changed {
    let day = moment.zip(change.task.completed_at);
    let (date, weekday) = day.map(|(moment, at)| moment.day(at)).unzip();
    let mut changed = Changed::ended(change);
    changed.task.completed_on = date;
    changed.task.completed_weekday = weekday;
    changed
}

impl Item {
    fn target(&self) -> Target<'_> {
        Target {
            number: self.number,
            filter: self.filter.as_deref(),
            expected_count: self.expected_count,
        }
    }
}
