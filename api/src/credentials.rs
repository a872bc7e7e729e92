//! A short-lived cache of credentials, so that a busy client does not cost a query per request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::{TokenId, UserId};
use taskwire_store::Credential;

/// How long a credential is cached. A revocation or a change of settings in another process takes effect this much
/// later; in this process it takes effect at once.
const CACHE_TTL: SignedDuration = SignedDuration::from_secs(1);
/// Maximum number of cached credentials; beyond it the cache is cleared.
const ENTRIES_MAX: usize = 10_000;

/// Cached credentials by the digest of their token.
#[derive(Debug, Default)]
pub(crate) struct CredentialCache {
    /// Locked for a look-up only, never across a query.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    known: HashMap<String, Cached>,
    /// Counts the invalidations: a query that began before one may have found data that is out of date now.
    forgotten: u64,
}

#[derive(Debug)]
struct Cached {
    credential: Arc<Credential>,
    since: Timestamp,
}

/// The result of a look-up.
#[derive(Debug)]
pub(crate) enum Lookup {
    /// It is cached and has not ended.
    Hit(Arc<Credential>),
    /// It must be read from the database.
    Miss(CacheMiss),
}

/// Marks when the query that follows a cache miss began.
#[derive(Debug)]
pub(crate) struct CacheMiss {
    forgotten: u64,
}

impl CredentialCache {
    /// The credential of a token.
    pub(crate) fn get(&self, digest: &str, now: Timestamp) -> Lookup {
        let state = self.state();
        let fresh = state.known.get(digest).filter(|found| {
            let age = now.duration_since(found.since);
            let end = found.credential.token.expires_at;
            age >= SignedDuration::ZERO && age < CACHE_TTL && end.is_none_or(|end| end > now)
        });
        match fresh {
            Some(found) => Lookup::Hit(Arc::clone(&found.credential)),
            None => Lookup::Miss(CacheMiss {
                forgotten: state.forgotten,
            }),
        }
    }

    /// Caches a credential read at `now`, unless there was an invalidation since the query began.
    pub(crate) fn put(
        &self,
        miss: &CacheMiss,
        digest: String,
        credential: Arc<Credential>,
        now: Timestamp,
    ) {
        let mut state = self.state();
        if state.forgotten != miss.forgotten {
            return;
        }
        if state.known.len() >= ENTRIES_MAX {
            state.known.clear();
        }
        let remembered = Cached {
            credential,
            since: now,
        };
        state.known.insert(digest, remembered);
    }

    /// Forgets a user's credentials, after a change of the user or of a token.
    pub(crate) fn forget(&self, user: UserId) {
        let mut state = self.state();
        state.forgotten = state.forgotten.wrapping_add(1);
        state
            .known
            .retain(|_, remembered| remembered.credential.user.id != user);
    }

    /// Forgets a token that another process has revoked.
    pub(crate) fn forget_token(&self, token: TokenId) {
        let mut state = self.state();
        state.forgotten = state.forgotten.wrapping_add(1);
        state
            .known
            .retain(|_, remembered| remembered.credential.token.id != token);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use taskwire_domain::{Clock, Zone};
    use taskwire_store::{TokenRow, UserRow};
    use taskwire_testkit::{FixedClock, seeded_ids};

    use super::*;

    fn credential(now: Timestamp) -> Arc<Credential> {
        let ids = seeded_ids(1);
        let user = UserRow::new(ids.next::<UserId>(now), "Ada".into(), Zone::utc());
        let token = TokenRow {
            id: ids.next::<TokenId>(now),
            owner: user.id,
            hash: "digest".into(),
            kind: "api".into(),
            label: "x".into(),
            scopes: "read".into(),
            created_at: now,
            expires_at: None,
            last_used_at: None,
            client: None,
            grant: None,
            audience: None,
        };
        Arc::new(Credential { user, token })
    }

    #[test]
    fn remembers_for_a_second() {
        let clock = FixedClock::default();
        let known = CredentialCache::default();
        let now = clock.now();
        let Lookup::Miss(miss) = known.get("digest", now) else {
            panic!("nothing was put yet");
        };
        known.put(&miss, "digest".into(), credential(now), now);
        assert!(matches!(known.get("digest", now), Lookup::Hit(_)));
        let later = clock.advance(SignedDuration::from_millis(999));
        assert!(matches!(known.get("digest", later), Lookup::Hit(_)));
        let later = clock.advance(SignedDuration::from_millis(1));
        assert!(matches!(known.get("digest", later), Lookup::Miss(_)));
        // A clock that was set back does not make it fresh for longer.
        let before = now - SignedDuration::from_secs(3600);
        assert!(matches!(known.get("digest", before), Lookup::Miss(_)));
    }

    #[test]
    fn does_not_remember_what_was_read_before_a_revocation() {
        let now = FixedClock::default().now();
        let known = CredentialCache::default();
        let Lookup::Miss(miss) = known.get("digest", now) else {
            panic!("nothing was put yet");
        };
        let read = credential(now);
        known.forget(read.user.id);
        known.put(&miss, "digest".into(), read, now);
        assert!(matches!(known.get("digest", now), Lookup::Miss(_)));
    }
}
