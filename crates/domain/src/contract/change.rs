//! Changes: what was done, by whom, and undoing it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::TaskView;
use crate::Actor;

/// One change: a write as its caller sees it, however many tasks it is about.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangeView {
    /// Its id, which every write returns in `Taskwire-Change`.
    pub id: Uuid,
    /// What was done: `create`, `update`, `complete`, `skip`, `reopen`, `delete`, `restore`, `batch`, `bulk`,
    /// `create_tag`, `update_tag`, `delete_tag`, `merge_tags`, `empty_trash`, `undo` or `redo`.
    pub kind: String,
    /// When, UTC.
    pub at: Timestamp,
    /// Who did it, and through which interface.
    pub actor: Actor,
    /// The tasks that it changed, at most 20 of them.
    pub tasks: Vec<ChangedTask>,
    /// How many tasks it changed.
    pub task_count: u64,
    /// The names of the tags that it created, changed or deleted.
    pub tags: Vec<String>,
    /// Whether it can be undone, unless something was changed since. False if it was undone, if it follows from another
    /// change, or if all that it changed was deleted for good.
    pub can_undo: bool,
    /// The change that it undid, if it is an undo or a redo of one.
    pub undoes: Option<Uuid>,
    /// The change that undid it.
    pub undone_by: Option<Uuid>,
}

/// A task that was changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChangedTask {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: i64,
    /// Its title after the change.
    pub title: String,
}

/// Which page of changes to return.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeQuery {
    /// 1 to 200, by default 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// The result of an undo.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Undone {
    /// The change that the undo itself is; undo it to redo. Null in a dry run.
    pub change: Option<Uuid>,
    /// `undo`, or `redo` if an undo was undone.
    pub kind: String,
    /// The changes that were undone, newest first.
    pub undone: Vec<Uuid>,
    /// The tasks as they are now, at most 200; those that no longer exist are in `removed`.
    pub tasks: Vec<TaskView>,
    /// How many tasks were changed, with those that were removed.
    pub task_count: u64,
    /// Numbers of tasks whose creation was undone. A redo brings them back.
    pub removed: Vec<i64>,
    /// Tasks that the undo left out, because they were deleted for good.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<ChangedTask>,
}
