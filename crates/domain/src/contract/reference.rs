//! How a request names a task.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A task's number or id.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum TaskReference {
    /// Its number.
    Number(i64),
    /// Its number as text, or its id.
    Text(String),
}
