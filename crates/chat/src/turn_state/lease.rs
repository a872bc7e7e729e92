//! The lease of a conversation: one turn at a time, whichever replica runs it.
//!
//! The store's etag alone does not identify the holder of a key: Redis counts etags from one for each new key. The
//! value names the turn, so the holder reads it before each renewal and before each effect.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use taskwire_messaging::dapr::{Precondition, StateEntry, StateError};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};
use uuid::Uuid;

use super::Shared;

/// The value of a lease.
#[derive(Serialize, Deserialize)]
struct Holder {
    /// The turn that may run; each has a new id, which fences off earlier ones.
    turn: Uuid,
    /// Number of renewals.
    renewals: u64,
    /// When it was written, by the holder's clock.
    at: Timestamp,
}

impl Holder {
    fn of(entry: &StateEntry) -> Option<Self> {
        Self::deserialize(&entry.value).ok()
    }

    fn to_json(&self) -> Value {
        json!(self)
    }
}

/// The right to run the turn of a conversation. Cheap to clone.
#[derive(Clone, Default, Debug)]
pub(crate) struct Lease(Option<Arc<HeldLease>>);

#[derive(Debug)]
struct HeldLease {
    shared: Shared,
    key: String,
    turn: Uuid,
    /// Until when the lease is relied on, by the clock of this process. Once passed, it never changes.
    valid_until: watch::Sender<Instant>,
}

impl Lease {
    /// A lease for a single process, which is never lost.
    pub(crate) fn local() -> Self {
        Self(None)
    }

    /// Acquires the lease of this key for a new turn; `None` while another turn holds it.
    pub(crate) async fn acquire(shared: &Shared, key: String) -> Result<Option<Self>, StateError> {
        let turn = shared.ids.uuid(shared.clock.now());
        let first = HeldLease::acquire(shared, &key, turn).await;
        let acquired = match first {
            // The conflicting key is gone.
            Err(StateError::Conflict) => HeldLease::acquire(shared, &key, turn).await,
            other => other,
        };
        Ok(acquired?.map(|since| {
            let valid_until = watch::Sender::new(since + shared.timings.lease_valid);
            Self(Some(Arc::new(HeldLease {
                shared: shared.clone(),
                key,
                turn,
                valid_until,
            })))
        }))
    }

    /// The turn that holds the lease of this key.
    pub(crate) async fn holder(shared: &Shared, key: &str) -> Result<Option<Uuid>, StateError> {
        let entry = shared.store.get(key).await?;
        Ok(entry
            .as_ref()
            .and_then(Holder::of)
            .map(|holder| holder.turn))
    }

    /// The store and the turn's id in it, if the lease is shared.
    pub(crate) fn shared(&self) -> Option<(&Shared, Uuid)> {
        self.0.as_ref().map(|held| (&held.shared, held.turn))
    }

    /// Returns true if the turn may continue, by the clock of this process.
    pub(crate) fn is_held(&self) -> bool {
        self.0.as_ref().is_none_or(|held| held.is_valid())
    }

    /// Returns if the turn may have an effect now, and never if it may not: [`Lease::while_held`] drops it then.
    pub(crate) async fn ensure(&self) {
        let Some(held) = &self.0 else { return };
        match held.read().await {
            Ok(Some(_)) => {}
            Ok(None) => held.lose(),
            // The store is unavailable: the time since the last renewal decides.
            Err(error) => debug!(%error, "Cannot read the lease of a chat turn"),
        }
        if !held.is_valid() {
            std::future::pending::<()>().await;
        }
    }

