//! What the API keeps for a user, as plain values.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::row::{Key, ReminderId, Row};

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Task {
    pub(super) number: i64,
    /// The occurrence as which it was created, which its id comes from.
    pub(super) birth: Option<Key>,
    pub(super) row: Row,
    pub(super) version: i64,
    pub(super) updated_at: Timestamp,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Tag {
    pub(super) name: String,
    /// None until a response has said which one was chosen.
    pub(super) color: Option<String>,
    pub(super) version: i64,
}

impl Tag {
    pub(super) fn key(&self) -> String {
        self.name.to_lowercase()
    }
}

/// What a change did to one row.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Task {
        number: i64,
        before: Option<Box<Row>>,
        after: Box<Row>,
    },
    Tag {
        tag: usize,
        before: Option<(String, Option<String>)>,
        after: Option<(String, Option<String>)>,
        /// That of its event.
        version: i64,
    },
}

#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    pub(super) kind: &'static str,
    pub(super) items: Vec<Item>,
    pub(super) turn: Option<&'static str>,
    pub(super) is_final: bool,
    pub(super) undoes: Option<usize>,
    pub(super) undone_by: Option<usize>,
}

/// What an event is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Subject {
    Task(i64),
    Tag(usize),
}

#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) kind: &'static str,
    pub(super) subject: Subject,
    pub(super) sequence: i64,
    /// The place of its change.
    pub(super) change: usize,
    /// The client that made it; none for the recurrence consumer.
    pub(super) client: Option<usize>,
    pub(super) before: Option<BTreeMap<&'static str, Value>>,
    pub(super) after: Option<BTreeMap<&'static str, Value>>,
}

/// Refused with this status and code; an empty code stands for any.
pub(super) type Refused = (u16, &'static str);

/// Everything of one user.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) tasks: BTreeMap<i64, Task>,
    /// By the order in which they were created.
    pub(super) tags: BTreeMap<usize, Tag>,
    pub(super) changes: Vec<Change>,
    pub(super) events: Vec<Event>,
    pub(super) now: Timestamp,
    /// What the request that is carried out has changed so far.
    pub(super) recorded: Change,
    /// Who sends it.
    pub(super) client: Option<usize>,
    /// The ids that responses have named, which decide the order of some events.
    pub(super) ids: BTreeMap<i64, String>,
    last_number: i64,
    last_tag: usize,
    last_series: usize,
    last_reminder: usize,
}

impl Model {
    /// A new user with these tags.
    pub(super) fn new(now: Timestamp, tags: &[(&str, &str)]) -> Self {
        let tag = |(name, color): &(&str, &str)| Tag {
            name: (*name).to_owned(),
            color: Some((*color).to_owned()),
            version: 1,
        };
        Self {
            tasks: BTreeMap::new(),
            tags: tags.iter().map(tag).enumerate().collect(),
            changes: vec![],
            events: vec![],
            now,
            recorded: Change::default(),
            client: None,
            ids: BTreeMap::new(),
            last_number: 0,
            last_tag: tags.len(),
            last_series: 0,
            last_reminder: 0,
        }
    }

    pub(super) fn next_number(&mut self) -> i64 {
        self.last_number += 1;
        self.last_number
    }

    pub(super) fn next_tag(&mut self) -> usize {
        self.last_tag += 1;
        self.last_tag
    }

    pub(super) fn next_series(&mut self) -> usize {
        self.last_series += 1;
        self.last_series
    }

    pub(super) fn next_reminder(&mut self) -> ReminderId {
        self.last_reminder += 1;
        ReminderId::Chosen(self.last_reminder)
    }

    /// The tasks that their owner sees.
    pub(super) fn visible(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values().filter(|task| !task.row.hidden)
    }

    pub(super) fn tag_named(&self, name: &str) -> Option<usize> {
        let key = name.to_lowercase();
        let found = self.tags.iter().find(|(_, tag)| tag.key() == key);
        found.map(|(tag, _)| *tag)
    }

