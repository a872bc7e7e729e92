//! The pieces of an expression.

/// An operator, or a text between operators.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    Not,
    And,
    Or,
    Open,
    Close,
    Text(String),
}
