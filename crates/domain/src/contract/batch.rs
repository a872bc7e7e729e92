//! Changing many tasks with one request.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Problem, TaskChange, TaskQuery, TaskReference};

/// Several operations, carried out in order as one change.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// 1 to 100 operations.
    pub operations: Vec<BatchOperation>,
    /// True (default): if one operation fails, nothing is changed. False: the others are carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub atomic: Option<bool>,
}

/// One operation of a batch: what the operation on a single task takes.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchOperation {
    /// `create`, `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
    pub op: String,
    /// The task's number or id, for all but `create`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TaskReference>)]
    pub task: Option<Box<RawValue>>,
    /// Only if this is the task's version, like `If-Match`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<i64>,
    /// The body of the operation on a single task, such as that of `PATCH /tasks/{task}` for `patch`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub body: Option<Box<RawValue>>,
}

/// The result of a batch.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct BatchResult {
    /// The change, which can be undone as a whole; null if nothing changed, and in a dry run.
    pub change: Option<Uuid>,
    /// How many operations were carried out.
    pub succeeded: usize,
    /// How many failed. Send only these again, never the whole batch.
    pub failed: usize,
    /// The result of each operation, in the order of the request.
    pub results: Vec<OperationResult>,
}

/// The result of one operation.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OperationResult {
    /// Its place in the request, from 0.
    pub index: usize,
    /// What was asked for.
    pub op: String,
    /// The status that the operation on a single task would have.
    pub status: u16,
    /// The task, if the operation was carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskChange>,
    /// Why it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// The same operation on all tasks that a filter finds, as one change: all or nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    /// Which tasks: the parameters of `GET /tasks`, without `sort`, `order`, `limit` and `cursor`.
    #[schema(value_type = Object)]
    pub filter: TaskQuery,
    /// What to do with each.
    pub change: BulkOperation,
    /// How many tasks the filter is expected to find; nothing is changed if it finds another number. Required, except
    /// with `dry_run=true`, whose result says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_count: Option<u64>,
}

/// What to do with each task.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkOperation {
    /// `patch`, `complete`, `reopen`, `skip`, `reschedule`, `snooze`, `delete` or `restore`.
    pub op: String,
    /// The body of the operation on a single task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub body: Option<Box<RawValue>>,
}

/// The result of a bulk change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct BulkResult {
    /// The change, which can be undone as a whole; null if nothing changed, and in a dry run.
    pub change: Option<Uuid>,
    /// How many tasks the filter found.
    pub matched: u64,
    /// How many of them changed; the others were so already.
    pub changed: u64,
    /// The tasks as they are now, at most 200.
    pub tasks: Vec<TaskChange>,
}
