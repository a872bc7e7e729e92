//! tasks_reschedule: moves tasks, occurrences of series, or series, and skips occurrences.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::value::to_raw_value;
use taskwire_client::{Client, Error};
use taskwire_domain::contract::{
    Batch as Operations, BatchOperation, BulkResult, RescheduleTask, SeriesQuery, SkipTask,
    TaskChange,
};

use super::input;
use super::target::{self, Target, change_all};
use crate::answer::{Batch, Changed, Subject};
use crate::identity::{CallContext, Keys};
use crate::refusal::Refusal;
use crate::task::Detail;

pub(super) const DESCRIPTION: &str = "Move tasks to another date or time, or skip occurrences without doing \
them. Of a recurring task, scope says what moves; the rule is never lost.";

/// Maximum number of occurrences that one item skips.
const SKIP_MAX: u32 = 50;

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
    /// Words ("next friday", "friday same time"), ISO, or from its own date ("P7D", "1 week later").
    due: Option<String>,
    /// Instead of due: how many occurrences to skip, from this one on.
    #[schemars(range(min = 1, max = 50))]
    skip: Option<u32>,
    /// Why it is skipped, if known.
    reason: Option<String>,
    /// Default this: the one occurrence.
    #[schemars(extend("enum" = ["this", "this_and_following", "all"]))]
    scope: Option<String>,
    expected_weekday: Option<String>,
    /// As last shown, or one to come of tasks_agenda.
    occurrence: Option<String>,
    /// The rule from then on.
    recurrence: Option<String>,
}

impl Item {
    fn target(&self) -> Target<'_> {
        Target {
            number: self.number,
            filter: self.filter.as_deref(),
            expected_count: self.expected_count,
        }
    }

    fn mistakes(&self, index: usize, is_dry_run: bool) -> Vec<String> {
        let mut mistakes = Vec::new();
        let mut mistake =
            |field: &str, what: &str| mistakes.push(format!("`tasks[{index}].{field}` {what}"));
        match (&self.due, self.skip) {
            (None, None) => mistake(
                "due",
                "is missing. The user's words (\"next friday\", \"in 3 days at 9\") or ISO; or send `skip`.",
            ),
            (Some(_), Some(_)) => mistake(
                "skip",
                "and `due` exclude each other: send only one of them.",
            ),
            (None, Some(_)) => {
                let moves = [
                    ("scope", self.scope.is_some()),
                    ("expected_weekday", self.expected_weekday.is_some()),
                    ("recurrence", self.recurrence.is_some()),
                ];
                for (field, _) in moves.iter().filter(|(_, is_sent)| *is_sent) {
                    mistake(field, "belongs to a move: omit it with `skip`.");
                }
            }
            (Some(_), None) if self.reason.is_some() => {
                mistake("reason", "belongs to `skip`: omit it.");
            }
            (Some(_), None) => {}
        }
        let single = [("occurrence", self.occurrence.is_some())];
        for (field, what) in self.target().mistakes("number", is_dry_run, &single) {
            mistake(field, &what);
        }
        if self.skip.is_some_and(|count| count > 1) && self.filter.is_some() {
            mistake("skip", "must be 1 with `filter`: one occurrence of each.");
        }
        if self.skip.is_some_and(|count| count > 1) && self.occurrence.is_some() {
            mistake(
                "occurrence",
                "names a single one: omit it to skip several, from the open one on.",
            );
        }
        mistakes
    }

    async fn change_all(&self, client: &Client, keys: &Keys) -> Result<BulkResult, Error> {
        if self.skip.is_some() {
            let body = self.skipping();
            change_all(client, keys, self.target(), "skip", Some(&body)).await
        } else {
            let body = self.moving();
            change_all(client, keys, self.target(), "reschedule", Some(&body)).await
        }
    }

    fn skipping(&self) -> SkipTask {
        SkipTask {
            occurrence: self.occurrence.clone(),
            reason: self.reason.clone(),
        }
    }

    fn moving(&self) -> RescheduleTask {
        let rule = self.recurrence.clone();
        RescheduleTask {
            due: self.due.clone().unwrap_or_default(),
            scope: self.scope.clone(),
            occurrence: self.occurrence.clone(),
            recurrence: rule.map(|rule| input::recurrence(rule, None)),
            expected_weekday: self.expected_weekday.clone(),
        }
    }

    async fn change(&self, client: &Client, keys: &Keys, number: i64) -> Result<Changed, Error> {
        let key = keys.for_task(number);
        let number = number.to_string();
        if let Some(count) = self.skip {
            let body = self.skipping();
            if count > 1 {
                return skip_several(client, &number, count.min(SKIP_MAX), &body, keys).await;
            }
            let change = client.skip_task(&number, &body, key.as_deref()).await?;
            return Ok(ended(change));
        }
        let body = self.moving();
        let change = client
            .reschedule_task(&number, &body, key.as_deref())
            .await?;
        Ok(change.into())
    }
}

