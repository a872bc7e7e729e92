//! A task as clients see it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::recurrence::{Position, Recurrence};
use crate::{Due, Reminder, Task, Trigger, Zone};

/// How many dates to come are shown.
const UPCOMING: usize = 3;

/// A task.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TaskView {
    /// Its id.
    pub id: Uuid,
    /// What people call it: 1, 2, 3 …
    pub number: i64,
    /// What is to be done.
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
    pub due_at: Option<Timestamp>,
    /// English weekday of the due date.
    pub due_weekday: Option<String>,
    /// The zone in which the due value is meant: its own, or the owner's.
    pub due_zone: Option<String>,
    /// Whether the due value has passed and the task is open.
    pub is_overdue: bool,
    /// How it repeats.
    pub recurrence: Option<RecurrenceView>,
    /// The series it belongs to.
    pub series: Option<Uuid>,
    /// Which occurrence of the series it is; send it with `complete`.
    pub occurrence: Option<String>,
    /// When the owner is told.
    pub reminders: Vec<ReminderView>,
    /// Grows with each change; also the `ETag`.
    pub version: i64,
    /// When it was made, UTC.
    pub created_at: Timestamp,
    /// When it last changed, UTC.
    pub updated_at: Timestamp,
    /// When it was done, UTC.
    pub completed_at: Option<Timestamp>,
    /// When this occurrence was skipped, UTC.
    #[serde(default)]
    pub skipped_at: Option<Timestamp>,
    /// When it went to the trash, UTC.
    pub deleted_at: Option<Timestamp>,
    /// The mutation that made it what it is.
    pub change: Uuid,
}

/// How a task repeats.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
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
    /// Whether nothing comes after this one: the rule is over, or the series was ended here.
    #[serde(default)]
    pub ended: bool,
}

/// A date to come, and what it means.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct DateView {
    /// The date or date-time, as a due value is written.
    pub due: String,
    /// Its English weekday.
    pub weekday: String,
    /// The instant of a timed one, in UTC.
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
    /// Shows a recurrence from a position on.
    pub fn of(recurrence: &Recurrence, position: &Position, owner: &Zone) -> Self {
        Self::with(
            recurrence,
            &recurrence.upcoming(position, UPCOMING, owner),
            owner,
        )
    }

    fn with(recurrence: &Recurrence, upcoming: &[Due], owner: &Zone) -> Self {
        Self {
            rrule: recurrence.to_string(),
            anchor: recurrence.anchor.as_str().into(),
            catch_up: recurrence.catch_up.as_str().into(),
            overflow: recurrence.overflow.as_str().into(),
            text: recurrence.words(),
            ended: upcoming.is_empty(),
            next: upcoming.iter().map(ToString::to_string).collect(),
            upcoming: upcoming
                .iter()
                .map(|due| DateView::of(due, owner))
                .collect(),
        }
    }
}

/// When the owner is told.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReminderView {
    /// Its id.
    pub id: Uuid,
    /// Minutes before the due time, if it is relative.
    pub minutes_before: Option<u32>,
    /// The instant at which it fires, UTC; null while a relative one has nothing to be relative to.
    pub at: Option<Timestamp>,
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
        is_overdue: task.status == crate::Status::Open
            && due.is_some_and(|due| due.is_overdue(now, owner)),
        recurrence: task.series.as_ref().map(|series| {
            RecurrenceView::with(
                &series.recurrence,
                &task.coming(now, owner, UPCOMING),
                owner,
            )
        }),
        series: task.series.as_ref().map(|series| series.id.0),
        occurrence: task.series.as_ref().map(|series| series.key().to_string()),
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
                Trigger::At(_) => None,
            },
            at: self.trigger.instant(task.due.as_ref(), owner),
        }
    }
}
