//! Ends long-running work of a request when its token is revoked or expires.
//!
//! A request is short, but an event stream stays open for hours. One query for all open streams, more than once a
//! second, sees revocations by other processes and by hand; a revocation in this process needs no query.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use taskwire_domain::{Clock, TokenId};
use taskwire_store::Db;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::credentials::CredentialCache;

/// Time between two queries. A stream ends within a second of the revocation.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// The tokens with open streams.
#[derive(Clone, Debug, Default)]
pub(crate) struct Revocations {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// Locked for a look-up only, never across a query.
    watched: Mutex<HashMap<TokenId, Watched>>,
    /// Notified when the first token is watched.
    begun: Notify,
}

#[derive(Debug)]
struct Watched {
    /// Number of open streams.
    streams: usize,
    ended: CancellationToken,
}

/// Keeps a token watched. Dropping it ends the watch.
#[derive(Debug)]
pub(crate) struct Watch {
    inner: Arc<Inner>,
    token: TokenId,
    ended: CancellationToken,
}

impl Revocations {
    /// Watches a token until the returned value is dropped.
    pub(crate) fn watch(&self, token: TokenId) -> Watch {
        let mut watched = self.inner.watched();
        let entry = watched.entry(token).or_insert_with(|| Watched {
            streams: 0,
            ended: CancellationToken::new(),
        });
        entry.streams += 1;
        let ended = entry.ended.clone();
        let is_first = watched.len() == 1;
        drop(watched);
        if is_first {
            self.inner.begun.notify_one();
        }
        Watch {
            inner: Arc::clone(&self.inner),
            token,
            ended,
        }
    }

    /// Ends the streams of a token that this process has revoked.
    pub(crate) fn revoked(&self, token: TokenId) {
        if let Some(watched) = self.inner.watched().get(&token) {
            watched.ended.cancel();
        }
    }

    /// Queries at intervals while any token is watched. Never returns.
    pub(crate) async fn run(&self, db: &Db, clock: &dyn Clock, credentials: &CredentialCache) {
        let mut answers = true;
        loop {
            let tokens: Vec<TokenId> = self.inner.watched().keys().copied().collect();
            if tokens.is_empty() {
                self.inner.begun.notified().await;
                continue;
            }
            match self.end_revoked(db, clock, credentials, &tokens).await {
                Ok(()) => answers = true,
                // Without the database the streams have no events either.
                Err(error) if answers => {
                    answers = false;
                    warn!(%error, "Cannot check for revoked tokens; event streams stay open until the database responds");
                }
                Err(_) => {}
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    async fn end_revoked(
        &self,
        db: &Db,
        clock: &dyn Clock,
        credentials: &CredentialCache,
        tokens: &[TokenId],
    ) -> Result<(), taskwire_store::Error> {
        let valid: HashSet<TokenId> = db
            .read()
            .await?
            .valid_tokens(tokens, clock.now())
            .await?
            .into_iter()
            .collect();
        for token in tokens.iter().filter(|token| !valid.contains(token)) {
            // First: a client that sees the end of a stream must not be accepted again.
            credentials.forget_token(*token);
            self.revoked(*token);
        }
        Ok(())
    }
}

impl Inner {
    fn watched(&self) -> MutexGuard<'_, HashMap<TokenId, Watched>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    /// Resolves when the token has been revoked or has expired.
    pub(crate) async fn ended(&self) {
        self.ended.cancelled().await;
    }

    /// Whether the token has been revoked or has expired.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.is_cancelled()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut watched = self.inner.watched();
        if let Some(entry) = watched.get_mut(&self.token) {
            entry.streams -= 1;
            if entry.streams == 0 {
                watched.remove(&self.token);
            }
        }
    }
}
