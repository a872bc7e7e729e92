//! What one period of a rule means: the rule made ready for it, and the days it names.

pub(super) mod days;
pub(super) mod plan;
