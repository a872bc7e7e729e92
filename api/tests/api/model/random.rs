//! Random requests, mostly ones that can succeed.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use rand::RngExt;
use rand::rngs::StdRng;

use super::request::{Filter, Request};
use super::row::{Place, Status};
use super::rules::{Act, Ahead, New, Op, Patch, Scope};
use super::state::{Model, Task};

const TITLES: [&str; 5] = ["Milk", "Read", "Water plants", "Call Zoë", "Rent"];
const TAGS: [&str; 6] = ["Work", "home", "Errands", "garden", "HOME", "Ünder"];
const COLORS: [&str; 3] = ["#111111", "#2a9d8f", "#ff0080"];
pub(super) const TURNS: [&str; 2] = ["turn-1", "turn-2"];

pub(super) struct Random {
    pub(super) rng: StdRng,
}

impl Random {
    pub(super) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.random_range(0..of.len())]
    }

    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_ratio(percent, 100)
    }

    fn maybe<T>(&mut self, percent: u32, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(percent).then(|| make(self))
    }

    pub(super) fn request(&mut self, model: &Model) -> Request {
        let has_changes = !model.changes.is_empty();
        match self.rng.random_range(0..100) {
            0..50 => Request::One(self.op(model)),
            50..58 => {
                let count = self.rng.random_range(1..6);
                let mut ops: Vec<Op> = (0..count).map(|_| self.op(model)).collect();
                let is_ahead = |op: &Op| matches!(op, Op::On(.., Act::Named(..)));
                if ops.iter().any(is_ahead) {
                    ops.iter_mut().for_each(move_alone);
                }
                Request::Batch(ops, self.chance(60))
            }
            58..64 => self.bulk(model),
            64..72 => self.tag(model),
            72..74 => Request::EmptyTrash,
            74..97 if has_changes => Request::Undo(self.change(model)),
            _ if has_changes => Request::UndoTurn(self.one(&TURNS)),
            _ => Request::One(Op::Create(self.new_task())),
        }
    }

    /// A change, most likely one of the last.
    fn change(&mut self, model: &Model) -> usize {
        let count = model.changes.len();
        let recent = if self.chance(70) { 4 } else { count };
        self.rng.random_range(count.saturating_sub(recent)..count)
    }

    fn day(&mut self) -> Date {
        date(2026, 12, self.rng.random_range(1..29))
    }

    fn names(&mut self) -> Vec<&'static str> {
        let mut names: Vec<&str> = vec![];
        for _ in 0..self.rng.random_range(0..3) {
            let name = self.one(&TAGS);
            if !names
                .iter()
                .any(|own| own.to_lowercase() == name.to_lowercase())
            {
                names.push(name);
            }
        }
        names
    }

    fn minutes(&mut self) -> Vec<i64> {
        let all = [&[][..], &[10], &[60], &[10, 60]];
        self.one(&all).to_vec()
    }

    fn interval(&mut self) -> i64 {
        self.one(&[1, 1, 3])
    }

    fn new_task(&mut self) -> New {
        let due = self.maybe(80, Self::day);
        let repeats = due.is_some() && self.chance(60);
        New {
            title: if self.chance(3) {
                ""
            } else {
                self.one(&TITLES)
            },
            tags: self.names(),
            due,
            interval: repeats.then(|| self.interval()),
            reminders: if self.chance(30) {
                self.minutes()
            } else {
                vec![]
            },
        }
    }

    fn op(&mut self, model: &Model) -> Op {
        if model.tasks.is_empty() || self.chance(20) {
            return Op::Create(self.new_task());
        }
        let last = *model.tasks.keys().last().unwrap();
        let number = self.rng.random_range(1..=last);
        let number = if self.chance(4) { last + 1 } else { number };
        let known = model.tasks.get(&number);
        let version = known.map_or(1, |task| task.version);
        let stale = i64::from(self.chance(15));
        let expected = self.maybe(20, |_| version + stale);
        let act = match known {
            Some(task) if task.row.place.is_some() && self.chance(18) => self.named(task),
            _ => self.act(known.map(|task| task.row.status)),
        };
        let mut op = Op::On(number, expected, act);
        let place = known.and_then(|task| task.row.place.as_ref());
        if place.is_some_and(Place::is_edited) {
            move_alone(&mut op);
        }
        op
    }

    /// Something to do with an occurrence that is named, most likely one that is still to come.
    fn named(&mut self, task: &Task) -> Act {
        let place = task.row.place.as_ref().unwrap();
        let days = self.rng.random_range(0..7);
        let date = match place.left_out.last() {
            Some(date) if self.chance(20) => *date,
            _ => place.date.checked_add(days.days()).unwrap(),
        };
        let what = match self.rng.random_range(0..3) {
            0 => Ahead::Complete,
            1 => Ahead::Skip,
            _ => Ahead::Move(self.day()),
        };
        Act::Named(place.epoch, date, what)
    }

    /// Something to do with a task of this status.
    fn act(&mut self, status: Option<Status>) -> Act {
        if self.chance(75) {
            match status {
                Some(Status::Deleted) => return Act::Restore,
                Some(Status::Completed | Status::Skipped) if self.chance(60) => return Act::Reopen,
                _ => {}
            }
        }
        match self.rng.random_range(0..100) {
            0..38 => Act::Patch(self.patch()),
            38..62 => Act::Complete(self.chance(15)),
            62..70 => Act::Skip,
            70..82 => {
                let scope = self.one(&[Scope::This, Scope::Following, Scope::All]);
                Act::Reschedule(self.day(), scope)
            }
            82..94 => Act::Delete,
            94..97 => Act::Reopen,
            _ => Act::Restore,
        }
    }

    fn patch(&mut self) -> Patch {
        let mut patch = Patch::default();
        match self.rng.random_range(0..9) {
            0 => {
                let title = if self.chance(8) {
                    ""
                } else {
                    self.one(&TITLES)
                };
                patch.title = Some(title);
            }
            1 => {
                patch.notes = Some(self.one(&["", "Soon", "Two\nlines"]));
                patch.priority = Some(self.one(&["high", "low", "none"]));
            }
            2 => patch.tags = Some(self.names()),
            3 => patch.add_tags = Some(self.names()),
            4 => patch.remove_tags = Some(self.names()),
            5 => patch.due = Some(self.maybe(80, Self::day)),
            6 => {
                // With a date, because without one it would begin today.
                patch.due = Some(Some(self.day()));
                patch.interval = Some(Some(self.interval()));
            }
            7 => patch.interval = Some(None),
            _ => patch.reminders = Some(self.minutes()),
        }
        patch
    }

    fn bulk(&mut self, model: &Model) -> Request {
        let tags: Vec<usize> = model.tags.keys().copied().collect();
        let mut filter = match self.rng.random_range(0..4) {
            0 => Filter::Status(self.one(&[Status::Open, Status::Completed, Status::Deleted])),
            1 => Filter::Priority(self.one(&["high", "none"])),
            _ if tags.is_empty() => Filter::Status(Status::Open),
            _ => Filter::Tag(self.one(&tags)),
        };
        let act = match self.rng.random_range(0..10) {
            0..5 => Act::Patch(self.patch()),
            5 | 6 => Act::Complete(false),
            7 => Act::Delete,
            8 => Act::Skip,
            _ => {
                filter = Filter::Status(Status::Deleted);
                Act::Restore
            }
        };
        let more = usize::from(self.chance(10));
        Request::Bulk(filter, act, more)
    }

    fn tag(&mut self, model: &Model) -> Request {
        let tags: Vec<usize> = model.tags.keys().copied().collect();
        if tags.is_empty() || self.chance(25) {
            return Request::CreateTag(self.one(&TAGS), self.maybe(40, |own| own.one(&COLORS)));
        }
        let tag = self.one(&tags);
        match self.rng.random_range(0..4) {
            0 => Request::DeleteTag(tag),
            1 => Request::MergeTag(tag, self.one(&tags)),
            2 => Request::PatchTag(tag, None, Some(self.one(&COLORS))),
            _ => Request::PatchTag(
                tag,
                Some(self.one(&TAGS)),
                self.maybe(20, |own| own.one(&COLORS)),
            ),
        }
    }
}

/// A series with single dates of its own is not moved as a whole here.
fn move_alone(op: &mut Op) {
    if let Op::On(.., Act::Reschedule(_, scope)) = op {
        *scope = Scope::This;
    }
}
