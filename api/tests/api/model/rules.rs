//! What each operation on a task does.

use jiff::civil::Date;

use super::row::{Place, Row, Status};
use super::state::{Model, Refused, Tag, Task};

/// A request about tasks: those on existing ones name the number, and the version if one is expected.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Create(New),
    On(i64, Option<i64>, Act),
}

#[derive(Clone, Debug)]
pub(super) enum Act {
    Patch(Patch),
    /// With true, its series ends.
    Complete(bool),
    Reopen,
    Skip,
    Reschedule(Date, Scope),
    Delete,
    Restore,
    /// About the occurrence of this epoch and date, which may be still to come.
    Named(u32, Date, Ahead),
}

/// What is done to an occurrence that is named by its key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ahead {
    Complete,
    Skip,
    Move(Date),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scope {
    This,
    Following,
    All,
}

#[derive(Clone, Debug, Default)]
pub(super) struct New {
    pub(super) title: &'static str,
    pub(super) tags: Vec<&'static str>,
    pub(super) due: Option<Date>,
    /// Every so many days.
    pub(super) interval: Option<i64>,
    pub(super) reminders: Vec<i64>,
}

#[expect(
    clippy::option_option,
    reason = "absent, null and a value are three things in a merge patch"
)]
#[derive(Clone, Debug, Default)]
pub(super) struct Patch {
    pub(super) title: Option<&'static str>,
    pub(super) notes: Option<&'static str>,
    pub(super) priority: Option<&'static str>,
    pub(super) tags: Option<Vec<&'static str>>,
    pub(super) add_tags: Option<Vec<&'static str>>,
    pub(super) remove_tags: Option<Vec<&'static str>>,
    pub(super) due: Option<Option<Date>>,
    pub(super) interval: Option<Option<i64>>,
    pub(super) reminders: Option<Vec<i64>>,
}

pub(super) const NOT_FOUND: Refused = (404, "not_found");
const IN_TRASH: Refused = (409, "task_deleted");

/// Whether anything changed, and the task's number.
pub(super) type Done = Result<(bool, i64), Refused>;

impl Model {
    pub(super) fn carry_out(&mut self, op: &Op) -> Done {
        match op {
            Op::Create(new) => self.create(new),
            Op::On(number, expected, act) => {
                let task = self.tasks.get(number).filter(|task| !task.row.hidden);
                let task = task.ok_or(NOT_FOUND)?.clone();
                let is_stale = expected.is_some_and(|version| version != task.version);
                match self.act(task, act) {
                    // What cannot be accepted in any state comes first.
                    Err(refused) if !is_stale || refused.0 == 422 => Err(refused),
                    _ if is_stale => Err((412, "version_mismatch")),
                    done => done,
                }
            }
        }
    }

    fn act(&mut self, task: Task, act: &Act) -> Done {
        let number = task.number;
        let changed = match act {
            Act::Named(epoch, date, what) => return self.named(&task, (*epoch, *date), *what),
            Act::Patch(patch) => self.patch(&task, patch),
            Act::Complete(ends) => self.complete(&task, *ends),
            Act::Reopen => self.reopen(&task),
            Act::Skip => self.skip(&task),
            Act::Reschedule(due, scope) => self.reschedule(&task, *due, *scope),
            Act::Delete => Ok(self.delete(task)),
            Act::Restore => self.restore(task),
        };
        Ok((changed?, number))
    }

    fn create(&mut self, new: &New) -> Done {
        if new.title.is_empty() {
            return Err((422, "empty_title"));
        }
        if !new.reminders.is_empty() && new.due.is_none() {
            return Err((422, "reminder_without_due"));
        }
        let mut place = None;
        if let Some(interval) = new.interval {
            place = Some(Place::new(self.next_series(), interval, new.due.unwrap()));
        }
        let reminders = new.reminders.iter();
        let reminders = reminders
            .map(|minutes| (self.next_reminder(), *minutes))
            .collect();
        let row = Row {
            title: new.title.to_owned(),
            notes: String::new(),
            priority: "none",
            tags: self.tags_for(&new.tags),
            reminders,
            due: new.due,
            status: Status::Open,
            completed_at: None,
            skipped_at: None,
            deleted_at: None,
            missed: 0,
            ends: false,
            hidden: false,
            place,
        };
        let number = self.next_number();
        self.insert(number, row);
        Ok((true, number))
    }

