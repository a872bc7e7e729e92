//! Following the event log for the event streams: one reader per process, however many listen.

use std::sync::Arc;
use std::time::Duration;

use taskwire_store::{Db, Error, LogReader, StoredEvent};
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// Events kept for a listener that is slow; one slower still reads from the database again.
const BACKLOG: usize = 4096;
/// Events read at once.
const BATCH: i64 = 500;
/// How far before the end a new process starts to read, so that an event still being committed is not stepped over.
const MARGIN: i64 = 1000;
/// How often to look when nothing rings.
const POLL: Duration = Duration::from_millis(500);
/// How often to look while an earlier event is still being committed.
const GAP: Duration = Duration::from_millis(5);
/// Shortest time between two reads that a ring asked for: under load one read serves many commits.
const APART: Duration = Duration::from_millis(5);
/// Pause after the database failed.
const PAUSE: Duration = Duration::from_secs(1);

/// The end of the log, as it moves.
#[derive(Clone, Debug)]
pub(crate) struct Tail {
    events: broadcast::Sender<Arc<StoredEvent>>,
    position: watch::Receiver<i64>,
}

impl Tail {
    /// Starts to follow, until the shutdown.
    pub(crate) async fn start(db: Db, shutdown: CancellationToken) -> Result<Self, Error> {
        let end = db.read().await?.end_of_events().await?;
        let (events, _) = broadcast::channel(BACKLOG);
        let (moved, position) = watch::channel(end);
        let sender = events.clone();
        tokio::spawn(async move {
            shutdown
                .run_until_cancelled(follow(db, end, sender, moved))
                .await;
        });
        Ok(Self { events, position })
    }

    /// Listens from now on. Events up to the answered position are in the database; later ones come here.
    pub(crate) fn listen(&self) -> (broadcast::Receiver<Arc<StoredEvent>>, i64) {
        // In this order: an event between the two is seen twice, and dropped by its number, rather than missed.
        let events = self.events.subscribe();
        let position = *self.position.borrow();
        (events, position)
    }

    /// Up to where all events are known.
    pub(crate) fn position(&self) -> i64 {
        *self.position.borrow()
    }
}

/// Runs until every [`Tail`] is gone.
async fn follow(
    db: Db,
    end: i64,
    events: broadcast::Sender<Arc<StoredEvent>>,
    moved: watch::Sender<i64>,
) {
    let mut bell = db.wake().subscribe();
    let mut reader = LogReader::new(db, (end - MARGIN).max(0));
    loop {
        if moved.is_closed() {
            return;
        }
        bell.mark_unchanged();
        let last = Instant::now();
        match reader.next(BATCH).await {
            Ok(batch) if batch.is_empty() => {
                let pause = if reader.waits() { GAP } else { POLL };
                tokio::select! {
                    _ = bell.changed() => {}
                    () = tokio::time::sleep(pause) => {}
                    () = moved.closed() => return,
                }
                tokio::time::sleep_until(last + APART).await;
            }
            Ok(batch) => {
                let end = batch.last().map_or(0, |event| event.seq);
                // Before the events are sent: who begins to listen after one was sent finds it in the database.
                moved.send_modify(|position| *position = (*position).max(end));
                for event in batch {
                    // Nobody listening is fine.
                    let _ = events.send(Arc::new(event));
                }
            }
            Err(error) => {
                warn!(%error, "Cannot read the event log; event streams pause until the database answers");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
