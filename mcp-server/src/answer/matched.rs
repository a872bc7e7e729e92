//! An item that is about all tasks that a filter finds.

use serde::Serialize;

/// What a filter found, and what became of it: one change, which is undone as a whole.
#[derive(Serialize, Debug)]
pub(super) struct Matched {
    pub(super) index: usize,
    /// The number of tasks that the filter found.
    #[serde(rename = "matched")]
    pub(super) found: u64,
    /// How many of them changed; the others were so already.
    pub(super) changed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) change: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) replayed: Option<bool>,
    /// Where not all tasks are in `results`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shown: Option<usize>,
}