    /// Stores a new task.
    pub(super) fn insert(&mut self, number: i64, row: Row) {
        let task = Task {
            number,
            birth: row.place.as_ref().map(Place::key),
            row,
            version: 1,
            updated_at: self.now,
        };
        self.tasks.insert(number, task);
        self.record("task.created.v1", number, None);
    }

    /// Tags by these names: as they are spelled, or new ones.
    pub(super) fn tags_for(&mut self, names: &[impl AsRef<str>]) -> Vec<String> {
        let mut sorted: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        sorted.sort_by_key(|name| name.to_lowercase());
        for name in sorted {
            if self.tag_named(name).is_none() {
                let tag = self.next_tag();
                let new = Tag {
                    name: name.to_owned(),
                    color: None,
                    version: 1,
                };
                self.save_tag(tag, Some(new));
            }
        }
        let spelled = |name: &str| self.tags[&self.tag_named(name).unwrap()].name.clone();
        names.iter().map(|name| spelled(name.as_ref())).collect()
    }

    fn patch(&mut self, task: &Task, patch: &Patch) -> Result<bool, Refused> {
        if task.row.status != Status::Open {
            return Err((409, "task_not_open"));
        }
        let mut row = task.row.clone();
        if let Some(title) = patch.title {
            if title.is_empty() {
                return Err((422, "empty_title"));
            }
            title.clone_into(&mut row.title);
        }
        if let Some(notes) = patch.notes {
            notes.clone_into(&mut row.notes);
        }
        row.priority = patch.priority.unwrap_or(row.priority);
        let mut tags: Vec<String> = row.tags.clone();
        if let Some(list) = &patch.tags {
            tags = list.iter().map(ToString::to_string).collect();
        }
        let is = |tag: &str, name: &str| tag.to_lowercase() == name.to_lowercase();
        for name in patch.remove_tags.iter().flatten() {
            tags.retain(|tag| !is(tag, name));
        }
        for name in patch.add_tags.iter().flatten() {
            if !tags.iter().any(|tag| is(tag, name)) {
                tags.push((*name).to_owned());
            }
        }
        row.due = patch.due.unwrap_or(row.due);
        match patch.interval {
            Some(None) => row.place = None,
            Some(Some(interval)) => self.follow(&mut row, interval)?,
            None => {}
        }
        if row.due.is_none() && row.place.is_some() {
            return Err((422, "series_without_due"));
        }
        if let Some(list) = &patch.reminders {
            let kept = |minutes: &i64| {
                let mut old = task.row.reminders.iter();
                old.find(|(_, before)| before == minutes).cloned()
            };
            let new =
                |minutes: &i64| kept(minutes).unwrap_or_else(|| (self.next_reminder(), *minutes));
            row.reminders = list.iter().map(new).collect();
        }
        if row.due.is_none() && !row.reminders.is_empty() {
            return Err((422, "reminder_without_due"));
        }
        if tags != row.tags {
            row.tags = self.tags_for(&tags);
        }
        Ok(self.change(task, row))
    }

    /// Saves a row that differs.
    fn change(&mut self, task: &Task, row: Row) -> bool {
        let differs = row != task.row;
        if differs {
            self.save("task.updated.v1", task.number, row);
        }
        differs
    }

    /// Begins a series at the due date, or continues it by another rule from there.
    fn follow(&mut self, row: &mut Row, interval: i64) -> Result<(), Refused> {
        let Some(date) = row.due else {
            return Err((422, "series_without_due"));
        };
        match row.place.clone() {
            Some(place) if place.interval == interval && !place.is_edited() => {}
            Some(place) => {
                let (left_out, added) = (vec![], vec![]);
                let place = Place {
                    interval,
                    left_out,
                    added,
                    ..place
                };
                row.place = Some(self.new_epoch(place, date));
            }
            None => {
                row.place = Some(Place::new(self.next_series(), interval, date));
            }
        }
        Ok(())
    }

