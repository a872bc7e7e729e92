//! Publishes the event log to the broker.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use metrics::{SharedString, counter, gauge};
use taskwire_telemetry::{Kind, OutageLog, metric};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tracing::{Instrument, error, info, info_span};

use super::publisher::{PublishError, Publisher};
use crate::{Delivery, Handler, Handling, Outcome, Topic};

/// A handler that publishes every event of the log.
///
/// It never gives an event up. While the sidecar or the broker is unavailable it waits; if the configuration is wrong
/// it waits too, logs an error and sets the metric [`metric::RELAY_REFUSED`].
pub struct Relay {
    publisher: Publisher,
    /// Returns true if this process may publish at this moment. Checked right before each event is sent.
    may_publish: Arc<dyn Fn() -> bool + Send + Sync>,
    status: Arc<RelayStatus>,
}

/// The status of publishing, across all relays that this process runs one after another.
#[derive(Debug)]
pub struct RelayStatus {
    outages: OutageLog,
    /// Whether the configuration has been refused since the last success.
    is_refused: AtomicBool,
    /// Since when publishing has failed.
    failing_since: watch::Sender<Option<Instant>>,
}

impl Default for RelayStatus {
    fn default() -> Self {
        Self {
            outages: OutageLog::new(Relay::NAME, "publish events"),
            is_refused: AtomicBool::new(false),
            failing_since: watch::Sender::default(),
        }
    }
}

impl RelayStatus {
    /// Returns when publishing has failed for this long, counted from now.
    pub async fn until_failing_for(&self, time: Duration) {
        self.failing_since.send_replace(None);
        let mut failing_since = self.failing_since.subscribe();
        loop {
            let since = *failing_since.borrow_and_update();
            let is_over = async {
                match since {
                    Some(since) => sleep_until(since + time).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = is_over => return,
                // The sender lives as long as `self`.
                _ = failing_since.changed() => {}
            }
        }
    }

    /// Notes that this process publishes no more, because it does not hold the lease: whether events are refused, the
    /// process that holds it tells.
    pub fn ended(&self) {
        if self.is_refused.load(Ordering::Relaxed) {
            gauge!(metric::RELAY_REFUSED).set(0);
        }
    }

    fn succeeded(&self) {
        self.failing_since
            .send_if_modified(|since| since.take().is_some());
        self.outages.worked();
        if self.is_refused.swap(false, Ordering::Relaxed) {
            gauge!(metric::RELAY_REFUSED).set(0);
            info!("The Dapr sidecar accepts events again");
        }
    }

    fn failed(&self, problem: &PublishError) {
        self.failing_since.send_if_modified(|since| {
            let is_first = since.is_none();
            since.get_or_insert_with(Instant::now);
            is_first
        });
        if problem.cause.is_temporary() {
            self.outages.failed(problem);
            return;
        }
        // Only a person can fix this; the event and those behind it wait.
        gauge!(metric::RELAY_REFUSED).set(1);
        if !self.is_refused.swap(true, Ordering::Relaxed) {
            error!(
                reason = %problem,
                "The Dapr sidecar refuses events: check its pub/sub component, its scopes and its token; no event is published until then"
            );
        }
    }
}

impl Relay {
    /// The name of the relay's position and its lease.
    pub const NAME: &'static str = "relay";

    /// Creates a relay that publishes while `may_publish` returns true, and reports to `status`.
    pub fn new(
        publisher: Publisher,
        may_publish: impl Fn() -> bool + Send + Sync + 'static,
        status: Arc<RelayStatus>,
    ) -> Self {
        Self {
            publisher,
            may_publish: Arc::new(may_publish),
            status,
        }
    }

    async fn publish(&self, delivery: &Delivery) -> Outcome {
        let event = delivery.event.clone().for_broker(delivery.seq);
        let topics = Topic::ALL.iter().filter(|topic| topic.includes(&event));
        for &topic in topics {
            if !(self.may_publish)() {
                return Outcome::Unavailable("another process has taken over".into());
            }
            let span = info_span!(
                "publish",
                messaging.destination.name = topic.as_str(),
                otel.kind = tracing::field::Empty,
                otel.name = tracing::field::Empty,
            );
            taskwire_telemetry::describe(&span, Kind::Producer, format_args!("publish {topic}"));
            let published = self
                .publisher
                .publish(topic, event.partitionkey, &event)
                .instrument(span.clone())
                .await;
            count_sent(topic, published.as_ref().err());
            if let Err(problem) = published {
                taskwire_telemetry::mark_failed(&span);
                self.status.failed(&problem);
                return Outcome::Unavailable(problem.to_string());
            }
        }
        self.status.succeeded();
        Outcome::Ack
    }
}

fn count_sent(topic: Topic, problem: Option<&PublishError>) {
    let error = problem.map_or("", |problem| {
        if problem.cause.is_temporary() {
            "unavailable"
        } else {
            "refused"
        }
    });
    let mut labels = vec![
        ("messaging_system", SharedString::const_str("dapr")),
        (
            "messaging_operation_name",
            SharedString::const_str("publish"),
        ),
        (
            "messaging_destination_name",
            SharedString::const_str(topic.as_str()),
        ),
    ];
    if !error.is_empty() {
        labels.push(("error_type", SharedString::const_str(error)));
    }
    counter!(metric::MESSAGING_CLIENT_SENT_MESSAGES, &labels).increment(1);
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay")
            .field("publisher", &self.publisher)
            .finish_non_exhaustive()
    }
}

impl Handler for Relay {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn topics(&self) -> &'static [Topic] {
        Topic::ALL
    }

    fn handle<'a>(&'a self, delivery: &'a Delivery) -> Handling<'a> {
        Box::pin(self.publish(delivery))
    }
}
