//! The audit log, and what Taskwire's own consumers ask for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{ReminderView, TaskView};
use crate::Actor;

/// One line of the audit log.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// The event's id.
    pub event: Uuid,
    /// The event's type, such as `task.completed.v1`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened, UTC.
    pub at: Timestamp,
    /// The task concerned, if any.
    pub task: Option<Uuid>,
    /// The task's number.
    pub number: Option<i64>,
    /// Who did it, and through which interface.
    pub actor: Actor,
    /// The mutation it belongs to.
    pub change: Uuid,
    /// The reason, if given.
    #[serde(default)]
    pub reason: Option<String>,
    /// The reminder, of an event about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminder: Option<ReminderView>,
    /// The task before.
    pub before: Option<TaskView>,
    /// The task after.
    pub after: Option<TaskView>,
}

/// The result of firing the reminders whose time has come.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FiredReminders {
    /// How many fired now.
    pub fired: u32,
    /// When the next one is due, UTC; may be past when more are waiting.
    pub next_at: Option<Timestamp>,
    /// How many messages over channels were planned.
    #[serde(default)]
    pub deliveries: u32,
}

/// Which lines of the audit log to return.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only entries about the task with this number or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// 1 to 200, by default 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
