//! From the event log to the broker: one process at a time.

use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use taskwire_domain::Clock;
use taskwire_messaging::dapr::{Publisher, Relay, RelayStatus};
use taskwire_messaging::{Bus, RetryPolicy, Settings};
use taskwire_store::{Db, Error, HeldLease, Lease};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::consumer::Consumer;
use crate::log::StoreLog;

/// Events on their way to the broker at the same time, each of another key: what a sidecar needs to be busy.
const CONCURRENCY: usize = 64;
/// Pause before another look when the database did not answer.
const PAUSE: Duration = Duration::from_secs(1);
/// Longest pause before the sidecar is tried again: it is on this machine, and what it serves waits for events.
const MAX_PAUSE: Duration = Duration::from_secs(2);
/// Longest time for one event: beyond the limits of all its requests, so that those decide.
const HANDLER_LIMIT: Duration = Duration::from_mins(1);
/// After this time without success another process, whose sidecar may work, gets the lease.
const YIELD_AFTER: Duration = Duration::from_secs(5);

/// The dependencies of the relay.
#[derive(Clone, Debug)]
pub struct RelayDeps {
    /// The database with the event log.
    pub db: Db,
    /// Where events go.
    pub publisher: Publisher,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Stops the relay.
    pub cancel: CancellationToken,
    /// Decides the jitter of pauses.
    pub seed: u64,
    /// Says who holds the lease, for people who look.
    pub holder: String,
}

/// Publishes the event log while this process holds the relay's lease, and waits while another does.
pub async fn relay(deps: RelayDeps) {
    let lease = Lease::new(deps.db.clone(), Relay::NAME, deps.holder.clone());
    let cancel = deps.cancel.clone();
    let status = Arc::<RelayStatus>::default();
    lease
        .run(cancel.cancelled(), |held| {
            publish(deps.clone(), held, Arc::clone(&status))
        })
        .await;
}

/// Publishes until the lease is lost, or until nothing can be published from here.
async fn publish(deps: RelayDeps, held: HeldLease, status: Arc<RelayStatus>) {
    let cancel = deps.cancel.child_token();
    let failing = status.until_failing_for(YIELD_AFTER);
    let publishing = async {
        while let Err(error) = begin(&deps.db).await {
            warn!(%error, "Cannot read the relay's position; retrying until the database responds");
            tokio::time::sleep(PAUSE).await;
        }
        let log = StoreLog::new(deps.db.clone(), Relay::NAME, Arc::clone(&deps.clock))
            .fenced(held.token());
        let may_publish = {
            let held = held.clone();
            move || held.is_valid()
        };
        let handler = Relay::new(deps.publisher.clone(), may_publish, Arc::clone(&status));
        let settings = Settings {
            concurrency: CONCURRENCY,
            handler_limit: HANDLER_LIMIT,
            retry: RetryPolicy {
                max: MAX_PAUSE,
                // No event is given up.
                attempts: u32::MAX,
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
        // Whatever is on its way is dropped: from now on another process publishes the same events. One that the sidecar has
        // taken by then may still reach the broker later, after newer ones of its key; its id tells consumers so.
        () = held.lost() => {}
        () = failing => {
            warn!("Nothing can be published from here; giving the lease back");
            cancel.cancel();
            publishing.await;
        }
    }
}

/// Lets a relay that never ran begin where the embedded consumers are: what they have handled need not be published,
/// and what they have not must be.
async fn begin(db: &Db) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let positions = tx.consumer_positions().await?;
    let of = |name: &str| {
        positions
            .iter()
            .find(|(consumer, _)| consumer == name)
            .map(|(_, seq)| *seq)
    };
    if of(Relay::NAME).is_none() {
        let behind = Consumer::ALL
            .iter()
            .map(|consumer| of(consumer.as_str()).unwrap_or(0))
            .min();
        tx.advance_consumer(Relay::NAME, behind.unwrap_or(0))
            .await?;
    }
    tx.commit().await
}
