//! Running turns: each in its own task, with all its frames buffered for late readers.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_stream::stream;
use bytes::Bytes;
use futures::Stream;
use taskwire_messaging::dapr::StateError;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::error;
use uuid::Uuid;

use crate::stream::{Chunk, DONE, KEEP_ALIVE};
use crate::turn_state::{Frames, Lease, Publisher, RemoteRun, Shared, lease_key};

/// A user's conversation.
type Key = (Uuid, String);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The running turns, at most one per conversation: those of this process and, if they are shared, those of the other
/// replicas.
#[derive(Clone, Default, Debug)]
pub(crate) struct Runs {
    local: Arc<Mutex<HashMap<Key, Arc<Run>>>>,
    shared: Option<Shared>,
}

/// The running turn of a conversation.
#[derive(Debug)]
pub(crate) enum Running {
    /// In this process.
    Here(Arc<Run>),
    /// On another replica.
    Elsewhere(RemoteRun),
}

/// A turn as its readers see it.
#[derive(Debug)]
pub(crate) struct Run {
    /// All frames so far, so that a reader who returns sees the reply from its beginning.
    frames: Mutex<Vec<Bytes>>,
    /// Wakes readers: the number of frames, and whether the stream has ended.
    progress: watch::Sender<(usize, bool)>,
    /// Number of readers; when the last one leaves, the turn is cancelled after a timeout.
    readers: AtomicUsize,
    /// Ends the turn early.
    pub(crate) cancel: CancellationToken,
    /// The right to have effects.
    pub(crate) lease: Lease,
    /// The turns among which it is registered until it ends.
    registration: (Runs, Key),
}

/// The right to run the conversation's turn; dropping it always ends the turn for its readers.
#[derive(Debug)]
pub(crate) struct RunPermit {
    pub(crate) run: Arc<Run>,
    /// The tasks that share the turn with other replicas, until its end.
    sharing: Mutex<Option<Sharing>>,
}

/// The tasks that share a turn with other replicas.
#[derive(Debug)]
struct Sharing {
    run: Arc<Run>,
    end: CancellationToken,
    keeper: JoinHandle<()>,
    publisher: JoinHandle<Publisher>,
}

impl Runs {
    /// Creates an empty set of turns, shared with other replicas or not.
    pub(crate) fn new(shared: Option<Shared>) -> Self {
        Self {
            shared,
            ..Self::default()
        }
    }

    /// Starts a turn, unless one is running in the conversation.
    pub(crate) async fn begin(
        &self,
        user: Uuid,
        conversation: &str,
    ) -> Result<Option<RunPermit>, StateError> {
        let key = (user, conversation.to_owned());
        if lock(&self.local).contains_key(&key) {
            return Ok(None);
        }
        let lease = match &self.shared {
            None => Lease::local(),
            Some(shared) => match Lease::acquire(shared, lease_key(user, conversation)).await? {
                Some(lease) => lease,
                None => return Ok(None),
            },
        };
        let run = Arc::new(Run::new(lease, (self.clone(), key.clone())));
        let is_first = match lock(&self.local).entry(key) {
            Entry::Occupied(_) => false,
            Entry::Vacant(entry) => {
                entry.insert(Arc::clone(&run));
                true
            }
        };
        if !is_first {
            // A turn of this process that has lost its lease is about to end.
            run.lease.release().await;
            return Ok(None);
        }
        let sharing = Mutex::new(Sharing::start(&run));
        Ok(Some(RunPermit { run, sharing }))
    }

    /// Removes a turn that has ended, but not another one that has begun since.
    fn remove(&self, key: &Key, run: &Run) {
        let mut runs = lock(&self.local);
        if runs
            .get(key)
            .is_some_and(|known| std::ptr::eq(Arc::as_ptr(known), run))
        {
            runs.remove(key);
        }
    }

    /// The running turn of a conversation.
    pub(crate) async fn find(
        &self,
        user: Uuid,
        conversation: &str,
    ) -> Result<Option<Running>, StateError> {
        let here = lock(&self.local)
            .get(&(user, conversation.to_owned()))
            .cloned();
        Ok(match (here, &self.shared) {
            (Some(run), _) => Some(Running::Here(run)),
            (None, Some(shared)) => RemoteRun::find(shared, lease_key(user, conversation))
                .await?
                .map(Running::Elsewhere),
            (None, None) => None,
        })
    }

    /// Cancels the running turn of a conversation, if there is one.
    pub(crate) async fn stop(&self, user: Uuid, conversation: &str) -> Result<(), StateError> {
        match self.find(user, conversation).await? {
            Some(Running::Here(run)) => run.cancel.cancel(),
            Some(Running::Elsewhere(run)) => run.request_stop().await?,
            None => {}
        }
        Ok(())
    }

