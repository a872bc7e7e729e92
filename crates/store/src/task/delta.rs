//! What a change did to one task, column by column, so that it can be undone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use taskwire_domain::filter::ChangedBy;
use taskwire_domain::{ChangeId, Status, Task, TaskId, Zone};

use super::Occurrence;
use super::row::TaskRow;
use crate::Error;

/// Values by column.
type Columns = Map<String, Value>;

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
    /// The fields that have changed since.
    Changed(Vec<String>),
}

/// The field that a column belongs to, as REST names it; `None` for those that every change writes, or none.
fn field(column: &str) -> Option<&str> {
    match column {
        "owner_id" | "id" | "number" | "version" | "created_at" | "updated_at" | "change_id" => {
            None
        }
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

    /// Whether the change wrote one of these fields.
    pub fn wrote(&self, fields: &[String]) -> bool {
        self.after.iter().any(|(name, value)| {
            let is_one = field(name).is_some_and(|own| fields.iter().any(|field| field == own));
            let before = self.before.as_ref().and_then(|before| before.get(name));
            is_one && before != Some(value)
        })
    }

    /// The row as it was before the change, if the fields that the change wrote, and the status, are still as it left
    /// them; other fields stay as they are. A task that the change created is hidden, with its number and its content.
    pub fn revert(&self, current: &Occurrence, now: Timestamp) -> Result<Reverted, Error> {
        let mut row = columns(current)?;
        let mut changed: Vec<String> = Vec::new();
        for (name, value) in &self.after {
            // A column that this program does not know was not changed by it.
            let differs = row.get(name).is_some_and(|current| current != value);
            if let Some(field) = field(name).filter(|_| differs)
                && !changed.iter().any(|known| known == field)
            {
                changed.push(field.to_owned());
            }
        }
        if !changed.is_empty() {
            return Ok(Reverted::Changed(changed));
        }
        if let Some(before) = &self.before {
            row.extend(before.clone());
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
