//! The state store.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

/// Which component the store behaves like.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum StateKind {
    /// `state.postgresql` (v2).
    #[default]
    Postgres,
    /// `state.redis`: etags count from one for each new key, and a write under an etag creates a key that is gone.
    Redis,
}

/// Values by their key. Behind a sidecar the key is `app-id||key`.
#[derive(Debug, Default)]
pub struct StateStore {
    kind: StateKind,
    values: HashMap<String, Stored>,
    written: u64,
}

/// A value in the store.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The value.
    pub value: Value,
    /// Changes with each write.
    pub etag: String,
    expires: Option<Instant>,
}

/// A value to be written.
#[derive(Debug)]
pub struct Write {
    /// Where.
    pub key: String,
    /// The value.
    pub value: Value,
    /// The one that must be there.
    pub etag: Option<String>,
    /// Whether, without an etag, none may be there.
    pub first_wins: bool,
    /// After which time it is gone.
    pub ttl: Option<Duration>,
}

/// The reason for refusing a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The value is not the one that the ETag names.
    Mismatch,
    /// The key exists, and the first write wins.
    Exists,
}

impl StateStore {
    /// An empty store.
    pub fn new(kind: StateKind) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }

    /// Removes the keys that begin like this, as a store does that has lost its data.
    pub fn lose(&mut self, prefix: &str) {
        self.values.retain(|key, _| !key.starts_with(prefix));
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Stored> {
        self.values
            .get(key)
            .filter(|stored| stored.expires.is_none_or(|at| Instant::now() < at))
    }

    /// Checks whether the write would be refused.
    pub(super) fn check(&self, write: &Write) -> Result<(), Refusal> {
        match (&write.etag, self.get(&write.key)) {
            (Some(etag), Some(stored)) if *etag == stored.etag => Ok(()),
            (Some(_), None) if self.kind == StateKind::Redis => Ok(()),
            (Some(_), _) => Err(Refusal::Mismatch),
            (None, Some(_)) if write.first_wins => Err(Refusal::Exists),
            (None, _) => Ok(()),
        }
    }

    /// Writes a value, or nothing.
    pub fn set(&mut self, write: Write) -> Result<(), Refusal> {
        self.check(&write)?;
        self.written += 1;
        let etag = match self.kind {
            // Unlike any that was given before, also for a key that is new again.
            StateKind::Postgres => format!("00000000-0000-4000-8000-{:012x}", self.written),
            StateKind::Redis => {
                let known = self.get(&write.key).map(|stored| &stored.etag);
                let count = known.and_then(|etag| etag.parse().ok()).unwrap_or(0_u64);
                (count + 1).to_string()
            }
        };
        self.values.insert(
            write.key,
            Stored {
                value: write.value,
                etag,
                expires: write.ttl.map(|ttl| Instant::now() + ttl),
            },
        );
        Ok(())
    }

    /// Removes a key, or nothing.
    pub fn delete(&mut self, key: &str, etag: Option<&str>) -> Result<(), Refusal> {
        match (etag, self.get(key)) {
            (Some(etag), Some(stored)) if etag != stored.etag => Err(Refusal::Mismatch),
            (Some(_), None) if self.kind == StateKind::Postgres => Err(Refusal::Mismatch),
            _ => {
                self.values.remove(key);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(value: i64, etag: Option<&str>, first_wins: bool) -> Write {
        Write {
            key: "app||key".into(),
            value: value.into(),
            etag: etag.map(Into::into),
            first_wins,
            ttl: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_holds_to_its_etag_and_its_time() {
        let mut store = StateStore::default();
        assert_eq!(store.set(write(1, None, true)), Ok(()));
        assert_eq!(store.set(write(2, None, true)), Err(Refusal::Exists));
        assert_eq!(
            store.set(write(2, Some("old"), true)),
            Err(Refusal::Mismatch)
        );
        let etag = store.get("app||key").unwrap().etag.clone();
        assert_eq!(store.set(write(2, Some(&etag), true)), Ok(()));
        assert_eq!(
            store.set(write(3, Some(&etag), true)),
            Err(Refusal::Mismatch)
        );
        assert_eq!(store.set(write(3, None, false)), Ok(()));
        let short = Write {
            ttl: Some(Duration::from_secs(1)),
            ..write(4, None, false)
        };
        assert_eq!(store.set(short), Ok(()));
        let expired = store.get("app||key").unwrap().etag.clone();
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(store.get("app||key").is_none());
        assert_eq!(
            store.delete("app||key", Some(&expired)),
            Err(Refusal::Mismatch)
        );
        assert_eq!(
            store.set(write(5, Some(&expired), true)),
            Err(Refusal::Mismatch)
        );
        assert_eq!(store.set(write(5, None, true)), Ok(()));
        assert_eq!(store.delete("app||key", None), Ok(()));
        assert_eq!(store.delete("app||key", None), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn redis_counts_etags_and_creates_what_is_gone() {
        let mut store = StateStore::new(StateKind::Redis);
        let etag = |store: &StateStore| store.get("app||key").unwrap().etag.clone();
        assert_eq!(store.set(write(1, None, true)), Ok(()));
        assert_eq!(etag(&store), "1");
        assert_eq!(store.set(write(2, Some("1"), true)), Ok(()));
        assert_eq!(etag(&store), "2");
        assert_eq!(store.set(write(3, Some("1"), true)), Err(Refusal::Mismatch));
        assert_eq!(store.delete("app||key", Some("1")), Err(Refusal::Mismatch));
        store.lose("app||");
        assert_eq!(store.delete("app||key", Some("2")), Ok(()));
        assert_eq!(store.set(write(3, Some("2"), true)), Ok(()));
        assert_eq!(etag(&store), "1");
    }
}
