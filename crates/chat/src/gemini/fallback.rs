//! Which model to ask next: a chain with a half-open circuit breaker for each.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

/// How long a failed model is left alone when it did not say for how long.
const REST: Duration = Duration::from_secs(30);
/// No model is left alone longer than this: quotas come back and outages end.
const REST_MAX: Duration = Duration::from_mins(15);

/// The models in order of preference.
#[derive(Debug)]
pub(super) struct Chain {
    models: Vec<String>,
    /// Until when each model rests; the lock is held for the time of a look.
    rests: Mutex<Vec<Option<Timestamp>>>,
}

impl Chain {
    pub(super) fn new(models: Vec<String>) -> Self {
        let rests = Mutex::new(vec![None; models.len()]);
        Self { models, rests }
    }

    /// The models worth asking now, best first. When all rest, all are asked: refusing without trying helps nobody.
    ///
    /// A model whose rest is over gets one request through; if that fails it rests again.
    pub(super) fn candidates(&self, now: Timestamp) -> Vec<(usize, String)> {
        let rests = self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        let all: Vec<_> = self.models.iter().cloned().enumerate().collect();
        let awake: Vec<_> = all
            .iter()
            .filter(|(index, _)| {
                rests
                    .get(*index)
                    .copied()
                    .flatten()
                    .is_none_or(|until| until <= now)
            })
            .cloned()
            .collect();
        if awake.is_empty() { all } else { awake }
    }

    /// Leaves a model alone for a while.
    pub(super) fn rest(&self, index: usize, now: Timestamp, wait: Option<Duration>) {
        let wait = wait.unwrap_or(REST).min(REST_MAX);
        self.set(index, now.checked_add(wait).ok());
    }

    /// A model works again.
    pub(super) fn works(&self, index: usize) {
        self.set(index, None);
    }

    fn set(&self, index: usize, until: Option<Timestamp>) {
        let mut rests = self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rest) = rests.get_mut(index) {
            *rest = until;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_model_rests_and_comes_back() {
        let chain = Chain::new(vec!["a".into(), "b".into()]);
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let names = |at| {
            chain
                .candidates(at)
                .into_iter()
                .map(|(_, name)| name)
                .collect::<Vec<_>>()
        };
        chain.rest(0, now, None);
        assert_eq!(names(now), ["b"]);
        chain.rest(1, now, Some(Duration::from_hours(25)));
        assert_eq!(names(now), ["a", "b"]);
        assert_eq!(names(now + Duration::from_secs(31)), ["a"]);
        assert_eq!(names(now + Duration::from_secs(901)), ["a", "b"]);
        chain.works(1);
        assert_eq!(names(now), ["b"]);
    }
}
