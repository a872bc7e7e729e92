//! Expands one period of a rule: prepares the rule and lists its days.

pub(super) mod days;
pub(super) mod plan;
