//! The loop of a bus: reads events, starts handlers, and acts on their outcomes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use taskwire_telemetry::OutageLog;
use tokio::sync::mpsc;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, debug, error, info_span, warn};
use uuid::Uuid;

use super::reader::Reader;
use super::subscription::Subscription;
use super::window::Window;
use super::work::{Done, work};
use crate::handler::panic_text;
use crate::{Entry, Log, Outcome};

/// An outage of a dependency of the handler.
struct Outage {
    /// Consecutive failures. While there are any, one event at a time probes.
    failures: u32,
    /// Nothing starts before this.
    until: Instant,
}

pub(super) struct Runner<L: Log> {
    subscription: Subscription<L>,
    window: Window,
    entries: mpsc::Receiver<Entry>,
    /// The reader's task, which ends with the runner.
    reader: JoinSet<()>,
    running: JoinSet<Done>,
    /// The key of each running task, to identify one that panicked.
    keys: HashMap<Id, Uuid>,
    outage: Outage,
    /// At most one save at a time, concurrent with the loop, so that a slow database does not delay deliveries.
    saving: JoinSet<Result<i64, L::Error>>,
    pub(super) saved: i64,
    save_at: Instant,
    save_failures: u32,
    handling: OutageLog,
    position: OutageLog,
}

impl<L: Log> Runner<L> {
    pub(super) fn new(subscription: Subscription<L>, position: i64) -> Self {
        let now = Instant::now();
        let mut runner = Self {
            window: Window::new(position),
            entries: mpsc::channel(1).1,
            reader: JoinSet::new(),
            running: JoinSet::new(),
            keys: HashMap::new(),
            outage: Outage {
                failures: 0,
                until: now,
            },
            saving: JoinSet::new(),
            saved: position,
            save_at: now + subscription.settings.save_every,
            save_failures: 0,
            handling: OutageLog::new(subscription.consumer(), "handle events"),
            position: OutageLog::new(subscription.consumer(), "save its position"),
            subscription,
        };
        runner.read(0);
        runner
    }

