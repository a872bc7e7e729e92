//! The agenda: tasks to do, day by day.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::TaskView;

/// Which days to show.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgendaQuery {
    /// The first day, as a date or in words such as `monday`; today when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// How many days, 1 to 62, by default 7; with `tag` or `task` up to 366.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Only tasks with this tag; several, separated by commas, must all be present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Only this task, by number or id, and the occurrences of its series; of one that has ended, the open one of its
    /// series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// The IANA zone in which the days are shown, instead of the owner's. A date and a floating time are the same in every
    /// zone; only a time with a zone of its own moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// Days with the tasks due on them, in the owner's zone or the one that was asked for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Agenda {
    /// The current day in the zone.
    pub today: String,
    /// Its English weekday.
    pub weekday: String,
    /// The owner's zone, or the one that was asked for.
    pub zone: String,
    /// The first day of the owner's week, such as `monday`.
    pub week_start: String,
    /// Open tasks whose due value has passed, oldest first.
    pub overdue: Vec<TaskView>,
    /// The requested days, each present.
    pub days: Vec<AgendaDay>,
    /// Whether the list is truncated.
    pub truncated: bool,
}

/// One day.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct AgendaDay {
    /// The date.
    pub date: String,
    /// Its English weekday.
    pub weekday: String,
    /// The first day of its week, by the owner's week.
    pub week: String,
    /// Open tasks due on it, earliest first, without the overdue ones.
    pub tasks: Vec<TaskView>,
    /// Future occurrences of open series, if each is done on its day.
    pub upcoming: Vec<AgendaOccurrence>,
}

/// An occurrence that has no task yet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct AgendaOccurrence {
    /// The open task of its series.
    pub task: Uuid,
    /// That task's number.
    pub number: i64,
    /// That task's title.
    pub title: String,
    /// When this occurrence will be due.
    pub due: String,
    /// Its key. `complete`, `skip` and `reschedule` of the open task take it. Null where the date depends on when the one
    /// before is done.
    // An older server, during a rollout, omits it.
    #[serde(default)]
    pub occurrence: Option<String>,
    /// How many minutes it will take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_minutes: Option<u32>,
}
