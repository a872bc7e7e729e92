//! Publishes the event log to the broker, from one process at a time.

use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use taskwire_domain::Clock;
use taskwire_messaging::dapr::{Publisher, Relay, RelayStatus};
use taskwire_messaging::{Bus, Delivery, Handler, Handling, Outcome, RetryPolicy, Settings, Topic};
use taskwire_store::{Db, Error, HeldLease, Lease};
use taskwire_telemetry::{OutageLog, metric};
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::consumer::Consumer;
use crate::log::StoreLog;

/// Events published at the same time, each with a different key: enough to keep a sidecar busy.
const CONCURRENCY: usize = 64;
/// Pause before a retry when the database did not respond.
const PAUSE: Duration = Duration::from_secs(1);
/// Longest pause before the sidecar is tried again: it is on this machine, and consumers are waiting for events.
const MAX_PAUSE: Duration = Duration::from_secs(2);
/// Longest time for one event: longer than all timeouts of its requests, so that those apply first.
const HANDLER_LIMIT: Duration = Duration::from_mins(1);
/// After this time without success the lease is given to another process, whose sidecar may work.
const YIELD_AFTER: Duration = Duration::from_secs(5);

/// The dependencies of the relay.
#[derive(Clone, Debug)]
pub struct RelayDeps {
    /// The database with the event log.
    pub db: Db,
    /// Where events go.
    pub publisher: Publisher,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Stops the relay.
    pub cancel: CancellationToken,
    /// Seeds the jitter of pauses.
    pub seed: u64,
    /// Names the holder of the lease, for people.
    pub holder: String,
}

/// Publishes the event log while this process holds the relay's lease, and waits while another does.
pub async fn relay(deps: RelayDeps) {
    let lease = Lease::new(deps.db.clone(), Relay::NAME, deps.holder.clone());
    let cancel = deps.cancel.clone();
    let status = Arc::<RelayStatus>::default();
    metrics::gauge!(metric::RELAY_ACTIVE).set(0);
    lease
        .run(cancel.cancelled(), |held| {
            publish(deps.clone(), held, Arc::clone(&status))
        })
        .await;
}

/// Publishes until the lease is lost, or until this process can publish nothing.
async fn publish(deps: RelayDeps, held: HeldLease, status: Arc<RelayStatus>) {
    let active = metrics::gauge!(metric::RELAY_ACTIVE);
    active.set(1);
    let cancel = deps.cancel.child_token();
    let failing = status.until_failing_for(YIELD_AFTER);
    let publishing = async {
        let outages = OutageLog::new(Relay::NAME, "read its position");
        while let Err(error) = begin(&deps.db).await {
            outages.failed(&error);
            tokio::select! {
                () = cancel.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
        let log = StoreLog::new(deps.db.clone(), Relay::NAME, Arc::clone(&deps.clock))
            .fenced(held.token());
        let may_publish = {
            let held = held.clone();
            move || held.is_valid()
        };
        let handler = WhileHeld {
            relay: Relay::new(deps.publisher.clone(), may_publish, Arc::clone(&status)),
            held: held.clone(),
        };
        let settings = Settings {
            concurrency: CONCURRENCY,
            handler_limit: HANDLER_LIMIT,
            is_quiet: true,
            retry: RetryPolicy {
                max: MAX_PAUSE,
                // An event that cannot be read is not given up either: it is in the log, so it happened.
                attempts: None,
                ..RetryPolicy::default()
            },
            ..Settings::default()
        };
        Bus::new(
            log,
            Arc::new(handler),
            &mut StdRng::seed_from_u64(deps.seed),
        )
        .with_settings(settings)
        .run(cancel.clone())
        .await;
    };
    tokio::pin!(publishing);
    tokio::select! {
        () = &mut publishing => {}
        // The position is kept, if no other process has the lease yet: where renewing takes too long, over and over, every
        // term must get further than the one before.
        () = held.lost() => {
            cancel.cancel();
            publishing.await;
        }
        () = failing => {
            debug!("This process cannot publish; releasing the lease");
            cancel.cancel();
            publishing.await;
        }
    }
    status.ended();
    active.set(0);
}

/// A relay that gives up with the lease what is on its way: from then on another process publishes the same events. One
/// that the sidecar has taken by then may still reach the broker later, after newer ones of its key; its id tells
/// consumers so.
struct WhileHeld {
    relay: Relay,
    held: HeldLease,
}

impl Handler for WhileHeld {
    fn name(&self) -> &'static str {
        self.relay.name()
    }

    fn topics(&self) -> &'static [Topic] {
        self.relay.topics()
    }

    fn handle<'a>(&'a self, delivery: &'a Delivery) -> Handling<'a> {
        Box::pin(async move {
            tokio::select! {
                outcome = self.relay.handle(delivery) => outcome,
                () = self.held.lost() => Outcome::Unavailable("the lease is lost".into()),
            }
        })
    }
}

/// Lets a relay that never ran begin at the position of the slowest consumer: the events that consumers have handled need
/// not be published, the others must be.
async fn begin(db: &Db) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let mut slowest = None;
    for consumer in Consumer::ALL {
        let position = tx.consumer_position(consumer.as_str()).await?;
        slowest = Some(slowest.map_or(position, |least: i64| least.min(position)));
    }
    tx.begin_consumer(Relay::NAME, slowest.unwrap_or(0)).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relay_has_the_name_that_the_database_knows() {
        assert_eq!(Relay::NAME, taskwire_store::RELAY);
    }
}
