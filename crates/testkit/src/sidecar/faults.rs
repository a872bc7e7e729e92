//! What goes wrong when something is published.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

/// What becomes of an event instead of being stored and acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is not stored, and answered with this status and `errorCode`.
    Answer(u16, &'static str),
    /// It is stored, and answered with 500, as when a time limit of the sidecar is over too early.
    StoreThenFail,
    /// It is stored and never answered.
    StoreThenHang,
    /// It is neither stored nor answered, until [`super::FakeSidecar::release`]; then both.
    Hold,
    /// It takes this long.
    Slow(Duration),
}

/// One try to publish an event.
#[derive(Clone, PartialEq, Debug)]
pub struct Publish {
    /// Where to.
    pub topic: String,
    /// The partition key.
    pub key: Option<String>,
    /// The event as it came; null if it is not JSON.
    pub event: Value,
    /// How many came before it.
    pub number: usize,
}

type Decide = Arc<dyn Fn(&Publish) -> Option<Fault> + Send + Sync>;

/// The faults of one sidecar, and what was published in spite of them.
#[derive(Default)]
pub(super) struct Faults {
    decide: Mutex<Option<Decide>>,
    seen: Mutex<Vec<Publish>>,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
    /// Changes when what is held goes on.
    released: watch::Sender<u64>,
}

/// An event that is being published.
pub(super) struct InFlight<'a>(&'a Faults);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Faults {
    pub(super) fn set(&self, decide: Option<Decide>) {
        *lock(&self.decide) = decide;
    }

    /// Notes a try, and answers what goes wrong with it.
    pub(super) fn decide(&self, topic: &str, key: Option<&str>, event: Value) -> Option<Fault> {
        let publish = {
            let mut seen = lock(&self.seen);
            let publish = Publish {
                topic: topic.to_owned(),
                key: key.map(str::to_owned),
                event,
                number: seen.len(),
            };
            seen.push(publish.clone());
            publish
        };
        let decide = lock(&self.decide).clone();
        decide.and_then(|decide| decide(&publish))
    }

    pub(super) fn enter(&self) -> InFlight<'_> {
        let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_in_flight.fetch_max(now, Ordering::SeqCst);
        InFlight(self)
    }

    pub(super) fn seen(&self) -> Vec<Publish> {
        lock(&self.seen).clone()
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::SeqCst)
    }

    pub(super) fn most_in_flight(&self) -> usize {
        self.most_in_flight.load(Ordering::SeqCst)
    }

    pub(super) fn release(&self) {
        self.released.send_modify(|times| *times += 1);
    }

    pub(super) async fn until_released(&self) {
        let mut released = self.released.subscribe();
        released.mark_unchanged();
        // The sender lives as long as this.
        let _ = released.changed().await;
    }
}
