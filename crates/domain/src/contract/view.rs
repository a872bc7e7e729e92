//! A task as clients see it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::recurrence::Recurrence;
use crate::schema::TimestampSchema;
use crate::task::{Missed, Subtasks};
use crate::{Due, Reminder, Task, TaskDuration, Trigger, Zone};

/// How many dates to come are shown.
const UPCOMING: usize = 3;

/// A task.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct TaskView {
    /// Its id.
    pub id: Uuid,
    /// The number people use: 1, 2, 3 …
    pub number: i64,
    /// The title.
    pub title: String,
    /// Anything more.
    pub notes: String,
    /// `open`, `completed`, `skipped` or `deleted`.
    pub status: String,
    /// `high`, `medium`, `low` or `none`.
    pub priority: String,
    /// Tag names.
    pub tags: Vec<String>,
    /// The due value as written: a date, a floating date-time, or a date-time with its zone.
    pub due: Option<String>,
    /// The instant of a timed due value, in UTC.
    #[schemars(with = "Option<TimestampSchema>")]
    pub due_at: Option<Timestamp>,
    /// English weekday of the due date.
    pub due_weekday: Option<String>,
    /// The zone of the due value: its own, or the owner's.
    pub due_zone: Option<String>,
    /// How many minutes it takes from its due time on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub duration_minutes: Option<u32>,
    /// Whether the due value has passed and the task is open.
    pub is_overdue: bool,
    /// How it repeats.
    pub recurrence: Option<RecurrenceView>,
    /// The series it belongs to.
    pub series: Option<Uuid>,
    /// Which occurrence of the series it is; send it with `complete`.
    pub occurrence: Option<String>,
    /// The number of the task that it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub parent: Option<i64>,
    /// How many subtasks it has outside the trash; absent if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SubtaskCounts")]
    pub subtasks: Option<SubtaskCounts>,
    /// When the owner is notified.
    pub reminders: Vec<ReminderView>,
    /// Grows with each change; also the `ETag`.
    pub version: i64,
    /// When it was created, UTC.
    #[schemars(with = "TimestampSchema")]
    pub created_at: Timestamp,
    /// When it last changed, UTC.
    #[schemars(with = "TimestampSchema")]
    pub updated_at: Timestamp,
    /// When it was done, UTC.
    #[schemars(with = "Option<TimestampSchema>")]
    pub completed_at: Option<Timestamp>,
    /// When this occurrence was skipped, UTC.
    #[serde(default)]
    #[schemars(with = "Option<TimestampSchema>")]
    pub skipped_at: Option<Timestamp>,
    /// When it went to the trash, UTC.
    #[schemars(with = "Option<TimestampSchema>")]
    pub deleted_at: Option<Timestamp>,
    /// Dates of the series that were skipped because this occurrence was late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "MissedView")]
    pub missed: Option<MissedView>,
    /// The mutation that produced this version.
    pub change: Uuid,
}

/// How many subtasks a task has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct SubtaskCounts {
    /// Those to be done.
    pub open: u32,
    /// Those that are done.
    pub done: u32,
}

impl SubtaskCounts {
    /// Shows the counts, if there are any subtasks.
    pub fn of(subtasks: Subtasks) -> Option<Self> {
        let Subtasks { open, done } = subtasks;
        subtasks.are_any().then_some(Self { open, done })
    }
}

/// Missed occurrences that the series skipped.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct MissedView {
    /// How many.
    pub count: u32,
    /// The earliest of them as due values, at most 50.
    pub dates: Vec<String>,
}

impl MissedView {
    /// Shows the missed occurrences.
    pub fn of(missed: &Missed) -> Self {
        Self {
            count: missed.count,
            dates: missed.dates.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The result of a change: the current task, whether anything changed, and warnings.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TaskChange {
    /// The task.
    #[serde(flatten)]
    pub task: TaskView,
    /// Whether anything changed. If false, there is no event and no new version.
    // An older server, during a rollout, omits this field.
    #[serde(default = "yes")]
    #[schema(required = true)]
    pub changed: bool,
    /// Which occurrence of the series is open now, when nothing changed and it is not this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<OpenOccurrence>,
    /// The subtasks that are still open, of a task that is completed or was skipped; at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_subtasks: Vec<OpenSubtask>,
    /// Warnings, in sentences: values that were adjusted or have no effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A subtask that is still open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OpenSubtask {
    /// Its number.
    pub number: i64,
    /// Its title.
    pub title: String,
}

impl OpenSubtask {
    /// Shows a task.
    pub fn of(task: &Task) -> Self {
        Self {
            number: task.number,
            title: crate::text::clean(task.title.as_str()).into_owned(),
        }
    }
}

fn yes() -> bool {
    true
}

/// The occurrence of a series that is open.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OpenOccurrence {
    /// The number of its task.
    pub number: i64,
    /// Its key.
    pub occurrence: Option<String>,
    /// When it is due.
    pub due: Option<String>,
    /// English weekday of the due date.
    pub due_weekday: Option<String>,
}

impl OpenOccurrence {
    /// Shows the open task of a series.
    pub fn of(task: &Task) -> Self {
        Self {
            number: task.number,
            occurrence: task.series.as_ref().map(|series| series.key().to_string()),
            due: task.due.as_ref().map(ToString::to_string),
            due_weekday: task.due.as_ref().map(|due| due.weekday().into()),
        }
    }
}

/// How a task repeats.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct RecurrenceView {
    /// The RFC 5545 rule; lines of RRULE, RDATE and EXDATE when it is more than one rule.
    pub rrule: String,
    /// `schedule` or `completion`.
    pub anchor: String,
    /// `next_future`, `one_step` or `from_completion`.
    pub catch_up: String,
    /// `clamp`, `skip` or `forward`.
    pub overflow: String,
    /// The rule in words.
    pub text: String,
    /// The next three dates after this one.
    pub next: Vec<String>,
    /// The same with what they mean.
    #[serde(default)]
    pub upcoming: Vec<DateView>,
    /// Whether this is the last occurrence: the rule has ended, or the series was ended here.
    #[serde(default)]
    pub ended: bool,
}

/// A future date and its meaning.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct DateView {
    /// The date or date-time, as a due value is written.
    pub due: String,
    /// Its English weekday.
    pub weekday: String,
    /// The instant of a timed one, in UTC.
    #[schemars(with = "Option<TimestampSchema>")]
    pub due_at: Option<Timestamp>,
}

