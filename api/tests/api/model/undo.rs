//! What an undo does: it writes back what the change found, where nothing was changed since. Tasks that were deleted for
//! good are left out.

use std::collections::BTreeSet;

use super::row::{Field, Place, Row, Status};
use super::rules::NOT_FOUND;
use super::state::{Change, Item, Model, Refused, Tag};

impl Model {
    /// Undoes a change. Returns the numbers of the tasks that it leaves out.
    pub(super) fn undo(&mut self, change: usize) -> Result<Vec<i64>, Refused> {
        let found = self.changes[change].clone();
        if found.undone_by.is_some() {
            return Err((409, "already_undone"));
        }
        if found.is_final {
            return Err((409, "cannot_undo"));
        }
        self.recorded.undoes = Some(change);
        let kind = if found.kind == "undo" { "redo" } else { "undo" };
        self.revert(kind, &[change])
    }

    /// Undoes what a chat turn did and what is still in effect.
    pub(super) fn undo_turn(&mut self, turn: &str) -> Result<Vec<i64>, Refused> {
        let all = (0..self.changes.len()).rev();
        let all: Vec<usize> = all
            .filter(|change| self.changes[*change].turn == Some(turn))
            .collect();
        if all.is_empty() {
            return Err(NOT_FOUND);
        }
        let chosen: Vec<usize> = all
            .into_iter()
            .filter(|change| self.is_in_effect(*change))
            .collect();
        if chosen.iter().any(|change| self.changes[*change].is_final) {
            return Err((409, "cannot_undo"));
        }
        match chosen.as_slice() {
            [] => return Err((409, "already_undone")),
            [only] => self.recorded.undoes = Some(*only),
            _ => {}
        }
        self.revert("undo", &chosen)
    }

    /// Whether something is left to undo: not if all that a change was about are tasks that were deleted for good.
    pub(super) fn can_undo(&self, change: &Change) -> bool {
        let is_left = |item: &Item| match item {
            Item::Task { number, .. } => self.tasks.contains_key(number),
            Item::Tag { .. } => true,
        };
        change.items.iter().any(is_left)
    }

    fn is_in_effect(&self, change: usize) -> bool {
        match self.changes[change].undone_by {
            None => true,
            Some(by) => !self.is_in_effect(by),
        }
    }

    fn revert(&mut self, kind: &'static str, changes: &[usize]) -> Result<Vec<i64>, Refused> {
        self.recorded.kind = kind;
        let mut obstacles: Vec<&'static str> = vec![];
        let mut blocked: BTreeSet<i64> = BTreeSet::new();
        let mut touched: Vec<i64> = vec![];
        let mut purged: BTreeSet<i64> = BTreeSet::new();
        let this = self.changes.len();
        for change in changes {
            let found = self.changes[*change].clone();
            let has_tasks = found
                .items
                .iter()
                .any(|item| matches!(item, Item::Task { .. }));
            self.revert_tags(&found, false, has_tasks, &mut obstacles);
            for item in found.items.iter().rev() {
                let Item::Task {
                    number,
                    before,
                    after,
                } = item
                else {
                    continue;
                };
                if !self.tasks.contains_key(number) {
                    purged.insert(*number);
                    continue;
                }
                if !touched.contains(number) {
                    touched.push(*number);
                }
                if !blocked.contains(number)
                    && let Err(why) = self.revert_task(*number, before.as_deref(), after)
                {
                    obstacles.push(why);
                    blocked.insert(*number);
                }
            }
            self.revert_tags(&found, true, has_tasks, &mut obstacles);
            if obstacles.is_empty() {
                touched.extend(self.rename_others(&found));
            }
            self.changes[*change].undone_by = Some(this);
        }
        if obstacles.is_empty() && touched.iter().any(|number| self.has_open_sibling(*number)) {
            obstacles.push("series_has_open_task");
        }
        match obstacles.first() {
            Some(why) => Err((409, why)),
            None if self.recorded.items.is_empty() => Err((409, "task_purged")),
            None => Ok(purged.into_iter().collect()),
        }
    }

    /// Takes the old name back on the tasks that got a renamed tag since.
    fn rename_others(&mut self, found: &Change) -> Vec<i64> {
        let mut renamed = vec![];
        for item in found.items.iter().rev() {
            if let Item::Tag {
                before: Some((before, _)),
                after: Some((after, _)),
                ..
            } = item
                && before != after
            {
                renamed.extend(self.replace_tag(&after.to_lowercase(), Some(before)));
            }
        }
        renamed
    }

    /// Whether another task of its series is open too.
    fn has_open_sibling(&self, number: i64) -> bool {
        let Some(task) = self.tasks.get(&number) else {
            return false;
        };
        let place = task
            .row
            .place
            .as_ref()
            .filter(|_| task.row.status == Status::Open);
        place.is_some_and(|place| self.open_of_series(place.series).count() > 1)
    }

