//! Decides which tool calls run at once and which need approval. Code decides this, not a prompt.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::sanitize;
use crate::tools::ToolInfo;

/// The tools that have a dry run.
const CHANGES: [&str; 8] = [
    "changes_undo",
    "tags_change",
    "tasks_add",
    "tasks_complete",
    "tasks_delete",
    "tasks_reopen",
    "tasks_reschedule",
    "tasks_update",
];

/// The decision about a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// It changes nothing: it runs concurrently with others.
    Read,
    /// It changes something that can be undone: it runs, in order.
    Write,
    /// It needs approval; the text is the question.
    Ask(String),
}

impl Verdict {
    pub(crate) fn is_question(&self) -> bool {
        matches!(self, Self::Ask(_))
    }
}

/// The numbers of the tasks that a turn has changed so far.
#[derive(Clone, Default, Debug)]
pub(crate) struct ChangedTasks(BTreeSet<i64>);

/// The effect of a call on existing tasks.
enum Effect {
    Read,
    /// New tasks only.
    Add,
    Change(Targets),
    Delete(Targets),
    /// Something whose extent the arguments do not show; the question.
    Ask(String),
    /// An unknown tool that may be destructive.
    Unknown,
}

/// The tasks that a call names. Unreadable arguments count as many.
struct Targets {
    numbers: BTreeSet<i64>,
    /// What it says of tasks that it does not name: expressions, with the number of tasks that they find.
    filters: Vec<String>,
    is_unclear: bool,
}

impl ChangedTasks {
    /// Decides about the calls of one step together: several single changes in one step are a bulk change.
    pub(crate) fn evaluate(&mut self, calls: &[(&ToolInfo, &Map<String, Value>)]) -> Vec<Verdict> {
        let effects: Vec<Effect> = calls
            .iter()
            .map(|(tool, arguments)| effect(tool, arguments))
            .collect();
        let mut together = self.0.clone();
        for effect in &effects {
            if let Effect::Change(targets) | Effect::Delete(targets) = effect {
                together.extend(&targets.numbers);
            }
        }
        let is_bulk = together.len() > 1;
        let verdicts: Vec<Verdict> = effects
            .iter()
            .zip(calls)
            .map(|(effect, (tool, arguments))| match effect {
                Effect::Read => Verdict::Read,
                Effect::Delete(targets) => {
                    Verdict::Ask(format!("Delete {}.", targets.description()))
                }
                Effect::Change(targets) if is_bulk || targets.is_unclear => {
                    let verb = verb(&tool.name, arguments);
                    Verdict::Ask(format!("{verb} {}.", targets.description()))
                }
                Effect::Add | Effect::Change(_) => Verdict::Write,
                Effect::Ask(question) => Verdict::Ask(question.clone()),
                Effect::Unknown => Verdict::Ask(format!("Run {}.", tool.name)),
            })
            .collect();
        for (effect, verdict) in effects.iter().zip(&verdicts) {
            if let (Effect::Change(targets), Verdict::Write) = (effect, verdict) {
                self.0.extend(&targets.numbers);
            }
        }
        verdicts
    }

    /// Counts approved changes, so that the same turn cannot change further tasks without approval.
    pub(crate) fn approved(&mut self, tool: &str, arguments: &Map<String, Value>) {
        if tool != "tasks_add" {
            self.0.extend(targets(arguments).numbers);
        }
    }
}

fn verb(tool: &str, arguments: &Map<String, Value>) -> &'static str {
    match tool {
        "tasks_complete" => "Complete",
        "tasks_reschedule" if skips(arguments) => "Skip",
        "tasks_reschedule" => "Move",
        "tasks_reopen" if only_restores(arguments) => "Restore",
        "tasks_reopen" => "Reopen",
        _ => "Change",
    }
}

/// Whether every item of tasks_reschedule skips an occurrence instead of moving it.
pub(crate) fn skips(arguments: &Map<String, Value>) -> bool {
    let items = arguments.get("tasks").and_then(Value::as_array);
    items.is_some_and(|items| {
        let has_skip = |item: &Value| item.get("skip").is_some_and(|skip| !skip.is_null());
        !items.is_empty() && items.iter().all(has_skip)
    })
}

/// Whether tasks_reopen only takes tasks out of the trash.
pub(crate) fn only_restores(arguments: &Map<String, Value>) -> bool {
    arguments.get("only_restore") == Some(&Value::Bool(true))
}