    /// Cancels all turns of this process.
    pub(crate) fn cancel_all(&self) {
        lock(&self.local)
            .values()
            .for_each(|run| run.cancel.cancel());
    }
}

impl Sharing {
    /// Starts to share a turn, if its lease is shared.
    fn start(run: &Arc<Run>) -> Option<Self> {
        let (shared, turn) = run.lease.shared()?;
        let end = CancellationToken::new();
        let publisher = Publisher::new(shared.clone(), turn);
        Some(Self {
            run: Arc::clone(run),
            keeper: tokio::spawn(run.lease.clone().keep(run.cancel.clone(), end.clone())),
            publisher: tokio::spawn(publisher.run(Arc::clone(run), end.clone())),
            end,
        })
    }

    /// Releases the lease.
    async fn release(&mut self) {
        self.end.cancel();
        // A renewal in progress could create the lease again after its release.
        if let Err(error) = (&mut self.keeper).await {
            error!(%error, "The task that renews the lease of a chat turn failed");
        }
        self.run.lease.release().await;
    }

    /// Writes the rest of the stream after its end.
    async fn publish_rest(self) {
        match self.publisher.await {
            Ok(publisher) => publisher.finish(self.run.as_ref()).await,
            Err(error) => error!(%error, "The task that shares the stream of a chat turn failed"),
        }
    }
}

impl RunPermit {
    /// Runs the turn's work while the lease is held. Returns `None` once it is lost.
    pub(crate) async fn while_held<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.run.lease.while_held(work).await
    }

    /// Ends the turn. The conversation becomes free before readers see the end, so that the next message can follow at
    /// once.
    pub(crate) async fn end(&self) {
        let sharing = lock(&self.sharing).take();
        match sharing {
            None => self.run.finish(),
            Some(mut sharing) => {
                sharing.release().await;
                self.run.finish();
                sharing.publish_rest().await;
            }
        }
    }
}

impl Drop for RunPermit {
    fn drop(&mut self) {
        if !self.run.is_done() {
            // Reached only after a panic, or if the turn never began: no reader may wait for an end that never comes.
            self.run.send(&Chunk::interrupted());
            self.run.finish();
        }
        if let (Some(mut sharing), Ok(runtime)) =
            (lock(&self.sharing).take(), Handle::try_current())
        {
            runtime.spawn(async move {
                sharing.release().await;
                sharing.publish_rest().await;
            });
        }
    }
}

impl Run {
    fn new(lease: Lease, registration: (Runs, Key)) -> Self {
        Self {
            frames: Mutex::default(),
            progress: watch::Sender::new((0, false)),
            readers: AtomicUsize::new(0),
            cancel: CancellationToken::new(),
            lease,
            registration,
        }
    }

    /// Sends a chunk to all readers, present and future.
    pub(crate) fn send(&self, chunk: &Chunk) {
        let count = {
            let mut frames = lock(&self.frames);
            frames.push(chunk.frame());
            frames.len()
        };
        self.progress.send_modify(|progress| progress.0 = count);
    }

    /// A turn without readers, under an existing lease.
    pub(crate) fn without_reader(lease: Lease) -> Arc<Self> {
        Arc::new(Self::new(
            lease,
            (Runs::default(), (Uuid::nil(), String::new())),
        ))
    }

    /// Sends the end of the stream after the turn has been removed.
    fn finish(&self) {
        let (runs, key) = &self.registration;
        runs.remove(key, self);
        self.progress.send_modify(|progress| progress.1 = true);
    }

    fn is_done(&self) -> bool {
        self.progress.borrow().1
    }

    /// Returns true if it has a reader on another replica.
    async fn has_remote_reader(&self) -> bool {
        match self.lease.shared() {
            Some((shared, turn)) => shared.has_reader(turn).await,
            None => false,
        }
    }

    /// Reads from the beginning to the end, with comments while nothing happens. When the last reader leaves a running
    /// turn, it continues for `orphan_timeout`, so that a reloaded page finds it again.
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
                    yield DONE;
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
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        if was > 1 || self.run.is_done() {
            return;
        }
        let (run, orphan_timeout) = (Arc::clone(&self.run), self.orphan_timeout);
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(orphan_timeout).await;
                if run.readers.load(Ordering::SeqCst) > 0 || run.is_done() {
                    return;
                }
                if !run.has_remote_reader().await {
                    run.cancel.cancel();
                    return;
                }
            }
        });
    }
}

impl Frames for Run {
    fn from(&self, first: usize) -> Vec<Bytes> {
        lock(&self.frames).iter().skip(first).cloned().collect()
    }

    async fn more_than(&self, count: usize) {
        let mut progress = self.progress.subscribe();
        // Fails only when the turn is gone, which is impossible while it is borrowed.
        let _ = progress.wait_for(|(frames, _)| *frames > count).await;
    }
}

#[cfg(test)]
mod tests;
