//! Replays dead letters on request.

use std::sync::Arc;
use std::time::Duration;

use taskwire_domain::Clock;
use taskwire_messaging::{CloudEvent, Delivery, Handler, Outcome, handle_within};
use taskwire_store::{Db, DeadLetter, Error};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

/// How long to wait before looking again where other processes cannot notify this one, and while a letter that was asked
/// for cannot be handled.
const POLL_INTERVAL: Duration = Duration::from_secs(2);
/// The same where they can: only a notification that was lost is found by looking.
const NOTIFIED_POLL_INTERVAL: Duration = Duration::from_secs(30);
/// Longest time a handler may take.
const HANDLER_LIMIT: Duration = Duration::from_secs(30);
/// Maximum number of dead letters per read.
const BATCH: i64 = 100;

/// Passes a consumer's dead letters to its handler again, with the same inbox, regardless of how they were
/// delivered first.
pub(crate) struct Replay {
    db: Db,
    handler: Arc<dyn Handler>,
    clock: Arc<dyn Clock>,
    /// How long to wait for a notification.
    pause: Duration,
}

impl Replay {
    pub(crate) fn new(db: Db, handler: Arc<dyn Handler>, clock: Arc<dyn Clock>) -> Self {
        let pause = if db.forwards_notifications() {
            NOTIFIED_POLL_INTERVAL
        } else {
            POLL_INTERVAL
        };
        Self {
            db,
            handler,
            clock,
            pause,
        }
    }

    /// Polls for requests until `cancel` is cancelled.
    pub(crate) async fn run(self, cancel: CancellationToken) {
        let mut requests = self.db.commit_notifier().subscribe_to_replays();
        loop {
            // Before the look, so that a request during the look is noticed.
            requests.mark_unchanged();
            let pause = match self.replay_all(&cancel).await {
                Ok(true) => self.pause,
                Ok(false) => POLL_INTERVAL,
                Err(error) => {
                    debug!(consumer = self.handler.name(), %error, "Cannot look for dead letters to replay");
                    POLL_INTERVAL
                }
            };
            tokio::select! {
                () = cancel.cancelled() => return,
                // Requested or not, it is looked at next.
                _ = tokio::time::timeout(pause, requests.changed()) => {}
            }
        }
    }

    /// Replays what is asked for; false if some of it must wait.
    async fn replay_all(&self, cancel: &CancellationToken) -> Result<bool, Error> {
        loop {
            let mut tx = self.db.read().await?;
            let letters = tx
                .dead_letters_to_replay(self.handler.name(), BATCH)
                .await?;
            drop(tx);
            if letters.is_empty() {
                return Ok(true);
            }
            for letter in letters {
                if cancel.is_cancelled() || !self.replay(letter).await? {
                    return Ok(false);
                }
            }
        }
    }

    /// Handles a dead letter; false if the consumer cannot work now, so that the request stays.
    async fn replay(&self, letter: DeadLetter) -> Result<bool, Error> {
        let consumer = self.handler.name();
        let DeadLetter { event, seq, .. } = letter;
        let failed = match self.handle(&letter).await {
            Outcome::Ack => None,
            Outcome::Unavailable(reason) => {
                debug!(consumer, event.id = %event, reason, "Cannot replay a dead letter yet");
                return Ok(false);
            }
            Outcome::Retry(reason) | Outcome::Drop(reason) => Some(reason),
        };
        let mut tx = self.db.begin().await?;
        match failed {
            None => {
                tx.remove_dead_letter(consumer, event).await?;
                info!(consumer, event.id = %event, seq, "Handled a dead letter");
            }
            Some(reason) => {
                tx.replay_failed(consumer, event, &reason, self.clock.now())
                    .await?;
                warn!(consumer, event.id = %event, seq, reason, "A dead letter failed again");
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn handle(&self, letter: &DeadLetter) -> Outcome {
        let Ok(event) = CloudEvent::parse(&letter.payload) else {
            // The reason is that of the record: what is stored of one that is not text is a form of it.
            return Outcome::Drop(letter.error.clone());
        };
        let delivery = Delivery {
            seq: event.seq().or((letter.seq > 0).then_some(letter.seq)),
            event,
            attempt: letter.attempts.saturating_add(1),
        };
        handle_within(&*self.handler, &delivery, HANDLER_LIMIT).await
    }
}

#[cfg(test)]
mod tests;
