//! From the event log to the broker.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use metrics::{counter, gauge};
use tracing::{error, info};

use super::publisher::Publisher;
use crate::{Delivery, Handler, Handling, Outcome, Topic};

/// Publishes every event of the log: a handler whose effect is that the broker has the event.
///
/// It gives no event up. While the sidecar or the broker is away it waits; where the configuration is wrong it waits too,
/// says so as an error and sets the metric `taskwire_relay_refused`.
pub struct Relay {
    publisher: Publisher,
    /// Whether this process may publish at this moment. Asked right before each event leaves.
    may_publish: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Whether the configuration has been refused since the last success.
    is_refused: AtomicBool,
}

impl Relay {
    /// The name: of the relay's position and its lease.
    pub const NAME: &'static str = "relay";

    /// A relay that publishes while `may_publish` says so.
    pub fn new(
        publisher: Publisher,
        may_publish: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            publisher,
            may_publish: Arc::new(may_publish),
            is_refused: AtomicBool::new(false),
        }
    }

    async fn publish(&self, delivery: &Delivery) -> Outcome {
        let event = delivery.event.clone().for_broker(delivery.seq);
        let topics = Topic::ALL.iter().filter(|topic| topic.includes(&event));
        for &topic in topics {
            if !(self.may_publish)() {
                return Outcome::Unavailable("another process has taken over".into());
            }
            let published = self
                .publisher
                .publish(topic, event.partitionkey, &event)
                .await;
            if let Err(problem) = published {
                if !problem.cause.is_temporary() {
                    self.refused(&problem.to_string());
                }
                return Outcome::Unavailable(problem.to_string());
            }
            counter!("taskwire_events_published_total", "topic" => topic.as_str()).increment(1);
        }
        if self.is_refused.swap(false, Ordering::Relaxed) {
            gauge!("taskwire_relay_refused").set(0);
            info!("The Dapr sidecar accepts events again");
        }
        Outcome::Ack
    }

    /// Nobody but a person can mend this; the event and those behind it wait.
    fn refused(&self, reason: &str) {
        gauge!("taskwire_relay_refused").set(1);
        if !self.is_refused.swap(true, Ordering::Relaxed) {
            error!(
                reason,
                "The Dapr sidecar refuses events: check its pub/sub component, its scopes and its token; no event is published until then"
            );
        }
    }
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
