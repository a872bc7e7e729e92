//! The keys that an authorization server publishes. They are kept, read again after an hour, and when a token names one
//! that is not known: a key that was just put into use. That happens at most once a minute, because anybody can name
//! unknown keys.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde_json::Value;
use taskwire_http::Documents;
use tokio::sync::Mutex;
use tracing::warn;
use url::Url;

use super::refused::Refused;

/// Largest document, in bytes.
const DOCUMENT_MAX: usize = 256 * 1024;
/// How long keys are not read again.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// How long keys are used that cannot be read again.
const USABLE: SignedDuration = SignedDuration::from_hours(24);
/// Shortest time between two readings.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

#[derive(Debug)]
pub(super) struct Keys {
    issuer: String,
    /// Where its metadata may be, in the order in which they are tried.
    metadata: Vec<Url>,
    documents: Arc<dyn Documents>,
    known: RwLock<Option<Known>>,
    /// When they were last read, or tried to be; held while they are.
    tried_at: Mutex<Option<Timestamp>>,
}

#[derive(Clone, Debug)]
struct Known {
    keys: Arc<[Jwk]>,
    read_at: Timestamp,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: Url,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

impl Known {
    fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.read_at)
    }

    /// The key with this id; without an id, the only key.
    fn find(&self, id: Option<&str>) -> Option<Jwk> {
        match (id, &*self.keys) {
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
            (Some(_), keys) => {
                let has_id = |key: &&Jwk| key.common.key_id.as_deref() == id;
                keys.iter().find(has_id).cloned()
            }
        }
    }
}

impl Keys {
    pub(super) fn new(issuer: &str, url: &Url, documents: Arc<dyn Documents>) -> Self {
        Self {
            issuer: issuer.to_owned(),
            metadata: places(url),
            documents,
            known: RwLock::new(None),
            tried_at: Mutex::new(None),
        }
    }

    /// The key with this id; without an id, the only key.
    pub(super) async fn find(&self, id: Option<&str>, now: Timestamp) -> Result<Jwk, Refused> {
        let known = self.known();
        if let Some(known) = known.filter(|known| known.age(now) < FRESH)
            && let Some(key) = known.find(id)
        {
            return Ok(key);
        }
        let mut tried_at = self.tried_at.lock().await;
        let may_read = tried_at.is_none_or(|last| now.duration_since(last) >= PAUSE);
        if may_read {
            *tried_at = Some(now);
            match self.read().await {
                Ok(keys) => {
                    let keys = keys.into();
                    *self.known.write().unwrap_or_else(PoisonError::into_inner) =
                        Some(Known { keys, read_at: now });
                }
                Err(why) => warn!(
                    issuer = self.issuer,
                    error = why,
                    "Could not read the keys of the authorization server"
                ),
            }
        }
        drop(tried_at);
        let usable = self.known().filter(|known| known.age(now) < USABLE);
        let usable =
            usable.ok_or_else(|| Refused::Unavailable("its keys cannot be read".into()))?;
        usable
            .find(id)
            .ok_or(Refused::Token("its key is not known"))
    }

    fn known(&self) -> Option<Known> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    async fn read(&self) -> Result<Vec<Jwk>, String> {
        let mut why = String::new();
        for place in &self.metadata {
            let read = self.documents.read(place.clone(), DOCUMENT_MAX).await;
            match read {
                Ok(bytes) => return self.read_set(&bytes).await,
                Err(error) => why = format!("{place}: {error}"),
            }
        }
        Err(why)
    }

    async fn read_set(&self, metadata: &[u8]) -> Result<Vec<Jwk>, String> {
        let metadata: Metadata = serde_json::from_slice(metadata)
            .map_err(|error| format!("the metadata is wrong: {error}"))?;
        // RFC 8414, section 3.3.
        if metadata.issuer != self.issuer {
            return Err(format!("the metadata is that of {:?}", metadata.issuer));
        }
        let place = metadata.jwks_uri;
        let bytes = self.documents.read(place.clone(), DOCUMENT_MAX).await;
        let bytes = bytes.map_err(|error| format!("{place}: {error}"))?;
        let set: Set =
            serde_json::from_slice(&bytes).map_err(|error| format!("{place}: {error}"))?;
        // One of a kind that is not known here does not spoil the others.
        let keys = set.keys.into_iter();
        Ok(keys
            .filter_map(|key| serde_json::from_value(key).ok())
            .collect())
    }
}

/// Where the metadata of an issuer may be (RFC 8414, section 3.1, and OpenID Connect Discovery), in the order of MCP.
fn places(issuer: &Url) -> Vec<Url> {
    let path = issuer.path().trim_end_matches('/');
    let mut paths = vec![
        format!("/.well-known/oauth-authorization-server{path}"),
        format!("/.well-known/openid-configuration{path}"),
    ];
    if !path.is_empty() {
        paths.push(format!("{path}/.well-known/openid-configuration"));
    }
    paths
        .into_iter()
        .map(|path| {
            let mut place = issuer.clone();
            place.set_path(&path);
            place
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_looked_for_in_the_usual_places() {
        let of = |issuer: &str| {
            let places = places(&issuer.parse().unwrap());
            places.iter().map(Url::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            of("https://a.example"),
            [
                "https://a.example/.well-known/oauth-authorization-server",
                "https://a.example/.well-known/openid-configuration"
            ]
        );
        assert_eq!(
            of("https://a.example/realm/"),
            [
                "https://a.example/.well-known/oauth-authorization-server/realm",
                "https://a.example/.well-known/openid-configuration/realm",
                "https://a.example/realm/.well-known/openid-configuration"
            ]
        );
    }
}
