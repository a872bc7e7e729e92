//! Converts tasks to rows and back.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use taskwire_domain::filter::ChangedBy;
use taskwire_domain::recurrence::{Anchor, CatchUp, OccurrencePosition, Overflow};
use taskwire_domain::task::{Missed, SeriesRef, Subtasks};
use taskwire_domain::{
    Due, Notes, OccurrenceKey, Priority, Recurrence, Reminder, ReminderId, SeriesId, Status,
    TagName, Task, TaskDuration, TaskId, Title, Trigger, UserId, Zone,
};
use uuid::Uuid;

use crate::Error;
use crate::row::row;

/// Represents "no due date" in the order by due date: after all dates.
pub(super) const NO_DUE_DATE: i64 = i64::MAX;

row! {
    /// A stored task.
    #[derive(Default, Serialize, Deserialize)]
    #[serde(default)]
    pub(crate) struct TaskRow, columns: task_columns {
        key {
            owner_id: Uuid,
            id: Uuid,
            number: i64,
        }
        read {
            version: i64,
            title: String,
            notes: String,
            status: String,
            priority: i64,
            tags: String,
            due: Option<String>,
            duration_minutes: Option<i64>,
            series_id: Option<Uuid>,
            rrule: Option<String>,
            anchor: Option<String>,
            catch_up: Option<String>,
            overflow: Option<String>,
            series_start: Option<String>,
            occurrence: Option<String>,
            follows_id: Option<Uuid>,
            parent: Option<i64>,
            ends_series: bool,
            withdrawn: bool,
            reminders: String,
            missed: Option<String>,
            created_at: i64,
            updated_at: i64,
            completed_at: Option<i64>,
            skipped_at: Option<i64>,
            deleted_at: Option<i64>,
            change_id: Uuid,
        }
        write {
            search: String,
            due_order: i64,
            changed_by: Option<String>,
            derived_version: Option<i64>,
        }
        derived {
            subtasks_open: i64,
            subtasks_done: i64,
        }
    }
}

/// The missed occurrences, as stored in the task's row.
#[derive(Serialize, Deserialize)]
struct MissedJson {
    count: u32,
    dates: Vec<Due>,
}

/// A reminder, as stored in the task's row.
#[derive(Serialize, Deserialize)]
struct ReminderJson {
    id: ReminderId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<u32>,
    /// Microseconds since the epoch, UTC. For a wall-clock time the instant computed when it was written, for readers
    /// that know no other form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<i64>,
    /// A wall-clock time in the owner's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    local: Option<DateTime>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    snoozed: bool,
}

pub(crate) fn instant(
    micros: i64,
    table: &'static str,
    column: &'static str,
) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(micros).map_err(|_| Error::inconsistent(table, micros, column))
}

impl TryFrom<TaskRow> for Task {
    type Error = Error;

    fn try_from(row: TaskRow) -> Result<Self, Error> {
        let bad = |column| Error::inconsistent("tasks", row.id, column);
        let at = |micros, column| instant(micros, "tasks", column);
        let names: Vec<String> = serde_json::from_str(&row.tags).map_err(|_| bad("tags"))?;
        let reminders_json: Vec<ReminderJson> =
            serde_json::from_str(&row.reminders).map_err(|_| bad("reminders"))?;
        let series = match row.series_id {
            None => None,
            Some(id) => Some(row.series_ref(SeriesId(id))?),
        };
        let count = |count, column| u32::try_from(count).map_err(|_| bad(column));
        let subtasks = Subtasks {
            open: count(row.subtasks_open, "subtasks_open")?,
            done: count(row.subtasks_done, "subtasks_done")?,
        };
        Ok(Self {
            id: TaskId(row.id),
            owner: UserId(row.owner_id),
            number: row.number,
            title: Title::parse(&row.title).map_err(|_| bad("title"))?,
            notes: Notes::parse(&row.notes).map_err(|_| bad("notes"))?,
            status: Status::parse(&row.status).ok_or_else(|| bad("status"))?,
            priority: Priority::from_rank(row.priority).ok_or_else(|| bad("priority"))?,
            tags: TagName::parse_all(&names).map_err(|_| bad("tags"))?,
            due: row
                .due
                .as_deref()
                .map(Due::parse)
                .transpose()
                .map_err(|_| bad("due"))?,
            duration: row
                .duration_minutes
                .map(TaskDuration::parse)
                .transpose()
                .map_err(|_| bad("duration_minutes"))?,
            series,
            parent: row.parent,
            subtasks,
            reminders: reminders_json
                .into_iter()
                .map(|reminders_json| {
                    let trigger = match (
                        reminders_json.before,
                        reminders_json.local,
                        reminders_json.at,
                    ) {
                        (Some(minutes), ..) => Trigger::Before(minutes),
                        (None, Some(local), _) => Trigger::Local(local),
                        (None, None, Some(micros)) => Trigger::At(at(micros, "reminders")?),
                        (None, None, None) => return Err(bad("reminders")),
                    };
                    Ok(Reminder {
                        id: reminders_json.id,
                        trigger,
                        is_snoozed: reminders_json.snoozed,
                    })
                })
                .collect::<Result<_, _>>()?,
            version: row.version,
            created_at: at(row.created_at, "created_at")?,
            updated_at: at(row.updated_at, "updated_at")?,
            completed_at: row
                .completed_at
                .map(|micros| at(micros, "completed_at"))
                .transpose()?,
            deleted_at: row
                .deleted_at
                .map(|micros| at(micros, "deleted_at"))
                .transpose()?,
            skipped_at: row
                .skipped_at
                .map(|micros| at(micros, "skipped_at"))
                .transpose()?,
            missed: row
                .missed
                .as_deref()
                .map(serde_json::from_str::<MissedJson>)
                .transpose()
                .map_err(|_| bad("missed"))?
                .map(|reminders_json| Missed {
                    count: reminders_json.count,
                    dates: reminders_json.dates,
                }),
            change: row.change_id.into(),
        })
    }
}

