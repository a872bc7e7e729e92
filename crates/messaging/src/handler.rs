//! The interface of a consumer, independent of how events are delivered.

use std::pin::Pin;

use tokio::task::JoinError;

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

/// The message of a panic.
pub(crate) fn panic_text(problem: JoinError) -> String {
    let Ok(payload) = problem.try_into_panic() else {
        return "it was stopped".into();
    };
    let text = payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned());
    format!("it panicked: {}", text.unwrap_or_default())
}
