//! What can go wrong with a call.

use taskwire_domain::contract::Problem;

/// Why a call did not answer what was asked. Every method of [`Client`](crate::Client) fails with these; which problems
/// an operation answers is in `docs/openapi.json`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The API refused, and said why.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// Nobody answered.
    #[error("the Taskwire API cannot be reached: {0}")]
    Unreachable(String),
    /// Somebody answered something that is not the API's contract.
    #[error("the answer is not what the Taskwire API sends: {0}")]
    Unexpected(String),
}

impl Error {
    /// The problem's stable code, if the API refused.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => Some(&problem.code),
            _ => None,
        }
    }

    /// The HTTP status, if the API refused.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            _ => None,
        }
    }

    /// Whether the same call may succeed later: nobody answered, or the server failed or is busy.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Problem(problem) => problem.status >= 500 || problem.status == 429,
            Self::Unreachable(_) => true,
            Self::Unexpected(_) => false,
        }
    }
}