/// A change that ended the occurrence. One that is still to come is left out of the rule, and the open one stays.
fn ended(change: TaskChange) -> Changed {
    if change.task.status == "skipped" {
        Changed::ended(change)
    } else {
        change.into()
    }
}

/// Skips the open occurrence and those after it, as one change: otherwise a call that is repeated after a failure would
/// find other occurrences, and skip more than it was to.
async fn skip_several(
    client: &Client,
    number: &str,
    count: u32,
    body: &SkipTask,
    keys: &Keys,
) -> Result<Changed, Error> {
    let task = client.get_task(number).await?;
    let series = task.series.filter(|_| task.status == "open");
    let Some(series) = series else {
        // It has ended, in a repeated call by this one, or it does not repeat: the API says so.
        let key = keys.for_name(number);
        let change = client.skip_task(number, body, key.as_deref()).await?;
        return Ok(ended(change));
    };
    let query = SeriesQuery {
        coming: Some(count - 1),
        limit: Some(1),
        cursor: None,
    };
    let coming = client.get_series(series, &query).await?.coming;
    let mut left_out = Vec::new();
    let mut operations = Vec::new();
    for next in coming {
        // Without a key its date depends on when the one before is done, so it is not known yet which one it is.
        let Some(occurrence) = next.occurrence else {
            break;
        };
        left_out.push(next.date.due);
        operations.push(operation(
            number,
            &SkipTask {
                occurrence: Some(occurrence),
                reason: body.reason.clone(),
            },
        )?);
    }
    operations.push(operation(number, body)?);
    let found = operations.len();
    let batch = Operations {
        operations,
        atomic: None,
    };
    let key = keys.for_name(&format!("skips/{number}"));
    let mut results = client.batch(&batch, key.as_deref()).await?.results;
    let last = results.pop().and_then(|result| result.task);
    let mut change =
        last.ok_or_else(|| Error::Unexpected("a batch without its last task".to_owned()))?;
    if !left_out.is_empty() {
        change
            .warnings
            .push(format!("Also skipped: {}.", left_out.join(", ")));
    }
    if found < usize::try_from(count).unwrap_or(usize::MAX) {
        change.warnings.push(format!(
            "Only {found} of {count} were skipped: no further occurrence has a fixed date."
        ));
    }
    Ok(ended(change))
}

fn operation(number: &str, body: &SkipTask) -> Result<BatchOperation, Error> {
    let raw = |value: Result<_, serde_json::Error>| {
        value.map_err(|error| Error::Unexpected(error.to_string()))
    };
    Ok(BatchOperation {
        op: "skip".to_owned(),
        task: Some(raw(to_raw_value(number))?),
        expected_version: None,
        body: Some(raw(to_raw_value(body))?),
    })
}

pub(super) async fn run(
    call: &CallContext,
    arguments: Arguments,
) -> Result<CallToolResult, Refusal> {
    let is_dry_run = arguments.dry_run == Some(true);
    let mut mistakes: Vec<String> = arguments
        .tasks
        .iter()
        .enumerate()
        .flat_map(|(index, item)| item.mistakes(index, is_dry_run))
        .collect();
    target::distinct(arguments.tasks.iter().map(Item::target), &mut mistakes);
    input::no_mistakes(&mistakes)?;
    let is_bulk = target::are_many(arguments.tasks.iter().map(Item::target));
    call.confirm(is_bulk && !is_dry_run)?;

    let keys = call.keys(arguments.request_id.as_deref());
    let client = call.changing(arguments.dry_run);
    let mut batch = Batch::new(call.vocabulary, "tasks", &client, &keys, arguments.detail);
    for item in arguments.tasks {
        if let Some(number) = item.number {
            let change = item.change(&client, &keys, number);
            batch.run(Subject::number(number), change).await;
        } else {
            let change = item.change_all(&client, &keys);
            batch.run_bulk(change, ended).await;
        }
    }
    batch.name_next(&client).await;
    batch.finish()
}
