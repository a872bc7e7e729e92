//! The embedded bus: delivers the events of a log to one consumer, at least once and in order per key.

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::{Handler, Log, RetryPolicy};
use runner::Runner;

mod reader;
mod runner;
mod window;
mod work;

/// How much a bus does at once, and when it gives up.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// Most events handled at the same time.
    pub concurrency: usize,
    /// Most events in flight: handled, waiting behind another of their key, or waiting for another try. Then nothing
    /// more is read, so that a key that is stuck costs bounded memory.
    pub window: usize,
    /// Most bytes in flight, for the same reason.
    pub window_bytes: usize,
    /// Most events of one read.
    pub batch: usize,
    /// When a failed event is tried again.
    pub retry: RetryPolicy,
    /// Longest time a handler may take; after that it is dropped and counts as failed.
    pub handler_limit: Duration,
    /// How often the position is kept. What lies between is delivered again after a kill.
    pub save_every: Duration,
    /// How long running handlers may go on when the bus is stopped.
    pub stop_limit: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: 16,
            window: 10_000,
            window_bytes: 8 * 1024 * 1024,
            batch: 256,
            retry: RetryPolicy::default(),
            handler_limit: Duration::from_secs(30),
            save_every: Duration::from_secs(1),
            stop_limit: Duration::from_secs(10),
        }
    }
}

/// One consumer's delivery.
///
/// Events with the same key are handled strictly one after another, others at the same time. An event that fails is
/// tried again with growing pauses; its key waits, the others go on. After the last try it is dead-lettered, and its key
/// goes on. The position that is kept is the place up to which everything is handled, so whatever happens to this
/// process, the next one begins before the first event that is not.
pub struct Bus<L> {
    log: Arc<L>,
    handler: Arc<dyn Handler>,
    settings: Settings,
    rng: StdRng,
}

impl<L: Log> Bus<L> {
    /// Delivers what is in `log` to `handler`; `rng` decides the jitter of pauses.
    pub fn new(log: L, handler: Arc<dyn Handler>, rng: &mut impl Rng) -> Self {
        Self {
            log: Arc::new(log),
            handler,
            settings: Settings::default(),
            rng: StdRng::from_rng(rng),
        }
    }

    /// The same bus with other settings.
    #[must_use]
    pub fn with_settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// Delivers until `cancel` is cancelled; then lets running handlers finish and keeps the position.
    pub async fn run(mut self, cancel: CancellationToken) {
        let Some(position) = self.position(&cancel).await else {
            return;
        };
        let consumer = self.handler.name();
        info!(consumer, position, "Consumer follows the event log");
        let mut runner = Runner::new(self, position);
        runner.deliver(&cancel).await;
        runner.stop().await;
        info!(consumer, position = runner.saved, "Consumer stopped");
    }

    /// The position to begin at, however long it takes to learn it.
    async fn position(&mut self, cancel: &CancellationToken) -> Option<i64> {
        let mut failures = 0;
        loop {
            let answer = tokio::select! {
                () = cancel.cancelled() => return None,
                answer = self.log.position() => answer,
            };
            let problem = match answer {
                Ok(position) => return Some(position),
                Err(problem) => problem,
            };
            failures += 1;
            let consumer = self.handler.name();
            if failures == 1 {
                warn!(consumer, error = %problem, "Cannot read the consumer's position; trying until the log answers");
            } else {
                debug!(consumer, error = %problem, failures, "Still cannot read the consumer's position");
            }
            let pause = self.settings.retry.delay(failures, &mut self.rng);
            tokio::select! {
                () = cancel.cancelled() => return None,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
