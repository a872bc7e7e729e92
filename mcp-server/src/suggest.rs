//! Suggests the right argument instead of one that a tool does not have.

use rmcp::model::JsonObject;
use serde_json::Value;

use crate::tool_name::ToolName;

/// Names that arguments have in other tools, with their names here.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("title", &["content", "name", "summary", "task", "text"]),
    (
        "notes",
        &["body", "comment", "description", "details", "note"],
    ),
    ("number", &["id", "task_id", "task_number", "numbers"]),
    (
        "numbers",
        &[
            "id",
            "ids",
            "number",
            "task",
            "task_id",
            "task_ids",
            "task_number",
            "task_numbers",
            "tasks",
        ],
    ),
    (
        "tasks",
        &["item", "items", "number", "numbers", "task", "todos"],
    ),
    ("priority", &["importance", "prio", "urgency"]),
    (
        "tag",
        &["category", "label", "labels", "list", "project", "tags"],
    ),
    (
        "tags",
        &[
            "categories",
            "category",
            "label",
            "labels",
            "list",
            "project",
            "tag",
        ],
    ),
    (
        "due",
        &[
            "date",
            "datetime",
            "deadline",
            "due_at",
            "due_date",
            "due_datetime",
            "due_on",
            "due_string",
            "due_time",
            "new_date",
            "new_due",
            "start",
            "start_date",
            "time",
            "to",
            "when",
        ],
    ),
    (
        "due_before",
        &[
            "before",
            "due_to",
            "due_until",
            "end",
            "end_date",
            "to",
            "until",
        ],
    ),
    (
        "due_after",
        &[
            "after",
            "due_from",
            "due_since",
            "from",
            "since",
            "start",
            "start_date",
        ],
    ),
    (
        "from",
        &["date", "day", "on", "start", "start_date", "when"],
    ),
    ("days", &["count", "limit", "range"]),
    ("expected_weekday", &["day", "day_of_week", "weekday"]),
    ("scope", &["apply_to", "mode"]),
    (
        "recurrence",
        &[
            "frequency",
            "recurring",
            "repeat",
            "repeats",
            "rrule",
            "rule",
            "schedule",
        ],
    ),
    (
        "reminders_minutes_before",
        &["minutes_before", "remind", "reminder", "reminders"],
    ),
    ("remind_at", &["reminder_at", "reminder_time"]),
    ("snooze", &["put_off", "snooze_for", "snooze_until"]),
    (
        "query",
        &["filter", "keyword", "name", "q", "search", "text", "title"],
    ),
    (
        "status",
        &[
            "completed",
            "done",
            "include_completed",
            "is_completed",
            "state",
        ],
    ),
    ("sort", &["order_by", "sort_by"]),
    ("order", &["direction", "sort_order"]),
    ("overdue", &["is_overdue", "late", "past_due"]),
    ("cursor", &["next_cursor", "page", "page_token"]),
    ("limit", &["count", "max_results", "page_size", "per_page"]),
    ("expected_version", &["if_match", "version"]),
    ("client_ref", &["ref", "reference"]),
    ("request_id", &["idempotency_key", "idempotencykey"]),
    ("dry_run", &["preview", "simulate", "test", "trial"]),
    ("changes", &["change", "change_id", "id", "ids"]),
    ("detail", &["details", "format", "verbose", "verbosity"]),
    ("skip", &["count", "skip_count"]),
    ("expected_count", &["count", "expected", "matched"]),
    ("filter", &["expression", "where"]),
];

/// Advice for names that correspond to no single argument.
fn advice(tool: ToolName, name: &str) -> Option<&'static str> {
    use ToolName as T;
    Some(match (tool, name) {
        (T::Find, "due" | "due_date" | "due_on" | "date" | "day" | "on" | "when") => {
            "for one day send `due_after` with the day and `due_before` with the day after, such as \"today\" and \"tomorrow\"."
        }
        (T::Find, _)
            if ["completed_", "created_", "updated_", "done_"]
                .iter()
                .any(|begin| name.starts_with(begin)) =>
        {
            "only due dates and `completed_after`, `completed_before` can be filtered by; for the latest ones send `status` with `sort` \"updated\" or \"created\"."
        }
        (T::Agenda, "to" | "end" | "end_date" | "until" | "before" | "due_before") => {
            "send `from`, and how many `days`."
        }
        (T::Agenda, "tag" | "tags" | "priority" | "status" | "query" | "overdue") => {
            "it shows all; tasks_find filters."
        }
        (T::Delete, "permanent" | "permanently" | "force" | "hard" | "purge") => {
            "tasks only go to the trash, from where they are restorable."
        }
        (T::Update, "status" | "completed" | "done" | "is_completed") => {
            "use tasks_complete, tasks_reopen, tasks_reschedule with skip, or tasks_delete."
        }
        (T::Update | T::Reschedule, "shift" | "by" | "delta" | "offset" | "move_by") => {
            "send it as `due`, such as \"P7D\", \"-1 day\" or \"one week later\": it counts from the date of the task."
        }
        (T::Add, "status" | "completed" | "done") => "a new task is open; then use tasks_complete.",
        (T::Add | T::Update | T::Reschedule, "zone" | "timezone" | "time_zone" | "due_zone") => {
            "write the zone into `due`, such as 2026-12-01T09:00[Europe/Rome]."
        }
        _ => return None,
    })
}