impl TaskRow {
    fn series_ref(&self, id: SeriesId) -> Result<SeriesRef, Error> {
        let bad = |column| Error::inconsistent("tasks", self.id, column);
        let text = |value: &Option<String>, column| value.clone().ok_or_else(|| bad(column));
        let key: OccurrenceKey = text(&self.occurrence, "occurrence")?
            .parse()
            .map_err(|_| bad("occurrence"))?;
        let overflow =
            Overflow::parse(&text(&self.overflow, "overflow")?).map_err(|_| bad("overflow"))?;
        Ok(SeriesRef {
            id,
            recurrence: Recurrence {
                anchor: Anchor::parse(&text(&self.anchor, "anchor")?).map_err(|_| bad("anchor"))?,
                catch_up: CatchUp::parse(&text(&self.catch_up, "catch_up")?)
                    .map_err(|_| bad("catch_up"))?,
                ..Recurrence::parse(&text(&self.rrule, "rrule")?, overflow)
                    .map_err(|_| bad("rrule"))?
            },
            position: OccurrencePosition {
                start: Due::parse(&text(&self.series_start, "series_start")?)
                    .map_err(|_| bad("series_start"))?,
                key,
            },
            follows: self.follows_id.map(TaskId),
            ends: self.ends_series,
        })
    }
}

impl TaskRow {
    /// The row of a task; `withdrawn` hides a successor that was withdrawn.
    pub(super) fn new(
        task: &Task,
        zone: &Zone,
        withdrawn: bool,
        changed_by: ChangedBy,
    ) -> Result<Self, Error> {
        let bad = |column| Error::inconsistent("tasks", task.id, column);
        let names: Vec<&str> = task.tags.iter().map(TagName::as_str).collect();
        let reminders_json: Vec<ReminderJson> = task
            .reminders
            .iter()
            .map(|reminder| ReminderJson::new(reminder, zone))
            .collect();
        let series = task.series.as_ref();
        let recurrence = series.map(|series| &series.recurrence);
        let missed = task.missed.as_ref().map(|missed| {
            serde_json::to_string(&MissedJson {
                count: missed.count,
                dates: missed.dates.clone(),
            })
        });
        Ok(Self {
            id: task.id.0,
            owner_id: task.owner.0,
            number: task.number,
            version: task.version,
            title: task.title.as_str().into(),
            notes: task.notes.as_str().into(),
            status: task.status.as_str().into(),
            priority: task.priority.rank(),
            tags: serde_json::to_string(&names).map_err(|_| bad("tags"))?,
            due: task.due.as_ref().map(ToString::to_string),
            duration_minutes: task.duration.map(|duration| duration.minutes().into()),
            series_id: series.map(|series| series.id.0),
            rrule: recurrence.map(ToString::to_string),
            anchor: recurrence.map(|recurrence| recurrence.anchor.as_str().into()),
            catch_up: recurrence.map(|recurrence| recurrence.catch_up.as_str().into()),
            overflow: recurrence.map(|recurrence| recurrence.overflow.as_str().into()),
            series_start: series.map(|series| series.position.start.to_string()),
            occurrence: series.map(|series| series.key().to_string()),
            follows_id: series.and_then(|series| series.follows).map(|task| task.0),
            parent: task.parent,
            ends_series: series.is_some_and(|series| series.ends),
            withdrawn,
            reminders: serde_json::to_string(&reminders_json).map_err(|_| bad("reminders"))?,
            missed: missed.transpose().map_err(|_| bad("missed"))?,
            created_at: task.created_at.as_microsecond(),
            updated_at: task.updated_at.as_microsecond(),
            completed_at: task.completed_at.map(Timestamp::as_microsecond),
            skipped_at: task.skipped_at.map(Timestamp::as_microsecond),
            deleted_at: task.deleted_at.map(Timestamp::as_microsecond),
            change_id: task.change.0,
            search: search_text(task),
            due_order: due_order(task.due.as_ref(), zone),
            changed_by: Some(changed_by.as_str().into()),
            derived_version: Some(task.version),
            subtasks_open: task.subtasks.open.into(),
            subtasks_done: task.subtasks.done.into(),
        })
    }
}

impl ReminderJson {
    fn new(reminder: &Reminder, zone: &Zone) -> Self {
        let (before, local) = match reminder.trigger {
            Trigger::Before(minutes) => (Some(minutes), None),
            Trigger::At(_) => (None, None),
            Trigger::Local(local) => (None, Some(local)),
        };
        let absolute = before.is_none();
        let at = absolute.then(|| reminder.trigger.instant(None, zone));
        Self {
            id: reminder.id,
            before,
            at: at.flatten().map(Timestamp::as_microsecond),
            local,
            snoozed: reminder.is_snoozed,
        }
    }
}

/// Title and notes as they are sorted and searched, without regard to case.
pub(super) fn search_text(task: &Task) -> String {
    taskwire_domain::text::fold(&format!("{}\n{}", task.title, task.notes))
}

pub(super) fn due_order(due: Option<&Due>, zone: &Zone) -> i64 {
    due.and_then(|due| due.ordering_instant(zone))
        .map_or(NO_DUE_DATE, Timestamp::as_microsecond)
}
