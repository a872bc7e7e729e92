//! How a rule is refused.

use crate::Invalid;

/// Refuses the rule for the reason in `detail`.
pub(super) fn refuse(
    code: &'static str,
    detail: impl Into<String>,
    hint: impl Into<String>,
) -> Invalid {
    Invalid::new("/recurrence/rrule", code, detail).hint(hint)
}
