//! The one shape of "this input is wrong": which field, what is wrong, what would be right.

use std::fmt;

/// A refused input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invalid {
    /// A JSON pointer into what was sent (RFC 6901), or a query parameter's name.
    pub field: String,
    /// A stable name for programs, in snake case.
    pub code: &'static str,
    /// The error, for a person.
    pub detail: String,
    /// How to correct the request.
    pub hint: Option<String>,
}

impl Invalid {
    /// Refuses `field` for the reason in `detail`.
    pub fn new(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code,
            detail: detail.into(),
            hint: None,
        }
    }

    /// Says what would be right.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same error of another field, where what was sent is part of something larger.
    #[must_use]
    pub fn at(self, field: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            ..self
        }
    }

    /// Puts the error below `parent`: `/due` in an item of a batch becomes `/tasks/3/due`.
    #[must_use]
    pub fn below(mut self, parent: &str) -> Self {
        self.field = format!("{parent}{}", self.field);
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.detail)?;
        if let Some(hint) = &self.hint {
            write!(f, " {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}
