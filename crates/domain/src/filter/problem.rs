//! A mistake in an expression.

use crate::Invalid;

/// A mistake at a character, counted from 0.
pub(super) struct Problem {
    at: usize,
    detail: String,
    hint: String,
}

impl Problem {
    pub(super) fn new(at: usize, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            at,
            detail: detail.into(),
            hint: hint.into(),
        }
    }

    pub(super) fn invalid(self) -> Invalid {
        let detail = format!("Column {}: {}", self.at + 1, self.detail);
        Invalid::new("filter", "invalid_filter", detail).hint(self.hint)
    }
}
