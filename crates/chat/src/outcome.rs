//! Describes the outcome of tool calls in short sentences.

mod tool_error;

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use taskwire_domain::{TaskDuration, Zone};

use crate::gate;
use crate::sanitize;
use crate::tools::ToolOutcome;

/// Maximum number of tasks listed in a reply.
const LISTED: usize = 50;

/// Describes an outcome in sentences.
pub(crate) fn describe(
    tool: &str,
    arguments: &Map<String, Value>,
    outcome: &ToolOutcome,
    zone: &Zone,
) -> String {
    if outcome.is_error {
        return tool_error::describe(&outcome.error_text());
    }
    let tasks = tasks(&outcome.value);
    match tool {
        "tasks_find" => return describe_list(&tasks, &outcome.value, zone),
        "tasks_agenda" => return describe_agenda(&outcome.value, zone),
        _ => {}
    }
    let (verb, unchanged) = match tool {
        "tasks_add" => ("Added", "No change, it already existed:"),
        "tasks_complete" => ("Completed", "No change, it was already completed:"),
        "tasks_reopen" if gate::only_restores(arguments) => {
            ("Restored", "No change, it was not deleted:")
        }
        "tasks_reopen" => ("Reopened", "No change, it was already open:"),
        "tasks_delete" => ("Deleted", "No change, it was already deleted:"),
        "tasks_update" => ("Changed", "No change:"),
        "tasks_reschedule" if gate::skips(arguments) => {
            ("Skipped", "No change, it was already skipped:")
        }
        "tasks_reschedule" => ("Moved", "No change, it was already due then:"),
        _ => ("Done:", "No change:"),
    };
    let changed = changed(&outcome.value);
    let is_list = outcome.value.get("results").is_none();
    let mut lines: Vec<String> = tasks
        .iter()
        .take(LISTED)
        .map(|task| {
            let number = task.get("number").and_then(Value::as_i64);
            let is_new = is_list || number.is_some_and(|number| changed.contains(&number));
            let verb = if is_new { verb } else { unchanged };
            format!(
                "{verb} {}.{}",
                describe_task(task, zone),
                next_dates(task, zone)
            )
        })
        .collect();
    lines.extend(warnings(&outcome.value));
    lines.extend(failures(&outcome.value));
    if tool == "tasks_delete" && !tasks.is_empty() {
        lines.push("To restore it, type restore and the number.".to_owned());
    }
    if lines.is_empty() {
        "Done.".to_owned()
    } else {
        lines.join("\n")
    }
}

/// Why a call failed, without the advice for a model.
pub(crate) fn error_for_person(text: &str) -> String {
    tool_error::for_person(text)
}

/// Returns true if nothing was done.
pub(crate) fn is_failure(outcome: &ToolOutcome) -> bool {
    outcome.is_error || (tasks(&outcome.value).is_empty() && !failures(&outcome.value).is_empty())
}

/// Returns true if a list is empty and the result contains nothing else.
pub(crate) fn is_empty_list(tool: &str, outcome: &ToolOutcome) -> bool {
    let missing = outcome.value.get("not_found").and_then(Value::as_array);
    tool == "tasks_find"
        && !outcome.is_error
        && tasks(&outcome.value).is_empty()
        && missing.is_none_or(Vec::is_empty)
}

/// The numbers of the tasks in a result.
pub(crate) fn numbers(value: &Value) -> Vec<i64> {
    tasks(value)
        .into_iter()
        .filter_map(|task| task.get("number")?.as_i64())
        .collect()
}

/// The titles of the tasks in a result, by number.
pub(crate) fn titles(value: &Value) -> BTreeMap<i64, String> {
    let titles = tasks(value).into_iter().filter_map(|task| {
        let title = task.get("title")?.as_str()?;
        Some((task.get("number")?.as_i64()?, sanitize::line(title, 100)))
    });
    titles.collect()
}

/// The numbers of the tasks that were changed.
pub(crate) fn changed(value: &Value) -> Vec<i64> {
    let results = value.get("results").and_then(Value::as_array);
    let results = results.into_iter().flatten();
    let changed = results.filter(|result| is_changed(result));
    changed
        .filter_map(|result| result.get("task").unwrap_or(result).get("number")?.as_i64())
        .collect()
}

/// Returns true if a change had an effect; without the field it did.
fn is_changed(result: &Value) -> bool {
    let changed_field = result
        .get("changed")
        .or_else(|| result.pointer("/task/changed"));
    changed_field.is_none_or(|changed| *changed != false)
}

/// The tasks of a result: in `results`, or in a plain list.
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

/// The parts of a line that were not understood, or could mean something else.
fn warnings(value: &Value) -> Vec<String> {
    let results = value.get("results").and_then(Value::as_array);
    let warnings = results
        .into_iter()
        .flatten()
        .filter_map(|result| result.get("warnings")?.as_array());
    warnings
        .flatten()
        .filter_map(Value::as_str)
        .map(|text| sanitize::line(text, 300))
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
                    .map(|text| sanitize::line(text, 300))
            };
            let message = text("message").unwrap_or_else(|| "The request was rejected.".to_owned());
            match text("hint") {
                Some(hint) => tool_error::adapt_advice(&format!("{message} {hint}")),
                None => tool_error::adapt_advice(&message),
            }
        })
        .collect()
}

