//! The test kit's state store without the sidecar before it, so that tests can hold the time; and a connection to it
//! that can be cut.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use taskwire_messaging::dapr::{
    Precondition, SidecarError, StateEntry, StateError, StateFuture, StateStore,
};
use taskwire_testkit::sidecar::{Refusal, StateKind, StateStore as Store, Write};

/// The store, like the component that promises less.
#[derive(Clone, Debug)]
pub(crate) struct MemoryStore(Arc<Mutex<Store>>);

impl Default for MemoryStore {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Store::new(StateKind::Redis))))
    }
}

impl MemoryStore {
    /// Removes keys, like a store that has lost its data.
    pub(crate) fn lose(&self, prefix: &str) {
        self.0.lock().unwrap().lose(prefix);
    }

    fn answer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T, Refusal>,
    ) -> StateFuture<'_, T> {
        let answer = work(&mut self.0.lock().unwrap());
        Box::pin(async move {
            // Like a request over a network.
            tokio::task::yield_now().await;
            answer.map_err(|_| StateError::Conflict)
        })
    }
}

impl StateStore for MemoryStore {
    fn get<'a>(&'a self, key: &'a str) -> StateFuture<'a, Option<StateEntry>> {
        self.answer(|store| {
            Ok(store.get(key).map(|stored| StateEntry {
                value: stored.value.clone(),
                etag: stored.etag.clone(),
            }))
        })
    }

    fn set<'a>(
        &'a self,
        key: &'a str,
        value: &'a Value,
        ttl: Duration,
        precondition: Precondition<'a>,
    ) -> StateFuture<'a, ()> {
        let (etag, first_wins) = match precondition {
            Precondition::None => (None, false),
            Precondition::Absent => (None, true),
            Precondition::Unchanged(etag) => (Some(etag.to_owned()), true),
        };
        self.answer(|store| {
            store.set(Write {
                key: key.to_owned(),
                value: value.clone(),
                etag,
                first_wins,
                ttl: Some(ttl),
            })
        })
    }

    fn delete<'a>(&'a self, key: &'a str, etag: &'a str) -> StateFuture<'a, ()> {
        self.answer(|store| store.delete(key, Some(etag)))
    }
}

/// A replica's connection to a store, which can be cut.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    store: Arc<dyn StateStore>,
    is_cut: Arc<AtomicBool>,
    /// Number of requests until it is cut, if set.
    left: Arc<Mutex<Option<usize>>>,
    /// Keys that begin like this cannot be written.
    refused: Arc<Mutex<Option<&'static str>>>,
}

impl Connection {
    pub(crate) fn new(store: Arc<dyn StateStore>) -> Self {
        Self {
            store,
            is_cut: Arc::default(),
            left: Arc::default(),
            refused: Arc::default(),
        }
    }

    pub(crate) fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
    }

    pub(crate) fn cut_after(&self, requests: usize) {
        *self.left.lock().unwrap() = Some(requests);
    }

    pub(crate) fn refuse(&self, prefix: &'static str) {
        *self.refused.lock().unwrap() = Some(prefix);
    }

    pub(crate) fn reconnect(&self) {
        *self.left.lock().unwrap() = None;
        *self.refused.lock().unwrap() = None;
        self.is_cut.store(false, Ordering::SeqCst);
    }

    /// Returns true if it is not cut.
    pub(crate) fn is_connected(&self) -> bool {
        !self.is_cut.load(Ordering::SeqCst)
    }

    fn pass<'a, T: Send + 'a>(&'a self, answer: StateFuture<'a, T>) -> StateFuture<'a, T> {
        let mut left = self.left.lock().unwrap();
        if *left == Some(0) {
            self.cut();
        }
        *left = left.map(|left| left.saturating_sub(1));
        if self.is_cut.load(Ordering::SeqCst) {
            return Self::away();
        }
        answer
    }

    fn away<'a, T: Send + 'a>() -> StateFuture<'a, T> {
        Box::pin(async {
            Err(SidecarError::Unreachable {
                address: "test".into(),
                reason: "cut".into(),
            }
            .into())
        })
    }
}

impl StateStore for Connection {
    fn get<'a>(&'a self, key: &'a str) -> StateFuture<'a, Option<StateEntry>> {
        self.pass(Box::pin(async { self.store.get(key).await }))
    }

    fn set<'a>(
        &'a self,
        key: &'a str,
        value: &'a Value,
        ttl: Duration,
        precondition: Precondition<'a>,
    ) -> StateFuture<'a, ()> {
        let refused = *self.refused.lock().unwrap();
        if refused.is_some_and(|prefix| key.starts_with(prefix)) {
            return Self::away();
        }
        self.pass(Box::pin(async move {
            self.store.set(key, value, ttl, precondition).await
        }))
    }

    fn delete<'a>(&'a self, key: &'a str, etag: &'a str) -> StateFuture<'a, ()> {
        self.pass(Box::pin(async { self.store.delete(key, etag).await }))
    }
}