/// A sentence that says what to send instead of `name`.
pub(crate) fn alternative_to(
    tool: ToolName,
    name: &str,
    properties: &JsonObject,
    is_root: bool,
) -> String {
    let name = snake_case(name);
    let known = || properties.keys().map(String::as_str);
    if let Some(advice) = advice(tool, &name).filter(|advice| fits(advice, properties)) {
        return advice.to_owned();
    }
    if is_root && let Some(items) = properties.get("tasks").and_then(item_properties) {
        let meant = items
            .keys()
            .map(String::as_str)
            .find(|field| *field == name)
            .filter(|_| !is_synonym("tasks", &name));
        if let Some(field) = meant {
            return format!("`{field}` belongs to an item of `tasks`.");
        }
    }
    if let Some(meant) = nearest(&name, known()) {
        return format!("did you mean `{meant}`?");
    }
    if properties.is_empty() {
        return "the tool takes none.".to_owned();
    }
    format!("there are {}.", known().collect::<Vec<_>>().join(", "))
}

fn item_properties(list: &Value) -> Option<&JsonObject> {
    list.get("items")?.get("properties")?.as_object()
}

/// Returns true if every argument that the advice names is one of these: an item has other arguments than the call.
fn fits(advice: &str, properties: &JsonObject) -> bool {
    advice
        .split('`')
        .skip(1)
        .step_by(2)
        .all(|name| properties.contains_key(name))
}

/// The name in snake case: `dueDate` and `Due-Date` become `due_date`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars().take(40) {
        if c.is_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        match c {
            '-' | ' ' | '_' if snake.ends_with('_') => {}
            '-' | ' ' => snake.push('_'),
            c => snake.extend(c.to_lowercase()),
        }
    }
    snake
}

fn is_synonym(field: &str, name: &str) -> bool {
    SYNONYMS
        .iter()
        .any(|(known, others)| *known == field && others.contains(&name))
}

/// The one of `known` that `name` was probably meant to be.
pub(crate) fn nearest<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let exact = known.clone().find(|known| *known == name);
    exact
        .or_else(|| known.clone().find(|known| is_synonym(known, name)))
        .or_else(|| {
            known
                .map(|known| (distance(name, known), known))
                .filter(|(distance, known)| *distance <= (known.len() / 3).max(1))
                .min_by_key(|(distance, _)| *distance)
                .map(|(_, known)| known)
        })
}

/// Levenshtein's edit distance.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (index, a) in from.chars().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        let mut next = vec![left];
        for (b, above) in to.chars().zip(row.iter().skip(1)) {
            let cost = (diagonal + usize::from(a != b))
                .min(above + 1)
                .min(left + 1);
            diagonal = *above;
            left = cost;
            next.push(cost);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let known = [
            "title",
            "notes",
            "priority",
            "tags",
            "due",
            "recurrence",
            "reminders_minutes_before",
        ];
        for (sent, meant) in [
            ("prio", Some("priority")),
            ("Title", Some("title")),
            ("tittle", Some("title")),
            ("due_date", Some("due")),
            ("dueDate", Some("due")),
            ("Due-Date", Some("due")),
            ("recurence", Some("recurrence")),
            ("reminders", Some("reminders_minutes_before")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(
                nearest(&snake_case(sent), known.into_iter()),
                meant,
                "{sent}"
            );
        }
    }

    #[test]
    fn says_what_would_do() {
        let properties = |value: Value| value.as_object().unwrap().clone();
        let root = properties(
            json!({"request_id": {}, "tasks": {"items": {"properties": {"title": {}, "due": {}}}}}),
        );
        let find = properties(
            json!({"query": {}, "due_before": {}, "due_after": {}, "completed_after": {}, "completed_before": {},
                "status": {}, "sort": {}}),
        );
        for (tool, properties, name, expected) in [
            (
                ToolName::Add,
                &root,
                "title",
                "`title` belongs to an item of `tasks`.",
            ),
            (
                ToolName::Complete,
                &root,
                "numbers",
                "did you mean `tasks`?",
            ),
            (
                ToolName::Add,
                &root,
                "timezone",
                "there are request_id, tasks.",
            ),
            (
                ToolName::Find,
                &find,
                "due_to",
                "did you mean `due_before`?",
            ),
            (ToolName::Find, &find, "title", "did you mean `query`?"),
            (
                ToolName::Tags,
                &JsonObject::new(),
                "x",
                "the tool takes none.",
            ),
        ] {
            assert_eq!(
                alternative_to(tool, name, properties, true),
                expected,
                "{name}"
            );
        }
        assert!(alternative_to(ToolName::Find, "due", &find, true).contains("`due_after`"));
        assert!(alternative_to(ToolName::Find, "created_after", &find, true).contains("`status`"));
    }

    #[test]
    fn measures_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
