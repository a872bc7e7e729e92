//! `/api/v1/tasks`.

pub(crate) mod batch;
pub(crate) mod bulk;
pub(crate) mod complete;
pub(crate) mod counts;
pub(crate) mod create;
pub(crate) mod explain;
pub(crate) mod get;
pub(crate) mod history;
pub(crate) mod list;
mod operations;
pub(crate) mod patch;
pub(crate) mod quick;
pub(crate) mod reschedule;
pub(crate) mod skip;
pub(crate) mod snooze;
pub(crate) mod trash;
