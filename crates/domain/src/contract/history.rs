//! The history of a task.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{AuditEntry, ReminderView, TaskView};
use crate::Actor;

/// One event in the history of a task.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct HistoryEntry {
    /// The event's id.
    pub event: Uuid,
    /// The event's type, such as `task.completed.v1` or `reminder.due.v1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened, UTC.
    pub at: Timestamp,
    /// Who did it, and through which interface, chat turn and tool call.
    pub actor: Actor,
    /// The change it belongs to.
    pub change: Uuid,
    /// The task's version after it.
    pub version: Option<i64>,
    /// The fields that changed.
    pub changes: Vec<FieldChange>,
    /// The reason, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The reminder, in `reminder.*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminder: Option<ReminderView>,
}

/// What became of a field.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    /// The field, as the task has it.
    pub field: String,
    /// Its value before; null if there was none.
    pub from: Value,
    /// Its value after; null if there is none.
    pub to: Value,
}

/// Which page of a history to return.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// 1 to 200, by default 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// The result of emptying the trash.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct EmptiedTrash {
    /// How many tasks were deleted for good.
    pub purged: u64,
    /// Whether there are more; repeat the request.
    pub has_more: bool,
}

impl HistoryEntry {
    /// Shows a line of the audit log.
    pub fn of(line: AuditEntry) -> Self {
        // A reminder's event tells of the task only as it is.
        let is_of_task = line.kind.starts_with("task.");
        let changes = if is_of_task {
            field_changes(line.before.as_ref(), line.after.as_ref())
        } else {
            Vec::new()
        };
        Self {
            event: line.event,
            at: line.at,
            actor: line.actor,
            change: line.change,
            version: line.after.as_ref().map(|task| task.version),
            changes,
            reason: line.reason,
            reminder: line.reminder,
            kind: line.kind,
        }
    }
}

/// The fields that people change, each as it is shown in a history.
fn fields(task: &TaskView) -> [(&'static str, Value); 11] {
    let recurrence = task.recurrence.as_ref().map(|rule| {
        json!({"text": rule.text, "rrule": rule.rrule, "anchor": rule.anchor, "catch_up": rule.catch_up,
            "overflow": rule.overflow})
    });
    // The instant of a relative reminder follows from the due value.
    let reminder = |reminder: &ReminderView| match (reminder.minutes_before, &reminder.local) {
        (Some(minutes), _) => json!({"minutes_before": minutes}),
        (None, Some(local)) => json!({"at": local}),
        (None, None) => json!({"at": reminder.at}),
    };
    [
        ("title", json!(task.title)),
        ("notes", json!(task.notes)),
        ("status", json!(task.status)),
        ("priority", json!(task.priority)),
        ("tags", json!(task.tags)),
        ("due", json!(task.due)),
        ("duration_minutes", json!(task.duration_minutes)),
        ("recurrence", json!(recurrence)),
        ("occurrence", json!(task.occurrence)),
        ("parent", json!(task.parent)),
        ("reminders", task.reminders.iter().map(reminder).collect()),
    ]
}

/// Whether a field has no value.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty() || text == "none",
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn field_changes(before: Option<&TaskView>, after: Option<&TaskView>) -> Vec<FieldChange> {
    let change = |(field, from): (&str, Value), to: Value| FieldChange {
        field: field.to_owned(),
        from,
        to,
    };
    match (before, after) {
        (Some(before), Some(after)) => fields(before)
            .into_iter()
            .zip(fields(after))
            .filter(|((_, from), (_, to))| from != to)
            .map(|(from, (_, to))| change(from, to))
            .collect(),
        (None, Some(after)) => fields(after)
            .into_iter()
            .filter(|(_, to)| !is_empty(to))
            .map(|(field, to)| change((field, Value::Null), to))
            .collect(),
        _ => Vec::new(),
    }
}
