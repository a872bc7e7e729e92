//! Faults of publishing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

/// What happens to an event instead of being stored and acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is not stored, and the response has this status and `errorCode`.
    Answer(u16, &'static str),
    /// It is stored, but the response is 500, as when a timeout of the sidecar is too short.
    StoreThenFail,
    /// It is stored, but there is no response.
    StoreThenHang,
    /// It is neither stored nor acknowledged until [`super::FakeSidecar::release`]; then both.
    Hold,
    /// It is delayed by this long.
    Slow(Duration),
}

/// One attempt to publish an event.
#[derive(Clone, PartialEq, Debug)]
pub struct Publish {
    /// The topic.
    pub topic: String,
    /// The partition key.
    pub key: Option<String>,
    /// The event as received; null if it is not JSON.
    pub event: Value,
    /// Number of earlier attempts.
    pub number: usize,
}

type Decide = Arc<dyn Fn(&Publish) -> Option<Fault> + Send + Sync>;

/// The faults of one sidecar, and the attempts to publish.
#[derive(Default)]
pub(super) struct Faults {
    decide: Mutex<Option<Decide>>,
    seen: Mutex<Vec<Publish>>,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
    /// Changes when held events are released.
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

    /// Records an attempt, and returns its fault.
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
        // The sender lives as long as `self`.
        let _ = released.changed().await;
    }
}
