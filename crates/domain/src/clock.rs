//! Where time and identifiers come from: always from outside, so that a test decides them.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

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
    source: Mutex<Source>,
}

struct Source {
    rng: Box<dyn Rng + Send>,
    last: Uuid,
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
            source: Mutex::new(Source {
                rng: Box::new(rng),
                last: Uuid::nil(),
            }),
        }
    }

    /// Fills `bytes` with random data.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.lock().rng.fill_bytes(bytes);
    }

    /// A UUIDv7 (RFC 9562 section 5.7) for the given instant. Those of one millisecond ascend in the order in which they are
    /// drawn (section 6.2, method 2), so that what is created together is listed in its order.
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
        let mut source = self.lock();
        source.rng.fill_bytes(&mut random);
        let mut uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        if uuid.as_u128() >> 80 == source.last.as_u128() >> 80 && uuid < source.last {
            let [a, b, c, d, ..] = random;
            uuid = after(source.last, u32::from_be_bytes([a, b, c, d])).unwrap_or(uuid);
        }
        source.last = uuid;
        uuid
    }

    fn lock(&self) -> MutexGuard<'_, Source> {
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new identifier of any kind.
    pub fn next<T: From<Uuid>>(&self, now: Timestamp) -> T {
        T::from(self.uuid(now))
    }
}

/// The UUIDv7 of the same millisecond that is so much larger, and one more; `None` if there is none.
fn after(last: Uuid, step: u32) -> Option<Uuid> {
    // 48 bits of time, 4 of version, 12 random ones, 2 of variant, 62 random ones.
    const LOW: u128 = (1 << 62) - 1;
    const HIGH: u128 = 0xfff << 64;
    let last = last.as_u128();
    let random = (last & HIGH) >> 2 | last & LOW;
    let next = random + u128::from(step) + 1;
    let high = (next & !LOW) << 2;
    (high <= HIGH).then(|| Uuid::from_u128(last & !(HIGH | LOW) | high | next & LOW))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn ids_of_one_moment_ascend() {
        let ids = Ids::new(StdRng::seed_from_u64(7));
        let now = Timestamp::from_millisecond(1_800_000_000_000).unwrap();
        let mut last = Uuid::nil();
        for _ in 0..10_000 {
            let id = ids.uuid(now);
            assert!(id > last, "{id} after {last}");
            assert_eq!(
                (id.get_version_num(), id.get_variant()),
                (7, uuid::Variant::RFC4122)
            );
            assert_eq!(id.as_u128() >> 80, 1_800_000_000_000);
            last = id;
        }
        // An earlier moment is that moment.
        let earlier = Timestamp::from_millisecond(1_700_000_000_000).unwrap();
        assert_eq!(ids.uuid(earlier).as_u128() >> 80, 1_700_000_000_000);
    }

    #[test]
    fn the_last_id_of_a_moment_has_none_after_it() {
        let last = Uuid::from_u128(0xffff_ffff_ffff_7fff_bfff_ffff_ffff_ffff);
        assert_eq!(after(last, 0), None);
        let one_less = Uuid::from_u128(last.as_u128() - 1);
        assert_eq!(after(one_less, 0), Some(last));
    }
}
