//! Where a series stands.

use crate::{Due, OccurrenceKey};

/// Where a series stands: its start in this epoch and the occurrence it is at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OccurrencePosition {
    /// The first date of the epoch; it fixes phase, kind and zone.
    pub start: Due,
    /// The current occurrence.
    pub key: OccurrenceKey,
}

impl OccurrencePosition {
    /// The scheduled value of the current occurrence, with the series' zone.
    pub fn due(&self) -> Due {
        self.start.at(self.key.at.civil())
    }
}
