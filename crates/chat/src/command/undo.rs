//! Undoes the changes made in a conversation, one with each undo.
//!
//! The changes are read from the conversation itself: each call that changed something, minus those already undone.
//! An undo is not itself a change, so the next one undoes the previous change.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use taskwire_domain::contract::StoredMessage;

use super::numbers::items;
use crate::gate;
use crate::outcome;
use crate::part;
use crate::record::Record;

/// Maximum number of tasks that a question lists.
const NAMED: usize = 5;

/// Skipping, which is a move that leaves out; earlier conversations have a tool of this name.
const SKIP: &str = "tasks_skip";

/// Taking out of the trash, which is a reopening; earlier conversations have a tool of this name.
const RESTORE: &str = "tasks_restore";

/// A change that can still be undone.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Change {
    call: String,
    key: Option<String>,
    tool: String,
    /// The tasks that it changed and that have not been restored.
    numbers: BTreeSet<i64>,
    titles: BTreeMap<i64, String>,
    /// Their due values before it moved them.
    due: BTreeMap<i64, Option<String>>,
}

/// The call that undoes the last change.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Inverse {
    pub(super) tool: &'static str,
    pub(super) arguments: Value,
    /// The call whose change it undoes.
    pub(super) change: String,
    /// The question, if a person has to confirm it.
    pub(super) question: Option<String>,
}

/// The reason why nothing can be undone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct NotUndoable {
    /// As a sentence.
    pub(super) why: String,
    /// The change that cannot be undone; the next undo will skip it.
    pub(super) change: Option<String>,
}

/// The call that undoes the last change of a conversation that was not undone.
pub(super) fn inverse(before: &[StoredMessage]) -> Result<Inverse, NotUndoable> {
    let (changes, earlier) = changes(before);
    let Some(last) = changes.last() else {
        let more = if earlier { "more " } else { "" };
        return Err(NotUndoable {
            why: format!("Nothing {more}to undo in this conversation."),
            change: None,
        });
    };
    let numbers: Vec<i64> = last.numbers.iter().copied().collect();
    let of_numbers = json!({"numbers": numbers});
    let of_items = json!({"tasks": items(&numbers, &json!({}))});
    let inverse = match last.tool.as_str() {
        "tasks_add" | RESTORE => Ok(("tasks_delete", of_numbers)),
        "tasks_delete" => Ok((
            "tasks_reopen",
            json!({"numbers": numbers, "only_restore": true}),
        )),
        "tasks_complete" | SKIP => Ok(("tasks_reopen", of_numbers)),
        "tasks_reopen" => closed_by(before, &last.call, &last.numbers)
            .map(|tool| match tool {
                SKIP => (
                    "tasks_reschedule",
                    json!({"tasks": items(&numbers, &json!({"skip": 1}))}),
                ),
                tool => (tool, of_items),
            })
            .ok_or(
                "It is not known whether that task was completed or skipped before it was reopened. Type done or skip, and its number.",
            ),
        "tasks_reschedule" => last.move_back().ok_or(
            "The last change was a move, and a date alone does not restore what it was before. Type the new date, such as: move 3 to friday.",
        ),
        _ => Err(
            "The last change cannot be undone by a command; its earlier values are in the task's history.",
        ),
    };
    match inverse {
        Ok((tool, arguments)) => Ok(Inverse {
            tool,
            arguments,
            change: last.call.clone(),
            question: last.question(),
        }),
        Err(why) => Err(NotUndoable {
            why: format!("{why} The next undo continues with the change before it."),
            change: Some(last.call.clone()),
        }),
    }
}

impl Change {
    /// The question that explains that the undo is a deletion.
    fn question(&self) -> Option<String> {
        let what = match self.tool.as_str() {
            "tasks_add" => "adding",
            RESTORE => "restoring",
            _ => return None,
        };
        let named = self.numbers.iter().take(NAMED).map(|number| {
            let title = self.titles.get(number).map_or("", String::as_str);
            format!("#{number} {title}").trim_end().to_owned()
        });
        let named = named.collect::<Vec<_>>().join(", ");
        let more = match self.numbers.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        Some(format!("Undo {what} {named}{more}?"))
    }