fn describe_list(tasks: &[&Value], value: &Value, zone: &Zone) -> String {
    let missing = value.get("not_found").and_then(Value::as_array);
    let missing = missing.into_iter().flatten().filter_map(Value::as_i64);
    let missing: Vec<String> = missing
        .map(|number| format!("There is no task {number}."))
        .collect();
    if tasks.is_empty() && missing.is_empty() {
        return "No matching tasks.".to_owned();
    }
    let mut lines: Vec<String> = tasks
        .iter()
        .take(LISTED)
        .flat_map(|task| std::iter::once(describe_task(task, zone)).chain(reasons(task)))
        .chain(missing)
        .collect();
    let has_more = value.get("next_cursor").is_some_and(Value::is_string) || tasks.len() > LISTED;
    if has_more {
        lines.push("There are more; narrow the list, for example: list today.".to_owned());
    }
    lines.join("\n")
}

/// Why a task is due when it is, if that was requested.
fn reasons(task: &Value) -> impl Iterator<Item = String> {
    let reasons = task.get("why").and_then(Value::as_array);
    reasons
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|reason| format!("  {}", sanitize::line(reason, 300)))
}

/// The overdue tasks, then each day with its tasks.
fn describe_agenda(value: &Value, zone: &Zone) -> String {
    let list = |value: &Value, key: &str| {
        let list = value.get(key).and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    };
    let text = |value: &Value, key: &str| {
        let text = value.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let mut lines = Vec::new();
    let overdue = list(value, "overdue");
    if !overdue.is_empty() {
        lines.push("Overdue:".to_owned());
        lines.extend(overdue.iter().map(|task| describe_task(task, zone)));
    }
    for day in list(value, "days") {
        let (weekday, date) = (text(&day, "weekday"), text(&day, "date"));
        lines.push(format!("{weekday} {date}:"));
        lines.extend(
            list(&day, "tasks")
                .iter()
                .map(|task| describe_task(task, zone)),
        );
        for coming in list(&day, "upcoming") {
            let number = coming.get("number").and_then(Value::as_i64);
            let title = sanitize::line(&text(&coming, "title"), 500);
            let due = civil(&text(&coming, "due"), zone);
            let number = number.unwrap_or_default();
            lines.push(format!("#{number} {title}, again {due}"));
        }
    }
    if value
        .get("truncated")
        .is_some_and(|truncated| *truncated == true)
    {
        lines.push("The list is truncated.".to_owned());
    }
    if lines.is_empty() {
        "Nothing is due.".to_owned()
    } else {
        lines.join("\n")
    }
}

/// The dates that follow, after a change: ` Next: 2026-12-08, 2026-12-15.`
fn next_dates(task: &Value, zone: &Zone) -> String {
    let dates = task.pointer("/recurrence/next").and_then(Value::as_array);
    let dates = dates.into_iter().flatten().filter_map(Value::as_str);
    let dates: Vec<String> = dates.map(|due| civil(due, zone)).collect();
    if dates.is_empty() {
        String::new()
    } else {
        format!(" Next: {}.", dates.join(", "))
    }
}

/// `#12 Buy milk, due Tuesday 2026-12-01 17:00, high, #shopping, every week`.
fn describe_task(task: &Value, zone: &Zone) -> String {
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
        sanitize::line(text("title").unwrap_or("(no title)"), 500)
    );
    if let Some(due) = text("due") {
        let due = civil(due, zone);
        line = match text("due_weekday") {
            Some(weekday) => format!("{line}, due {weekday} {due}"),
            None => format!("{line}, due {due}"),
        };
    }
    let minutes = task.get("duration_minutes").and_then(Value::as_i64);
    if let Some(duration) = minutes.and_then(|minutes| TaskDuration::parse(minutes).ok()) {
        line = format!("{line} for {}", duration.in_words());
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
        line = format!("{line}, #{}", sanitize::line(tag, 50));
    }
    let reminders = task.get("reminders").and_then(Value::as_array);
    for reminder in reminders.into_iter().flatten() {
        line = format!("{line}, {}", reminder_text(reminder, zone));
    }
    let recurrence = task.get("recurrence");
    let words =
        recurrence.and_then(|recurrence| recurrence.get("text").unwrap_or(recurrence).as_str());
    if let Some(words) = words {
        line = format!("{line}, {}", sanitize::line(words, 200));
    }
    line
}

/// `reminder 1 hour before`, `reminder at 2026-12-01 08:00`.
fn reminder_text(reminder: &Value, zone: &Zone) -> String {
    let minutes = reminder.get("minutes_before").and_then(Value::as_u64);
    let Some(minutes) = minutes else {
        let at = reminder.get("at").and_then(Value::as_str);
        let at = at.unwrap_or_default();
        let local = at.parse::<jiff::Timestamp>().map(|at| {
            let at = at.to_zoned_datetime(zone.rules().clone());
            at.strftime("%Y-%m-%d %H:%M").to_string()
        });
        return format!("reminder at {}", local.unwrap_or_else(|_| civil(at, zone)));
    };
    let (count, unit) = match minutes {
        0 => return "reminder when it is due".to_owned(),
        minutes if minutes % 1440 == 0 => (minutes / 1440, "day"),
        minutes if minutes % 60 == 0 => (minutes / 60, "hour"),
        minutes => (minutes, "minute"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("reminder {count} {unit}{plural} before")
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
mod tests;
