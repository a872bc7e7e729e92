//! Running turns: each in a task of its own, with all its frames kept for readers who come late.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_stream::stream;
use bytes::Bytes;
use futures::Stream;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::stream::{Chunk, DONE, KEEP_ALIVE};

/// A user's conversation.
type Key = (Uuid, String);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All running turns of this process, at most one per conversation.
#[derive(Clone, Default, Debug)]
pub(crate) struct Runs(Arc<Mutex<HashMap<Key, Arc<Run>>>>);

/// One turn as its readers see it.
#[derive(Debug)]
pub(crate) struct Run {
    /// All frames so far; kept so that a reader who comes back sees the reply from its beginning.
    frames: Mutex<Vec<Bytes>>,
    /// Wakes readers: how many frames there are, and whether that is all.
    progress: watch::Sender<(usize, bool)>,
    /// Readers at this moment; when the last one leaves, the turn is cancelled after a timeout.
    readers: AtomicUsize,
    /// Ends the turn early.
    pub(crate) cancel: CancellationToken,
    /// Where the turn is registered until it is over.
    registration: (Runs, Key),
}

/// The right to run the conversation's turn; dropping it ends the turn for its readers, whatever happened.
#[derive(Debug)]
pub(crate) struct RunPermit {
    pub(crate) run: Arc<Run>,
}

impl Runs {
    /// Starts a turn, unless one is running in the conversation.
    pub(crate) fn begin(&self, user: Uuid, conversation: &str) -> Option<RunPermit> {
        let key = (user, conversation.to_owned());
        let run = Arc::new(Run {
            frames: Mutex::default(),
            progress: watch::Sender::new((0, false)),
            readers: AtomicUsize::new(0),
            cancel: CancellationToken::new(),
            registration: (self.clone(), key.clone()),
        });
        match lock(&self.0).entry(key.clone()) {
            Entry::Occupied(_) => return None,
            Entry::Vacant(entry) => entry.insert(Arc::clone(&run)),
        };
        Some(RunPermit { run })
    }

    /// Removes a turn that is over, but not another one that has begun since.
    fn release(&self, key: &Key, run: &Run) {
        let mut runs = lock(&self.0);
        if runs
            .get(key)
            .is_some_and(|known| std::ptr::eq(Arc::as_ptr(known), run))
        {
            runs.remove(key);
        }
    }

    /// The running turn of a conversation.
    pub(crate) fn get(&self, user: Uuid, conversation: &str) -> Option<Arc<Run>> {
        lock(&self.0).get(&(user, conversation.to_owned())).cloned()
    }

    /// Cancels all turns.
    pub(crate) fn cancel_all(&self) {
        lock(&self.0).values().for_each(|run| run.cancel.cancel());
    }
}

impl Drop for RunPermit {
    fn drop(&mut self) {
        if !self.run.is_done() {
            // Reached only after a panic, or when the turn never began: no reader may wait for an end that never comes.
            let error_text = "The turn was interrupted. Completed steps are saved.".to_owned();
            self.run.send(&Chunk::Error { error_text });
            self.run.finish();
        }
    }
}

impl Run {
    /// Sends a chunk to all readers, present and future.
    pub(crate) fn send(&self, chunk: &Chunk) {
        self.push(chunk.frame(), false);
    }

    /// A turn without readers.
    pub(crate) fn without_reader() -> Arc<Self> {
        Arc::new(Self {
            frames: Mutex::default(),
            progress: watch::Sender::new((0, false)),
            readers: AtomicUsize::new(0),
            cancel: CancellationToken::new(),
            registration: (Runs::default(), (Uuid::nil(), String::new())),
        })
    }

    /// Sends the end. The conversation is free before a reader knows, so that the next message can follow at once.
    pub(crate) fn finish(&self) {
        let (runs, key) = &self.registration;
        runs.release(key, self);
        self.push(DONE, true);
    }

    fn push(&self, frame: Bytes, is_done: bool) {
        let count = {
            let mut frames = lock(&self.frames);
            frames.push(frame);
            frames.len()
        };
        self.progress.send_replace((count, is_done));
    }

    fn is_done(&self) -> bool {
        self.progress.borrow().1
    }

