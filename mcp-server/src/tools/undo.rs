//! changes_undo: takes changes back.

use rmcp::model::CallToolResult;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use taskwire_client::{Client, Error};
use taskwire_domain::contract::{ChangeQuery, TaskView, Undone};
use uuid::Uuid;

use crate::answer::reply;
use crate::identity::CallContext;
use crate::refusal::Refusal;
use crate::task::{DescribedElsewhere, Detail, NOTES_BRIEF, TaskAnswer};

pub(super) const DESCRIPTION: &str = "Undo changes exactly, whoever made them. Refused if something was changed since. Undoing an undo is a redo.";

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    /// `change` of results or of tasks_history, or "last": the last change made by this program.
    #[schemars(length(min = 1, max = 50))]
    changes: Option<Vec<String>>,
    /// Instead: all that a chat turn changed, by `turn` of tasks_history.
    turn: Option<String>,
    dry_run: Option<bool>,
    request_id: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Answer {
    undone: Vec<String>,
    /// To redo, undo these.
    changes: Vec<String>,
    #[schemars(with = "Vec<DescribedElsewhere>")]
    tasks: Vec<TaskAnswer>,
    /// Numbers of created tasks that are gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Vec<i64>>,
    // Numbers of tasks that were deleted for good; no doc comment, because the schema needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<Vec<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<DescribedElsewhere>>")]
    failures: Option<Vec<Failure>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<bool>,
}

/// A change that was not undone.
#[derive(Serialize)]
struct Failure {
    change: String,
    message: String,
}

pub(super) async fn run(
    call: &CallContext,
    arguments: Arguments,
) -> Result<CallToolResult, Refusal> {
    let client = call.changing(arguments.dry_run);
    let keys = call.keys(arguments.request_id.as_deref());
    let mut answer = Answer {
        undone: Vec::new(),
        changes: Vec::new(),
        tasks: Vec::new(),
        removed: None,
        left_out: None,
        failures: None,
        dry_run: client.is_dry_run().then_some(true),
    };
    let refused = |error: &Error| match error {
        Error::Unreachable(_) => Refusal::unreachable_for_change(keys.repeatable),
        error => Refusal::failed(&[reasons(error)]),
    };
    let changes = match (arguments.changes, arguments.turn) {
        (Some(changes), None) => changes,
        (None, Some(turn)) => {
            let key = keys.for_name(&turn);
            let undone = client.undo_turn(turn.trim(), key.as_deref()).await;
            answer.take(undone.map_err(|error| refused(&error))?);
            return reply(&answer);
        }
        _ => {
            let mistake = "`changes` or `turn` is needed: send one of them, as tasks_history or a result shows it.";
            return Err(Refusal::mistakes(&[mistake.to_owned()]));
        }
    };
    let ids = read(call, &changes).await?;
    let mut failures = Vec::new();
    let mut first = None;
    for id in ids {
        let key = keys.for_name(&id.to_string());
        match client.undo_change(id, key.as_deref()).await {
            Ok(undone) => answer.take(undone),
            Err(error) => {
                failures.push(Failure {
                    change: id.to_string(),
                    message: reasons(&error),
                });
                first = first.or(Some(error));
            }
        }
    }
    match first {
        Some(error) if answer.undone.is_empty() => {
            if failures.len() == 1 {
                return Err(refused(&error));
            }
            let lines = failures.into_iter();
            let lines: Vec<String> = lines
                .map(|failure| format!("{}: {}", failure.change, failure.message))
                .collect();
            return Err(Refusal::failed(&lines));
        }
        Some(_) => answer.failures = Some(failures),
        None => {}
    }
    reply(&answer)
}

impl Answer {
    fn take(&mut self, undone: Undone) {
        self.changes
            .extend(undone.change.iter().map(Uuid::to_string));
        self.undone
            .extend(undone.undone.iter().map(Uuid::to_string));
        for task in undone.tasks {
            self.show(task);
        }
        if !undone.removed.is_empty() {
            self.removed.get_or_insert_default().extend(undone.removed);
        }
        if !undone.left_out.is_empty() {
            let gone = undone.left_out.iter().map(|task| task.number);
            self.left_out.get_or_insert_default().extend(gone);
        }
    }

