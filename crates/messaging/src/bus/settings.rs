//! Settings of a bus.

use std::time::Duration;

use crate::RetryPolicy;

/// The limits of a bus.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// Maximum number of events handled at the same time.
    pub concurrency: usize,
    /// Maximum number of events in flight: handled, waiting behind another of their key, or waiting for a retry. At the
    /// limit nothing more is read, so that a stuck key costs bounded memory.
    pub window: usize,
    /// Maximum number of bytes in flight, for the same reason.
    pub window_bytes: usize,
    /// Maximum number of events per read.
    pub batch: usize,
    /// When a failed event is tried again.
    pub retry: RetryPolicy,
    /// Longest time a handler may take; after that it is dropped and counts as failed.
    pub handler_limit: Duration,
    /// How often the position is saved. Events since the last save are delivered again after a kill.
    pub save_every: Duration,
    /// How long running handlers may continue when the bus is stopped.
    pub stop_limit: Duration,
    /// Whether whoever runs the bus reports its starts, stops and outages: here they are logged at debug only.
    pub is_quiet: bool,
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
            is_quiet: false,
        }
    }
}
