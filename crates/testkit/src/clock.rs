//! A clock and identifiers under the control of a test.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;
use taskwire_domain::{Clock, Ids};

/// A clock that changes only when it is set.
#[derive(Debug)]
pub struct FixedClock {
    /// Microseconds since the epoch, UTC.
    now: AtomicI64,
}

impl FixedClock {
    /// Creates a clock set to this instant, such as `2026-12-01T09:00:00Z`.
    pub fn at(instant: &str) -> Self {
        let instant: Timestamp = instant.parse().expect("an instant in RFC 3339");
        Self {
            now: AtomicI64::new(instant.as_microsecond()),
        }
    }

    /// Sets the clock to an instant, forward or back.
    pub fn set(&self, instant: Timestamp) {
        self.now.store(instant.as_microsecond(), Ordering::SeqCst);
    }

    /// Advances the clock and returns the new instant.
    pub fn advance(&self, by: SignedDuration) -> Timestamp {
        let micros = i64::try_from(by.as_micros()).expect("a time of less than 292,000 years");
        self.now.fetch_add(micros, Ordering::SeqCst);
        self.now()
    }
}

impl Default for FixedClock {
    /// Tuesday, 1 December 2026, 09:00 UTC.
    fn default() -> Self {
        Self::at("2026-12-01T09:00:00Z")
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        let micros = self.now.load(Ordering::SeqCst);
        Timestamp::from_microsecond(micros).expect("an instant between the years -9999 and 9999")
    }
}

/// Identifiers and secrets that are the same in every run.
pub fn seeded_ids(seed: u64) -> Ids {
    Ids::new(StdRng::seed_from_u64(seed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_only_when_set() {
        let clock = FixedClock::at("2026-12-01T09:00:00Z");
        assert_eq!(clock.now(), clock.now());
        let later = clock.advance(SignedDuration::from_mins(5));
        assert_eq!(later.to_string(), "2026-12-01T09:05:00Z");
        clock.set("2026-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(clock.now().to_string(), "2026-01-01T00:00:00Z");
    }

    #[test]
    fn ids_repeat_with_their_seed() {
        let now = FixedClock::default().now();
        let first = seeded_ids(1).uuid(now);
        assert_eq!(first, seeded_ids(1).uuid(now));
        assert_ne!(first, seeded_ids(2).uuid(now));
    }
}
