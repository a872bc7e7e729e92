//! Replays dead letters on request.

use std::sync::Arc;
use std::time::Duration;

use taskwire_domain::Clock;
use taskwire_messaging::{CloudEvent, Delivery, Handler, Outcome};
use taskwire_store::{Db, DeadLetter, Error};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

/// Time between two queries for requests.
const POLL_INTERVAL: Duration = Duration::from_secs(2);
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
}

impl Replay {
    pub(crate) fn new(db: Db, handler: Arc<dyn Handler>, clock: Arc<dyn Clock>) -> Self {
        Self { db, handler, clock }
    }

    /// Polls for requests until `cancel` is cancelled.
    pub(crate) async fn run(self, cancel: CancellationToken) {
        loop {
            if let Err(error) = self.replay_all(&cancel).await {
                debug!(consumer = self.handler.name(), %error, "Cannot look for dead letters to replay");
            }
            tokio::select! {
                () = cancel.cancelled() => return,
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
    }

    async fn replay_all(&self, cancel: &CancellationToken) -> Result<(), Error> {
        loop {
            let mut tx = self.db.read().await?;
            let letters = tx
                .dead_letters_to_replay(self.handler.name(), BATCH)
                .await?;
            drop(tx);
            if letters.is_empty() {
                return Ok(());
            }
            for letter in letters {
                if cancel.is_cancelled() || !self.replay(letter).await? {
                    return Ok(());
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
        let event = match CloudEvent::parse(&letter.payload) {
            Ok(event) => event,
            Err(problem) => return Outcome::Drop(problem.to_string()),
        };
        let delivery = Delivery {
            seq: event.seq().or((letter.seq > 0).then_some(letter.seq)),
            event,
            attempt: letter.attempts.saturating_add(1),
        };
        tokio::time::timeout(HANDLER_LIMIT, self.handler.handle(&delivery))
            .await
            .unwrap_or_else(|_| Outcome::Retry(format!("it took longer than {HANDLER_LIMIT:?}")))
    }
}
