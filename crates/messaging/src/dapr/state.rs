//! Keys and values shared by the replicas of an app, in a state store component.
//!
//! Two stores differ when a key no longer exists: `state.redis` lets a write with an etag create it again, and counts
//! etags from one for each new key; `state.postgresql` does neither. To learn the holder of a key, read the value.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ETAG, IF_MATCH};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use taskwire_domain::text::with_causes;
use taskwire_telemetry::OutageLog;

use super::sidecar::{Sidecar, SidecarError};

/// Longest wait for a response: a lease of seconds cannot wait longer.
const STATE_TIMEOUT: Duration = Duration::from_secs(3);

/// A stored value.
#[derive(Clone, PartialEq, Debug)]
pub struct StateEntry {
    /// The value.
    pub value: Value,
    /// Identifies this version of the value.
    pub etag: String,
}

/// A precondition of a write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Precondition<'a> {
    /// None: the last writer wins.
    None,
    /// The key does not exist. For keys that are never written without a precondition.
    Absent,
    /// The key still has this etag.
    Unchanged(&'a str),
}

/// The error of a write, read or deletion.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The precondition does not hold. A store that fails while a key is created responds the same: read the key.
    #[error("the key was changed by another writer")]
    Conflict,
    /// The sidecar or the store failed.
    #[error("the state store is not available: {0}")]
    Unavailable(#[from] SidecarError),
}

/// The result of an operation on a state store.
pub type StateFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StateError>> + Send + 'a>>;

/// A store of expiring keys.
pub trait StateStore: std::fmt::Debug + Send + Sync {
    /// Reads a key; `None` if it does not exist or has expired.
    fn get<'a>(&'a self, key: &'a str) -> StateFuture<'a, Option<StateEntry>>;

    /// Writes a key that expires after `ttl`, in whole seconds.
    fn set<'a>(
        &'a self,
        key: &'a str,
        value: &'a Value,
        ttl: Duration,
        precondition: Precondition<'a>,
    ) -> StateFuture<'a, ()>;

    /// Deletes a key if it still has this etag.
    fn delete<'a>(&'a self, key: &'a str, etag: &'a str) -> StateFuture<'a, ()>;
}

/// A state store component of the sidecar.
#[derive(Clone, Debug)]
pub struct StateComponent {
    sidecar: Sidecar,
    component: String,
    outages: Arc<OutageLog>,
}

impl StateComponent {
    /// The component of this name.
    pub fn new(sidecar: Sidecar, component: impl Into<String>) -> Self {
        Self {
            sidecar,
            component: component.into(),
            outages: Arc::new(OutageLog::new("state", "use the state store")),
        }
    }

    /// Reports the result of an operation to the log of outages.
    async fn observed<T>(
        &self,
        operation: impl Future<Output = Result<T, StateError>>,
    ) -> Result<T, StateError> {
        let result = operation.await;
        match &result {
            Err(StateError::Unavailable(error)) => self.outages.failed(error),
            Ok(_) | Err(StateError::Conflict) => self.outages.worked(),
        }
        result
    }

    fn request(&self, method: Method, key: Option<&str>) -> reqwest::RequestBuilder {
        let path: Vec<&str> = ["v1.0", "state", &self.component]
            .into_iter()
            .chain(key)
            .collect();
        // A write sends it in its body.
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
            // Always sent: without it one store keeps the previous time to live, another clears it.
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

/// A failed precondition is a 409 if an etag was sent. When a key was to be created, it is the same 500 as that of a
/// store that fails.
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
        Box::pin(self.observed(self.read(key)))
    }

    fn set<'a>(
        &'a self,
        key: &'a str,
        value: &'a Value,
        ttl: Duration,
        precondition: Precondition<'a>,
    ) -> StateFuture<'a, ()> {
        Box::pin(self.observed(self.write(key, value, ttl, precondition)))
    }

    fn delete<'a>(&'a self, key: &'a str, etag: &'a str) -> StateFuture<'a, ()> {
        Box::pin(self.observed(self.remove(key, etag)))
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
