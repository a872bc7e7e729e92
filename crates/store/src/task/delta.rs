//! What a change did to one task, column by column, so that it can be undone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use taskwire_domain::filter::ChangedBy;
use taskwire_domain::{ChangeId, Status, Task, TaskId, Zone};

use super::Occurrence;
use super::row::TaskRow;
use crate::Error;

mod tags;

/// Values by column.
type Columns = Map<String, Value>;

/// The column of a task's tags, and the field.
const TAGS: &str = "tags";

/// What a change did to one task.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TaskDelta {
    /// The task.
    pub task: TaskId,
    /// Its number.
    pub number: i64,
    /// Its title after the change.
    pub title: String,
    /// The change that wrote the version before; `None` if this one created the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<ChangeId>,
    /// The columns that differ, as they were before; `None` if the change created the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Columns>,
    /// The same columns after it; all columns if it created the task.
    after: Columns,
}

/// The result of reverting a change of one task.
#[derive(Clone, PartialEq, Debug)]
pub enum Reverted {
    /// The row to write.
    To(Box<Occurrence>),
    /// What has changed since.
    Changed(ChangedFields),
}

/// What a change wrote and a later one changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ChangedFields {
    /// The fields.
    pub fields: Vec<String>,
    /// Of `tags`, which ones: those that the change added and that are gone, or took off and that are back.
    pub tags: Vec<String>,
}

/// The field that a column belongs to, as REST names it; `None` for those that every change writes, or none.
fn field(column: &str) -> Option<&str> {
    match column {
        "owner_id" | "id" | "number" | "version" | "created_at" | "updated_at" | "change_id"
        | "subtasks_open" | "subtasks_done" => None,
        "completed_at" | "skipped_at" | "deleted_at" | "missed" | "withdrawn" | "ends_series" => {
            Some("status")
        }
        "series_id" | "rrule" | "anchor" | "catch_up" | "overflow" | "series_start"
        | "occurrence" | "follows_id" => Some("recurrence"),
        own => Some(own),
    }
}

/// The date and the rule of a task only make sense together.
fn is_date(column: &str) -> bool {
    matches!(field(column), Some("due" | "recurrence"))
}

/// The columns that are read, which are those that the others are computed from.
fn columns(row: &Occurrence) -> Result<Columns, Error> {
    // In any one zone: what depends on the owner's zone is computed again when the row is written.
    let stored = TaskRow::new(&row.task, &Zone::utc(), row.withdrawn, ChangedBy::Taskwire)?;
    let Ok(Value::Object(mut all)) = serde_json::to_value(stored) else {
        return Err(Error::inconsistent("tasks", row.task.id, "id"));
    };
    all.retain(|name, _| task_columns!(read).split(", ").any(|read| read == name));
    Ok(all)
}

impl TaskDelta {
    /// What a change did to a task that was `before`, or did not exist.
    pub fn new(before: Option<&Occurrence>, after: &Occurrence) -> Result<Self, Error> {
        let mut now = columns(after)?;
        let before = match before {
            None => None,
            Some(before) => {
                let mut then = columns(before)?;
                let differs =
                    |name: &String| field(name).is_some() && then.get(name) != now.get(name);
                let moved = now.keys().any(|name| is_date(name) && differs(name));
                let kept: Vec<String> = now
                    .keys()
                    .filter(|name| *name == "status" || (moved && is_date(name)) || differs(name))
                    .cloned()
                    .collect();
                then.retain(|name, _| kept.contains(name));
                now.retain(|name, _| kept.contains(name));
                Some((then, before.task.change))
            }
        };
        let (before, previous) = before.unzip();
        Ok(Self {
            task: after.task.id,
            number: after.task.number,
            title: after.task.title.to_string(),
            previous,
            before,
            after: now,
        })
    }

    /// Whether the change wrote one of these fields, and of tags one of these.
    pub fn wrote(&self, changed: &ChangedFields) -> bool {
        self.after.iter().any(|(name, value)| {
            let is_one = |own| changed.fields.iter().any(|field| field == own);
            let before = self.before.as_ref().and_then(|before| before.get(name));
            let is_written = before != Some(value);
            match field(name) {
                Some(TAGS) if is_one(TAGS) && !changed.tags.is_empty() => {
                    let (added, removed) = tags::difference(before, value);
                    let mut all = added.iter().chain(&removed);
                    all.any(|tag| changed.tags.contains(tag))
                }
                Some(own) => is_one(own) && is_written,
                None => false,
            }
        })
    }

    /// The row as it was before the change, if the fields that the change wrote, and the status, are still as it left
    /// them; other fields stay as they are, and so do tags that it neither added nor took off. A task that the change
    /// created is hidden, with its number and its content.
    pub fn revert(&self, current: &Occurrence, now: Timestamp) -> Result<Reverted, Error> {
        let mut row = columns(current)?;
        let mut changed = ChangedFields::default();
        for (name, value) in &self.after {
            // A column that this program does not know was not changed by it.
            let differs = row.get(name).is_some_and(|current| current != value);
            let Some(field) = field(name).filter(|_| differs) else {
                continue;
            };
            // Of a task that it created everything counts.
            if let (TAGS, Some(before)) = (field, &self.before) {
                match tags::revert(before.get(name), value, row.get(name)) {
                    Ok(_) => continue,
                    Err(tags) => changed.tags = tags,
                }
            }
            if !changed.fields.iter().any(|known| known == field) {
                changed.fields.push(field.to_owned());
            }
        }
        if !changed.fields.is_empty() {
            return Ok(Reverted::Changed(changed));
        }
        if let Some(before) = &self.before {
            let tags = self.after.get(TAGS).map(|after| {
                let reverted = tags::revert(before.get(TAGS), after, row.get(TAGS));
                reverted.unwrap_or_default()
            });
            row.extend(before.clone());
            row.extend(tags.map(|tags| (TAGS.to_owned(), tags.into())));
        } else {
            row.insert("withdrawn".into(), true.into());
            row.insert("status".into(), Status::Deleted.as_str().into());
            row.insert("deleted_at".into(), now.as_microsecond().into());
        }
        let row: TaskRow = serde_json::from_value(Value::Object(row))
            .map_err(|_| Error::inconsistent("changes", self.task, "packed"))?;
        let withdrawn = row.withdrawn;
        Ok(Reverted::To(Box::new(Occurrence {
            task: Task::try_from(row)?,
            withdrawn,
        })))
    }
}
