//! Fires reminders on time: sleeps until the next one is due, and asks the API to fire it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;
use taskwire_client::{Claim, Client, Error};
use taskwire_domain::contract::FiredReminders;
use taskwire_domain::{Clock, Via};
use taskwire_messaging::RetryPolicy;
use taskwire_telemetry::OutageLog;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};

use super::Timer;

/// Longest sleep: covers a dead-lettered event, a changed clock, and a suspended machine.
const MAX_SLEEP: Duration = Duration::from_secs(30);
/// How often the clock is read while a reminder is waited for: timers do not follow it.
const CLOCK_CHECK: Duration = Duration::from_secs(1);
/// Longest wait for the API's response.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(30);
/// Shortest sleep when nothing was due: the API's clock may be behind this one.
const MIN_SLEEP: Duration = Duration::from_millis(20);

/// Asks the API to fire due reminders. Two at once are harmless: each reminder is claimed once.
#[derive(Debug)]
pub struct Sweep {
    client: Client,
    clock: Arc<dyn Clock>,
    timer: Timer,
    /// Told when there is something to send.
    due: Option<Arc<Notify>>,
    policy: RetryPolicy,
    rng: StdRng,
    /// Failures in a row.
    failures: u32,
    /// Whether the API has refused to fire reminders since the last success.
    is_refused: bool,
    outages: OutageLog,
}

impl Sweep {
    /// A sweep that asks through `client`, which must have the service credential; `seed` decides the jitter of pauses.
    pub fn new(client: &Client, clock: Arc<dyn Clock>, timer: Timer, seed: u64) -> Self {
        let client = client.with_claim(Claim {
            via: Some(Via::Consumer),
            client: Some("taskwire-reminder".into()),
            ..Claim::default()
        });
        Self {
            client,
            clock,
            timer,
            due: None,
            policy: RetryPolicy::default(),
            rng: StdRng::seed_from_u64(seed),
            failures: 0,
            is_refused: false,
            outages: OutageLog::new("reminder", "fire reminders"),
        }
    }

    /// Wakes the sender of messages when some are planned.
    #[must_use]
    pub fn waking(mut self, due: Arc<Notify>) -> Self {
        self.due = Some(due);
        self
    }

    /// Sweeps until `cancel` is cancelled.
    pub async fn run(mut self, cancel: CancellationToken) {
        loop {
            tokio::select! {
                () = cancel.cancelled() => return,
                () = self.sweep_once() => {}
            }
        }
    }

    /// Asks once, and sleeps until it is time to ask again.
    async fn sweep_once(&mut self) {
        self.timer.clear();
        let answer = tokio::time::timeout(RESPONSE_TIMEOUT, self.client.fire_reminders()).await;
        match answer.unwrap_or_else(|_| Err(self.client.no_response())) {
            Ok(FiredReminders {
                fired,
                next_at,
                deliveries,
            }) => {
                self.recovered();
                if deliveries > 0
                    && let Some(due) = &self.due
                {
                    due.notify_one();
                }
                if fired > 0 {
                    debug!(fired, "Fired reminders");
                }
                if let Some(next) = next_at {
                    self.timer.not_later_than(next);
                }
                let shortest = if fired == 0 {
                    MIN_SLEEP
                } else {
                    Duration::ZERO
                };
                self.sleep(shortest).await;
            }
            Err(error) => {
                self.failed(&error);
                tokio::time::sleep(self.policy.delay(self.failures, &mut self.rng)).await;
            }
        }
    }

    /// Sleeps until the next reminder is due, which may move to an earlier time during the wait.
    async fn sleep(&self, shortest: Duration) {
        let mut earliest = self.timer.subscribe();
        let rest = async {
            loop {
                let next = *earliest.borrow_and_update();
                let pause = next.map_or(MAX_SLEEP, |next| self.until(next).min(CLOCK_CHECK));
                tokio::select! {
                    () = tokio::time::sleep(pause) => {
                        // A clock that was set, or a machine that slept, is noticed within a second.
                        if next.is_none_or(|next| next <= self.clock.now()) {
                            return;
                        }
                    }
                    changed = earliest.changed() => {
                        if changed.is_err() {
                            return;
                        }
                    }
                }
            }
        };
        let capped = tokio::time::timeout(MAX_SLEEP, rest);
        // After the longest sleep the API is asked in any case.
        let (_, ()) = tokio::join!(capped, tokio::time::sleep(shortest));
    }

    fn until(&self, at: Timestamp) -> Duration {
        let left = at.duration_since(self.clock.now());
        Duration::try_from(left).unwrap_or_default().min(MAX_SLEEP)
    }

    fn failed(&mut self, problem: &Error) {
        if !matches!(problem.status(), Some(401 | 403 | 404)) {
            self.outages.failed(problem);
        } else if !std::mem::replace(&mut self.is_refused, true) {
            // Only a person can fix this.
            error!(error = %problem, address = self.client.address(), "The API refuses to fire reminders: check the service credential and the API's address");
        }
        self.failures = self.failures.saturating_add(1);
    }

    fn recovered(&mut self) {
        self.failures = 0;
        self.outages.worked();
        if std::mem::take(&mut self.is_refused) {
            info!("The API accepts that reminders are fired");
        }
    }
}
