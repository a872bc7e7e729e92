//! Notes when tokens were last used: at most once a minute for each, and behind the requests, which never wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::{TokenId, UserId};
use taskwire_store::{Db, Error, TokenRow};
use tokio::sync::Notify;
use tracing::debug;

/// Shortest time between two notes about the same token.
const INTERVAL: SignedDuration = SignedDuration::from_mins(1);
/// Uses are collected for this long and written together.
const COLLECT: Duration = Duration::from_secs(1);
/// Most uses that wait to be written. Those beyond are noted when the token is used again.
const PENDING_MAX: usize = 1000;

/// The uses that are to be written.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastUse {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Locked for a look-up only, never across a statement.
    pending: Mutex<HashMap<TokenId, (UserId, Timestamp)>>,
    /// Notified when the first use is pending.
    begun: Notify,
}

impl LastUse {
    /// A token, just read from the database, is used now.
    pub(crate) fn used(&self, token: &TokenRow, now: Timestamp) {
        let is_recent = token.last_used_at.is_some_and(|before| {
            let age = now.duration_since(before);
            // A clock that was set back must not stop the notes.
            age >= SignedDuration::ZERO && age < INTERVAL
        });
        if is_recent {
            return;
        }
        let mut pending = self.inner.pending();
        if pending.len() >= PENDING_MAX {
            return;
        }
        let is_first = pending.is_empty();
        pending.insert(token.id, (token.owner, now));
        drop(pending);
        if is_first {
            self.inner.begun.notify_one();
        }
    }

    /// Writes uses as they come. Never returns.
    pub(crate) async fn run(&self, db: &Db) {
        loop {
            self.inner.begun.notified().await;
            tokio::time::sleep(COLLECT).await;
            let used = std::mem::take(&mut *self.inner.pending());
            if let Err(error) = write(db, used).await {
                // The next use of each token is noted instead.
                debug!(%error, "Cannot note when tokens were used");
            }
        }
    }
}

impl Inner {
    fn pending(&self) -> MutexGuard<'_, HashMap<TokenId, (UserId, Timestamp)>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(db: &Db, used: HashMap<TokenId, (UserId, Timestamp)>) -> Result<(), Error> {
    let mut used: Vec<_> = used.into_iter().collect();
    // The same order in every process, so that two cannot deadlock.
    used.sort_unstable_by_key(|(token, _)| *token);
    let mut tx = db.begin().await?;
    for (token, (owner, at)) in used {
        let since = at.checked_sub(INTERVAL).unwrap_or(Timestamp::MIN);
        tx.note_use(owner, token, at, since).await?;
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use taskwire_domain::Clock;
    use taskwire_testkit::{FixedClock, seeded_ids};

    use super::*;

    #[test]
    fn a_use_is_noted_once_a_minute() {
        let (ids, now) = (seeded_ids(1), FixedClock::default().now());
        let token = |last_used_at| TokenRow {
            id: ids.next(now),
            owner: ids.next(now),
            hash: "digest".into(),
            kind: "api".into(),
            label: "x".into(),
            scopes: "read".into(),
            created_at: now,
            expires_at: None,
            last_used_at,
            client: None,
            grant: None,
            audience: None,
        };
        let uses = LastUse::default();
        let ago = |seconds| now.checked_sub(SignedDuration::from_secs(seconds)).ok();
        for (before, count) in [
            (ago(0), 0),
            (ago(59), 0),
            (ago(60), 1),
            (ago(-1), 2),
            (None, 3),
        ] {
            uses.used(&token(before), now);
            assert_eq!(uses.inner.pending().len(), count, "{before:?}");
        }
    }
}
