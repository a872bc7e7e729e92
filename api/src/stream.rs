//! Follows the event log for the event streams: one reader per process for all listeners.

use std::sync::Arc;
use std::time::Duration;

use taskwire_store::{Db, Error, LogReader, StoredEvent};
use taskwire_telemetry::{OutageLog, metric};
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Events buffered for a slow listener; an even slower one reads from the database again.
const BACKLOG: usize = 4096;
/// Events per read.
const BATCH: usize = 500;
/// Time between two reads without a notification.
const POLL: Duration = Duration::from_millis(500);
/// Shortest time between two reads after notifications: under load one read serves many commits.
const READ_INTERVAL_MIN: Duration = Duration::from_millis(5);
/// Pause after the database failed.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// The end of the log, followed as it moves.
#[derive(Clone, Debug)]
pub(crate) struct Tail {
    events: broadcast::Sender<Arc<StoredEvent>>,
    /// `None` until no more events can be committed before the position at which the reader began.
    position: watch::Receiver<Option<i64>>,
}

impl Tail {
    /// Starts to follow, until the shutdown.
    pub(crate) async fn start(db: Db, shutdown: CancellationToken) -> Result<Self, Error> {
        let reader = LogReader::at_end(db.clone()).await?;
        let (events, _) = broadcast::channel(BACKLOG);
        let (moved, position) = watch::channel(reader.position());
        let sender = events.clone();
        tokio::spawn(async move {
            shutdown
                .run_until_cancelled(follow(&db, reader, sender, moved))
                .await;
        });
        Ok(Self { events, position })
    }

    /// Subscribes to new events. Events up to the returned position are in the database; later ones arrive here. Waits
    /// until the position is known, because an event that is committed in between may have a lower number; `None` when
    /// the process ends before.
    pub(crate) async fn listen(&self) -> Option<(broadcast::Receiver<Arc<StoredEvent>>, i64)> {
        let mut position = self.position.clone();
        position.wait_for(Option::is_some).await.ok()?;
        // In this order: an event between the two is seen twice and dropped by its number, rather than missed.
        let events = self.events.subscribe();
        let position = (*self.position.borrow())?;
        Some((events, position))
    }

    /// The position up to which all events are in the database.
    pub(crate) fn position(&self) -> i64 {
        self.position.borrow().unwrap_or_default()
    }
}

/// Runs until every [`Tail`] is gone.
async fn follow(
    db: &Db,
    mut reader: LogReader,
    events: broadcast::Sender<Arc<StoredEvent>>,
    moved: watch::Sender<Option<i64>>,
) {
    let mut commits = db.commit_notifier().subscribe();
    let outages = OutageLog::new("events", "read the event log for event streams");
    while !moved.is_closed() {
        commits.mark_unchanged();
        let last = Instant::now();
        let batch = match reader.next(BATCH).await {
            Ok(batch) => batch,
            Err(error) => {
                outages.failed(&error);
                tokio::time::sleep(RETRY_DELAY).await;
                continue;
            }
        };
        outages.worked();
        let waited = reader.waited().unwrap_or_default();
        metrics::gauge!(metric::LOG_WAITING).set(waited.as_secs_f64());
        // Before the events are sent: a listener that subscribes after that finds them in the database.
        moved.send_if_modified(|position| {
            let now = reader.position();
            std::mem::replace(position, now) != now
        });
        let is_at_end = batch.len() < BATCH;
        for event in batch {
            // An error means that there is no listener.
            let _ = events.send(Arc::new(event));
        }
        if is_at_end {
            let pause = reader.next_poll_in().unwrap_or(POLL);
            tokio::select! {
                _ = commits.changed() => {}
                () = tokio::time::sleep(pause) => {}
                () = moved.closed() => return,
            }
            tokio::time::sleep_until(last + READ_INTERVAL_MIN).await;
        }
    }
}
