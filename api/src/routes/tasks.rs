//! `/api/v1/tasks`.

pub(crate) mod complete;
pub(crate) mod counts;
pub(crate) mod create;
pub(crate) mod explain;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod patch;
pub(crate) mod quick;
pub(crate) mod reschedule;
pub(crate) mod skip;
pub(crate) mod trash;
