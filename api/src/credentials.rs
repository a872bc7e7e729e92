//! Credentials remembered for a moment, so that a busy client does not cost a query per request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::UserId;
use taskwire_store::Credential;

/// How long a credential is remembered. Another process that ends a token or moves a user to another zone is noticed
/// this much later; this process notices at once.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(1);
/// Most credentials remembered; beyond it all are forgotten.
const MOST: usize = 10_000;

/// Credentials by the digest of their token.
#[derive(Debug, Default)]
pub(crate) struct Credentials {
    /// Held for a look-up only, never across a query.
    known: Mutex<HashMap<String, Remembered>>,
}

#[derive(Debug)]
struct Remembered {
    credential: Credential,
    since: Timestamp,
}

impl Credentials {
    /// The credential of a token, if it was seen a moment ago and has not ended.
    pub(crate) fn get(&self, digest: &str, now: Timestamp) -> Option<Credential> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(digest)?;
        let age = now.duration_since(found.since);
        let fresh = age >= SignedDuration::ZERO && age < REMEMBERED;
        let ended = found
            .credential
            .token
            .expires_at
            .is_some_and(|end| end <= now);
        (fresh && !ended).then(|| found.credential.clone())
    }

    /// Remembers what the database said at `now`.
    pub(crate) fn put(&self, digest: String, credential: Credential, now: Timestamp) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        let remembered = Remembered {
            credential,
            since: now,
        };
        known.insert(digest, remembered);
    }

    /// Forgets a user's credentials, after a change of the user or of a token.
    pub(crate) fn forget(&self, user: UserId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, remembered| remembered.credential.user.id != user);
    }
}
