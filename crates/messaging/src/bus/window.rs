//! The events in flight: those that wait, those that may start, and the position up to which all are handled. Does no
//! I/O.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use taskwire_domain::EventId;
use tokio::time::Instant;
use uuid::Uuid;

use crate::Entry;

/// Bytes counted for each entry in addition to its payload: the maps and the envelope.
const OVERHEAD: usize = 256;

/// Events that were read and are not yet handled.
pub(super) struct Window {
    /// Events of one key, the first of which is in exactly one of: `ready`, `retries`, being handled.
    queues_by_key: HashMap<Uuid, KeyQueue>,
    /// Keys whose first event may start, by the outages that it met and its position. The oldest event goes first, so that
    /// the position moves on and little is repeated after a kill; but in an outage, which may concern one key alone, the
    /// others are tried before it.
    ready: BTreeSet<(u32, i64, Uuid)>,
    /// Keys whose first event is retried later, by time.
    retries: BTreeSet<(Instant, Uuid)>,
    /// Positions of all events in `queues_by_key`.
    pending: BTreeSet<i64>,
    /// Size of all events in `queues_by_key`.
    bytes: usize,
    /// The last position read.
    last_read: i64,
}

#[derive(Default)]
struct KeyQueue {
    entries: VecDeque<Arc<Entry>>,
    /// Number of failures of the first event.
    failures: u32,
    /// Consecutive outages of dependencies of the first event.
    outages: u32,
    /// The reason, if the first event is to be dead-lettered.
    dead_reason: Option<Arc<str>>,
}

/// The next step for the first event of a key.
pub(super) struct Job {
    pub(super) entry: Arc<Entry>,
    /// 1 for the first attempt.
    pub(super) attempt: u32,
    /// If set, it is dead-lettered for this reason instead of handled.
    pub(super) dead_reason: Option<Arc<str>>,
}

impl Window {
    pub(super) fn new(position: i64) -> Self {
        Self {
            queues_by_key: HashMap::new(),
            ready: BTreeSet::new(),
            retries: BTreeSet::new(),
            pending: BTreeSet::new(),
            bytes: 0,
            last_read: position,
        }
    }

    /// Adds an event.
    pub(super) fn push(&mut self, entry: Entry) {
        let key = entry.key;
        self.last_read = entry.seq;
        self.pending.insert(entry.seq);
        self.bytes += entry.payload.len() + OVERHEAD;
        let key_queue = self.queues_by_key.entry(key).or_default();
        key_queue.entries.push_back(Arc::new(entry));
        if key_queue.entries.len() == 1 {
            self.make_ready(key);
        }
    }

    /// The first event of the key may start.
    fn make_ready(&mut self, key: Uuid) {
        if let Some(key_queue) = self.queues_by_key.get(&key)
            && let Some(entry) = key_queue.entries.front()
        {
            self.ready.insert((key_queue.outages, entry.seq, key));
        }
    }

    /// Skips an event that is on none of the consumer's topics.
    pub(super) fn skip(&mut self, seq: i64) {
        self.last_read = seq;
    }

    /// Number of events in flight.
    pub(super) fn len(&self) -> usize {
        self.pending.len()
    }

    /// Size of the events in flight, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The last position read.
    pub(super) fn last_read(&self) -> i64 {
        self.last_read
    }

    /// The position up to which every event is handled.
    pub(super) fn committed_through(&self) -> i64 {
        self.pending
            .first()
            .map_or(self.last_read, |first| first - 1)
    }

    /// Returns true if an event may start. Retries due at `now` become ready first.
    pub(super) fn is_ready(&mut self, now: Instant) -> bool {
        while let Some((at, key)) = self.retries.first().copied()
            && at <= now
        {
            self.retries.pop_first();
            self.make_ready(key);
        }
        !self.ready.is_empty()
    }

    /// The next event to start; its key starts nothing else until the outcome is reported.
    pub(super) fn next(&mut self) -> Option<Job> {
        let (_, _, key) = self.ready.pop_first()?;
        let key_queue = self.queues_by_key.get(&key)?;
        Some(Job {
            entry: Arc::clone(key_queue.entries.front()?),
            attempt: key_queue.failures + 1,
            dead_reason: key_queue.dead_reason.clone(),
        })
    }

    /// The first event of a key, and the number of its attempt.
    pub(super) fn first_of(&self, key: Uuid) -> Option<(EventId, u32)> {
        let key_queue = self.queues_by_key.get(&key)?;
        Some((key_queue.entries.front()?.id, key_queue.failures + 1))
    }

    /// When the next retry is due.
    pub(super) fn next_retry_at(&self) -> Option<Instant> {
        self.retries.first().map(|(at, _)| *at)
    }

    /// Removes the first event of the key, which was handled or dead-lettered.
    pub(super) fn finish(&mut self, key: Uuid) {
        let Some(key_queue) = self.queues_by_key.get_mut(&key) else {
            return;
        };
        if let Some(entry) = key_queue.entries.pop_front() {
            self.pending.remove(&entry.seq);
            self.bytes -= entry.payload.len() + OVERHEAD;
        }
        key_queue.failures = 0;
        key_queue.outages = 0;
        key_queue.dead_reason = None;
        if key_queue.entries.is_empty() {
            self.queues_by_key.remove(&key);
        } else {
            self.make_ready(key);
        }
    }

    /// Retries the first event of the key at `at`.
    pub(super) fn retry(&mut self, key: Uuid, at: Instant) {
        if let Some(key_queue) = self.queues_by_key.get_mut(&key) {
            key_queue.failures += 1;
            self.retries.insert((at, key));
        }
    }

