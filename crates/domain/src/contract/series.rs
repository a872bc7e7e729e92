//! Series: recurring tasks across their occurrences.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::view::{DateView, RecurrenceView, TaskView};

/// A recurring task across its occurrences.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct SeriesView {
    /// The id, as in the `series` of its tasks.
    pub id: Uuid,
    /// The title of its open task, or of the last one.
    pub title: String,
    /// How it repeats.
    pub recurrence: Option<RecurrenceView>,
    /// The open task. Null after the last occurrence, and for a moment after each one, until the next is there.
    pub open: Option<TaskView>,
}

/// One series with its occurrences.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct SeriesOccurrences {
    /// The series.
    #[serde(flatten)]
    pub series: SeriesView,
    /// The occurrences after the open task, if each is done on its day.
    pub coming: Vec<ComingOccurrence>,
    /// The occurrences that have ended, the latest first; not those in the trash.
    pub past: Vec<TaskView>,
    /// Send it as `cursor` for earlier ones; null if there are none. Opaque.
    pub next_cursor: Option<String>,
}

/// An occurrence that has no task yet.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ComingOccurrence {
    /// Its key. `complete`, `skip` and `reschedule` of the open task take it. Null where the date depends on when the one
    /// before is done.
    pub occurrence: Option<String>,
    /// When it will be due.
    #[serde(flatten)]
    pub date: DateView,
}

/// Which page of series to return.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeriesListQuery {
    /// 1 to 200, by default 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Which occurrences of a series to return.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeriesQuery {
    /// How many that are still to come, 0 to 100, by default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coming: Option<u32>,
    /// How many that have ended, 1 to 200, by default 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page of those that have ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
