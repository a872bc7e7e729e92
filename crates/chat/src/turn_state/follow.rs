//! Reads the stream of a turn that another replica runs.

use std::time::Duration;

use async_stream::stream;
use bytes::Bytes;
use futures::Stream;
use taskwire_messaging::dapr::StateError;
use tokio::time::Instant;
use tracing::{debug, warn};
use uuid::Uuid;

use super::Shared;
use super::buffer::Segment;
use super::lease::Lease;
use crate::stream::{Chunk, DONE, KEEP_ALIVE};

/// A turn that another replica runs.
#[derive(Debug)]
pub(crate) struct RemoteRun {
    shared: Shared,
    lease_key: String,
    turn: Uuid,
}

impl RemoteRun {
    /// The turn that holds this lease.
    pub(crate) async fn find(
        shared: &Shared,
        lease_key: String,
    ) -> Result<Option<Self>, StateError> {
        let turn = Lease::holder(shared, &lease_key).await?;
        Ok(turn.map(|turn| Self {
            shared: shared.clone(),
            lease_key,
            turn,
        }))
    }

    /// Asks its replica to stop it.
    pub(crate) async fn request_stop(&self) -> Result<(), StateError> {
        self.shared.request_stop(self.turn).await
    }

    /// Reads from the beginning to the end, with comments while nothing happens. If the turn's replica is gone, the
    /// stream ends with the error of an interrupted turn; the next request in the conversation recovers the turn.
    ///
    /// The reader is announced to the turn's replica three times per `orphan_timeout`.
    pub(crate) fn subscribe(
        self,
        keep_alive: Duration,
        orphan_timeout: Duration,
    ) -> impl Stream<Item = Bytes> + Send {
        let Self {
            shared,
            lease_key,
            turn,
        } = self;
        stream! {
            let timings = shared.timings;
            let mut place = Place::default();
            let mut watch = Watch::new();
            let mut sent_at = Instant::now();
            let mut announced_at: Option<Instant> = None;
            loop {
                if announced_at.is_none_or(|at| at.elapsed() >= orphan_timeout / 3) {
                    announced_at = Some(Instant::now());
                    if let Err(error) = shared.mark_reader(turn, orphan_timeout).await {
                        debug!(%error, "Cannot announce a reader of a chat turn");
                    }
                }
                let read = Segment::read(&shared, turn, place.segment).await;
                watch.answered(&read);
                if let Ok(Some(segment)) = read {
                    for frame in place.take(&segment) {
                        sent_at = Instant::now();
                        yield frame;
                    }
                    if segment.is_end {
                        yield DONE;
                        return;
                    }
                    if segment.is_full {
                        place = Place { segment: place.segment + 1, frame: 0 };
                        continue;
                    }
                }
                if watch.is_due(timings.renew_every) {
                    let holder = Lease::holder(&shared, &lease_key).await;
                    watch.answered(&holder);
                    watch.saw(holder.ok().map(|holder| holder == Some(turn)));
                }
                if watch.is_over(timings.end_grace, timings.lease_ttl) {
                    warn!(chat.turn = %turn, "The replica that ran a chat turn is gone");
                    yield Chunk::interrupted().frame();
                    yield DONE;
                    return;
                }
                if sent_at.elapsed() >= keep_alive {
                    sent_at = Instant::now();
                    yield KEEP_ALIVE;
                }
                tokio::time::sleep(timings.poll_every).await;
            }
        }
    }
}

/// The position of a reader in a stream.
#[derive(Default)]
struct Place {
    segment: u64,
    frame: usize,
}

impl Place {
    /// The frames of its segment that have not been read yet.
    fn take(&mut self, segment: &Segment) -> Vec<Bytes> {
        let frames = segment.frames.iter().skip(self.frame);
        let frames: Vec<Bytes> = frames.map(|frame| Bytes::from(frame.clone())).collect();
        self.frame += frames.len();
        frames
    }
}

/// Whether the turn still runs, as far as is known.
struct Watch {
    looked_at: Instant,
    /// When the store last responded.
    answered_at: Instant,
    /// Since when another turn, or no turn, holds the lease.
    gone_since: Option<Instant>,
}

impl Watch {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            looked_at: now,
            answered_at: now,
            gone_since: None,
        }
    }

    fn answered<T>(&mut self, answer: &Result<T, StateError>) {
        if answer.is_ok() {
            self.answered_at = Instant::now();
        }
    }

    fn is_due(&mut self, every: Duration) -> bool {
        let is_due = self.looked_at.elapsed() >= every;
        if is_due {
            self.looked_at = Instant::now();
        }
        is_due
    }

    fn saw(&mut self, is_held: Option<bool>) {
        match is_held {
            Some(true) => self.gone_since = None,
            Some(false) if self.gone_since.is_none() => self.gone_since = Some(Instant::now()),
            Some(false) | None => {}
        }
    }

    /// The end of a stream is written just after the lease is released. If the store does not respond, the turn, which
    /// cannot renew its lease either, is over after the lease's time to live.
    fn is_over(&self, end_grace: Duration, lease_ttl: Duration) -> bool {
        self.gone_since
            .is_some_and(|since| since.elapsed() >= end_grace)
            || self.answered_at.elapsed() >= lease_ttl
    }
}
