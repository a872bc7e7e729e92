//! How many open tasks there are, for an overview.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::WordCorrection;

/// Which days to count, and of which tasks.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CountsQuery {
    /// How many days from today on, 1 to 62, by default 7.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Only open tasks that this expression finds, as in the parameter `filter` of lists; `@name` is a saved filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
}

/// How many open tasks there are.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TaskCounts {
    /// All of them.
    pub open: i64,
    /// Those whose due value has passed.
    pub overdue: i64,
    /// Those without a due value.
    pub no_due: i64,
    /// Of each priority.
    pub priorities: PriorityCounts,
    /// Of each tag, by name.
    pub tags: Vec<TagCount>,
    /// Due on each day, in the owner's zone, from today on; with what of today is overdue already.
    pub days: Vec<DayCount>,
    /// Words of the filter that no task has, each with the one that was taken instead: it differs in one letter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<WordCorrection>,
}

/// How many open tasks have each priority.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct PriorityCounts {
    /// `high`.
    pub high: i64,
    /// `medium`.
    pub medium: i64,
    /// `low`.
    pub low: i64,
    /// `none`.
    pub none: i64,
}

/// How many open tasks have a tag.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TagCount {
    /// The tag's id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its colour, `#rrggbb`.
    pub color: String,
    /// How many; 0 if no open task has it.
    pub count: i64,
}

/// How many open tasks are due on a day.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct DayCount {
    /// The date.
    pub date: String,
    /// Its English weekday.
    pub weekday: String,
    /// How many.
    pub count: i64,
}
