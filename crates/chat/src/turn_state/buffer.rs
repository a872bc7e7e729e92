//! The stream of a turn in the store, for readers on other replicas.
//!
//! It is stored in segments of bounded size. The last one is rewritten with the new frames, so a stream has as
//! many keys as segments, and one read returns all there is.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::json;
use taskwire_messaging::dapr::{Precondition, StateError};
use tokio_util::sync::CancellationToken;
use tracing::debug;
use uuid::Uuid;

use super::{Shared, segment_key};

/// Size at which a segment is full. It is at most one frame larger.
const SEGMENT_BYTES: usize = 16 * 1024;

/// A part of a stream.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Segment {
    pub(super) frames: Vec<String>,
    /// Another segment follows, now or later.
    pub(super) is_full: bool,
    /// The stream ends here.
    pub(super) is_end: bool,
}

impl Segment {
    pub(super) async fn read(
        shared: &Shared,
        turn: Uuid,
        index: u64,
    ) -> Result<Option<Self>, StateError> {
        let entry = shared.store.get(&segment_key(turn, index)).await?;
        Ok(entry.and_then(|entry| Self::deserialize(&entry.value).ok()))
    }
}

/// Writes a stream to the store.
#[derive(Debug)]
pub(crate) struct Publisher {
    shared: Shared,
    turn: Uuid,
    /// The segment that is written next.
    index: u64,
    /// The first frame in it.
    first: usize,
    /// How many frames are in the store.
    written: usize,
}

/// The frames of a stream that is being written.
pub(crate) trait Frames: Send + Sync {
    /// The frames from this index on.
    fn from(&self, first: usize) -> Vec<Bytes>;
    /// Waits until there are more than this many.
    fn more_than(&self, count: usize) -> impl Future<Output = ()> + Send;
}

impl Publisher {
    pub(crate) fn new(shared: Shared, turn: Uuid) -> Self {
        Self {
            shared,
            turn,
            index: 0,
            first: 0,
            written: 0,
        }
    }

    /// Writes new frames until `end`. Failed writes are retried: meanwhile only readers on other replicas miss
    /// something.
    pub(crate) async fn run(mut self, frames: Arc<impl Frames>, end: CancellationToken) -> Self {
        let mut is_failing = false;
        let timings = self.shared.timings;
        loop {
            let pause = async {
                frames.more_than(self.written).await;
                let pause = if is_failing {
                    timings.renew_every
                } else {
                    timings.flush_every
                };
                tokio::time::sleep(pause).await;
            };
            tokio::select! {
                biased;
                () = end.cancelled() => return self,
                () = pause => {}
            }
            // Never dropped halfway: an older state of a segment must not be written after a newer one.
            let flushed = self.flush(frames.as_ref(), false).await;
            if let Err(error) = &flushed
                && !is_failing
            {
                debug!(chat.turn = %self.turn, %error, "Cannot share the stream of a chat turn; retrying");
            }
            is_failing = flushed.is_err();
        }
    }

    /// Writes the rest and the end.
    pub(crate) async fn finish(mut self, frames: &impl Frames) {
        if let Err(error) = self.flush(frames, true).await {
            debug!(chat.turn = %self.turn, %error, "Cannot share the end of a chat turn");
        }
    }

    async fn flush(&mut self, frames: &impl Frames, is_end: bool) -> Result<(), StateError> {
        loop {
            let all = frames.from(self.first);
            let mut size = 0;
            let taken = all.iter().take_while(|frame| {
                let has_room = size < SEGMENT_BYTES;
                size += frame.len();
                has_room
            });
            let taken: Vec<String> = taken
                .map(|frame| String::from_utf8_lossy(frame).into_owned())
                .collect();
            let (count, is_last) = (taken.len(), taken.len() == all.len());
            let is_end = is_end && is_last;
            let is_full = !is_end && size >= SEGMENT_BYTES;
            let segment = json!(Segment {
                frames: taken,
                is_full,
                is_end
            });
            let key = segment_key(self.turn, self.index);
            let ttl = self.shared.timings.buffer_ttl;
            let store = &self.shared.store;
            store.set(&key, &segment, ttl, Precondition::None).await?;
            self.written = self.first + count;
            if is_full {
                self.index += 1;
                self.first = self.written;
            }
            if is_last {
                return Ok(());
            }
        }
    }
}
