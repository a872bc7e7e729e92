//! Reads the log ahead of the handlers.

use std::sync::Arc;

use rand::rngs::StdRng;
use taskwire_telemetry::OutageLog;
use tokio::sync::mpsc;

use crate::{Entry, Log, RetryPolicy};

/// Reads one log for one consumer.
pub(super) struct Reader<L> {
    pub(super) log: Arc<L>,
    pub(super) consumer: &'static str,
    /// The last position read.
    pub(super) after: i64,
    /// Maximum number of entries per read.
    pub(super) batch: usize,
    pub(super) policy: RetryPolicy,
    pub(super) rng: StdRng,
    /// Consecutive failures. If there are any at the start, it pauses first.
    pub(super) failures: u32,
}

impl<L: Log> Reader<L> {
    /// Reads until the receiver is dropped. Waits while the channel is full.
    pub(super) async fn run(mut self, entries: mpsc::Sender<Entry>) {
        if self.failures > 0 {
            self.pause().await;
        }
        let outages = OutageLog::new(self.consumer, "read the event log");
        loop {
            match self.log.read(self.after, self.batch).await {
                Ok(read) => {
                    self.failures = 0;
                    outages.worked();
                    let is_at_end = read.len() < self.batch;
                    for entry in read {
                        self.after = entry.seq;
                        if entries.send(entry).await.is_err() {
                            return;
                        }
                    }
                    if is_at_end {
                        tokio::select! {
                            () = self.log.wait() => {}
                            () = entries.closed() => return,
                        }
                    }
                }
                Err(error) => {
                    self.failures = self.failures.saturating_add(1);
                    outages.failed(&error);
                    self.pause().await;
                }
            }
        }
    }

    async fn pause(&mut self) {
        tokio::time::sleep(self.policy.delay(self.failures, &mut self.rng)).await;
    }
}
