//! Retry policy.

use std::time::Duration;

use rand::{Rng, RngExt};

/// Exponential back-off with jitter.
#[derive(Clone, PartialEq, Debug)]
pub struct RetryPolicy {
    /// The delay after the first failure.
    pub first: Duration,
    /// The factor between one delay and the next.
    pub factor: f64,
    /// The longest delay.
    pub max: Duration,
    /// How often an event is tried before it is dead-lettered; none if it never is.
    pub attempts: Option<u32>,
}

/// How often an event is usually tried.
///
/// With the delays of the default policy about 45 seconds in all: longer than a restart of what the handler calls, short
/// enough that events of the same key do not wait for minutes behind one that cannot succeed.
pub(crate) const ATTEMPTS: u32 = 12;

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(50),
            factor: 2.0,
            max: Duration::from_secs(10),
            attempts: Some(ATTEMPTS),
        }
    }
}

impl RetryPolicy {
    /// The delay after `failures` consecutive failures: between half of the nominal delay and all of it, so that
    /// many that failed together are not retried together.
    pub fn delay(&self, failures: u32, rng: &mut (impl Rng + ?Sized)) -> Duration {
        let exponent = i32::try_from(failures.saturating_sub(1)).unwrap_or(i32::MAX);
        let nominal = self.first.as_secs_f64() * self.factor.powi(exponent);
        let nominal = nominal.min(self.max.as_secs_f64());
        Duration::from_secs_f64(nominal * rng.random_range(0.5..=1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn delays_double_up_to_the_longest() {
        let policy = RetryPolicy::default();
        let mut rng = StdRng::seed_from_u64(1);
        for (failures, nominal) in [
            (1, 50),
            (2, 100),
            (3, 200),
            (8, 6400),
            (9, 10_000),
            (u32::MAX, 10_000),
        ] {
            for _ in 0..100 {
                let delay = policy.delay(failures, &mut rng);
                let nominal = Duration::from_millis(nominal);
                assert!(
                    delay >= nominal / 2 && delay <= nominal,
                    "{failures}: {delay:?}"
                );
            }
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_delays() {
        let delays = |seed| {
            let mut rng = StdRng::seed_from_u64(seed);
            (1..10)
                .map(|n| RetryPolicy::default().delay(n, &mut rng))
                .collect::<Vec<_>>()
        };
        assert_eq!(delays(1), delays(1));
        assert_ne!(delays(1), delays(2));
    }
}
