//! What is away at a moment, and so which failures a caller of the API may see.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Something whose absence callers may notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// The API answers 503 with Retry-After.
    Database,
    /// Requests that a replica of the API was working on get no answer.
    Replica,
}

/// All absences of a run. Clones share them.
#[derive(Clone, Default, Debug)]
pub(crate) struct Availability(Arc<Mutex<Vec<Absence>>>);

#[derive(Debug)]
struct Absence {
    part: Part,
    until: Option<Instant>,
}

/// The part is away until this is dropped.
pub(crate) struct Away {
    availability: Availability,
    index: usize,
}

impl Availability {
    /// From now on the part is away.
    pub(crate) fn lose(&self, part: Part) -> Away {
        let mut absences = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        absences.push(Absence { part, until: None });
        Away {
            availability: self.clone(),
            index: absences.len() - 1,
        }
    }

    /// Whether the part was away at some time since then.
    pub(crate) fn was_away(&self, part: Part, since: Instant) -> bool {
        let absences = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        absences
            .iter()
            .any(|absence| absence.part == part && absence.until.is_none_or(|until| until >= since))
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        let mut absences = self
            .availability
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        absences[self.index].until = Some(Instant::now());
    }
}
