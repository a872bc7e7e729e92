//! Why a token of another authorization server is not accepted.

/// Why a token is not accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    Token(&'static str),
    /// The keys cannot be read, so nothing is known of the token.
    Unavailable(String),
}
