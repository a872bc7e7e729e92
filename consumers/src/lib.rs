//! The consumers of events: audit, recurrence and reminder.
//!
//! Each follows its topics. It changes tasks through the API only, and writes only its own rows: audit lines,
//! deliveries, its inbox. Each may run in the same process as the others or in its own, and twice at once without harm:
//! its effects are keyed by the event.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::any;
use rand::SeedableRng;
use rand::rngs::StdRng;
use taskwire_client::Client;
use taskwire_domain::{Clock, SharedSecret};
use taskwire_messaging::dapr::{Sidecar, Subscriber};
use taskwire_messaging::{Bus, Handler, Settings};
use taskwire_notify::Sender;
use taskwire_store::Db;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

mod audit;
mod consumer;
mod failure_store;
mod log;
mod measure;
mod outcome;
mod recurrence;
mod relay;
mod reminder;
mod replay;
mod source;
mod supervisor;

pub use audit::Audit;
pub use consumer::Consumer;
pub use log::StoreLog;
pub use measure::{LogMeasure, Measured};
pub use recurrence::RecurrenceConsumer;
pub use relay::{RelayDeps, relay};
pub use reminder::{Reminders, Sweep, Timer, Waker};
pub use supervisor::supervise;

use failure_store::DbFailureStore;
use reminder::Deliveries;
use replay::Replay;
use source::{Source, note_source};

/// The dependencies of a consumer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Deps {
    /// The database: the event log, and the consumer's own rows.
    pub db: Db,
    /// The API, with the service credential.
    pub client: Client,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Stops the consumer.
    pub cancel: CancellationToken,
    /// Sends messages over channels. Without one nothing is sent, and another process may do so.
    pub sender: Option<Sender>,
    /// Seeds the jitter of pauses.
    pub seed: u64,
}

/// A consumer behind a broker.
#[derive(Debug)]
pub struct Subscription {
    /// The routes that its sidecar calls.
    pub router: Router,
    /// Its background work, until it is cancelled.
    pub background: tokio::task::JoinHandle<()>,
}

/// Runs one consumer on the embedded bus until it is cancelled. If it panics, it is started again.
pub async fn run(consumer: Consumer, deps: Deps) {
    let cancel = deps.cancel.clone();
    supervise(consumer.as_str(), &cancel, || {
        let deps = deps.clone();
        async move {
            let timer = Timer::default();
            let waker = Waker::new(timer.clone(), None);
            let handler = handler(consumer, &deps, waker);
            tokio::join!(
                follow(consumer, Arc::clone(&handler), &deps),
                background_work(consumer, Source::Log, handler, &deps, timer),
            );
        }
    })
    .await;
}

/// Runs all consumers on the embedded bus until they are cancelled.
pub async fn run_all(deps: Deps) {
    tokio::join!(
        run(Consumer::Audit, deps.clone()),
        run(Consumer::Recurrence, deps.clone()),
        run(Consumer::Reminder, deps),
    );
}

/// Prepares a consumer that a sidecar delivers to, from the pub/sub component of this name. Where it is given for `jobs`,
/// each reminder is a job of the sidecar, instead of a time that this process waits for.
pub fn subscribe(
    consumer: Consumer,
    deps: Deps,
    component: &str,
    app_token: impl Into<SharedSecret>,
    jobs: Option<Sidecar>,
) -> Subscription {
    let timer = Timer::default();
    let handler = handler(consumer, &deps, Waker::new(timer.clone(), jobs));
    let failures = DbFailureStore::new(deps.db.clone(), consumer, Arc::clone(&deps.clock));
    let subscriber = Subscriber::new(
        Arc::clone(&handler),
        Arc::new(failures),
        component,
        app_token,
    );
    let more = if consumer == Consumer::Reminder {
        wakes(&timer, &deps.clock)
    } else {
        Router::new()
    };
    let background = tokio::spawn(async move {
        let cancel = deps.cancel.clone();
        supervise(consumer.as_str(), &cancel, || {
            let (handler, deps, timer) = (Arc::clone(&handler), deps.clone(), timer.clone());
            async move { background_work(consumer, Source::Broker, handler, &deps, timer).await }
        })
        .await;
    });
    Subscription {
        router: subscriber.router(more),
        background,
    }
}

/// What a consumer does with an event.
fn handler(consumer: Consumer, deps: &Deps, waker: Waker) -> Arc<dyn Handler> {
    let (db, clock) = (deps.db.clone(), Arc::clone(&deps.clock));
    match consumer {
        Consumer::Audit => Arc::new(Audit::new(db, clock)),
        Consumer::Recurrence => Arc::new(RecurrenceConsumer::new(db, &deps.client, clock)),
        Consumer::Reminder => Arc::new(Reminders::new(db, clock, waker)),
    }
}

/// The background work of a consumer, until it is cancelled.
async fn background_work(
    consumer: Consumer,
    source: Source,
    handler: Arc<dyn Handler>,
    deps: &Deps,
    timer: Timer,
) {
    let noted = note_source(&deps.db, consumer, source);
    let noted = Box::pin(deps.cancel.run_until_cancelled(noted));
    let replay = Replay::new(deps.db.clone(), handler, Arc::clone(&deps.clock));
    let sweep = Box::pin(async {
        if consumer == Consumer::Reminder {
            let due = Arc::<Notify>::default();
            let clock = Arc::clone(&deps.clock);
            let sweep = Sweep::new(&deps.client, clock, timer, deps.seed).waking(Arc::clone(&due));
            let deliveries = async {
                if let Some(sender) = deps.sender.clone() {
                    let clock = Arc::clone(&deps.clock);
                    Deliveries::new(&deps.client, clock, sender, due, deps.seed)
                        .run(deps.cancel.clone())
                        .await;
                }
            };
            tokio::join!(sweep.run(deps.cancel.clone()), deliveries);
        }
    });
    tokio::join!(noted, replay.run(deps.cancel.clone()), sweep);
}

/// Lets a cron binding or a job of the sidecar wake the sweep. They are hints only: the sweep asks what is due.
fn wakes(timer: &Timer, clock: &Arc<dyn Clock>) -> Router {
    let wake = {
        let (timer, clock) = (timer.clone(), Arc::clone(clock));
        move || async move {
            timer.not_later_than(clock.now());
            StatusCode::NO_CONTENT
        }
    };
    Router::new()
        .route("/wake", any(wake.clone()))
        .route("/job/{name}", any(wake))
}

/// Delivers the event log to a consumer until it is cancelled.
async fn follow(consumer: Consumer, handler: Arc<dyn Handler>, deps: &Deps) {
    let settings = match consumer {
        Consumer::Audit => Settings {
            concurrency: audit::CONCURRENCY,
            ..Settings::default()
        },
        Consumer::Recurrence | Consumer::Reminder => Settings::default(),
    };
    let log = StoreLog::new(deps.db.clone(), consumer.as_str(), Arc::clone(&deps.clock));
    // Each consumer has its own pauses, so that they do not all retry at the same moment.
    let mut rng = StdRng::seed_from_u64(deps.seed ^ (consumer as u64 + 1));
    Bus::new(log, handler, &mut rng)
        .with_settings(settings)
        .run(deps.cancel.clone())
        .await;
}
