//! The fallback chain of models, with a half-open circuit breaker for each.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

/// How long a failed model is paused if the failure named no time.
const PAUSE: Duration = Duration::from_secs(30);
/// Longest pause: quotas are renewed and outages end.
const PAUSE_MAX: Duration = Duration::from_mins(15);

/// The models in order of preference.
#[derive(Debug)]
pub(super) struct ModelChain {
    models: Vec<String>,
    /// The end of each model's pause; locked for a look-up only.
    paused_until: Mutex<Vec<Option<Timestamp>>>,
}

impl ModelChain {
    pub(super) fn new(models: Vec<String>) -> Self {
        let paused_until = Mutex::new(vec![None; models.len()]);
        Self {
            models,
            paused_until,
        }
    }

    /// The models to try now, best first. If all are paused, all are tried: a request that may succeed is better than
    /// none.
    ///
    /// A model whose pause is over gets one request through; if that fails it is paused again.
    pub(super) fn candidates(&self, now: Timestamp) -> Vec<(usize, String)> {
        let paused_until = self
            .paused_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let all: Vec<_> = self.models.iter().cloned().enumerate().collect();
        let available: Vec<_> = all
            .iter()
            .filter(|(index, _)| {
                paused_until
                    .get(*index)
                    .copied()
                    .flatten()
                    .is_none_or(|until| until <= now)
            })
            .cloned()
            .collect();
        if available.is_empty() { all } else { available }
    }

    /// Pauses a model for a while.
    pub(super) fn pause(&self, index: usize, now: Timestamp, wait: Option<Duration>) {
        let wait = wait.unwrap_or(PAUSE).min(PAUSE_MAX);
        self.set(index, now.checked_add(wait).ok());
    }

    /// Ends a model's pause after a success.
    pub(super) fn record_success(&self, index: usize) {
        self.set(index, None);
    }

    fn set(&self, index: usize, until: Option<Timestamp>) {
        let mut paused_until = self
            .paused_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = paused_until.get_mut(index) {
            *entry = until;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_model_is_paused_and_comes_back() {
        let chain = ModelChain::new(vec!["a".into(), "b".into()]);
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let names = |at| {
            chain
                .candidates(at)
                .into_iter()
                .map(|(_, name)| name)
                .collect::<Vec<_>>()
        };
        chain.pause(0, now, None);
        assert_eq!(names(now), ["b"]);
        chain.pause(1, now, Some(Duration::from_hours(25)));
        assert_eq!(names(now), ["a", "b"]);
        assert_eq!(names(now + Duration::from_secs(31)), ["a"]);
        assert_eq!(names(now + Duration::from_secs(901)), ["a", "b"]);
        chain.record_success(1);
        assert_eq!(names(now), ["b"]);
    }
}
