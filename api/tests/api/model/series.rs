//! What follows from the end of an occurrence.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::row::{Key, ReminderId, Row, Status};
use super::rules::NOT_FOUND;
use super::state::{Model, Refused, Task};

impl Model {
    /// The open tasks of a series.
    pub(super) fn open_of_series(&self, series: usize) -> impl Iterator<Item = &Task> {
        let is_in =
            move |task: &&Task| task.row.place.as_ref().map(|place| place.series) == Some(series);
        let all = self.tasks.values().filter(is_in);
        all.filter(|task| task.row.status == Status::Open)
    }

    /// The dates of the series after the occurrence, up to the day on which it was done, or to which it was moved.
    pub(super) fn passed_over(&self, row: &Row) -> usize {
        let Some(place) = row.place.as_ref().filter(|_| !row.ends) else {
            return 0;
        };
        let done = day_done(row, self.now);
        place.coming().take_while(|date| *date <= done).count()
    }

    /// The task that came after an ended one, and that its owner sees.
    fn successor(&self, ended: &Task) -> Option<&Task> {
        let series = ended.row.place.as_ref()?.series;
        self.visible().find(|task| {
            let place = task.row.place.as_ref();
            place.is_some_and(|own| own.series == series && own.follows == Some(ended.number))
        })
    }

    pub(super) fn of_birth(&self, key: Key) -> Option<&Task> {
        self.tasks.values().find(|task| task.birth == Some(key))
    }

    /// What the recurrence consumer does about a task. Returns the number of the successor.
    pub(super) fn advance(&mut self, number: i64) -> Result<Option<i64>, Refused> {
        let ended = self.tasks.get(&number).ok_or(NOT_FOUND)?.clone();
        let (false, Some(key)) = (ended.row.hidden, next_key(&ended.row)) else {
            return Ok(None);
        };
        if self.open_of_series(key.0).next().is_some() || self.successor(&ended).is_some() {
            return Ok(None);
        }
        let known = self.of_birth(key).cloned();
        if known.as_ref().is_some_and(|known| !known.row.hidden) {
            return Ok(None);
        }
        let mut row = ended.row.clone();
        let place = row.place.as_mut().unwrap();
        place.date = key.2;
        place.follows = Some(ended.number);
        row.due = Some(key.2);
        row.status = Status::Open;
        row.completed_at = None;
        row.skipped_at = None;
        row.missed = 0;
        for (index, (id, _)) in row.reminders.iter_mut().enumerate() {
            *id = ReminderId::OfOccurrence(key, index);
        }
        if let Some(known) = known {
            self.save("task.restored.v1", known.number, row);
            return Ok(Some(known.number));
        }
        let number = self.next_number();
        self.insert(number, row);
        Ok(Some(number))
    }

    /// Hides the occurrence that came after one that is to be open again.
    pub(super) fn withdraw_successor(&mut self, ended: &Task) -> Result<(), Refused> {
        let Some(place) = &ended.row.place else {
            return Ok(());
        };
        let by_key = || {
            let found = self.of_birth(next_key(&ended.row)?);
            found.filter(|task| !task.row.hidden)
        };
        let Some(next) = self.successor(ended).or_else(by_key).cloned() else {
            return match self.open_of_series(place.series).next() {
                Some(_) => Err((409, "series_has_open_task")),
                None => Ok(()),
            };
        };
        if next.row.status != Status::Open || !is_as_created(&next, ended) {
            return Err((409, "successor_changed"));
        }
        let mut row = next.row;
        row.status = Status::Deleted;
        row.deleted_at = Some(self.now);
        row.hidden = true;
        self.save("task.deleted.v1", next.number, row);
        Ok(())
    }
}

/// Whether an open successor still is as it was created.
fn is_as_created(next: &Task, ended: &Task) -> bool {
    let (own, before) = (&next.row, &ended.row);
    let minutes = |row: &Row| -> Vec<i64> { row.reminders.iter().map(|(_, at)| *at).collect() };
    let in_place = match (&own.place, &before.place) {
        (Some(place), Some(of_ended)) => {
            place.has_rule_of(of_ended)
                && next.birth == Some(place.key())
                && own.due == Some(place.date)
        }
        _ => false,
    };
    let content = |row: &Row| {
        (
            row.title.clone(),
            row.notes.clone(),
            row.priority,
            row.tags.clone(),
        )
    };
    in_place && content(own) == content(before) && minutes(own) == minutes(before)
}

/// The day that counts for its series.
pub(super) fn day_done(row: &Row, at: jiff::Timestamp) -> Date {
    let rome = TimeZone::get("Europe/Rome").unwrap();
    let today = at.to_zoned_datetime(rome).date();
    row.due.map_or(today, |due| due.max(today))
}

/// The key of the occurrence after one that has ended.
fn next_key(row: &Row) -> Option<Key> {
    let place = row.place.as_ref().filter(|_| !row.ends)?;
    let at = match row.status {
        Status::Completed => row.completed_at?,
        Status::Skipped => row.skipped_at?,
        Status::Open | Status::Deleted => return None,
    };
    let done = day_done(row, at);
    let date = place.coming().find(|date| *date > done)?;
    Some((place.series, place.epoch, date))
}