impl DateView {
    /// Shows a due value to an owner in a zone.
    pub fn of(due: &Due, owner: &Zone) -> Self {
        Self {
            due: due.to_string(),
            weekday: due.weekday().into(),
            due_at: due.instant(owner),
        }
    }
}

impl RecurrenceView {
    /// Shows the recurrence of a task that does not exist yet, due at `due`.
    pub fn of(recurrence: &Recurrence, due: &Due, now: Timestamp, owner: &Zone) -> Option<Self> {
        let position = recurrence.first(due).ok()?;
        let next = recurrence.next_if_on_time(&position, &position.due(), now, owner);
        let coming = recurrence.upcoming_from(next.as_ref(), UPCOMING, owner);
        Some(Self::with(recurrence, &coming, owner))
    }

    fn with(recurrence: &Recurrence, upcoming: &[Due], owner: &Zone) -> Self {
        Self {
            rrule: recurrence.to_string(),
            anchor: recurrence.anchor.as_str().into(),
            catch_up: recurrence.catch_up.as_str().into(),
            overflow: recurrence.overflow.as_str().into(),
            text: recurrence.describe(),
            ended: upcoming.is_empty(),
            next: upcoming.iter().map(ToString::to_string).collect(),
            upcoming: upcoming
                .iter()
                .map(|due| DateView::of(due, owner))
                .collect(),
        }
    }
}

/// When the owner is notified.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct ReminderView {
    /// Its id.
    pub id: Uuid,
    /// Minutes before the due time, if it is relative.
    pub minutes_before: Option<u32>,
    /// The wall-clock time of one that follows its owner's zone, as it was written; send this one back as `at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub local: Option<String>,
    /// The instant at which it fires, UTC; null for a relative reminder of a task without a due date.
    #[schemars(with = "Option<TimestampSchema>")]
    pub at: Option<Timestamp>,
    /// True for the one that was put off by snoozing; absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(with = "bool")]
    pub snoozed: bool,
}

/// Shows a task at an instant to an owner in a zone.
pub fn render(task: &Task, now: Timestamp, owner: &Zone) -> TaskView {
    let due = task.due.as_ref();
    TaskView {
        id: task.id.0,
        number: task.number,
        // Titles of earlier versions may hold what cannot be seen.
        title: crate::text::clean(task.title.as_str()).into_owned(),
        notes: task.notes.to_string(),
        status: task.status.as_str().into(),
        priority: task.priority.as_str().into(),
        tags: task.tags.iter().map(ToString::to_string).collect(),
        due: due.map(ToString::to_string),
        due_at: due.and_then(|due| due.instant(owner)),
        due_weekday: due.map(|due| due.weekday().into()),
        due_zone: due.map(|due| due.zone_or(owner).to_string()),
        duration_minutes: task.lasts().map(TaskDuration::minutes),
        is_overdue: task.is_overdue(now, owner),
        recurrence: task.series.as_ref().map(|series| {
            RecurrenceView::with(
                &series.recurrence,
                &task.upcoming(now, owner, UPCOMING),
                owner,
            )
        }),
        series: task.series.as_ref().map(|series| series.id.0),
        occurrence: task.series.as_ref().map(|series| series.key().to_string()),
        parent: task.parent,
        subtasks: SubtaskCounts::of(task.subtasks),
        reminders: task
            .reminders
            .iter()
            .map(|reminder| reminder.view(task, owner))
            .collect(),
        version: task.version,
        created_at: task.created_at,
        updated_at: task.updated_at,
        completed_at: task.completed_at,
        skipped_at: task.skipped_at,
        deleted_at: task.deleted_at,
        missed: task.missed.as_ref().map(MissedView::of),
        change: task.change.0,
    }
}

impl Reminder {
    /// Shows one reminder of `task`.
    pub fn view(&self, task: &Task, owner: &Zone) -> ReminderView {
        ReminderView {
            id: self.id.0,
            minutes_before: match self.trigger {
                Trigger::Before(minutes) => Some(minutes),
                Trigger::At(_) | Trigger::Local(_) => None,
            },
            local: match self.trigger {
                Trigger::Local(at) => Some(Due::Floating(at).to_string()),
                Trigger::At(_) | Trigger::Before(_) => None,
            },
            at: self.trigger.instant(task.due.as_ref(), owner),
            snoozed: self.is_snoozed,
        }
    }
}
