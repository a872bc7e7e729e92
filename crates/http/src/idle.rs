//! Idle connections, those without a request in progress: just opened, with half a header, or kept alive.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// The position of a connection with a request in progress.
const NOT_IDLE: u64 = 0;

/// The idle connections, the longest idle first.
#[derive(Debug)]
pub(crate) struct IdleConnections {
    max_idle: usize,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    last: u64,
    entries: BTreeMap<u64, CancellationToken>,
}

/// A connection. It is idle when it is opened.
#[derive(Debug)]
pub(crate) struct ConnectionSlot {
    idle: Arc<IdleConnections>,
    position: AtomicU64,
    closed: CancellationToken,
}

/// A request that is in progress until this is dropped.
#[derive(Debug)]
pub(crate) struct ActiveRequest(Arc<ConnectionSlot>);

impl IdleConnections {
    pub(crate) fn new(max_idle: usize) -> Arc<Self> {
        Arc::new(Self {
            max_idle,
            queue: Mutex::default(),
        })
    }

    /// Adds a new connection; if too many are idle, the longest idle is closed.
    pub(crate) fn add(self: &Arc<Self>) -> Arc<ConnectionSlot> {
        let slot = Arc::new(ConnectionSlot {
            idle: Arc::clone(self),
            position: AtomicU64::new(NOT_IDLE),
            closed: CancellationToken::new(),
        });
        slot.wait();
        slot
    }

    /// Closes the longest idle connection, if there is one.
    pub(crate) fn close_longest_idle(&self) {
        self.with_queue(Queue::close_first);
    }

    fn with_queue<T>(&self, work: impl FnOnce(&mut Queue) -> T) -> T {
        work(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Queue {
    fn close_first(&mut self) {
        if let Some((_, closed)) = self.entries.pop_first() {
            closed.cancel();
        }
    }
}

impl ConnectionSlot {
    /// Begins a request.
    pub(crate) fn begin(self: &Arc<Self>) -> ActiveRequest {
        self.leave();
        ActiveRequest(Arc::clone(self))
    }

    /// Whether no request is in progress.
    pub(crate) fn is_idle(&self) -> bool {
        self.position.load(Ordering::Relaxed) != NOT_IDLE
    }

    /// Returns when the connection must be closed for another one.
    pub(crate) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    fn wait(&self) {
        self.idle.with_queue(|queue| {
            queue.last += 1;
            queue.entries.insert(queue.last, self.closed.clone());
            self.position.store(queue.last, Ordering::Relaxed);
            if queue.entries.len() > self.idle.max_idle {
                queue.close_first();
            }
        });
    }

    fn leave(&self) {
        let position = self.position.swap(NOT_IDLE, Ordering::Relaxed);
        self.idle
            .with_queue(|queue| queue.entries.remove(&position));
    }
}

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        self.0.wait();
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_idle_connection_is_closed_first() {
        let idle = IdleConnections::new(2);
        let [first, second] = [idle.add(), idle.add()];
        let request = first.begin();
        assert!(!first.is_idle());
        let third = idle.add();
        // No connection was closed: the first has a request in progress.
        assert!(!first.closed.is_cancelled() && !second.closed.is_cancelled());
        drop(request);
        // Now the first is idle again, behind the others.
        assert!(second.closed.is_cancelled());
        assert!(!third.closed.is_cancelled());
        drop(third);
        let _fourth = idle.add();
        assert!(!first.closed.is_cancelled());
        idle.close_longest_idle();
        assert!(first.closed.is_cancelled());
    }
}
