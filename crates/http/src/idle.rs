//! The connections on which no request is under way: opened and silent, with half a header, or kept alive.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// The place of a connection on which a request is under way.
const NOT_IDLE: u64 = 0;

/// The idle connections, the one that is idle longest first.
#[derive(Debug)]
pub(crate) struct IdleConnections {
    most: usize,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    last: u64,
    entries: BTreeMap<u64, CancellationToken>,
}

/// A connection. It waits from the start.
#[derive(Debug)]
pub(crate) struct ConnectionSlot {
    idle: Arc<IdleConnections>,
    place: AtomicU64,
    closed: CancellationToken,
}

/// A request that is under way until this is dropped.
#[derive(Debug)]
pub(crate) struct ActiveRequest(Arc<ConnectionSlot>);

impl IdleConnections {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            queue: Mutex::default(),
        })
    }

    /// Takes in a new connection; when too many wait, the one that waits longest is closed.
    pub(crate) fn enter(self: &Arc<Self>) -> Arc<ConnectionSlot> {
        let slot = Arc::new(ConnectionSlot {
            idle: Arc::clone(self),
            place: AtomicU64::new(NOT_IDLE),
            closed: CancellationToken::new(),
        });
        slot.wait();
        slot
    }

    /// Closes the connection that waits longest, if one waits.
    pub(crate) fn close_longest(&self) {
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

    /// Whether no request is under way.
    pub(crate) fn is_idle(&self) -> bool {
        self.place.load(Ordering::Relaxed) != NOT_IDLE
    }

    /// Returns when the connection is to be closed for another one.
    pub(crate) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    fn wait(&self) {
        self.idle.with_queue(|queue| {
            queue.last += 1;
            queue.entries.insert(queue.last, self.closed.clone());
            self.place.store(queue.last, Ordering::Relaxed);
            if queue.entries.len() > self.idle.most {
                queue.close_first();
            }
        });
    }

    fn leave(&self) {
        let place = self.place.swap(NOT_IDLE, Ordering::Relaxed);
        self.idle.with_queue(|queue| queue.entries.remove(&place));
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
    fn the_one_that_waits_longest_makes_room() {
        let idle = IdleConnections::new(2);
        let [first, second] = [idle.enter(), idle.enter()];
        let request = first.begin();
        assert!(!first.is_idle());
        let third = idle.enter();
        // Nobody had to go: on the first a request is under way.
        assert!(!first.closed.is_cancelled() && !second.closed.is_cancelled());
        drop(request);
        // Now the first waits again, behind the others.
        assert!(second.closed.is_cancelled());
        assert!(!third.closed.is_cancelled());
        drop(third);
        let _fourth = idle.enter();
        assert!(!first.closed.is_cancelled());
        idle.close_longest();
        assert!(first.closed.is_cancelled());
    }
}
