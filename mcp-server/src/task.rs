//! A task for a model: short, without unset fields.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use taskwire_domain::contract::{ComingOccurrence, RecurrenceView, ReminderView, TaskView};
use taskwire_domain::{Due, Zone};

/// Characters of notes shown in a concise list.
pub(crate) const NOTES_BRIEF: usize = 80;

/// Characters of notes shown by default.
pub(crate) const NOTES_CLIP: usize = 200;

/// An object that a schema does not describe: its names say what they are, and every repetition costs tokens.
#[derive(Serialize, JsonSchema, Debug)]
pub(crate) struct DescribedElsewhere {}

// How much of each task a result shows. No doc comment, because every tool would repeat it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema, Debug)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Detail {
    #[default]
    Concise,
    Full,
}

/// A task.
#[derive(Serialize, Debug)]
pub(crate) struct TaskAnswer {
    /// Absent in a dry run of a new task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<i64>,
    pub(crate) title: String,
    /// Absent where it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
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
    /// A time in a zone of its own, as the clocks of the zone show it that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) due_local: Option<LocalDue>,
    /// Of a due time: whether it is `fixed` to its zone, or `floating`, which follows the user to other zones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) zone_mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) duration_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) overdue: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recurrence: Option<RecurrenceAnswer>,
    /// Why it is due then; where `explain` was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<Vec<String>>,
    /// The occurrences after this one; where `coming` was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) coming: Option<Vec<ComingAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) occurrence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subtasks: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reminders: Option<Vec<ReminderAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notes: Option<String>,
    /// Only the start of the notes; `numbers` of tasks_find reads all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notes_clipped: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) completed_at: Option<String>,
    /// The day of the completion; where one was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) completed_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) completed_weekday: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<i64>,
}

// The schema of a task: only what every reader needs, because each repetition of all fields costs a model a thousand
// bytes.
#[derive(Serialize, JsonSchema)]
pub(crate) struct TaskOutline {
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_weekday: Option<String>,
}

/// How a task repeats.
#[derive(Serialize, Debug)]
pub(crate) struct RecurrenceAnswer {
    pub(crate) text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rrule: Option<String>,
    /// Absent when it counts from the schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) anchor: Option<String>,
    /// The dates that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<Vec<String>>,
}

/// A due time on the clocks of another zone.
#[derive(Serialize, Debug)]
pub(crate) struct LocalDue {
    due: String,
    weekday: &'static str,
}

impl LocalDue {
    /// A time that has a zone of its own, in another one; a date and a floating time are the same there.
    pub(crate) fn of(due: &str, zone: &Zone) -> Option<Self> {
        let due = Due::parse(due).ok()?;
        if due.zone()? == zone {
            return None;
        }
        let at = due.instant(zone)?.to_zoned_datetime(zone.rules().clone());
        let local = Due::Zoned(at.datetime(), zone.clone());
        Some(Self {
            weekday: local.weekday(),
            due: local.to_string(),
        })
    }
}

/// An occurrence that is still to come.
#[derive(Serialize, Debug)]
pub(crate) struct ComingAnswer {
    due: String,
    weekday: String,
    /// Absent where the date depends on when the one before is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence: Option<String>,
}

impl From<ComingOccurrence> for ComingAnswer {
    fn from(coming: ComingOccurrence) -> Self {
        Self {
            due: coming.date.due,
            weekday: coming.date.weekday,
            occurrence: coming.occurrence,
        }
    }
}

