//! The audit log, and what Taskwire's own consumers ask for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::TaskView;
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
    /// The task it is about, if it is about one.
    pub task: Option<Uuid>,
    /// The task's number.
    pub number: Option<i64>,
    /// Who did it, and through what.
    pub actor: Actor,
    /// The mutation it belongs to.
    pub change: Uuid,
    /// Why, if a reason was given.
    #[serde(default)]
    pub reason: Option<String>,
    /// The task before.
    pub before: Option<TaskView>,
    /// The task after.
    pub after: Option<TaskView>,
}

/// What came of firing the reminders whose time has come.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FiredReminders {
    /// How many fired now.
    pub fired: u32,
    /// When the next one is due, UTC; may be past when more are waiting.
    pub next_at: Option<Timestamp>,
}