/// The question before a change of a tag, if it needs approval: a merged or deleted tag is gone from all its tasks.
fn of_tag(arguments: &Map<String, Value>) -> Effect {
    let text = |name: &str| {
        let text = arguments.get(name).and_then(Value::as_str);
        sanitize::line(text.unwrap_or_default(), 50)
    };
    match text("action").to_lowercase().as_str() {
        "rename" | "recolor" => Effect::Add,
        "merge" => Effect::Ask(format!(
            "Merge the tag {} into {}.",
            text("tag"),
            text("to")
        )),
        "delete" => Effect::Ask(format!("Delete the tag {}.", text("tag"))),
        _ => Effect::Unknown,
    }
}

/// The names decide before the hints: a hint may only make the decision stricter.
fn effect(tool: &ToolInfo, arguments: &Map<String, Value>) -> Effect {
    let name = tool.name.as_str();
    // Only the literal: any other value may be read as false.
    if CHANGES.contains(&name) && arguments.get("dry_run") == Some(&Value::Bool(true)) {
        return Effect::Read;
    }
    match name {
        "tasks_add" => Effect::Add,
        "tasks_update" | "tasks_reschedule" | "tasks_complete" | "tasks_reopen" => {
            Effect::Change(targets(arguments))
        }
        "tasks_delete" => Effect::Delete(targets(arguments)),
        "changes_undo" => Effect::Ask("Undo earlier changes.".to_owned()),
        "tags_change" => of_tag(arguments),
        _ if tool.is_read_only => Effect::Read,
        _ if tool.is_destructive => Effect::Unknown,
        _ => Effect::Change(targets(arguments)),
    }
}

fn targets(arguments: &Map<String, Value>) -> Targets {
    let mut targets = Targets {
        numbers: BTreeSet::new(),
        filters: Vec::new(),
        is_unclear: false,
    };
    targets.take_filter(arguments);
    for key in ["tasks", "numbers"] {
        match arguments.get(key) {
            None => {}
            Some(Value::Array(items)) => items.iter().for_each(|item| targets.take(item)),
            Some(item) => targets.take(item),
        }
    }
    targets
}

impl Targets {
    /// Takes the filter of a call or of an item, if it has one: how many tasks it finds is not known here.
    fn take_filter(&mut self, fields: &Map<String, Value>) {
        let Some(filter) = fields.get("filter").filter(|filter| !filter.is_null()) else {
            return;
        };
        self.is_unclear = true;
        let filter = sanitize::line(filter.as_str().unwrap_or_default(), 100);
        let count = match fields.get("expected_count") {
            Some(Value::Number(count)) if count.as_u64() == Some(1) => "the 1 task that matches",
            Some(Value::Number(count)) => &format!("the {count} tasks that match"),
            _ => "all tasks that match",
        };
        self.filters.push(format!("{count} {filter:?}"));
    }

    fn take(&mut self, item: &Value) {
        if let Value::Object(fields) = item
            && fields.get("filter").is_some_and(|filter| !filter.is_null())
        {
            self.take_filter(fields);
            return;
        }
        let number = match item {
            Value::Object(fields) => fields.get("number"),
            other => Some(other),
        };
        let text = match number {
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::String(text)) => text.trim().trim_start_matches('#').to_owned(),
            _ => String::new(),
        };
        match text.parse() {
            Ok(number) => {
                self.numbers.insert(number);
            }
            Err(_) => self.is_unclear = true,
        }
    }

    fn description(&self) -> String {
        const SHOWN: usize = 10;
        let list: Vec<String> = self
            .numbers
            .iter()
            .take(SHOWN)
            .map(|number| format!("#{number}"))
            .collect();
        let more = self.numbers.len().saturating_sub(SHOWN);
        let named = match (self.numbers.len(), more) {
            (0, _) if !self.filters.is_empty() => return self.filters.join(", and "),
            (0, _) => "tasks".to_owned(),
            (1, _) => format!("task {}", list.join(", ")),
            (count, 0) => format!("{count} tasks: {}", list.join(", ")),
            (count, more) => format!("{count} tasks: {} and {more} more", list.join(", ")),
        };
        let mut parts = vec![named];
        parts.extend(self.filters.iter().cloned());
        parts.join(", and ")
    }
}

#[cfg(test)]
mod tests;