    /// Reads from the beginning to the end, with comments while nothing happens. When the last reader leaves a running turn,
    /// it goes on for `orphan_timeout`, so that a reloaded page finds it again.
    pub(crate) fn subscribe(
        self: Arc<Self>,
        keep_alive: Duration,
        orphan_timeout: Duration,
    ) -> impl Stream<Item = Bytes> + Send {
        self.readers.fetch_add(1, Ordering::SeqCst);
        let reader = Reader {
            run: Arc::clone(&self),
            orphan_timeout,
        };
        stream! {
            let _reader = reader;
            let mut progress = self.progress.subscribe();
            let mut read = 0;
            loop {
                let (_, is_done) = *progress.borrow_and_update();
                let more: Vec<Bytes> = lock(&self.frames).iter().skip(read).cloned().collect();
                read += more.len();
                for frame in more {
                    yield frame;
                }
                if is_done {
                    return;
                }
                if tokio::time::timeout(keep_alive, progress.changed()).await.is_err() {
                    yield KEEP_ALIVE;
                }
            }
        }
    }
}

struct Reader {
    run: Arc<Run>,
    orphan_timeout: Duration,
}

impl Drop for Reader {
    fn drop(&mut self) {
        let was = self.run.readers.fetch_sub(1, Ordering::SeqCst);
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        if was > 1 || self.run.is_done() {
            return;
        }
        let (run, orphan_timeout) = (Arc::clone(&self.run), self.orphan_timeout);
        runtime.spawn(async move {
            tokio::time::sleep(orphan_timeout).await;
            if run.readers.load(Ordering::SeqCst) == 0 {
                run.cancel.cancel();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt;

    const QUIET: Duration = Duration::from_secs(15);

    #[tokio::test(start_paused = true)]
    async fn late_readers_get_everything_and_keep_alives() {
        let runs = Runs::default();
        let permit = runs.begin(Uuid::nil(), "c").unwrap();
        assert!(runs.begin(Uuid::nil(), "c").is_none());
        assert!(runs.begin(Uuid::nil(), "d").is_some());
        permit.run.send(&Chunk::StartStep);
        let run = runs.get(Uuid::nil(), "c").unwrap();
        let mut reader = Box::pin(run.subscribe(QUIET, QUIET));
        assert_eq!(reader.next().await.unwrap(), Chunk::StartStep.frame());
        assert_eq!(reader.next().await.unwrap(), KEEP_ALIVE);
        permit.run.send(&Chunk::FinishStep);
        permit.run.finish();
        drop(permit);
        let rest: Vec<_> = reader.collect().await;
        assert_eq!(rest, [Chunk::FinishStep.frame(), DONE]);
        assert!(runs.get(Uuid::nil(), "c").is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_without_readers_is_cancelled_after_the_timeout() {
        let runs = Runs::default();
        let permit = runs.begin(Uuid::nil(), "c").unwrap();
        let first = Box::pin(Arc::clone(&permit.run).subscribe(QUIET, QUIET));
        drop(first);
        tokio::time::sleep(Duration::from_secs(10)).await;
        let second = Box::pin(Arc::clone(&permit.run).subscribe(QUIET, QUIET));
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert!(!permit.run.cancel.is_cancelled());
        drop(second);
        permit.run.cancel.cancelled().await;
    }

    #[tokio::test]
    async fn the_end_of_a_turn_leaves_the_conversation_free() {
        let runs = Runs::default();
        let permit = runs.begin(Uuid::nil(), "c").unwrap();
        permit.run.finish();
        let next = runs
            .begin(Uuid::nil(), "c")
            .expect("the first turn is over");
        drop(permit);
        assert!(
            runs.begin(Uuid::nil(), "c").is_none(),
            "the turn that follows is left alone"
        );
        drop(next);
        assert!(runs.get(Uuid::nil(), "c").is_none());
    }

    #[tokio::test]
    async fn a_lost_turn_ends_with_an_error() {
        let runs = Runs::default();
        let permit = runs.begin(Uuid::nil(), "c").unwrap();
        let run = Arc::clone(&permit.run);
        drop(permit);
        let frames: Vec<_> = run.subscribe(QUIET, QUIET).collect().await;
        assert_eq!(frames.len(), 2);
        assert_eq!(frames[1], DONE);
    }
}