    /// Ends a request: what it did is one change, if it did anything.
    pub(super) fn commit(&mut self) -> Option<usize> {
        let mut change = std::mem::take(&mut self.recorded);
        if change.items.is_empty() {
            return None;
        }
        if change.kind.is_empty() {
            change.kind = self.kind(&change);
        }
        // What the consumer does is undone with what it follows from.
        change.is_final |= self.client.is_none();
        self.changes.push(change);
        Some(self.changes.len() - 1)
    }

    /// What was done, by its last event about a task, or else its first about a tag.
    fn kind(&self, change: &Change) -> &'static str {
        let own = self.events.iter().rev();
        let own = own.take_while(|event| event.change == self.changes.len());
        let own: Vec<&Event> = own.collect();
        let is_task = |event: &&&Event| matches!(event.subject, Subject::Task(_));
        let said = own.iter().find(is_task).or(own.last());
        match said.map(|event| event.kind) {
            Some("task.created.v1") => "create",
            Some("task.completed.v1") => "complete",
            Some("task.skipped.v1") => "skip",
            Some("task.reopened.v1") => "reopen",
            Some("task.deleted.v1") => "delete",
            Some("task.restored.v1") => "restore",
            Some("tag.created.v1") => "create_tag",
            Some("task.updated.v1") => "update",
            other => panic!("{other:?} of {change:?}"),
        }
    }

    /// Records what became of a task, which is stored already.
    pub(super) fn record(&mut self, kind: &'static str, number: i64, before: Option<Row>) {
        let task = self.tasks[&number].clone();
        self.events.push(Event {
            kind,
            subject: Subject::Task(number),
            sequence: task.version,
            change: self.changes.len(),
            client: self.client,
            before: before.as_ref().map(Row::view),
            after: Some(task.row.view()),
        });
        self.recorded.items.push(Item::Task {
            number,
            before: before.map(Box::new),
            after: Box::new(task.row),
        });
    }

    /// Stores a task's new row as its next version.
    pub(super) fn save(&mut self, kind: &'static str, number: i64, row: Row) {
        let task = self.tasks.get_mut(&number).unwrap();
        let before = std::mem::replace(&mut task.row, row);
        task.version += 1;
        task.updated_at = self.now;
        self.record(kind, number, Some(before));
    }

    /// Deletes a task in the trash for good.
    pub(super) fn purge(&mut self, number: i64) {
        let task = self.tasks.remove(&number).unwrap();
        self.events.push(Event {
            kind: "task.purged.v1",
            subject: Subject::Task(number),
            sequence: task.version + 1,
            change: self.changes.len(),
            client: self.client,
            before: Some(task.row.view()),
            after: None,
        });
        self.recorded.items.push(Item::Task {
            number,
            before: Some(Box::new(task.row.clone())),
            after: Box::new(task.row),
        });
    }

    /// Stores what became of a tag.
    pub(super) fn save_tag(&mut self, tag: usize, after: Option<Tag>) {
        let before = self.tags.remove(&tag);
        let kind = match (&before, &after) {
            (None, Some(_)) => "tag.created.v1",
            (Some(_), Some(_)) => "tag.updated.v1",
            (_, None) => "tag.deleted.v1",
        };
        let deleted = before.as_ref().map(|tag| tag.version + 1);
        let version = after.as_ref().map(|tag| tag.version).or(deleted).unwrap();
        self.events.push(Event {
            kind,
            subject: Subject::Tag(tag),
            sequence: version,
            change: self.changes.len(),
            client: self.client,
            before: None,
            after: None,
        });
        let state = |tag: &Tag| (tag.name.clone(), tag.color.clone());
        self.recorded.items.push(Item::Tag {
            tag,
            before: before.as_ref().map(state),
            after: after.as_ref().map(state),
            version,
        });
        if let Some(after) = after {
            self.tags.insert(tag, after);
        }
    }
}
