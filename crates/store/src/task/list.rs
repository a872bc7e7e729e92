//! Lists tasks: the only place that builds SQL at run time, from an enum of columns; values are always bound.

use std::fmt::Write as _;

use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use taskwire_domain::{Priority, Status, TagName, Task, TaskId, UserId, Zone};
use uuid::Uuid;

use super::{TaskRow, due_order, sql};
use crate::tx::with_connection;
use crate::{Error, Tx};

/// The sort order of a list; ties are broken by id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// Due value; tasks without one come last (first in descending order).
    Due,
    /// Creation.
    Created,
    /// Last change.
    Updated,
    /// Priority.
    Priority,
    /// Title, without regard to case.
    Title,
    /// Number.
    Number,
}

impl Sort {
    fn column(self) -> &'static str {
        match self {
            Self::Due => "due_order",
            Self::Created => "created_at",
            Self::Updated => "updated_at",
            Self::Priority => "priority",
            // Only the beginning: a cursor contains the value, which may be long.
            Self::Title => "substr(search, 1, 200)",
            Self::Number => "number",
        }
    }

    /// The value by which `task` is sorted.
    pub fn value(self, task: &Task, zone: &Zone) -> SortValue {
        match self {
            Self::Due => SortValue::Number(due_order(task.due.as_ref(), zone)),
            Self::Created => SortValue::Number(task.created_at.as_microsecond()),
            Self::Updated => SortValue::Number(task.updated_at.as_microsecond()),
            Self::Priority => SortValue::Number(task.priority.rank()),
            Self::Title => {
                let search =
                    taskwire_domain::text::fold(&format!("{}\n{}", task.title, task.notes));
                SortValue::Text(search.chars().take(TITLE_COMPARED).collect())
            }
            Self::Number => SortValue::Number(task.number),
        }
    }
}

/// Up or down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

/// A value of the sort column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SortValue {
    /// A number or an instant.
    Number(i64),
    /// A text.
    Text(String),
}

/// The end of the previous page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keyset {
    /// The sort value of its last task.
    pub value: SortValue,
    /// The id of its last task.
    pub id: TaskId,
}

/// A filter by whether an open task's due value has passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overdue {
    /// Now.
    pub now: Timestamp,
    /// True for overdue tasks, false for all others.
    pub is: bool,
}

/// The filter, order and length of a list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// The owner.
    pub owner: UserId,
    /// Only those with this status; any if absent.
    pub status: Option<Status>,
    /// Only those with these values.
    pub priority: Option<Priority>,
    /// Only those with all these tags.
    pub tags: Vec<TagName>,
    /// Only the overdue ones, or only the others.
    pub overdue: Option<Overdue>,
    /// Only those due before this instant.
    pub due_before: Option<Timestamp>,
    /// Only those due at or after this instant.
    pub due_after: Option<Timestamp>,
    /// Only those completed before this instant.
    pub completed_before: Option<Timestamp>,
    /// Only those completed at or after this instant.
    pub completed_after: Option<Timestamp>,
    /// Only those whose title or notes contain this, without regard to case.
    pub text: Option<String>,
    /// The order.
    pub sort: Sort,
    /// The direction.
    pub direction: Direction,
    /// Only those after this position.
    pub after: Option<Keyset>,
    /// Maximum number of tasks.
    pub limit: i64,
}

/// Characters of title and notes that are compared, as in [`Sort::column`].
const TITLE_COMPARED: usize = 200;

enum Bound {
    Id(Uuid),
    Number(i64),
    Text(String),
}

/// SQL text with its values.
struct Text {
    sql: String,
    values: Vec<Bound>,
}

impl Text {
    /// Appends `before`, the placeholder of `value`, and `after`.
    fn push(&mut self, before: &str, value: Bound, after: &str) {
        self.values.push(value);
        let _ = write!(self.sql, "{before}${}{after}", self.values.len());
    }
}

fn build(filter: &Filter) -> Text {
    let mut text = Text {
        sql: sql::LIST.to_owned(),
        values: vec![Bound::Id(filter.owner.0)],
    };
    if let Some(status) = filter.status {
        text.push(" AND status = ", Bound::Text(status.as_str().into()), "");
    }
    if let Some(priority) = filter.priority {
        text.push(" AND priority = ", Bound::Number(priority.rank()), "");
    }
    for tag in &filter.tags {
        text.push(
            " AND EXISTS (SELECT 1 FROM task_tags WHERE task_tags.owner_id = $1 AND task_tags.task_id = tasks.id AND name_key = ",
            Bound::Text(tag.key()),
            ")",
        );
    }
    if let Some(Overdue { now, is }) = filter.overdue {
        let not = if is { "" } else { "NOT " };
        text.push(
            &format!(" AND {not}(status = 'open' AND due_order < "),
            Bound::Number(now.as_microsecond()),
            ")",
        );
    }
    if let Some(before) = filter.due_before {
        text.push(
            " AND due_order < ",
            Bound::Number(before.as_microsecond()),
            "",
        );
    }
    if let Some(after) = filter.due_after {
        text.push(
            " AND due IS NOT NULL AND due_order >= ",
            Bound::Number(after.as_microsecond()),
            "",
        );
    }
    if let Some(before) = filter.completed_before {
        text.push(
            " AND completed_at < ",
            Bound::Number(before.as_microsecond()),
            "",
        );
    }
    if let Some(after) = filter.completed_after {
        text.push(
            " AND completed_at >= ",
            Bound::Number(after.as_microsecond()),
            "",
        );
    }
    if let Some(words) = &filter.text {
        let pattern = taskwire_domain::text::fold(words)
            .replace('!', "!!")
            .replace('%', "!%")
            .replace('_', "!_");
        text.push(
            " AND search LIKE ",
            Bound::Text(format!("%{pattern}%")),
            " ESCAPE '!'",
        );
    }
    let column = filter.sort.column();
    let (sign, word) = match filter.direction {
        Direction::Ascending => (">", "ASC"),
        Direction::Descending => ("<", "DESC"),
    };
    if let Some(after) = &filter.after {
        let value = match &after.value {
            SortValue::Number(number) => Bound::Number(*number),
            SortValue::Text(words) => Bound::Text(words.clone()),
        };
        text.push(&format!(" AND ({column}, id) {sign} ("), value, ", ");
        text.push("", Bound::Id(after.id.0), ")");
    }
    let _ = write!(text.sql, " ORDER BY {column} {word}, id {word}");
    text.push(" LIMIT ", Bound::Number(filter.limit), "");
    text
}

impl Tx {
    /// Lists tasks.
    pub async fn list_tasks(&mut self, filter: &Filter) -> Result<Vec<Task>, Error> {
        let Text { sql, values } = build(filter);
        let rows: Vec<TaskRow> = with_connection!(self, |connection| {
            let mut query = sqlx::query_as(AssertSqlSafe(sql));
            for value in values {
                query = match value {
                    Bound::Id(id) => query.bind(id),
                    Bound::Number(number) => query.bind(number),
                    Bound::Text(words) => query.bind(words),
                };
            }
            query.fetch_all(connection).await?
        });
        rows.into_iter().map(Task::try_from).collect()
    }
}
