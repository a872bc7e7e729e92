//! One page of a list.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::TaskView;

/// One page of a list, with the cursor of the next.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the requested order.
    pub items: Vec<T>,
    /// Send it as `cursor` for the next page; null on the last one. Opaque.
    pub next_cursor: Option<String>,
}

/// One page of tasks.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TaskPage {
    /// The tasks, in the requested order.
    pub items: Vec<TaskView>,
    /// Send it as `cursor` for the next page; null on the last one. Opaque.
    pub next_cursor: Option<String>,
    /// Words of the search that no task has, each with the one that was taken instead: it differs in one letter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<WordCorrection>,
    /// The zone that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// A word that was searched for instead of another one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct WordCorrection {
    /// The word that was sent, in lower case and without accents.
    pub word: String,
    /// The word that was searched for.
    pub taken: String,
}
