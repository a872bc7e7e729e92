//! Keys and values that the replicas of an app share, in a state store component.
//!
//! Two stores differ where a key is gone: `state.redis` lets a write under an etag create it again, and counts etags
//! from one for each new key; `state.postgresql` does neither. Whoever needs to know the holder of a key reads the value.

use std::pin::Pin;
use std::time::Duration;

use reqwest::header::{ETAG, IF_MATCH};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use taskwire_domain::text::with_causes;

use super::sidecar::{Sidecar, SidecarError};

/// Longest wait for an answer: a lease of seconds cannot wait longer.
const STATE_TIMEOUT: Duration = Duration::from_secs(3);

/// A value as it was read.
#[derive(Clone, PartialEq, Debug)]
pub struct StateEntry {
    /// What was written.
    pub value: Value,
    /// Names this version of it.
    pub etag: String,
}

/// What must hold for a key to be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Precondition<'a> {
    /// Nothing: the last writer wins.
    None,
    /// The key does not exist. It must never have been written without a precondition.
    Absent,
    /// The key still has this etag.
    Unchanged(&'a str),
}

/// Why a key was not written, read or deleted.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The precondition does not hold. A store that fails while a key is created answers the same: read the key.
    #[error("the key was written by somebody else")]
    Conflict,
    /// The sidecar or the store failed.
    #[error("the state store is not available: {0}")]
    Unavailable(#[from] SidecarError),
}

/// What a state store answers, once it does.
pub type StateFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StateError>> + Send + 'a>>;

/// A store of keys that expire.
pub trait StateStore: std::fmt::Debug + Send + Sync {
    /// Reads a key; nothing where it does not exist or has expired.
    fn get<'a>(&'a self, key: &'a str) -> StateFuture<'a, Option<StateEntry>>;

    /// Writes a key that expires after `ttl`, in whole seconds.
    fn set<'a>(
        &'a self,
        key: &'a str,
        value: &'a Value,
        ttl: Duration,
        precondition: Precondition<'a>,
    ) -> StateFuture<'a, ()>;

    /// Deletes a key that still has this etag.
    fn delete<'a>(&'a self, key: &'a str, etag: &'a str) -> StateFuture<'a, ()>;
}

/// A state store component of the sidecar.
#[derive(Clone, Debug)]
pub struct StateComponent {
    sidecar: Sidecar,
    component: String,
}

impl StateComponent {
    /// The component of this name.
    pub fn new(sidecar: Sidecar, component: impl Into<String>) -> Self {
        Self {
            sidecar,
            component: component.into(),
        }
    }

    fn request(&self, method: Method, key: Option<&str>) -> reqwest::RequestBuilder {
        let path: Vec<&str> = ["v1.0", "state", &self.component]
            .into_iter()
            .chain(key)
            .collect();
        // A write says so in its body.
        let query = key.map(|_| ("consistency", "strong"));
        self.sidecar
            .request(method, &path, query.as_slice())
            .timeout(STATE_TIMEOUT)
    }

    async fn read(&self, key: &str) -> Result<Option<StateEntry>, StateError> {
        let response = Sidecar::send(self.request(Method::GET, Some(key))).await?;
        if response.status() == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        let etag = response.headers().get(ETAG);
        let etag = etag.and_then(|etag| etag.to_str().ok()).unwrap_or_default();
        let etag = etag.to_owned();
        let value = response
            .json()
            .await
            .map_err(|error| SidecarError::Unexpected(with_causes(&error.without_url())))?;
        Ok(Some(StateEntry { value, etag }))
    }

    async fn write(
        &self,
        key: &str,
        value: &Value,
        ttl: Duration,
        precondition: Precondition<'_>,
    ) -> Result<(), StateError> {
        let concurrency = match precondition {
            Precondition::None => "last-write",
            Precondition::Absent | Precondition::Unchanged(_) => "first-write",
        };
        let mut item = json!({
            "key": key,
            "value": value,
            "options": {"concurrency": concurrency, "consistency": "strong"},
            // Always sent: without it one store keeps the time to live of the value before, another clears it.
            "metadata": {"ttlInSeconds": ttl.as_secs().max(1).to_string()},
        });
        if let (Precondition::Unchanged(etag), Some(item)) = (precondition, item.as_object_mut()) {
            item.insert("etag".into(), etag.into());
        }
        let request = self.request(Method::POST, None).json(&[item]);
        match Sidecar::send(request).await {
            Ok(_) => Ok(()),
            Err(error) => Err(refused(error, precondition)),
        }
    }

    async fn remove(&self, key: &str, etag: &str) -> Result<(), StateError> {
        let request = self
            .request(Method::DELETE, Some(key))
            .header(IF_MATCH, etag);
        match Sidecar::send(request).await {
            Ok(_) => Ok(()),
            Err(error) => Err(refused(error, Precondition::Unchanged(etag))),
        }
    }
}

/// A refused precondition is a 409 where an etag was sent. Where a key was to be created it is the 500 of a store that
/// failed.
fn refused(error: SidecarError, precondition: Precondition<'_>) -> StateError {
    match (&error, precondition) {
        (SidecarError::Refused { status, .. }, Precondition::Unchanged(_))
            if *status == StatusCode::CONFLICT =>
        {
            StateError::Conflict
        }
        (SidecarError::Refused { status, .. }, Precondition::Absent)
            if matches!(
                *status,
                StatusCode::CONFLICT | StatusCode::INTERNAL_SERVER_ERROR
            ) =>
        {
            StateError::Conflict
        }
        _ => StateError::Unavailable(error),
    }
}

impl StateStore for StateComponent {
    fn get<'a>(&'a self, key: &'a str) -> StateFuture<'a, Option<StateEntry>> {
        Box::pin(self.read(key))
    }

    fn set<'a>(
        &'a self,
        key: &'a str,
        value: &'a Value,
        ttl: Duration,
        precondition: Precondition<'a>,
    ) -> StateFuture<'a, ()> {
        Box::pin(self.write(key, value, ttl, precondition))
    }

    fn delete<'a>(&'a self, key: &'a str, etag: &'a str) -> StateFuture<'a, ()> {
        Box::pin(self.remove(key, etag))
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
