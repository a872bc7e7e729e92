//! What became of an attempt.

use taskwire_domain::contract::SendResult;

/// It will never work.
pub(super) fn failed(reason: String) -> SendResult {
    SendResult::Failed { reason }
}

/// It may work later.
pub(super) fn retry(reason: String) -> SendResult {
    SendResult::Retry {
        reason,
        after_seconds: None,
    }
}
