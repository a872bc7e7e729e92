//! Why a task is due when it is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DateView, MissedView};

/// Why a task is due when it is, as data and in sentences.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    /// The due value as written.
    pub due: Option<String>,
    /// Its English weekday.
    pub weekday: Option<String>,
    /// `date`, `floating` (a time that follows its owner's zone) or `fixed` (a time in a zone of its own).
    pub kind: Option<String>,
    /// The zone of the value.
    pub zone: String,
    /// Whether the zone is the `task`'s own or its `owner`'s.
    pub zone_from: String,
    /// The instant of a timed value, in UTC.
    pub due_at: Option<Timestamp>,
    /// The current day in that zone.
    pub today: String,
    /// Whether the value has passed and the task is open.
    pub is_overdue: bool,
    /// Where a clock change moved the wall-clock time, if one did.
    pub shifted: Option<Shifted>,
    /// The recurrence; null for a single task.
    pub series: Option<SeriesExplanation>,
    /// The next three dates; none for a single task.
    pub next: Vec<DateView>,
    /// The same in short English sentences.
    pub reasons: Vec<String>,
}

/// A wall-clock time that does not exist on that day, because the clocks go forward.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Shifted {
    /// As scheduled.
    pub from: String,
    /// As the clock shows it at that moment.
    pub to: String,
}

/// The recurrence of a task.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct SeriesExplanation {
    /// The RFC 5545 rule.
    pub rule: String,
    /// The rule in words.
    pub text: String,
    /// `schedule` or `completion`.
    pub anchor: String,
    /// `next_future`, `one_step` or `from_completion`.
    pub catch_up: String,
    /// `clamp`, `skip` or `forward`.
    pub overflow: String,
    /// The first date of this version of the rule.
    pub starts: String,
    /// Which version of the rule it is; grows when the rule changes.
    pub epoch: u32,
    /// Which occurrence the task is.
    pub occurrence: String,
    /// The scheduled value, if this occurrence was moved.
    pub moved_from: Option<String>,
    /// Dates of the schedule that are skipped because this occurrence was late, or would be if it were done now or on
    /// the later day it was moved to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<MissedView>,
    /// When the rule ends; null if it never does.
    pub ends: Option<Ends>,
}

/// How a rule ends.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Ends {
    /// The last day or time, inclusive.
    pub until: Option<String>,
    /// Occurrences left after this one, for a rule with COUNT.
    pub left: Option<u32>,
}
