//! The orders of a list of tasks. Each is read from an index.

use taskwire_domain::{Task, TaskId, Zone};

use super::row::{due_order, search_text};

/// The sort order of a list; ties are broken by id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// Due value, so that overdue tasks come first, and among equals the higher priority; tasks without a due value come
    /// last (first in descending order).
    Due,
    /// Creation: the order of the numbers.
    Created,
    /// Last change.
    Updated,
    /// Priority.
    Priority,
    /// Title, without regard to case.
    Title,
    /// Number.
    Number,
    /// Completion; only tasks that were completed.
    Completed,
    /// How well a task matches the words that are searched for: those with all of them in title and tags come after the
    /// others, and among equals the newer ones. If very many match, only by age.
    Relevance,
}

/// Characters of title and notes that are compared: a cursor contains the value, which may be long.
const TITLE_COMPARED: usize = 200;

impl Sort {
    /// All of them that do not depend on a search.
    pub const ALL: [Self; 7] = [
        Self::Due,
        Self::Created,
        Self::Updated,
        Self::Priority,
        Self::Title,
        Self::Number,
        Self::Completed,
    ];

    /// What is compared, before the id.
    pub(super) fn keys(self, is_postgres: bool) -> &'static [&'static str] {
        match self {
            Self::Due if is_postgres => &["due_order", "(-priority)"],
            Self::Due => &["due_order", "urgency"],
            Self::Updated => &["updated_at"],
            Self::Priority => &["priority"],
            Self::Title => &["substr(search, 1, 200)"],
            Self::Created | Self::Number | Self::Relevance => &["number"],
            Self::Completed => &["completed_at"],
        }
    }

    /// What is compared in the orders of a tag's open tasks, before the id; none if there is no such order.
    pub(super) fn keys_of_tag(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Due => Some(&["by_due", "by_urgency"]),
            Self::Priority => Some(&["by_priority"]),
            Self::Title => Some(&["by_title"]),
            _ => None,
        }
    }

    /// Whether no two tasks of an owner have the same value, so that nothing breaks ties.
    pub(super) fn is_unique(self) -> bool {
        matches!(self, Self::Created | Self::Number | Self::Relevance)
    }

    /// The value by which `task` is sorted.
    pub fn value(self, task: &Task, zone: &Zone) -> SortValue {
        match self {
            Self::Due => SortValue::Pair(due_order(task.due.as_ref(), zone), -task.priority.rank()),
            Self::Updated => SortValue::Number(task.updated_at.as_microsecond()),
            Self::Priority => SortValue::Number(task.priority.rank()),
            Self::Title => {
                SortValue::Text(search_text(task).chars().take(TITLE_COMPARED).collect())
            }
            Self::Created | Self::Number | Self::Relevance => SortValue::Number(task.number),
            Self::Completed => {
                let at = task.completed_at.map(jiff::Timestamp::as_microsecond);
                SortValue::Number(at.unwrap_or_default())
            }
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

impl Direction {
    /// The keyword.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ascending => "ASC",
            Self::Descending => "DESC",
        }
    }
}

/// A value of the sort columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SortValue {
    /// A number or an instant.
    Number(i64),
    /// Two of them.
    Pair(i64, i64),
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
