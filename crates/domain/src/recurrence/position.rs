//! The position of a series.

use crate::{Due, OccurrenceKey};

/// The position of a series: its start in this epoch and its current occurrence.
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
