//! A store in memory that behaves like Redis behind Dapr: etags count from one for each new key, and a write with an
//! etag creates a key that no longer exists.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use taskwire_messaging::dapr::{
    Precondition, SidecarError, StateEntry, StateError, StateFuture, StateStore,
};
use tokio::time::Instant;

#[derive(Debug)]
pub(crate) struct StoredValue {
    value: Value,
    etag: u64,
    expires: Instant,
}

/// The store itself.
#[derive(Clone, Default, Debug)]
pub(crate) struct MemoryStore(Arc<Mutex<HashMap<String, StoredValue>>>);

impl MemoryStore {
    /// Removes keys, like a store that has lost its data.
    pub(crate) fn lose(&self, prefix: &str) {
        self.0
            .lock()
            .unwrap()
            .retain(|key, _| !key.starts_with(prefix));
    }

    fn answer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut HashMap<String, StoredValue>) -> Result<T, StateError>,
    ) -> StateFuture<'_, T> {
        let mut keys = self.0.lock().unwrap();
        keys.retain(|_, kept| Instant::now() < kept.expires);
        let answer = work(&mut keys);
        Box::pin(async move {
            // Like a request over a network.
            tokio::task::yield_now().await;
            answer
        })
    }
}

impl StateStore for MemoryStore {
    fn get<'a>(&'a self, key: &'a str) -> StateFuture<'a, Option<StateEntry>> {
        self.answer(|keys| {
            Ok(keys.get(key).map(|kept| StateEntry {
                value: kept.value.clone(),
                etag: kept.etag.to_string(),
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
        self.answer(|keys| {
            let etag = keys.get(key).map_or(0, |kept| kept.etag);
            let may_write = match precondition {
                Precondition::None => true,
                Precondition::Absent => etag == 0,
                Precondition::Unchanged(known) => etag == 0 || known == etag.to_string(),
            };
            if !may_write {
                return Err(StateError::Conflict);
            }
            let kept = StoredValue {
                value: value.clone(),
                etag: etag + 1,
                expires: Instant::now() + ttl,
            };
            keys.insert(key.to_owned(), kept);
            Ok(())
        })
    }

    fn delete<'a>(&'a self, key: &'a str, etag: &'a str) -> StateFuture<'a, ()> {
        self.answer(|keys| match keys.get(key) {
            Some(kept) if kept.etag.to_string() != etag => Err(StateError::Conflict),
            _ => {
                keys.remove(key);
                Ok(())
            }
        })
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
        Box::pin(async { Err(SidecarError::Unreachable("cut".into()).into()) })
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
