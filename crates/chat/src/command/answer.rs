//! Saying in short sentences what a tool did.

use serde_json::Value;
use taskwire_domain::Zone;

use crate::clean;
use crate::tools::ToolOutcome;

/// Tasks named one by one in an answer.
const LISTED: usize = 50;

/// What happened, in words.
pub(crate) fn tell(tool: &str, outcome: &ToolOutcome, zone: &Zone) -> String {
    if outcome.is_error {
        return format!(
            "That did not work: {}",
            clean::line(&outcome.error_text(), 500)
        );
    }
    let tasks = tasks(&outcome.value);
    if tool == "tasks_find" {
        return found(&tasks, &outcome.value, zone);
    }
    let verb = match tool {
        "tasks_add" => "Added",
        "tasks_complete" => "Completed",
        "tasks_reopen" => "Reopened",
        "tasks_delete" => "Deleted",
        "tasks_restore" => "Restored",
        "tasks_update" => "Changed",
        _ => "Done:",
    };
    let mut lines: Vec<String> = tasks
        .iter()
        .take(LISTED)
        .map(|task| format!("{verb} {}.", describe(task, zone)))
        .collect();
    lines.extend(failures(&outcome.value));
    if tool == "tasks_delete" && !tasks.is_empty() {
        lines.push("To get it back: restore and the number.".to_owned());
    }
    if lines.is_empty() {
        "Done.".to_owned()
    } else {
        lines.join("\n")
    }
}

/// Whether nothing was done.
pub(super) fn is_failure(outcome: &ToolOutcome) -> bool {
    outcome.is_error || (tasks(&outcome.value).is_empty() && !failures(&outcome.value).is_empty())
}

/// What matters of a task just added.
pub(super) struct Added {
    pub(super) number: i64,
    pub(super) has_due: bool,
    pub(super) has_reminder: bool,
}

/// The one task that was added, if it is one.
pub(super) fn only(outcome: &ToolOutcome) -> Option<Added> {
    let tasks = tasks(&outcome.value);
    let &[task] = tasks.as_slice() else {
        return None;
    };
    Some(Added {
        number: task.get("number")?.as_i64()?,
        has_due: task.get("due").is_some_and(Value::is_string),
        has_reminder: task
            .get("reminders")
            .and_then(Value::as_array)
            .is_some_and(|list| !list.is_empty()),
    })
}

/// The numbers of the tasks in a result.
pub(super) fn numbers(value: &Value) -> Vec<i64> {
    tasks(value)
        .into_iter()
        .filter_map(|task| task.get("number")?.as_i64())
        .collect()
}

/// The tasks of a result: below `results`, or in a plain list.
fn tasks(value: &Value) -> Vec<&Value> {
    let list = |key: &str| value.get(key).and_then(Value::as_array);
    let items = list("results")
        .or_else(|| list("tasks"))
        .or_else(|| list("items"));
    let items = items
        .into_iter()
        .flatten()
        .map(|item| item.get("task").unwrap_or(item));
    items
        .filter(|task| task.get("number").is_some_and(Value::is_number))
        .collect()
}

fn failures(value: &Value) -> Vec<String> {
    let failures = value
        .get("failures")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    failures
        .map(|failure| {
            let text = |key: &str| {
                failure
                    .get(key)
                    .and_then(Value::as_str)
                    .map(|text| clean::line(text, 300))
            };
            let message = text("message").unwrap_or_else(|| "Something was refused.".to_owned());
            match text("hint") {
                Some(hint) => format!("{message} {hint}"),
                None => message,
            }
        })
        .collect()
}

fn found(tasks: &[&Value], value: &Value, zone: &Zone) -> String {
    if tasks.is_empty() {
        return "There are no such tasks.".to_owned();
    }
    let mut lines: Vec<String> = tasks
        .iter()
        .take(LISTED)
        .map(|task| describe(task, zone))
        .collect();
    let has_more = value.get("next_cursor").is_some_and(Value::is_string) || tasks.len() > LISTED;
    if has_more {
        lines.push("There are more; narrow it down, such as: list today.".to_owned());
    }
    lines.join("\n")
}

/// `#12 Buy milk, due Tuesday 2026-12-01 17:00, high, #shopping, every week`.
fn describe(task: &Value, zone: &Zone) -> String {
    let text = |key: &str| {
        task.get(key)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let number = task
        .get("number")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    let mut line = format!(
        "#{number} {}",
        clean::line(text("title").unwrap_or("(no title)"), 500)
    );
    if let Some(due) = text("due") {
        let due = civil(due, zone);
        line = match text("due_weekday") {
            Some(weekday) => format!("{line}, due {weekday} {due}"),
            None => format!("{line}, due {due}"),
        };
    }
    if let Some(priority) = text("priority").filter(|priority| *priority != "none") {
        line = format!("{line}, {priority}");
    }
    for tag in task
        .get("tags")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        line = format!("{line}, #{}", clean::line(tag, 50));
    }
    let recurrence = task.get("recurrence");
    let words =
        recurrence.and_then(|recurrence| recurrence.get("text").unwrap_or(recurrence).as_str());
    if let Some(words) = words {
        line = format!("{line}, {}", clean::line(words, 200));
    }
    line
}

/// `2026-12-01T17:00[Europe/Rome]` as `2026-12-01 17:00`; another zone than the person's is named.
fn civil(due: &str, zone: &Zone) -> String {
    let (civil, named) = match due.split_once('[') {
        Some((civil, named)) => (civil, named.trim_end_matches(']')),
        None => (due, ""),
    };
    let civil = civil.replacen('T', " ", 1);
    if named.is_empty() || named == zone.name() {
        civil
    } else {
        format!("{civil} ({named})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(tool: &str, value: Value) -> String {
        let zone = Zone::parse("Europe/Rome").unwrap();
        tell(
            tool,
            &ToolOutcome {
                is_error: false,
                value,
            },
            &zone,
        )
    }

    #[test]
    fn says_number_title_and_resolved_date() {
        let task = json!({"number": 12, "title": "Buy milk", "due": "2026-12-01T17:00[Europe/Rome]",
            "due_weekday": "Tuesday", "priority": "high", "tags": ["shopping"], "recurrence": {"text": "every week"}});
        let value = json!({"results": [{"index": 0, "task": task}], "failures": []});
        let expected =
            "Added #12 Buy milk, due Tuesday 2026-12-01 17:00, high, #shopping, every week.";
        assert_eq!(said("tasks_add", value), expected);
    }

    #[test]
    fn says_what_failed() {
        let value = json!({"results": [], "failures": [{"index": 0, "code": "not_found", "message": "No task 9.", "hint": "List them."}]});
        assert_eq!(said("tasks_complete", value), "No task 9. List them.");
        assert_eq!(
            said("tasks_find", json!({"tasks": []})),
            "There are no such tasks."
        );
    }

    #[test]
    fn names_a_foreign_zone() {
        let zone = Zone::utc();
        assert_eq!(
            civil("2026-12-01T17:00[Europe/Rome]", &zone),
            "2026-12-01 17:00 (Europe/Rome)"
        );
        assert_eq!(civil("2026-12-01", &zone), "2026-12-01");
    }
}
