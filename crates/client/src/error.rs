//! Errors of a call.

use taskwire_domain::contract::Problem;

/// Why a call failed. Every method of [`Client`](crate::Client) fails with these; which problems
/// an operation returns is in `docs/openapi.json`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The API refused the call and said why.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// The server could not be reached.
    #[error("the Taskwire API cannot be reached: {0}")]
    Unreachable(String),
    /// The response does not match the API's contract.
    #[error("the response does not match the Taskwire API: {0}")]
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

    /// Returns true if the same call may succeed later: the server could not be reached, failed or is busy.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Problem(problem) => problem.status >= 500 || problem.status == 429,
            Self::Unreachable(_) => true,
            Self::Unexpected(_) => false,
        }
    }
}