    /// Shows a task once, as it is after the last undo.
    fn show(&mut self, task: TaskView) {
        self.tasks.retain(|shown| shown.number != Some(task.number));
        let shown = TaskAnswer::new(task, NOTES_BRIEF).listed(Detail::Concise);
        self.tasks.push(shown);
    }
}

/// The ids of the changes, in the order in which they are undone.
async fn read(call: &CallContext, changes: &[String]) -> Result<Vec<Uuid>, Refusal> {
    let mut ids: Vec<Uuid> = Vec::new();
    let mut mistakes = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        let change = change.trim();
        if change.eq_ignore_ascii_case("last") {
            if changes.len() > 1 {
                mistakes.push("`changes` has \"last\" among others: send it alone.".to_owned());
                continue;
            }
            return Ok(vec![last(call).await?]);
        }
        match change.parse() {
            Ok(id) if ids.contains(&id) => {
                mistakes.push(format!("`changes[{index}]` repeats an earlier one: send each once."));
            }
            Ok(id) => ids.push(id),
            Err(_) => mistakes.push(format!(
                "`changes[{index}]` is not a change: take `change` from a result or from tasks_history, or send \"last\"."
            )),
        }
    }
    super::input::no_mistakes(&mistakes)?;
    // An id begins with its time, and a later change may build on an earlier one.
    ids.sort_unstable_by(|a, b| b.cmp(a));
    Ok(ids)
}

/// The last change that this program made. If that is an undo, going further back is not repeatable: a call that is sent
/// twice would undo two changes.
async fn last(call: &CallContext) -> Result<Uuid, Refusal> {
    let query = ChangeQuery {
        limit: Some(100),
        cursor: None,
    };
    let page = call.client.list_changes(&query).await;
    let page = page.map_err(|error| Refusal::of_read(call.vocabulary, &error))?;
    let own = page
        .items
        .into_iter()
        .find(|change| is_own(&call.client, change));
    let Some(own) = own else {
        let line = "This program has made no change that can be undone. tasks_history lists those of others.";
        return Err(Refusal::failed(&[line.to_owned()]));
    };
    if own.kind == "undo" || own.kind == "redo" {
        let line = format!(
            "The last change of this program is itself an undo or a redo, {}: nothing more was undone. To go further back, or to revert that, send a `change` of tasks_history.",
            own.id
        );
        return Err(Refusal::failed(&[line]));
    }
    Ok(own.id)
}

pub(super) fn is_own(client: &Client, change: &taskwire_domain::contract::ChangeView) -> bool {
    let claim = client.claim();
    Some(change.actor.via) == claim.via && change.actor.client == claim.client
}

/// What stands in the way of an undo, for which the API names each task and field.
fn reasons(error: &Error) -> String {
    match error {
        Error::Problem(problem) => {
            let named: Vec<&str> = problem
                .errors
                .iter()
                .map(|field| field.detail.as_str())
                .collect();
            if problem.status == 404 {
                return "There is no such change; tasks_history lists them.".to_owned();
            }
            if problem.code == "delete_excluded" {
                return "This undo would delete what the change created or brought back, and this server is configured not to delete. A person can change that, or do it in Taskwire itself.".to_owned();
            }
            if problem.code == "insufficient_scope" || problem.status == 401 {
                return format!("{} A person must configure an access token that allows it.", problem.detail);
            }
            if named.len() > 1 {
                return named.join(" ");
            }
            let hint = problem.hint.as_deref().unwrap_or_default();
            format!("{} {hint}", problem.detail).trim_end().to_owned()
        }
        Error::Unreachable(_) => "Taskwire's API cannot be reached.".to_owned(),
        Error::Unexpected(_) => "Taskwire's API returned an invalid response: check with tasks_history whether it was undone.".to_owned(),
    }
}
