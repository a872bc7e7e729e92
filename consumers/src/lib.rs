//! The consumers of events: audit, recurrence and reminder.
//!
//! Each follows its topics, and what it does to tasks it asks the API for; it writes nothing but what it owns: audit
//! lines, deliveries, its inbox. Each may run beside the others or as a process of its own, and twice at once without
//! harm: its effects are keyed by the event.

use std::sync::Arc;

use rand::SeedableRng;
use rand::rngs::StdRng;
use taskwire_client::Client;
use taskwire_domain::Clock;
use taskwire_messaging::{Bus, Handler, Settings};
use taskwire_store::Db;
use tokio_util::sync::CancellationToken;

mod audit;
mod consumer;
mod log;
mod outcome;
mod recurrence;
mod reminder;
mod supervisor;

pub use audit::Audit;
pub use consumer::Consumer;
pub use log::StoreLog;
pub use recurrence::RecurrenceConsumer;
pub use reminder::{Reminders, Sweep, Timer};
pub use supervisor::supervise;

/// What a consumer works with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Deps {
    /// The database: the event log, and what the consumer owns.
    pub db: Db,
    /// The API, with the service credential.
    pub client: Client,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Stops the consumer.
    pub cancel: CancellationToken,
    /// Decides the jitter of pauses.
    pub seed: u64,
}

/// Runs one consumer on the embedded bus until it is cancelled. If it panics, it is started again.
pub async fn run(consumer: Consumer, deps: Deps) {
    let cancel = deps.cancel.clone();
    supervise(consumer.as_str(), &cancel, || {
        run_once(consumer, deps.clone())
    })
    .await;
}

async fn run_once(consumer: Consumer, deps: Deps) {
    match consumer {
        Consumer::Audit => {
            let handler = Audit::new(deps.db.clone(), Arc::clone(&deps.clock));
            let settings = Settings {
                concurrency: audit::CONCURRENCY,
                ..Settings::default()
            };
            follow(consumer, Arc::new(handler), settings, &deps).await;
        }
        Consumer::Recurrence => {
            let handler =
                RecurrenceConsumer::new(deps.db.clone(), &deps.client, Arc::clone(&deps.clock));
            follow(consumer, Arc::new(handler), Settings::default(), &deps).await;
        }
        Consumer::Reminder => {
            let timer = Timer::default();
            let handler = Reminders::new(deps.db.clone(), Arc::clone(&deps.clock), timer.clone());
            let sweep = Sweep::new(&deps.client, Arc::clone(&deps.clock), timer, deps.seed);
            tokio::join!(
                follow(consumer, Arc::new(handler), Settings::default(), &deps),
                sweep.run(deps.cancel.clone()),
            );
        }
    }
}

/// Runs all consumers on the embedded bus until they are cancelled.
pub async fn run_all(deps: Deps) {
    tokio::join!(
        run(Consumer::Audit, deps.clone()),
        run(Consumer::Recurrence, deps.clone()),
        run(Consumer::Reminder, deps),
    );
}

async fn follow(consumer: Consumer, handler: Arc<dyn Handler>, settings: Settings, deps: &Deps) {
    let log = StoreLog::new(deps.db.clone(), consumer.as_str(), Arc::clone(&deps.clock));
    // Each consumer has pauses of its own, so that they do not all come back at the same moment.
    let mut rng = StdRng::seed_from_u64(deps.seed ^ (consumer as u64 + 1));
    Bus::new(log, handler, &mut rng)
        .with_settings(settings)
        .run(deps.cancel.clone())
        .await;
}