    /// Runs work as long as the lease is held. Once it is lost, the work is dropped at its next step, as if the process
    /// had been killed there, and this returns `None`.
    pub(crate) async fn while_held<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = std::pin::pin!(work);
        let mut lost = std::pin::pin!(self.lost());
        let ended = std::future::poll_fn(|context| {
            // The clock is read at each step: after a pause of the whole process, timers have not fired yet.
            if !self.is_held() || lost.as_mut().poll(context).is_ready() {
                return Poll::Ready(None);
            }
            work.as_mut().poll(context).map(Some)
        })
        .await;
        if let (None, Some(held)) = (&ended, &self.0) {
            warn!(chat.turn = %held.turn, "Lost the lease of a chat turn; the turn is interrupted");
        }
        ended
    }

    async fn lost(&self) {
        let Some(held) = &self.0 else {
            return std::future::pending().await;
        };
        let mut changes = held.valid_until.subscribe();
        while held.is_valid() {
            let until = *changes.borrow_and_update();
            tokio::select! {
                () = tokio::time::sleep_until(until) => {}
                _ = changes.changed() => {}
            }
        }
    }

    /// Renews the lease until it is lost or `end`, and cancels the turn when a stop is requested on another replica.
    pub(crate) async fn keep(self, cancel: CancellationToken, end: CancellationToken) {
        let Some(held) = &self.0 else { return };
        let mut is_failing = false;
        loop {
            tokio::select! {
                biased;
                () = end.cancelled() => return,
                () = self.lost() => return,
                () = tokio::time::sleep(held.shared.timings.renew_every) => {}
            }
            let renewed = held.renew().await;
            if let Err(error) = &renewed
                && !is_failing
            {
                debug!(chat.turn = %held.turn, %error, "Cannot renew the lease of a chat turn; retrying");
            }
            is_failing = renewed.is_err();
            if !cancel.is_cancelled()
                && held
                    .shared
                    .is_stop_requested(held.turn)
                    .await
                    .unwrap_or(false)
            {
                cancel.cancel();
            }
        }
    }

    /// Releases the lease. One that cannot be released expires.
    pub(crate) async fn release(&self) {
        let Some(held) = &self.0 else { return };
        let released = match held.read().await {
            Ok(Some((etag, _))) => held.shared.store.delete(&held.key, &etag).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        held.lose();
        match released {
            Ok(()) | Err(StateError::Conflict) => {}
            Err(error) => {
                debug!(chat.turn = %held.turn, %error, "Cannot release the lease of a chat turn; it expires");
            }
        }
    }
}

impl HeldLease {
    /// Creates the key; returns the time from which it is held.
    async fn acquire(
        shared: &Shared,
        key: &str,
        turn: Uuid,
    ) -> Result<Option<Instant>, StateError> {
        let value = |turn| {
            Holder {
                turn,
                renewals: 0,
                at: shared.clock.now(),
            }
            .to_json()
        };
        let Shared { store, timings, .. } = shared;
        let ttl = timings.lease_ttl;
        let since = Instant::now();
        let Err(refused) = store
            .set(key, &value(turn), ttl, Precondition::Absent)
            .await
        else {
            return Ok(Some(since));
        };
        let Some(entry) = store.get(key).await? else {
            return Err(refused);
        };
        match Holder::of(&entry) {
            // It was written, and only the response was lost.
            Some(holder) if holder.turn == turn => Ok(Some(since)),
            Some(holder) if !is_older(shared, &holder, timings.abandoned_after) => Ok(None),
            _ => {
                warn!(
                    key,
                    "Taking over a lease of a chat turn that was never expired"
                );
                let since = Instant::now();
                match store
                    .set(key, &value(turn), ttl, Precondition::Unchanged(&entry.etag))
                    .await
                {
                    Ok(()) => Ok(Some(since)),
                    Err(StateError::Conflict) => Ok(None),
                    Err(error) => Err(error),
                }
            }
        }
    }

    /// Its etag and number of renewals; `None` if this turn does not hold the lease.
    async fn read(&self) -> Result<Option<(String, u64)>, StateError> {
        let Some(entry) = self.shared.store.get(&self.key).await? else {
            return Ok(None);
        };
        let holder = Holder::of(&entry).filter(|holder| holder.turn == self.turn);
        Ok(holder.map(|holder| (entry.etag, holder.renewals)))
    }

    async fn renew(&self) -> Result<(), StateError> {
        let Some((etag, renewals)) = self.read().await? else {
            self.lose();
            return Ok(());
        };
        let since = Instant::now();
        let Shared {
            store,
            timings,
            clock,
            ..
        } = &self.shared;
        let value = Holder {
            turn: self.turn,
            renewals: renewals.saturating_add(1),
            at: clock.now(),
        };
        let unchanged = Precondition::Unchanged(&etag);
        match store
            .set(&self.key, &value.to_json(), timings.lease_ttl, unchanged)
            .await
        {
            Ok(()) => {
                self.extend(since + timings.lease_valid);
                Ok(())
            }
            // The next renewal will show who wrote it.
            Err(StateError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn is_valid(&self) -> bool {
        Instant::now() < *self.valid_until.borrow()
    }

    /// A renewal that comes too late changes nothing: another replica may have begun.
    fn extend(&self, until: Instant) {
        self.valid_until.send_if_modified(|valid_until| {
            let is_valid = Instant::now() < *valid_until;
            if is_valid {
                *valid_until = until;
            }
            is_valid
        });
    }

    fn lose(&self) {
        self.valid_until
            .send_modify(|valid_until| *valid_until = Instant::now().min(*valid_until));
    }
}

fn is_older(shared: &Shared, holder: &Holder, age: Duration) -> bool {
    let age = SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX);
    shared.clock.now().duration_since(holder.at) > age
}

#[cfg(test)]
mod tests;
