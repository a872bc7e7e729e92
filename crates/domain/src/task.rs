//! A task as the service works with it.

use jiff::Timestamp;
use jiff::civil::Time;

use crate::recurrence::{Anchor, OccurrencePosition, Recurrence};
use crate::{
    ChangeId, Due, Notes, OccurrenceKey, Priority, Reminder, SeriesId, TagName, TaskDuration,
    TaskId, Title, UserId, Zone,
};

/// The status of a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// To be done.
    Open,
    /// Done.
    Completed,
    /// An occurrence that was skipped; the series continues.
    Skipped,
    /// In the trash; can be restored.
    Deleted,
}

impl Status {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Completed => "completed",
            Self::Skipped => "skipped",
            Self::Deleted => "deleted",
        }
    }

    /// Reads the name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "open" => Some(Self::Open),
            "completed" => Some(Self::Completed),
            "skipped" => Some(Self::Skipped),
            "deleted" => Some(Self::Deleted),
            _ => None,
        }
    }
}

/// One thing to do. A recurring task is a series, and each of its occurrences is a task of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Whose it is.
    pub owner: UserId,
    /// The number that people and models use: 1, 2, 3 … per owner.
    pub number: i64,
    /// The title.
    pub title: Title,
    /// Anything more about it.
    pub notes: Notes,
    /// The status.
    pub status: Status,
    /// How important it is.
    pub priority: Priority,
    /// Its tags, in the order given.
    pub tags: Vec<TagName>,
    /// When it is due. In a series it may differ from the occurrence's key, when only this one was moved.
    pub due: Option<Due>,
    /// How long it takes from then on. It counts only while the due value has a time of day: [`Task::lasts`].
    pub duration: Option<TaskDuration>,
    /// The series it belongs to.
    pub series: Option<SeriesRef>,
    /// The number of the task that it is a part of. That one is part of no other.
    pub parent: Option<i64>,
    /// Its parts outside the trash, as they were when it was read.
    pub subtasks: Subtasks,
    /// When to remind the owner.
    pub reminders: Vec<Reminder>,
    /// Grows by one with each change of this row.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was done.
    pub completed_at: Option<Timestamp>,
    /// When this occurrence was skipped.
    pub skipped_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// The occurrences of its series that were missed when it ended late.
    pub missed: Option<Missed>,
    /// The mutation that produced this version.
    pub change: ChangeId,
}

/// How many parts a task has outside the trash.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Subtasks {
    /// Those to be done.
    pub open: u32,
    /// Those that are done.
    pub done: u32,
}

impl Subtasks {
    /// Whether there are any.
    pub fn are_any(self) -> bool {
        self.open > 0 || self.done > 0
    }
}

/// Most dates of [`Missed`] that are kept.
const MISSED_MAX: usize = 50;

/// Occurrences that were scheduled after one that ended late, and had passed by then: the series went on without them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missed {
    /// How many there are.
    pub count: u32,
    /// The earliest of them, at most 50.
    pub dates: Vec<Due>,
}

/// A task's place in its series.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeriesRef {
    /// The series.
    pub id: SeriesId,
    /// Its rule.
    pub recurrence: Recurrence,
    /// Which occurrence this task is.
    pub position: OccurrencePosition,
    /// The occurrence whose end created this one, so that reopening that one can withdraw this one.
    pub follows: Option<TaskId>,
    /// Whether the series was ended with this occurrence: nothing comes after it, even if the rule has more dates.
    pub ends: bool,
}

impl SeriesRef {
    /// The occurrence's key.
    pub fn key(&self) -> &OccurrenceKey {
        &self.position.key
    }
}

impl Task {
    /// Where its series goes when it ends so at an instant; none when it is over.
    pub fn next(&self, ended: Status, at: Timestamp, owner: &Zone) -> Option<OccurrencePosition> {
        let series = self.series.as_ref().filter(|series| !series.ends)?;
        let at = self.counted(series, ended, at, owner);
        series.recurrence.next(&series.position, at, owner)
    }

    /// The occurrences that its series skips when it ends at an instant.
    pub fn passed_over(&self, at: Timestamp, owner: &Zone) -> Option<Missed> {
        let series = self.series.as_ref().filter(|series| !series.ends)?;
        let at = self.counted(series, Status::Completed, at, owner);
        let (dates, count) = series
            .recurrence
            .passed_over(&series.position, at, owner, MISSED_MAX);
        (count > 0).then(|| Missed {
            count: u32::try_from(count).unwrap_or(u32::MAX),
            dates,
        })
    }

    /// The instant that counts for its series when it ends. One that was moved covers what is scheduled up to the
    /// day it was moved to, however early it is done. In a series counted from completions, one skipped before its day
    /// counts from that day: nothing was done yet.
    fn counted(&self, series: &SeriesRef, ended: Status, at: Timestamp, owner: &Zone) -> Timestamp {
        let due = match (&self.due, series.recurrence.anchor, ended) {
            (Some(due), Anchor::Schedule, _) => due.ordering_instant(owner),
            (Some(Due::Date(date)), Anchor::Completion, Status::Skipped) => {
                Due::Floating(date.to_datetime(Time::midnight())).instant(owner)
            }
            (Some(timed), Anchor::Completion, Status::Skipped) => timed.instant(owner),
            _ => None,
        };
        due.map_or(at, |due| due.max(at))
    }

    /// Where its series goes from here: where it went, of one that has ended; of an open one, where it leads when it is
    /// done on its day, or now if that has passed.
    pub fn next_if_on_time(&self, now: Timestamp, owner: &Zone) -> Option<OccurrencePosition> {
        if let Some(at) = self.ended_at() {
            return self.next(self.status, at, owner);
        }
        let series = self.series.as_ref().filter(|series| !series.ends)?;
        let due = self.due.as_ref()?;
        series
            .recurrence
            .next_if_on_time(&series.position, due, now, owner)
    }

    /// The next `count` dates of its series.
    pub fn upcoming(&self, now: Timestamp, owner: &Zone, count: usize) -> Vec<Due> {
        let Some(series) = &self.series else {
            return Vec::new();
        };
        let next = self.next_if_on_time(now, owner);
        series.recurrence.upcoming_from(next.as_ref(), count, owner)
    }
}

impl Task {
    /// Whether it is open and its due value is in the past, as [`Due::is_overdue`] says.
    pub fn is_overdue(&self, now: Timestamp, owner: &Zone) -> bool {
        self.status == Status::Open
            && self
                .due
                .as_ref()
                .is_some_and(|due| due.is_overdue(now, owner))
    }

    /// How long it takes, if it is due at a time of day.
    pub fn lasts(&self) -> Option<TaskDuration> {
        self.duration
            .filter(|duration| duration.check(self.due.as_ref()).is_ok())
    }

    /// When it was completed or skipped, of a task that is.
    pub fn ended_at(&self) -> Option<Timestamp> {
        match self.status {
            Status::Completed => self.completed_at,
            Status::Skipped => self.skipped_at,
            Status::Open | Status::Deleted => None,
        }
    }

    /// The key by which events of this task stay in order: its series, or itself.
    pub fn partition_key(&self) -> uuid::Uuid {
        match &self.series {
            Some(series) => series.id.0,
            None => self.id.0,
        }
    }
}
