//! The connections on which no request is under way: opened and silent, with half a header, or kept alive.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// The place of a connection on which a request is under way.
const NOWHERE: u64 = 0;

/// The waiting connections, the one that waits longest first.
#[derive(Debug)]
pub(crate) struct Waiting {
    most: usize,
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    last: u64,
    places: BTreeMap<u64, CancellationToken>,
}

/// A connection. It waits from the start.
#[derive(Debug)]
pub(crate) struct Seat {
    waiting: Arc<Waiting>,
    place: AtomicU64,
    closed: CancellationToken,
}

/// A request that is under way until this is dropped.
#[derive(Debug)]
pub(crate) struct UnderWay(Arc<Seat>);

impl Waiting {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            line: Mutex::default(),
        })
    }

    /// Takes in a new connection; when too many wait, the one that waits longest is closed.
    pub(crate) fn enter(self: &Arc<Self>) -> Arc<Seat> {
        let seat = Arc::new(Seat {
            waiting: Arc::clone(self),
            place: AtomicU64::new(NOWHERE),
            closed: CancellationToken::new(),
        });
        seat.wait();
        seat
    }

    /// Closes the connection that waits longest, if one waits.
    pub(crate) fn close_longest(&self) {
        self.with_line(Line::close_first);
    }

    fn with_line<T>(&self, work: impl FnOnce(&mut Line) -> T) -> T {
        work(&mut self.line.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Line {
    fn close_first(&mut self) {
        if let Some((_, closed)) = self.places.pop_first() {
            closed.cancel();
        }
    }
}

impl Seat {
    /// Begins a request.
    pub(crate) fn begin(self: &Arc<Self>) -> UnderWay {
        self.leave();
        UnderWay(Arc::clone(self))
    }

    /// Whether no request is under way.
    pub(crate) fn is_waiting(&self) -> bool {
        self.place.load(Ordering::Relaxed) != NOWHERE
    }

    /// Returns when the connection is to be closed for another one.
    pub(crate) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    fn wait(&self) {
        self.waiting.with_line(|line| {
            line.last += 1;
            line.places.insert(line.last, self.closed.clone());
            self.place.store(line.last, Ordering::Relaxed);
            if line.places.len() > self.waiting.most {
                line.close_first();
            }
        });
    }

    fn leave(&self) {
        let place = self.place.swap(NOWHERE, Ordering::Relaxed);
        self.waiting.with_line(|line| line.places.remove(&place));
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.wait();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_waits_longest_makes_room() {
        let waiting = Waiting::new(2);
        let [first, second] = [waiting.enter(), waiting.enter()];
        let request = first.begin();
        assert!(!first.is_waiting());
        let third = waiting.enter();
        // Nobody had to go: on the first a request is under way.
        assert!(!first.closed.is_cancelled() && !second.closed.is_cancelled());
        drop(request);
        // Now the first waits again, behind the others.
        assert!(second.closed.is_cancelled());
        assert!(!third.closed.is_cancelled());
        drop(third);
        let _fourth = waiting.enter();
        assert!(!first.closed.is_cancelled());
        waiting.close_longest();
        assert!(first.closed.is_cancelled());
    }
}
