//! A task for a model: short, without unset fields.

use schemars::JsonSchema;
use serde::Serialize;
use taskwire_domain::contract::{RecurrenceView, ReminderView, TaskView};

/// Characters of notes shown by default.
pub(crate) const NOTES_CLIP: usize = 200;

/// A task.
#[derive(Serialize, JsonSchema, Debug)]
pub(crate) struct TaskAnswer {
    pub(crate) number: i64,
    pub(crate) title: String,
    pub(crate) status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) priority: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tags: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) due_weekday: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) due_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) duration_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) overdue: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recurrence: Option<RecurrenceAnswer>,
    /// Why it is due then; where `explain` was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) occurrence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reminders: Option<Vec<ReminderAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notes: Option<String>,
    /// Only the start of the notes; `numbers` of tasks_find reads all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notes_clipped: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) completed_at: Option<String>,
    pub(crate) version: i64,
}

/// The schema of the task in the result of a change: its full form is only in that of tasks_find, because
/// every repetition costs a model a thousand bytes.
#[derive(Serialize, JsonSchema)]
#[schemars(description = "The task after the change, with all fields that tasks_find shows.")]
pub(crate) struct TaskOutline {
    number: i64,
    title: String,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_weekday: Option<String>,
    version: i64,
}

/// How a task repeats.
#[derive(Serialize, JsonSchema, Debug)]
pub(crate) struct RecurrenceAnswer {
    pub(crate) text: String,
    pub(crate) rrule: String,
    /// Absent when it counts from the schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) anchor: Option<String>,
    /// The dates that follow.
    pub(crate) next: Vec<String>,
}

/// When the user is reminded.
#[derive(Serialize, JsonSchema, Debug)]
pub(crate) struct ReminderAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) minutes_before: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<String>,
}

impl TaskAnswer {
    /// Shows a task with at most `notes` characters of its notes.
    pub(crate) fn new(task: TaskView, notes: usize) -> Self {
        let (notes, clipped) = clip(task.notes, notes);
        Self {
            number: task.number,
            title: task.title,
            status: task.status,
            priority: Some(task.priority).filter(|priority| priority != "none"),
            tags: Some(task.tags).filter(|tags| !tags.is_empty()),
            due: task.due,
            due_weekday: task.due_weekday,
            due_zone: task.due_zone,
            duration_minutes: task.duration_minutes,
            overdue: task.is_overdue.then_some(true),
            recurrence: task.recurrence.map(RecurrenceAnswer::from),
            why: None,
            occurrence: task.occurrence,
            reminders: Some(
                task.reminders
                    .into_iter()
                    .map(ReminderAnswer::from)
                    .collect::<Vec<_>>(),
            )
            .filter(|reminders| !reminders.is_empty()),
            notes,
            notes_clipped: clipped.then_some(true),
            completed_at: task.completed_at.map(|instant| instant.to_string()),
            version: task.version,
        }
    }
}

impl From<RecurrenceView> for RecurrenceAnswer {
    fn from(view: RecurrenceView) -> Self {
        Self {
            text: view.text,
            rrule: view.rrule,
            anchor: Some(view.anchor).filter(|anchor| anchor != "schedule"),
            next: view.next,
        }
    }
}

impl From<ReminderView> for ReminderAnswer {
    fn from(view: ReminderView) -> Self {
        Self {
            minutes_before: view.minutes_before,
            // A wall-clock time that follows the user is sent back as it is.
            at: view
                .local
                .or_else(|| view.at.map(|instant| instant.to_string())),
        }
    }
}

/// At most `max` characters of the notes, and whether that is less than all.
fn clip(notes: String, max: usize) -> (Option<String>, bool) {
    if notes.is_empty() {
        return (None, false);
    }
    match notes.char_indices().nth(max) {
        Some((end, _)) => (notes.get(..end).map(|start| format!("{start}…")), true),
        None => (Some(notes), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clips_between_characters() {
        assert_eq!(clip(String::new(), 3), (None, false));
        assert_eq!(clip("äöü".into(), 3), (Some("äöü".into()), false));
        assert_eq!(clip("äöüß".into(), 3), (Some("äöü…".into()), true));
    }
}