/// When the user is reminded.
#[derive(Serialize, Debug)]
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
        let zone = task
            .due_zone
            .as_deref()
            .and_then(|zone| Zone::parse(zone).ok());
        Self {
            number: Some(task.number),
            title: task.title,
            status: Some(task.status),
            priority: Some(task.priority).filter(|priority| priority != "none"),
            tags: Some(task.tags).filter(|tags| !tags.is_empty()),
            zone_mode: task.due.as_deref().and_then(zone_mode),
            due: task.due,
            due_weekday: task.due_weekday,
            due_zone: task.due_zone,
            due_local: None,
            duration_minutes: task.duration_minutes,
            overdue: task.is_overdue.then_some(true),
            recurrence: task.recurrence.map(RecurrenceAnswer::from),
            why: None,
            coming: None,
            occurrence: task.occurrence,
            parent: task.parent,
            subtasks: task
                .subtasks
                .map(|counts| format!("{} open, {} done", counts.open, counts.done)),
            reminders: Some(
                task.reminders
                    .into_iter()
                    .map(|reminder| ReminderAnswer::new(reminder, zone.as_ref()))
                    .collect::<Vec<_>>(),
            )
            .filter(|reminders| !reminders.is_empty()),
            notes,
            notes_clipped: clipped.then_some(true),
            completed_at: task.completed_at.map(|instant| instant.to_string()),
            completed_on: None,
            completed_weekday: None,
            version: Some(task.version),
        }
    }

    /// The task with its time on the clocks of a zone that was asked for.
    pub(crate) fn seen_in(mut self, zone: Option<&Zone>) -> Self {
        self.due_local = self.due.as_deref().and_then(|due| LocalDue::of(due, zone?));
        self
    }

    /// The task in a list: leaves out what people seldom ask about.
    pub(crate) fn listed(mut self, detail: Detail) -> Self {
        if detail == Detail::Full {
            return self;
        }
        if self.status.as_deref() == Some("open") {
            self.status = None;
        }
        self.reminders = None;
        if let Some(rule) = &mut self.recurrence {
            rule.next = None;
        }
        self.concise()
    }

    /// The task after a change: leaves out what the caller has sent.
    pub(crate) fn changed(mut self, detail: Detail) -> Self {
        if detail == Detail::Full {
            return self;
        }
        self.notes = None;
        self.notes_clipped = None;
        self.tags = None;
        self.priority = None;
        self.completed_at = None;
        self.concise()
    }

    /// Leaves out what only programs use. A zone of its own is in `due` too.
    fn concise(mut self) -> Self {
        self.version = None;
        self.occurrence = None;
        self.due_zone = None;
        self.zone_mode = None;
        if let Some(rule) = &mut self.recurrence {
            rule.rrule = None;
        }
        self
    }
}

impl From<RecurrenceView> for RecurrenceAnswer {
    fn from(view: RecurrenceView) -> Self {
        Self {
            text: view.text,
            rrule: Some(view.rrule),
            anchor: Some(view.anchor).filter(|anchor| anchor != "schedule"),
            next: Some(view.next),
        }
    }
}

impl ReminderAnswer {
    /// Shows an instant as a time in the zone of the task, if it has one.
    fn new(view: ReminderView, zone: Option<&Zone>) -> Self {
        Self {
            minutes_before: view.minutes_before,
            // A wall-clock time that follows the user is sent back as it is.
            at: view
                .local
                .or_else(|| view.at.map(|instant| local(instant, zone))),
        }
    }
}

/// An instant as people read it, and as `remind_at` takes it.
fn local(instant: Timestamp, zone: Option<&Zone>) -> String {
    let Some(zone) = zone else {
        return instant.to_string();
    };
    let local = instant.to_zoned_datetime(zone.rules().clone()).datetime();
    Due::Zoned(local, zone.clone()).to_string()
}

/// How a due value as it is written relates to zones; none for a date.
fn zone_mode(due: &str) -> Option<&'static str> {
    let is_fixed = due.ends_with(']');
    due.contains('T')
        .then_some(if is_fixed { "fixed" } else { "floating" })
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
    fn a_time_says_whether_it_follows_the_user() {
        assert_eq!(zone_mode("2026-12-01"), None);
        assert_eq!(zone_mode("2026-12-01T09:00"), Some("floating"));
        assert_eq!(zone_mode("2026-12-01T09:00[Asia/Tokyo]"), Some("fixed"));
    }

    #[test]
    fn clips_between_characters() {
        assert_eq!(clip(String::new(), 3), (None, false));
        assert_eq!(clip("äöü".into(), 3), (Some("äöü".into()), false));
        assert_eq!(clip("äöüß".into(), 3), (Some("äöü…".into()), true));
    }
}
