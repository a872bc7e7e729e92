//! A task as the service works with it.

use jiff::Timestamp;
use jiff::civil::Time;

use crate::recurrence::{Anchor, Position, Recurrence};
use crate::{
    ChangeId, Due, Notes, OccurrenceKey, Priority, Reminder, SeriesId, TagName, TaskId, Title,
    UserId, Zone,
};

/// Where a task stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// To be done.
    Open,
    /// Done.
    Completed,
    /// An occurrence that was left out; the series goes on.
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
    /// What people and models call it: 1, 2, 3 … per owner.
    pub number: i64,
    /// What is to be done.
    pub title: Title,
    /// Anything more about it.
    pub notes: Notes,
    /// Where it stands.
    pub status: Status,
    /// How important it is.
    pub priority: Priority,
    /// Its tags, in the order given.
    pub tags: Vec<TagName>,
    /// When it is due. In a series it may differ from the occurrence's key, when only this one was moved.
    pub due: Option<Due>,
    /// The series it belongs to.
    pub series: Option<Membership>,
    /// When to tell the owner.
    pub reminders: Vec<Reminder>,
    /// Grows by one with each change of this row.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was done.
    pub completed_at: Option<Timestamp>,
    /// When this occurrence was skipped.
    pub skipped_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// The mutation that made it what it is.
    pub change: ChangeId,
}

/// A task's place in its series.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Membership {
    /// The series.
    pub id: SeriesId,
    /// Its rule.
    pub recurrence: Recurrence,
    /// Which occurrence this task is.
    pub position: Position,
    /// The occurrence whose end made this one, so that reopening that one can take this one back.
    pub follows: Option<TaskId>,
    /// Whether the series was ended with this occurrence: nothing comes after it, whatever the rule says.
    pub ends: bool,
}

impl Membership {
    /// The occurrence's key.
    pub fn key(&self) -> &OccurrenceKey {
        &self.position.key
    }

    /// Where the series goes after this occurrence ended at `at`; none when it is over. Of a series counted from
    /// completions, one skipped before its day counts from that day: nothing was done yet.
    pub fn next(&self, status: Status, at: Timestamp, owner: &Zone) -> Option<Position> {
        if self.ends {
            return None;
        }
        let counted = status == Status::Skipped && self.recurrence.anchor == Anchor::Completion;
        let at = if counted {
            let scheduled = match self.position.due() {
                Due::Date(date) => Due::Floating(date.to_datetime(Time::midnight())),
                timed => timed,
            };
            scheduled.instant(owner).map_or(at, |day| day.max(at))
        } else {
            at
        };
        self.recurrence.next(&self.position, at, owner)
    }
}

impl Task {
    /// The next `count` dates of its series: from when it ended; of one that is overdue, as if it were done now.
    pub fn coming(&self, now: Timestamp, owner: &Zone, count: usize) -> Vec<Due> {
        let Some(series) = self.series.as_ref().filter(|series| !series.ends) else {
            return Vec::new();
        };
        let late = self.status == Status::Open
            && self
                .due
                .as_ref()
                .is_some_and(|due| due.is_overdue(now, owner));
        let Some(at) = self.ended_at().or_else(|| late.then_some(now)) else {
            return series.recurrence.upcoming(&series.position, count, owner);
        };
        let status = if late { Status::Completed } else { self.status };
        let Some(next) = series.next(status, at, owner) else {
            return Vec::new();
        };
        let after = series
            .recurrence
            .upcoming(&next, count.saturating_sub(1), owner);
        std::iter::once(next.due())
            .chain(after)
            .take(count)
            .collect()
    }
}

impl Task {
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
