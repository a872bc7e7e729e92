//! One attempt to handle one event.

use std::sync::Arc;
use std::time::Duration;

use tracing::{Span, error};

use super::window::Job;
use crate::handler::handle_within;
use crate::trace;
use crate::{CloudEvent, Delivery, Handler, Log, Outcome};

/// The result of an attempt.
pub(super) enum Done {
    Handled(Outcome),
    /// The event is on none of the handler's topics.
    Skipped,
    DeadLettered,
    NotDeadLettered(String),
}

/// Handles an event once, or dead-letters it.
pub(super) async fn work<L: Log>(
    handler: Arc<dyn Handler>,
    log: Arc<L>,
    job: Job,
    limit: Duration,
) -> Done {
    let Job {
        entry,
        attempt,
        dead_reason,
    } = job;
    if let Some(reason) = dead_reason {
        return match log.dead_letter(&entry, attempt, &reason).await {
            Ok(()) => {
                error!(
                    attempts = attempt,
                    reason = &*reason,
                    "Dead-lettered an event that cannot be handled"
                );
                Done::DeadLettered
            }
            Err(problem) => Done::NotDeadLettered(problem.to_string()),
        };
    }
    let event = match CloudEvent::parse(&entry.payload) {
        Ok(event) => event,
        Err(problem) => return Done::Handled(Outcome::Drop(problem.to_string())),
    };
    if !handler.topics().iter().any(|topic| topic.includes(&event)) {
        return Done::Skipped;
    }
    let span = Span::current();
    trace::continue_trace(&span, &event);
    let delivery = Delivery {
        event,
        seq: Some(entry.seq),
        attempt,
    };
    let outcome = handle_within(&*handler, &delivery, limit).await;
    trace::record_outcome(&span, &outcome);
    Done::Handled(outcome)
}
