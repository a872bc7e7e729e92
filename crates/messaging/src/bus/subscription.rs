//! The subscription of a consumer to a log.

use std::sync::Arc;

use rand::rngs::StdRng;
use taskwire_telemetry::OutageLog;
use tokio_util::sync::CancellationToken;

use super::settings::Settings;
use crate::{Handler, Log};

/// A subscription: the handler, its log and its settings.
pub(super) struct Subscription<L> {
    pub(super) log: Arc<L>,
    pub(super) handler: Arc<dyn Handler>,
    pub(super) settings: Settings,
    pub(super) rng: StdRng,
}

impl<L: Log> Subscription<L> {
    pub(super) fn consumer(&self) -> &'static str {
        self.handler.name()
    }

    /// The position to begin at, retried until the log returns it.
    pub(super) async fn position(&mut self, cancel: &CancellationToken) -> Option<i64> {
        let mut failures = 0;
        let outages = OutageLog::new(self.consumer(), "read its position");
        loop {
            let answer = tokio::select! {
                () = cancel.cancelled() => return None,
                answer = self.log.position() => answer,
            };
            let problem = match answer {
                Ok(position) => {
                    outages.worked();
                    return Some(position);
                }
                Err(problem) => problem,
            };
            failures += 1;
            outages.failed(&problem);
            let pause = self.settings.retry.delay(failures, &mut self.rng);
            tokio::select! {
                () = cancel.cancelled() => return None,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}
