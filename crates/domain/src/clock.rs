//! Where time and identifiers come from: always from outside, so that a test decides them.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use rand::Rng;
use uuid::Uuid;

/// The only source of "now".
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present instant in UTC, truncated to microseconds because Postgres keeps no more.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the machine's clock"
        )]
        let now = Timestamp::now();
        truncate(now)
    }
}

/// Cuts an instant to whole microseconds.
pub fn truncate(instant: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(instant.as_microsecond()).unwrap_or(instant)
}

/// Makes identifiers and secrets from one generator, seeded in tests.
pub struct Ids {
    /// Behind a lock because every request draws from it; held for the few nanoseconds of a draw.
    rng: Mutex<Box<dyn Rng + Send>>,
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids")
    }
}

impl Ids {
    /// Draws from `rng`. Where secrets are generated it must be cryptographically secure.
    pub fn new(rng: impl Rng + Send + 'static) -> Self {
        Self {
            rng: Mutex::new(Box::new(rng)),
        }
    }

    /// Fills `bytes` with random data.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.rng
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(bytes);
    }

    /// A UUIDv7 (RFC 9562 section 5.7) for the given instant.
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// A new identifier of any kind.
    pub fn next<T: From<Uuid>>(&self, now: Timestamp) -> T {
        T::from(self.uuid(now))
    }
}
