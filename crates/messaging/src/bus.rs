//! The embedded bus: delivers the events of a log to one consumer, at least once and in order per key.

use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

use crate::{Handler, Log};
use runner::Runner;
use subscription::Subscription;

mod reader;
mod runner;
mod settings;
mod subscription;
mod window;
mod work;

pub use settings::Settings;

/// The delivery of events to one consumer.
///
/// Events with the same key are handled strictly one after another, others at the same time. An event that fails is
/// retried with growing pauses; its key waits, the others continue. After the last attempt it is dead-lettered, and its
/// key continues. The saved position is the one up to which everything is handled, so if this process dies,
/// the next one begins before the first event that is not.
pub struct Bus<L>(Subscription<L>);

impl<L: Log> Bus<L> {
    /// Delivers the events of `log` to `handler`; `rng` decides the jitter of pauses.
    pub fn new(log: L, handler: Arc<dyn Handler>, rng: &mut impl Rng) -> Self {
        Self(Subscription {
            log: Arc::new(log),
            handler,
            settings: Settings::default(),
            rng: StdRng::from_rng(rng),
        })
    }

    /// The same bus with other settings.
    #[must_use]
    pub fn with_settings(mut self, settings: Settings) -> Self {
        self.0.settings = settings;
        self
    }

    /// Delivers until `cancel` is cancelled; then lets running handlers finish and saves the position.
    pub async fn run(self, cancel: CancellationToken) {
        let Self(mut subscription) = self;
        let Some(position) = subscription.position(&cancel).await else {
            return;
        };
        let (consumer, is_quiet) = (subscription.consumer(), subscription.settings.is_quiet);
        if is_quiet {
            debug!(consumer, position, "Consumer follows the event log");
        } else {
            info!(consumer, position, "Consumer follows the event log");
        }
        let mut runner = Runner::new(subscription, position);
        runner.deliver(&cancel).await;
        runner.stop().await;
        let position = runner.saved;
        if is_quiet {
            debug!(consumer, position, "Consumer stopped");
        } else {
            info!(consumer, position, "Consumer stopped");
        }
    }
}

#[cfg(test)]
mod tests;
