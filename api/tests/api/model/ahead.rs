//! What is done to an occurrence that is named by its key, and may be still to come.

use jiff::civil::Date;

use super::row::{Row, Status};
use super::rules::{Ahead, Done, Scope};
use super::series::day_done;
use super::state::{Model, Task};

impl Model {
    pub(super) fn named(&mut self, task: &Task, at: (u32, Date), what: Ahead) -> Done {
        let Some(place) = &task.row.place else {
            return Err((422, "not_recurring"));
        };
        let (epoch, date) = at;
        let number = task.number;
        let is_own = (place.epoch, place.date) == at;
        match what {
            Ahead::Skip if is_own => Ok((self.skip(task)?, number)),
            Ahead::Complete if is_own => Ok((self.complete(task, false)?, number)),
            Ahead::Move(to) if is_own => Ok((self.reschedule(task, to, Scope::This)?, number)),
            Ahead::Skip if self.is_coming(&task.row, epoch, date) => {
                self.recorded.kind = first(self.recorded.kind, "skip");
                let mut row = task.row.clone();
                row.place.as_mut().unwrap().leave_out(date);
                self.save("task.updated.v1", number, row);
                Ok((true, number))
            }
            Ahead::Complete if self.is_coming(&task.row, epoch, date) => {
                self.complete_ahead(task, date)
            }
            Ahead::Move(to) if self.is_coming(&task.row, epoch, date) => {
                self.move_ahead(task, date, to)
            }
            Ahead::Skip if self.is_left_out(&task.row, epoch, date) => Ok((false, number)),
            Ahead::Move(to)
                if self.is_left_out(&task.row, epoch, date)
                    && self.is_coming(&task.row, epoch, to) =>
            {
                Ok((false, number))
            }
            _ => self.ended(task, (place.series, epoch, date), what),
        }
    }

    /// Whether the open task of a series has this occurrence before it, if it is done on its day.
    fn is_coming(&self, row: &Row, epoch: u32, date: Date) -> bool {
        let place = row.place.as_ref().unwrap();
        row.status == Status::Open
            && epoch == place.epoch
            && date > place.date
            && date > day_done(row, self.now)
            && place.has(date)
    }

    /// Whether it would be to come, if it were not left out of the rule.
    fn is_left_out(&self, row: &Row, epoch: u32, date: Date) -> bool {
        let mut row = row.clone();
        let place = row.place.as_mut().unwrap();
        let was_left_out = place.left_out.contains(&date) && place.is_of_rule(date);
        place.left_out.retain(|out| *out != date);
        was_left_out && self.is_coming(&row, epoch, date)
    }

    /// One that has ended in this way is shown again.
    fn ended(&mut self, task: &Task, key: super::row::Key, what: Ahead) -> Done {
        let wanted = match what {
            Ahead::Complete => Status::Completed,
            Ahead::Skip => Status::Skipped,
            Ahead::Move(_) => Status::Open,
        };
        let is_it = |other: &&Task| {
            let place = other.row.place.as_ref();
            place.is_some_and(|place| place.key() == key) && other.row.status == wanted
        };
        let found = self.visible().find(is_it).map(|other| other.number);
        match (found, what) {
            (Some(_), Ahead::Move(to)) => {
                Ok((self.reschedule(task, to, Scope::This)?, task.number))
            }
            (Some(other), _) => Ok((false, other)),
            (None, _) => Err((409, "wrong_occurrence")),
        }
    }

    fn complete_ahead(&mut self, task: &Task, date: Date) -> Done {
        let mut open = task.row.clone();
        let place = open.place.as_mut().unwrap();
        place.leave_out(date);
        let mut done = open.clone();
        let place = done.place.as_mut().unwrap();
        place.date = date;
        place.follows = None;
        let known = self.of_birth(place.key()).cloned();
        if known.as_ref().is_some_and(|known| !known.row.hidden) {
            return Err((409, "wrong_occurrence"));
        }
        self.recorded.kind = first(self.recorded.kind, "complete");
        self.save("task.updated.v1", task.number, open);
        done.due = Some(date);
        done.status = Status::Completed;
        done.completed_at = Some(self.now);
        done.reminders = vec![];
        if let Some(known) = known {
            self.save("task.restored.v1", known.number, done);
            return Ok((true, known.number));
        }
        let number = self.next_number();
        self.insert(number, done);
        Ok((true, number))
    }

    fn move_ahead(&mut self, task: &Task, date: Date, to: Date) -> Done {
        if to == date {
            return Ok((false, task.number));
        }
        let mut row = task.row.clone();
        let place = row.place.as_mut().unwrap();
        if self.is_coming(&task.row, place.epoch, to) {
            return Err((409, "occurrence_exists"));
        }
        place.leave_out(date);
        place.add(to);
        let epoch = place.epoch;
        if !self.is_coming(&row, epoch, to) {
            return Err((422, "invalid_due"));
        }
        self.save("task.updated.v1", task.number, row);
        Ok((true, task.number))
    }
}

/// What a change is, unless it is part of one that says so itself.
fn first(kind: &'static str, own: &'static str) -> &'static str {
    if kind.is_empty() { own } else { kind }
}