    /// The first epoch after the present one in which no task is or was the occurrence of the date.
    fn new_epoch(&self, mut place: Place, date: Date) -> Place {
        place.date = date;
        place.start = date;
        loop {
            place.epoch += 1;
            let key = place.key();
            let is_taken = |task: &Task| {
                task.birth == Some(key) || task.row.place.as_ref().map(Place::key) == Some(key)
            };
            if !self.tasks.values().any(is_taken) {
                return place;
            }
        }
    }

    pub(super) fn reschedule(
        &mut self,
        task: &Task,
        due: Date,
        scope: Scope,
    ) -> Result<bool, Refused> {
        if task.row.status != Status::Open {
            return Err((409, "task_not_open"));
        }
        let mut row = task.row.clone();
        row.due = Some(due);
        if let Some(place) = &task.row.place
            && scope != Scope::This
            && place.date != due
        {
            row.place = Some(self.new_epoch(place.clone(), due));
        }
        Ok(self.change(task, row))
    }

    pub(super) fn complete(&mut self, task: &Task, ends: bool) -> Result<bool, Refused> {
        if ends && task.row.place.is_none() {
            return Err((422, "not_recurring"));
        }
        match task.row.status {
            Status::Completed if ends && !task.row.ends => Err((409, "already_completed")),
            Status::Completed => Ok(false),
            Status::Skipped => Err((409, "already_skipped")),
            Status::Deleted => Err(IN_TRASH),
            Status::Open => {
                let mut row = task.row.clone();
                row.status = Status::Completed;
                row.completed_at = Some(self.now);
                row.ends = ends;
                row.missed = self.passed_over(&row);
                self.save("task.completed.v1", task.number, row);
                Ok(true)
            }
        }
    }

    pub(super) fn skip(&mut self, task: &Task) -> Result<bool, Refused> {
        if task.row.place.is_none() {
            return Err((422, "not_recurring"));
        }
        match task.row.status {
            Status::Skipped => Ok(false),
            Status::Completed => Err((409, "already_completed")),
            Status::Deleted => Err(IN_TRASH),
            Status::Open => {
                let mut row = task.row.clone();
                row.status = Status::Skipped;
                row.skipped_at = Some(self.now);
                row.missed = self.passed_over(&row);
                self.save("task.skipped.v1", task.number, row);
                Ok(true)
            }
        }
    }

    fn reopen(&mut self, task: &Task) -> Result<bool, Refused> {
        match task.row.status {
            Status::Open => Ok(false),
            Status::Deleted => Err(IN_TRASH),
            Status::Completed | Status::Skipped => {
                self.withdraw_successor(task)?;
                let mut row = task.row.clone();
                row.status = Status::Open;
                row.completed_at = None;
                row.skipped_at = None;
                row.missed = 0;
                row.ends = false;
                self.save("task.reopened.v1", task.number, row);
                Ok(true)
            }
        }
    }

    fn delete(&mut self, task: Task) -> bool {
        if task.row.status == Status::Deleted {
            return false;
        }
        let mut row = task.row;
        row.status = Status::Deleted;
        row.deleted_at = Some(self.now);
        self.save("task.deleted.v1", task.number, row);
        true
    }

    fn restore(&mut self, task: Task) -> Result<bool, Refused> {
        if task.row.status != Status::Deleted {
            return Ok(false);
        }
        let mut row = task.row;
        row.deleted_at = None;
        row.status = match (row.completed_at, row.skipped_at) {
            (Some(_), _) => Status::Completed,
            (None, Some(_)) => Status::Skipped,
            (None, None) => Status::Open,
        };
        if let Some(place) = &row.place
            && row.status == Status::Open
            && self.open_of_series(place.series).next().is_some()
        {
            return Err((409, "series_has_open_task"));
        }
        self.save("task.restored.v1", task.number, row);
        Ok(true)
    }
}
