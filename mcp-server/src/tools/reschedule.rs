//! tasks_reschedule: moves tasks, occurrences of series, or series.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::Deserialize;
use taskwire_domain::contract::RescheduleTask;

use super::input;
use crate::answer::{Batch, Subject};
use crate::identity::CallContext;
use crate::refusal::Refusal;

pub(super) const DESCRIPTION: &str = "Move 1 to 50 tasks to another date or time. Of a recurring task, scope says what \
moves; the rule is never lost. The answer shows the resolved date and the next ones.";

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// 1 to 50 moves, each of another task.
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
    /// The user's words ("next friday", "in 3 days at 9") or ISO.
    due: String,
    /// Default this: the one occurrence.
    #[schemars(extend("enum" = ["this", "this_and_following", "all"]))]
    scope: Option<String>,
    expected_weekday: Option<String>,
    /// As in tasks_complete.
    occurrence: Option<String>,
    /// The rule from then on, if the result asks for one.
    recurrence: Option<String>,
}

impl Item {
    fn body(self) -> RescheduleTask {
        RescheduleTask {
            due: self.due,
            scope: self.scope,
            occurrence: self.occurrence,
            recurrence: self.recurrence.map(|rule| input::recurrence(rule, None)),
            expected_weekday: self.expected_weekday,
        }
    }
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
        let number = item.number;
        let move_it = async {
            let key = keys.for_task(number);
            let change = call
                .client
                .reschedule_task(&number.to_string(), &item.body(), key.as_deref())
                .await?;
            Ok(change.into())
        };
        batch.run(Subject::number(number), move_it).await;
    }
    batch.finish()
}