    fn consumer(&self) -> &'static str {
        self.subscription.consumer()
    }

    /// Starts the reader after the last event read.
    fn read(&mut self, failures: u32) {
        let settings = &self.subscription.settings;
        let (sender, receiver) = mpsc::channel(settings.batch.max(1));
        let reader = Reader {
            log: Arc::clone(&self.subscription.log),
            consumer: self.consumer(),
            after: self.window.last_read(),
            batch: settings.batch.max(1),
            policy: settings.retry.clone(),
            rng: StdRng::from_rng(&mut self.subscription.rng),
            failures,
        };
        self.entries = receiver;
        self.reader.spawn(reader.run(sender));
    }

    pub(super) async fn deliver(&mut self, cancel: &CancellationToken) {
        loop {
            let now = Instant::now();
            self.start(now);
            self.save(now);
            let deadline = self.deadline(now);
            let room = self.window.len() < self.subscription.settings.window
                && self.window.bytes() < self.subscription.settings.window_bytes;
            tokio::select! {
                biased;
                () = cancel.cancelled() => return,
                Some(done) = self.running.join_next_with_id() => self.on_done(done),
                Some(saved) = self.saving.join_next() => self.on_saved(saved),
                () = sleep_until(deadline.unwrap_or(now)), if deadline.is_some() => {}
                entry = self.entries.recv(), if room => self.take_in(entry),
            }
        }
    }

    fn take_in(&mut self, entry: Option<Entry>) {
        let Some(entry) = entry else {
            error!(
                consumer = self.consumer(),
                "The reader of the event log panicked; starting it again"
            );
            self.read(1);
            return;
        };
        let topics = self.subscription.handler.topics();
        if topics.iter().any(|topic| topic.may_include(&entry.kind)) {
            self.window.push(entry);
        } else {
            self.window.skip(entry.seq);
        }
    }

    /// Maximum number of events that may run now: during an outage a single one, which probes whether it is over.
    fn max_running(&self) -> usize {
        match self.outage.failures {
            0 => self.subscription.settings.concurrency.max(1),
            _ => 1,
        }
    }

    /// Starts as many events as may run now.
    fn start(&mut self, now: Instant) {
        if now < self.outage.until {
            return;
        }
        while self.running.len() < self.max_running() && self.window.is_ready(now) {
            let Some(job) = self.window.next() else {
                return;
            };
            let key = job.entry.key;
            let span = info_span!(
                "delivery",
                consumer = self.consumer(),
                event.id = %job.entry.id,
                event.kind = job.entry.kind,
                attempt = job.attempt,
                trace.parent = tracing::field::Empty,
                otel.kind = tracing::field::Empty,
                otel.name = tracing::field::Empty,
            );
            crate::trace::describe_delivery(&span, self.consumer());
            let work = work(
                Arc::clone(&self.subscription.handler),
                Arc::clone(&self.subscription.log),
                job,
                self.subscription.settings.handler_limit,
            );
            let task = self.running.spawn(work.instrument(span));
            self.keys.insert(task.id(), key);
        }
    }

    /// When to continue even if nothing happens.
    fn deadline(&mut self, now: Instant) -> Option<Instant> {
        let wake = if self.running.len() >= self.max_running() {
            None
        } else if now < self.outage.until && self.window.is_ready(now) {
            Some(self.outage.until)
        } else {
            self.window
                .next_retry_at()
                .map(|at| at.max(self.outage.until))
        };
        let save = (self.saving.is_empty() && self.window.committed_through() > self.saved)
            .then_some(self.save_at);
        wake.into_iter().chain(save).min()
    }

    fn on_done(&mut self, done: Result<(Id, Done), JoinError>) {
        let (id, done) = match done {
            Ok(done) => done,
            Err(problem) => (
                problem.id(),
                Done::Handled(Outcome::Retry(panic_text(problem))),
            ),
        };
        let Some(key) = self.keys.remove(&id) else {
            return;
        };
        match done {
            Done::Skipped => self.window.finish(key),
            Done::Handled(Outcome::Unavailable(reason)) | Done::NotDeadLettered(reason) => {
                self.unavailable(key, &reason);
            }
            Done::DeadLettered | Done::Handled(Outcome::Ack) => {
                self.recovered();
                self.window.finish(key);
            }
            Done::Handled(Outcome::Drop(reason)) => {
                self.recovered();
                if self.subscription.settings.retry.attempts.is_some() {
                    self.window.mark_dead(key, &reason);
                } else {
                    self.failed(key, &reason);
                }
            }
            Done::Handled(Outcome::Retry(reason)) => {
                self.recovered();
                self.failed(key, &reason);
            }
        }
    }

    /// Handles a failure of the event: it is retried later, or dead-lettered after the last attempt.
    fn failed(&mut self, key: Uuid, reason: &str) {
        let Some((event, attempt)) = self.window.first_of(key) else {
            return;
        };
        let consumer = self.consumer();
        let policy = &self.subscription.settings.retry;
        if policy.attempts.is_some_and(|most| attempt >= most) {
            self.window.mark_dead(key, reason);
            return;
        }
        let pause = policy.delay(attempt, &mut self.subscription.rng);
        let pause_ms = pause.as_millis();
        match policy.attempts {
            Some(_) => {
                warn!(consumer, event.id = %event, attempt, pause_ms, reason, "Could not handle event; retrying");
            }
            // Somebody has to act: what comes after it with the same key waits, and later everything.
            None if attempt == 1 => {
                error!(consumer, event.id = %event, reason, "Could not handle event, which is never given up; retrying");
            }
            None => {
                debug!(consumer, event.id = %event, attempt, pause_ms, reason, "Still could not handle event");
            }
        }
        self.window.retry(key, Instant::now() + pause);
    }

    /// A dependency of the handler is unavailable: nothing starts for a while, then one event probes, if possible one
    /// of another key, because the outage may concern this key alone.
    fn unavailable(&mut self, key: Uuid, reason: &str) {
        let now = Instant::now();
        let pause = self
            .subscription
            .settings
            .retry
            .delay(self.window.count_outage(key), &mut self.subscription.rng);
        self.window.put_back(key, now + pause);
        if now < self.outage.until {
            // One of several that were running when the outage began.
            return;
        }
        self.outage.failures = self.outage.failures.saturating_add(1);
        let failures = self.outage.failures;
        let pause = self
            .subscription
            .settings
            .retry
            .delay(failures, &mut self.subscription.rng);
        self.outage.until = now + pause;
        if self.subscription.settings.is_quiet {
            debug!(
                consumer = self.consumer(),
                reason, failures, "Cannot handle events"
            );
        } else {
            self.handling.failed(reason);
        }
    }

    fn recovered(&mut self) {
        self.outage.failures = 0;
        self.handling.worked();
    }

    /// Saves the position if it has moved and it is time.
    fn save(&mut self, now: Instant) {
        let position = self.window.committed_through();
        if position <= self.saved || now < self.save_at || !self.saving.is_empty() {
            return;
        }
        let log = Arc::clone(&self.subscription.log);
        self.saving
            .spawn(async move { log.advance(position).await.map(|()| position) });
    }

    fn on_saved(&mut self, saved: Result<Result<i64, L::Error>, JoinError>) {
        let problem = match saved {
            Ok(Ok(position)) => {
                self.saved = self.saved.max(position);
                self.save_failures = 0;
                self.position.worked();
                self.save_at = Instant::now() + self.subscription.settings.save_every;
                return;
            }
            Ok(Err(problem)) => problem.to_string(),
            Err(problem) => panic_text(problem),
        };
        self.save_failures = self.save_failures.saturating_add(1);
        let failures = self.save_failures;
        self.position.failed(&problem);
        let pause = self
            .subscription
            .settings
            .retry
            .delay(failures, &mut self.subscription.rng);
        self.save_at = Instant::now() + pause;
    }

    /// Lets running handlers finish, starts no others, and saves the position.
    pub(super) async fn stop(&mut self) {
        self.reader.abort_all();
        let limit = Instant::now() + self.subscription.settings.stop_limit;
        while let Ok(Some(done)) = timeout_at(limit, self.running.join_next_with_id()).await {
            self.on_done(done);
        }
        if !self.running.is_empty() {
            let left = self.running.len();
            warn!(
                consumer = self.consumer(),
                left, "Stopping while handlers still run; their events will be delivered again"
            );
            self.running.shutdown().await;
        }
        while let Ok(Some(saved)) = timeout_at(limit, self.saving.join_next()).await {
            self.on_saved(saved);
        }
        let position = self.window.committed_through();
        if position > self.saved {
            // Even if the handlers have used up the time, a database that responds gets a moment.
            let limit = limit.max(Instant::now() + Duration::from_secs(1));
            let kept = timeout_at(limit, self.subscription.log.advance(position)).await;
            match kept {
                Ok(Ok(())) => self.saved = position,
                Ok(Err(problem)) => {
                    warn!(consumer = self.consumer(), error = %problem, "Could not save the consumer's position; its last events will be delivered again");
                }
                Err(_) => {
                    warn!(
                        consumer = self.consumer(),
                        "Saving the consumer's position took too long; its last events will be delivered again"
                    );
                }
            }
        }
    }
}