    fn revert_task(
        &mut self,
        number: i64,
        before: Option<&Row>,
        after: &Row,
    ) -> Result<(), &'static str> {
        let current = self.tasks[&number].clone();
        let written = written(before, after);
        // Of a task that it created everything counts, and else each tag by itself.
        let is_kept = |field: &Field| {
            let is_apart = *field == Field::Tags && before.is_some();
            is_apart || current.row.is_same(after, *field)
        };
        if !written.iter().all(is_kept) {
            return Err("changed_since");
        }
        let mut target = current.row.clone();
        if let Some(before) = before {
            for field in written {
                if field == Field::Tags {
                    let tags = without(&before.tags, &after.tags, &current.row.tags);
                    target.tags = tags.ok_or("changed_since")?;
                } else {
                    target.take(before, field);
                }
            }
        } else {
            target.hidden = true;
            target.status = Status::Deleted;
            target.deleted_at = Some(self.now);
        }
        let has_ended = matches!(current.row.status, Status::Completed | Status::Skipped);
        if target.status == Status::Open && !target.hidden && has_ended {
            self.withdraw_successor(&current).map_err(|(_, why)| why)?;
        }
        if !target.hidden {
            if !target.reminders.is_empty() && target.due.is_none() {
                return Err("changed_since");
            }
            let key = |row: &Row| row.place.as_ref().map(Place::key);
            let has = |row: &Row| key(row) == key(&target);
            let is_taken = self.tasks.values().any(|task| has(&task.row));
            if key(&target).is_some() && !has(&current.row) && is_taken {
                return Err("occurrence_taken");
            }
        }
        let is_back = current.row.hidden && !target.hidden;
        if !target.hidden && (is_back || target.tags != current.row.tags) {
            target.tags = self.tags_for(&target.tags);
        }
        let kind = kind_of(&current.row, &target);
        self.save(kind, number, target);
        Ok(())
    }

    /// Reverts what a change did to tags: those that it created, or the others.
    fn revert_tags(
        &mut self,
        found: &Change,
        created: bool,
        has_tasks: bool,
        obstacles: &mut Vec<&'static str>,
    ) {
        for item in found.items.iter().rev() {
            let Item::Tag {
                tag,
                before,
                after,
                version,
            } = item
            else {
                continue;
            };
            if before.is_none() != created {
                continue;
            }
            let current = self.tags.get(tag).cloned();
            let state = current
                .as_ref()
                .map(|tag| (tag.name.clone(), tag.color.clone()));
            if state != *after {
                // One that came with a task stays as it is now.
                if !(created && has_tasks) {
                    obstacles.push("changed_since");
                }
                continue;
            }
            let Some((name, color)) = before else {
                let key = current.unwrap().key();
                if self.tagged(&key).is_empty() {
                    self.save_tag(*tag, None);
                } else if !has_tasks {
                    obstacles.push("tag_in_use");
                }
                continue;
            };
            if self.tag_named(name).is_some_and(|other| other != *tag) {
                obstacles.push("tag_exists");
                continue;
            }
            let version = current.map_or(*version, |tag| tag.version) + 1;
            let tag_before = Tag {
                name: name.clone(),
                color: color.clone(),
                version,
            };
            self.save_tag(*tag, Some(tag_before));
        }
    }
}

/// The fields that a change wrote; its status always counts. Date and rule only make sense together.
fn written(before: Option<&Row>, after: &Row) -> Vec<Field> {
    let Some(before) = before else {
        return Field::ALL.to_vec();
    };
    let differs = |field: &Field| !before.is_same(after, *field);
    let is_moved = differs(&Field::Due) || differs(&Field::Place);
    let all = Field::ALL.iter().copied();
    all.filter(|field| {
        let is_date = matches!(field, Field::Due | Field::Place);
        *field == Field::Status || differs(field) || (is_date && is_moved)
    })
    .collect()
}

/// The tags of now without what a change added, and with what it took off: a tag that replaced another gives its place
/// back. None if what it added is gone, or what it took off is back.
fn without(before: &[String], after: &[String], now: &[String]) -> Option<Vec<String>> {
    let is_in = |all: &[String], tag: &str| {
        let mut keys = all.iter().map(|other| other.to_lowercase());
        keys.any(|key| key == tag.to_lowercase())
    };
    let added = |tag: &&String| !before.contains(tag);
    let removed = || before.iter().filter(|tag| !after.contains(tag));
    let is_gone = |tag: &String| !now.contains(tag);
    // One that the change spelled otherwise was not taken off.
    let is_back = |tag: &String| !is_in(after, tag) && is_in(now, tag);
    if after.iter().filter(added).any(is_gone) || removed().any(is_back) {
        return None;
    }
    if now == after {
        return Some(before.to_vec());
    }
    let mut back = removed().cloned();
    let mut tags = vec![];
    for tag in now {
        if after.contains(tag) && added(&tag) {
            tags.extend(back.next());
        } else {
            tags.push(tag.clone());
        }
    }
    tags.extend(back);
    Some(tags)
}

fn kind_of(before: &Row, after: &Row) -> &'static str {
    match (before.status, after.status) {
        _ if before.hidden && !after.hidden => "task.restored.v1",
        _ if !before.hidden && after.hidden => "task.deleted.v1",
        (before, after) if before == after => "task.updated.v1",
        (_, Status::Deleted) => "task.deleted.v1",
        (Status::Deleted, _) => "task.restored.v1",
        (_, Status::Completed) => "task.completed.v1",
        (_, Status::Skipped) => "task.skipped.v1",
        (_, Status::Open) => "task.reopened.v1",
    }
}
