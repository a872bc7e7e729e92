//! The bus over a log in memory, in tokio's paused time.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use taskwire_domain::EventKind;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::*;
use crate::cloud_event::tests::event;
use crate::{CloudEvent, Delivery, Entry, Handling, Outcome, RetryPolicy, Topic};

mod failures;
mod order;

#[derive(Debug, thiserror::Error)]
#[error("the database is gone")]
struct Gone;

/// A log in memory. Clones share it, as processes share a database.
#[derive(Clone, Default)]
struct Memory(Arc<Kept>);

#[derive(Default)]
struct Kept {
    entries: Mutex<Vec<Entry>>,
    position: Mutex<i64>,
    dead_letters: Mutex<Vec<(i64, u32, String)>>,
    gone: AtomicBool,
    panics: AtomicBool,
    /// Number of entries read.
    read: AtomicUsize,
    changed: watch::Sender<()>,
}

impl Memory {
    fn append(&self, key: u128, kind: EventKind) {
        let mut entries = self.0.entries.lock().unwrap();
        let seq = i64::try_from(entries.len()).unwrap() + 1;
        let event = event(seq.unsigned_abs().into(), key, kind);
        entries.push(Entry {
            seq,
            id: event.id,
            owner: event.owner,
            kind: kind.as_str().into(),
            key: event.key,
            payload: CloudEvent::from_event(&event).to_json(),
        });
        drop(entries);
        self.0.changed.send_replace(());
    }

    /// Appends one event per key, in this order; returns the log.
    fn of(keys: &[u128]) -> Self {
        let log = Self::default();
        for key in keys {
            log.append(*key, EventKind::TaskUpdated);
        }
        log
    }

    fn position(&self) -> i64 {
        *self.0.position.lock().unwrap()
    }

    fn dead_letters(&self) -> Vec<(i64, u32, String)> {
        self.0.dead_letters.lock().unwrap().clone()
    }

    fn ask(&self) -> Result<(), Gone> {
        assert!(
            !self.0.panics.swap(false, Ordering::SeqCst),
            "the log panics"
        );
        if self.0.gone.load(Ordering::SeqCst) {
            Err(Gone)
        } else {
            Ok(())
        }
    }
}

impl Log for Memory {
    type Error = Gone;

    async fn position(&self) -> Result<i64, Gone> {
        self.ask().map(|()| Memory::position(self))
    }

    async fn advance(&self, position: i64) -> Result<(), Gone> {
        self.ask()?;
        let mut kept = self.0.position.lock().unwrap();
        assert!(position > *kept, "the position moves forward");
        *kept = position;
        Ok(())
    }

    async fn read(&self, after: i64, limit: usize) -> Result<Vec<Entry>, Gone> {
        self.ask()?;
        let after = usize::try_from(after).unwrap();
        let entries = self.0.entries.lock().unwrap();
        let read: Vec<Entry> = entries.iter().skip(after).take(limit).cloned().collect();
        self.0.read.fetch_add(read.len(), Ordering::SeqCst);
        Ok(read)
    }

    async fn wait(&self) {
        let mut changed = self.0.changed.subscribe();
        let _ = tokio::time::timeout(Duration::from_millis(500), changed.changed()).await;
    }

    async fn dead_letter(&self, entry: &Entry, attempts: u32, error: &str) -> Result<(), Gone> {
        self.ask()?;
        self.0
            .dead_letters
            .lock()
            .unwrap()
            .push((entry.seq, attempts, error.into()));
        Ok(())
    }
}

/// The result of a scripted handler for the event at a position, at its n-th attempt.
type Script = Box<dyn Fn(i64, u32) -> Step + Send + Sync>;

enum Step {
    Take(Duration, Outcome),
    Panic,
}

fn ack() -> Step {
    Step::Take(Duration::from_millis(1), Outcome::Ack)
}

struct Scripted {
    script: Script,
    topics: &'static [Topic],
    /// Every attempt: the event's position, its key, when it began.
    tries: Mutex<Vec<(i64, Uuid, Instant)>>,
    /// Events that were handled to the end, in that order.
    done: watch::Sender<Vec<i64>>,
    /// Keys that are being handled now.
    busy: Mutex<HashMap<Uuid, i64>>,
    most_at_once: AtomicUsize,
}

impl Scripted {
    fn new(script: impl Fn(i64, u32) -> Step + Send + Sync + 'static) -> Arc<Self> {
        Self::following(&[Topic::TaskEvents], script)
    }

    fn following(
        topics: &'static [Topic],
        script: impl Fn(i64, u32) -> Step + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            script: Box::new(script),
            topics,
            tries: Mutex::default(),
            done: watch::Sender::default(),
            busy: Mutex::default(),
            most_at_once: AtomicUsize::default(),
        })
    }

    fn done(&self) -> Vec<i64> {
        self.done.borrow().clone()
    }

    fn tries_of(&self, seq: i64) -> Vec<Instant> {
        let tries = self.tries.lock().unwrap();
        tries
            .iter()
            .filter(|(at, ..)| *at == seq)
            .map(|(.., when)| *when)
            .collect()
    }

    /// Waits until this many events are handled.
    async fn until_done(&self, count: usize) {
        let mut done = self.done.subscribe();
        let limit = Duration::from_hours(1);
        let wait = done.wait_for(|done| done.len() >= count);
        assert!(
            tokio::time::timeout(limit, wait).await.is_ok(),
            "handled {:?} of {count}",
            self.done()
        );
    }
}

/// Marks a key as free again, even if its handler panicked or was dropped.
struct Busy<'a>(&'a Scripted, Uuid);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.busy.lock().unwrap().remove(&self.1);
    }
}

impl Handler for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn topics(&self) -> &'static [Topic] {
        self.topics
    }

    fn handle<'a>(&'a self, delivery: &'a Delivery) -> Handling<'a> {
        Box::pin(async move {
            let seq = delivery.seq.unwrap();
            let key = delivery.event.partitionkey;
            self.tries.lock().unwrap().push((seq, key, Instant::now()));
            {
                let mut busy = self.busy.lock().unwrap();
                let other = busy.insert(key, seq);
                assert_eq!(other, None, "two events of one key at once");
                self.most_at_once.fetch_max(busy.len(), Ordering::SeqCst);
            }
            let busy = Busy(self, key);
            let (time, outcome) = match (self.script)(seq, delivery.attempt) {
                Step::Take(time, outcome) => (time, outcome),
                Step::Panic => panic!("the handler panics"),
            };
            sleep(time).await;
            drop(busy);
            if outcome == Outcome::Ack {
                self.done.send_modify(|done| done.push(seq));
            }
            outcome
        })
    }
}

struct Running {
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    fn start(log: &Memory, handler: &Arc<Scripted>, settings: Settings) -> Self {
        let cancel = CancellationToken::new();
        let mut rng = StdRng::seed_from_u64(7);
        let handler: Arc<dyn Handler> = Arc::<Scripted>::clone(handler);
        let bus = Bus::new(log.clone(), handler, &mut rng).with_settings(settings);
        let task = tokio::spawn(bus.run(cancel.clone()));
        Self { cancel, task }
    }

    async fn stop(self) {
        self.cancel.cancel();
        self.task.await.unwrap();
    }

    async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

/// Waits, in paused time, until a condition holds.
async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..100_000 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}");
}
