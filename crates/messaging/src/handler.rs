//! The interface of a consumer, independent of how events are delivered.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Duration;

use futures::FutureExt as _;
use taskwire_domain::EventKind;
use taskwire_telemetry::metric;
use tokio::task::JoinError;
use tokio::time::Instant;

use crate::{CloudEvent, Topic};

/// One delivery of an event. The same event may be delivered again at any time.
#[derive(Clone, PartialEq, Debug)]
pub struct Delivery {
    /// The event.
    pub event: CloudEvent,
    /// Its position in the event log, if known.
    pub seq: Option<i64>,
    /// 1 for the first attempt.
    pub attempt: u32,
}

/// The outcome of a delivery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Handled, now or by an earlier delivery.
    Ack,
    /// It failed, but a retry may succeed. After the last attempt the event is dead-lettered.
    Retry(String),
    /// A dependency of the handler is unavailable, which is not the event's fault: it is retried until the dependency
    /// is back, and not counted as a failure of the event.
    Unavailable(String),
    /// It can never succeed; the event is dead-lettered at once.
    Drop(String),
}

impl Outcome {
    /// Its name in metrics.
    fn as_str(&self) -> &'static str {
        match self {
            Self::Ack => "ack",
            Self::Retry(_) => "retry",
            Self::Unavailable(_) => "unavailable",
            Self::Drop(_) => "drop",
        }
    }
}

/// The future of a handler.
pub type Handling<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// A consumer of events. A delivery may come twice, so handling one again must have no effect: the inbox row commits
/// together with the effect, or the effect is a request to the API under the event's id as idempotency key.
pub trait Handler: Send + Sync + 'static {
    /// The consumer's name, used for its position, its inbox and its dead letters.
    fn name(&self) -> &'static str;

    /// The topics that it subscribes to.
    fn topics(&self) -> &'static [Topic];

    /// Handles one delivery. Events of one key come one after another, those of different keys concurrently.
    /// The future may be dropped at any await if it takes too long.
    fn handle<'a>(&'a self, delivery: &'a Delivery) -> Handling<'a>;
}

/// Handles one delivery. A handler that panics, or takes longer than `limit`, has failed this once.
pub async fn handle_within(handler: &dyn Handler, delivery: &Delivery, limit: Duration) -> Outcome {
    let begun = Instant::now();
    // Handlers outlive each delivery in any case, so what one that panicked leaves behind is seen by the next.
    let handling = AssertUnwindSafe(async { handler.handle(delivery).await }).catch_unwind();
    let outcome = match tokio::time::timeout(limit, handling).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(payload)) => Outcome::Retry(panic_message(&*payload)),
        Err(_) => Outcome::Retry(format!("it took longer than {limit:?}")),
    };
    metrics::histogram!(
        metric::MESSAGING_PROCESS_DURATION,
        "messaging_consumer_group_name" => handler.name(),
        // A newer version may send kinds that this one does not know.
        "taskwire_event_kind" => delivery.event.kind().map_or("other", EventKind::as_str),
        "taskwire_outcome" => outcome.as_str(),
    )
    .record(begun.elapsed());
    outcome
}

/// Why a task ended without a result.
pub(crate) fn panic_text(problem: JoinError) -> String {
    problem.try_into_panic().map_or_else(
        |_| "it was stopped".into(),
        |payload| panic_message(&*payload),
    )
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("it panicked: {}", text.unwrap_or_default())
}
