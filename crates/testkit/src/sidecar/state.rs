//! A state store that behaves like `state.postgresql` (v2).

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

/// Values by their full key, `app-id||key`.
#[derive(Debug, Default)]
pub(super) struct StateStore {
    values: HashMap<String, Stored>,
    written: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) value: Value,
    pub(super) etag: String,
    expires: Option<Instant>,
}

/// A value to be written.
#[derive(Debug)]
pub(super) struct Write {
    pub(super) key: String,
    pub(super) value: Value,
    pub(super) etag: Option<String>,
    pub(super) first_wins: bool,
    pub(super) ttl: Option<Duration>,
}

/// The reason for refusing a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refusal {
    /// The ETag does not match the value.
    Mismatch,
    /// The key exists, and the first write wins.
    Exists,
}

impl StateStore {
    pub(super) fn get(&self, key: &str) -> Option<&Stored> {
        self.values
            .get(key)
            .filter(|stored| stored.expires.is_none_or(|at| Instant::now() < at))
    }

    /// Checks whether the write would be refused.
    pub(super) fn check(&self, write: &Write) -> Result<(), Refusal> {
        match (&write.etag, self.get(&write.key)) {
            (Some(etag), Some(stored)) if *etag == stored.etag => Ok(()),
            (Some(_), _) => Err(Refusal::Mismatch),
            (None, Some(_)) if write.first_wins => Err(Refusal::Exists),
            (None, _) => Ok(()),
        }
    }

    pub(super) fn set(&mut self, write: Write) -> Result<(), Refusal> {
        self.check(&write)?;
        self.written += 1;
        // Unlike any earlier one, even for a key that was deleted and created again.
        let etag = format!("00000000-0000-4000-8000-{:012x}", self.written);
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

    pub(super) fn delete(&mut self, key: &str, etag: Option<&str>) -> Result<(), Refusal> {
        match (etag, self.get(key)) {
            (Some(etag), Some(stored)) if etag != stored.etag => Err(Refusal::Mismatch),
            (Some(_), None) => Err(Refusal::Mismatch),
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
}
