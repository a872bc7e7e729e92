//! The time of the next sweep.

use jiff::Timestamp;
use tokio::sync::watch;

/// The earliest known time of a reminder. Clones share it.
///
/// It may be too early, if that reminder was moved or deleted since; then one sweep finds nothing.
#[derive(Clone, Debug, Default)]
pub struct Timer {
    earliest: watch::Sender<Option<Timestamp>>,
}

impl Timer {
    /// Reports a reminder that is due at `at`.
    pub fn not_later_than(&self, at: Timestamp) {
        self.earliest.send_if_modified(|earliest| {
            let sooner = earliest.is_none_or(|earliest| at < earliest);
            if sooner {
                *earliest = Some(at);
            }
            sooner
        });
    }

    /// Resets the timer before a query of the database; times that arrive during the query count in addition to its
    /// result.
    pub(super) fn clear(&self) {
        self.earliest.send_replace(None);
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Option<Timestamp>> {
        self.earliest.subscribe()
    }
}