    /// Moves the tasks back to their previous due values; those that had none follow with the next undo.
    fn move_back(&self) -> Option<(&'static str, Value)> {
        let known = || {
            self.due
                .iter()
                .filter(|(number, _)| self.numbers.contains(number))
        };
        let dated = known().filter_map(|(number, due)| {
            let due = due.as_ref()?;
            Some(json!({"number": number, "due": due}))
        });
        let dated: Vec<Value> = dated.collect();
        if !dated.is_empty() {
            return Some(("tasks_reschedule", json!({"tasks": dated})));
        }
        let undated: Vec<i64> = known().map(|(number, _)| *number).collect();
        let clear = items(&undated, &json!({"clear": ["due"]}));
        (!undated.is_empty()).then(|| ("tasks_update", json!({"tasks": clear})))
    }
}

/// What a call does: one tool may do several things.
fn meaning(tool: &str, input: Option<&Value>) -> String {
    let Some(arguments) = input.and_then(Value::as_object) else {
        return tool.to_owned();
    };
    let one = |item: &Value| item.get("skip").is_some_and(|skip| *skip == 1);
    let items = arguments.get("tasks").and_then(Value::as_array);
    match tool {
        "tasks_reopen" if gate::only_restores(arguments) => RESTORE,
        // Reopening takes back only one occurrence.
        "tasks_reschedule" if gate::skips(arguments) => {
            if items.into_iter().flatten().all(one) {
                SKIP
            } else {
                "skips"
            }
        }
        tool => tool,
    }
    .to_owned()
}

/// Every call of a conversation that changed something, in order, with the tasks it changed.
fn calls(before: &[StoredMessage]) -> Vec<(Record, Change, Value)> {
    let answers = before.iter().filter(|message| message.role == "assistant");
    let calls = answers.flat_map(|message| {
        let record = Record::of(message);
        let parts = part::read(message).into_iter();
        parts.filter_map(move |part| {
            let tool = part.as_tool().filter(|tool| record.is_change(tool))?;
            let output = tool.output.clone().unwrap_or_default();
            let write = record.writes.get(&tool.tool_call_id);
            let change = Change {
                key: write.map(|write| write.key.clone()),
                due: write.map(|write| write.due.clone()).unwrap_or_default(),
                tool: meaning(&tool.tool_name, tool.input.as_ref()),
                titles: outcome::titles(&output),
                numbers: outcome::changed(&output).into_iter().collect(),
                call: tool.tool_call_id.clone(),
            };
            Some((record.clone(), change, output))
        })
    });
    calls.collect()
}

/// The changes that were not undone, and whether any were.
fn changes(before: &[StoredMessage]) -> (Vec<Change>, bool) {
    let mut changes: Vec<Change> = Vec::new();
    let mut is_any_undone = false;
    for (record, change, output) in calls(before) {
        let undone = record.undoes.filter(|undone| undone.by == change.call);
        if let Some(undone) = undone {
            // Tasks that the undo did not need to change count too.
            let numbers = outcome::numbers(&output);
            if let Some(earlier) = changes
                .iter_mut()
                .find(|earlier| earlier.call == undone.change)
            {
                earlier.numbers.retain(|number| !numbers.contains(number));
                is_any_undone |= !numbers.is_empty();
            }
            changes.retain(|earlier| !earlier.numbers.is_empty());
            continue;
        }
        // A regenerated answer shows what its first version did.
        let is_known =
            change.key.is_some() && changes.iter().any(|earlier| earlier.key == change.key);
        if !change.numbers.is_empty() && !is_known {
            changes.push(change);
        }
    }
    let passed = before
        .iter()
        .filter_map(|message| Record::of(message).passed_over);
    for call in passed {
        changes.retain(|change| change.call != call);
        is_any_undone = true;
    }
    (changes, is_any_undone)
}

/// Returns whether these tasks were completed or skipped before a call reopened them.
fn closed_by(
    before: &[StoredMessage],
    reopened: &str,
    numbers: &BTreeSet<i64>,
) -> Option<&'static str> {
    let calls = calls(before);
    let earlier = calls
        .iter()
        .take_while(|(_, change, _)| change.call != reopened);
    let earlier: Vec<&Change> = earlier.map(|(_, change, _)| change).collect();
    let closed = numbers.iter().map(|number| {
        earlier.iter().rev().find_map(|change| {
            let tool = match change.tool.as_str() {
                "tasks_complete" => "tasks_complete",
                SKIP => SKIP,
                _ => return None,
            };
            change.numbers.contains(number).then_some(tool)
        })
    });
    let closed: BTreeSet<Option<&'static str>> = closed.collect();
    match closed.into_iter().collect::<Vec<_>>().as_slice() {
        [only] => *only,
        _ => None,
    }
}