    /// Marks the first event of the key to be dead-lettered.
    pub(super) fn mark_dead(&mut self, key: Uuid, reason: &str) {
        if let Some(key_queue) = self.queues_by_key.get_mut(&key) {
            key_queue.dead_reason = Some(reason.into());
            self.make_ready(key);
        }
    }

    /// Counts an outage of a dependency of the first event of the key; returns the number of consecutive ones.
    pub(super) fn count_outage(&mut self, key: Uuid) -> u32 {
        let Some(key_queue) = self.queues_by_key.get_mut(&key) else {
            return 1;
        };
        key_queue.outages = key_queue.outages.saturating_add(1);
        key_queue.outages
    }

    /// Retries the first event of the key at `at` without counting the attempt.
    pub(super) fn put_back(&mut self, key: Uuid, at: Instant) {
        if self.queues_by_key.contains_key(&key) {
            self.retries.insert((at, key));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use taskwire_domain::UserId;

    fn entry(seq: i64, key: u128) -> Entry {
        Entry {
            seq,
            id: EventId(Uuid::from_u128(u128::try_from(seq).unwrap())),
            owner: UserId(Uuid::nil()),
            kind: "task.created.v1".into(),
            key: Uuid::from_u128(key),
            payload: "{}".into(),
        }
    }

    fn started(window: &mut Window) -> Vec<i64> {
        std::iter::from_fn(|| window.next())
            .map(|job| job.entry.seq)
            .collect()
    }

    #[test]
    fn one_event_of_each_key_at_a_time() {
        let mut window = Window::new(0);
        for (seq, key) in [(1, 1), (2, 1), (3, 2), (4, 1)] {
            window.push(entry(seq, key));
        }
        assert_eq!(started(&mut window), [1, 3]);
        assert_eq!(window.committed_through(), 0);
        window.finish(Uuid::from_u128(2));
        assert_eq!(window.committed_through(), 0);
        window.finish(Uuid::from_u128(1));
        assert_eq!(window.committed_through(), 1);
        assert_eq!(started(&mut window), [2]);
        window.finish(Uuid::from_u128(1));
        assert_eq!(started(&mut window), [4]);
        window.finish(Uuid::from_u128(1));
        assert_eq!(
            (window.committed_through(), window.len(), window.bytes()),
            (4, 0, 0)
        );
        assert!(window.queues_by_key.is_empty());
    }

    #[test]
    fn the_oldest_event_that_may_start_is_next() {
        let mut window = Window::new(0);
        for (seq, key) in [(1, 1), (2, 2), (3, 1), (4, 3), (5, 4)] {
            window.push(entry(seq, key));
        }
        assert_eq!(window.next().unwrap().entry.seq, 1);
        window.finish(Uuid::from_u128(1));
        // Not after all keys that have not had their turn: the position would stand still until then.
        let mut positions = Vec::new();
        while let Some(job) = window.next() {
            window.finish(job.entry.key);
            positions.push((job.entry.seq, window.committed_through()));
        }
        assert_eq!(positions, [(2, 2), (3, 3), (4, 4), (5, 5)]);
    }

    #[test]
    fn an_event_that_met_an_outage_is_tried_after_those_that_did_not() {
        let now = Instant::now();
        let mut window = Window::new(0);
        for (seq, key) in [(1, 1), (2, 2), (3, 3)] {
            window.push(entry(seq, key));
        }
        for (key, expected) in [(1, 1), (2, 2), (3, 3), (1, 1)] {
            assert!(window.is_ready(now));
            assert_eq!(window.next().unwrap().entry.seq, expected);
            window.count_outage(Uuid::from_u128(key));
            window.put_back(Uuid::from_u128(key), now);
        }
    }

    #[test]
    fn skipped_events_move_the_position_only_when_nothing_is_in_flight() {
        let mut window = Window::new(10);
        window.skip(11);
        assert_eq!(window.committed_through(), 11);
        window.push(entry(12, 1));
        window.skip(13);
        assert_eq!((window.committed_through(), window.last_read()), (11, 13));
        assert_eq!(started(&mut window), [12]);
        window.finish(Uuid::from_u128(1));
        assert_eq!(window.committed_through(), 13);
    }

    #[test]
    fn failures_belong_to_one_event() {
        let key = Uuid::from_u128(1);
        let now = Instant::now();
        let mut window = Window::new(0);
        window.push(entry(1, 1));
        window.push(entry(2, 1));
        assert_eq!(window.next().unwrap().attempt, 1);
        window.retry(key, now + Duration::from_secs(1));
        assert!(!window.is_ready(now));
        assert_eq!(window.next_retry_at(), Some(now + Duration::from_secs(1)));
        assert!(window.is_ready(now + Duration::from_secs(1)));
        assert_eq!(window.next().unwrap().attempt, 2);
        assert_eq!((window.count_outage(key), window.count_outage(key)), (1, 2));
        window.put_back(key, now);
        assert!(window.is_ready(now));
        assert_eq!(window.next().unwrap().attempt, 2);
        window.mark_dead(key, "poison");
        assert_eq!(
            window.next().unwrap().dead_reason.as_deref(),
            Some("poison")
        );
        window.finish(key);
        let next = window.next().unwrap();
        assert_eq!(
            (next.entry.seq, next.attempt, next.dead_reason),
            (2, 1, None)
        );
    }
}
