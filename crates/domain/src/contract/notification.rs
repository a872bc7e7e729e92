//! Notifications.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::TaskView;

/// A notification: a reminder was due.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct NotificationView {
    /// Its id.
    pub id: Uuid,
    /// The kind: `reminder`.
    pub kind: String,
    /// The current task.
    pub task: TaskView,
    /// The reminder that was due.
    pub reminder_id: Uuid,
    /// When the reminder was due.
    pub fire_at: Timestamp,
    /// When the notification was sent.
    pub created_at: Timestamp,
    /// When it was read; null while it is unread.
    pub read_at: Option<Timestamp>,
}

/// Which notifications to list.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotificationQuery {
    /// True for unread notifications only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<bool>,
    /// 1 to 200, by default 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Notifications that a person has seen.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadNotifications {
    /// Their ids, 1 to 200.
    pub ids: Vec<Uuid>,
}
