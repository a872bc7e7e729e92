//! Leases: work that one process does at a time, and that another takes over when that one is gone.
//!
//! No clocks are compared. The holder increments a counter in the lease's row; another process acquires the lease when
//! the counter has not changed for [`TTL`] on its own monotonic clock, and gets a higher token with it. A holder that
//! could not increment it for [`VALID`], even because it was paused, starts no more work before another may start; its
//! later writes are refused because of its token. Requests that it has already sent elsewhere may still arrive.

use std::time::Duration;

use sqlx::FromRow;
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::{debug, info, warn};

use crate::tx::with_connection;
use crate::{Db, Error, Tx};

/// Time without a heartbeat after which another process acquires the lease.
const TTL: Duration = Duration::from_secs(5);
/// How long a holder may continue after its last renewal; shorter than [`TTL`], so that two never work at once.
const VALID: Duration = Duration::from_secs(3);
/// How often the holder renews the lease, and the others check it.
const INTERVAL: Duration = Duration::from_millis(500);
/// How long a process whose work has ended lets others acquire the lease first.
const YIELD: Duration = Duration::from_millis(1500);

#[derive(Clone, PartialEq, Eq, Debug, FromRow)]
struct LeaseRow {
    holder: Option<String>,
    token: i64,
    heartbeats: i64,
}

pub(crate) mod sql {
    //! Statements on `leases`, which belong to no owner.

    use crate::statements::statements;

    statements! {
        /// System: leases have no owner.
        SELECT = "SELECT holder, token, beat AS heartbeats FROM leases WHERE name = $1";
        /// System: leases have no owner.
        CREATE = "INSERT INTO leases (name, holder, token, beat) VALUES ($1, $2, 1, 0) ON CONFLICT DO NOTHING";
        /// System: leases have no owner; of several processes that saw the same row one succeeds.
        ACQUIRE = "UPDATE leases SET holder = $2, token = token + 1, beat = 0 WHERE name = $1 AND token = $3 AND beat = $4";
        /// System: leases have no owner.
        RENEW = "UPDATE leases SET beat = beat + 1 WHERE name = $1 AND token = $2";
        /// System: leases have no owner.
        RELEASE = "UPDATE leases SET holder = NULL, beat = beat + 1 WHERE name = $1 AND token = $2";
    }
}

/// A lease that this process wants to acquire.
#[derive(Clone, Debug)]
pub struct Lease {
    db: Db,
    name: &'static str,
    /// Names the holder, for people who read the table.
    holder: String,
}

/// A lease that this process holds, or held.
#[derive(Clone, Debug)]
pub struct HeldLease {
    token: i64,
    valid_until: watch::Receiver<Option<Instant>>,
}

impl HeldLease {
    /// The fencing token for the holder's writes: a later holder has a higher one.
    pub fn token(&self) -> i64 {
        self.token
    }

    /// Returns true if no other process can hold the lease at this moment. Check right before each effect.
    pub fn is_valid(&self) -> bool {
        self.valid_until
            .borrow()
            .is_some_and(|until| Instant::now() < until)
    }

    /// Returns when the lease is lost or released.
    pub async fn lost(&self) {
        let mut valid_until = self.valid_until.clone();
        loop {
            let Some(until) = *valid_until.borrow_and_update() else {
                return;
            };
            tokio::select! {
                changed = valid_until.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
                () = tokio::time::sleep_until(until) => {
                    if Instant::now() >= until {
                        return;
                    }
                }
            }
        }
    }
}

impl Lease {
    /// A lease named `name` in the database; `holder` names this process.
    pub fn new(db: Db, name: &'static str, holder: String) -> Self {
        Self { db, name, holder }
    }

    /// Runs `work` while this process holds the lease, again each time it acquires it, until the future is dropped or
    /// `stop` returns. `work` must end soon after [`HeldLease::lost`] returns, and on `stop`, after which the lease is
    /// released.
    pub async fn run<F>(&self, stop: impl Future<Output = ()>, mut work: impl FnMut(HeldLease) -> F)
    where
        F: Future<Output = ()>,
    {
        tokio::pin!(stop);
        let mut last = None;
        loop {
            let token = tokio::select! {
                () = &mut stop => return,
                token = self.acquire(last) => token,
            };
            // One that gives it up because it cannot work, and finds that nobody else wants it, may do so for hours.
            if last == Some(token - 1) {
                debug!(lease = self.name, token, "Acquired the lease again");
            } else {
                info!(lease = self.name, token, "Acquired the lease");
            }
            last = Some(token);
            let began = Instant::now();
            let (valid, valid_until) = watch::channel(Some(began + VALID));
            let held = HeldLease { token, valid_until };
            let is_stopped = {
                let work = work(held.clone());
                tokio::pin!(work);
                let is_stopped = tokio::select! {
                    () = &mut stop => true,
                    () = self.renew_until_lost(token, &valid) => false,
                    () = &mut work => {
                        // The work watches the lease too, and may be the first to see that it is lost.
                        if held.is_valid() {
                            debug!(lease = self.name, token, "The work under the lease ended");
                        } else {
                            warn!(lease = self.name, token, "Lost the lease");
                        }
                        self.release(token, &valid).await;
                        tokio::select! {
                            () = &mut stop => return,
                            () = tokio::time::sleep(YIELD) => {}
                        }
                        continue;
                    }
                };
                if is_stopped {
                    // The lease is renewed until the work has ended.
                    tokio::select! {
                        () = work => {}
                        () = self.renew_until_lost(token, &valid) => {}
                    }
                } else {
                    valid.send_replace(None);
                    warn!(lease = self.name, token, "Lost the lease");
                    work.await;
                }
                is_stopped
            };
            if is_stopped {
                self.release(token, &valid).await;
                info!(lease = self.name, token, "Released the lease");
                return;
            }
        }
    }

    /// Waits until the lease is free or without heartbeats, and acquires it. `own` is the token under which this
    /// process held it last: its work has ended, so there is no need to wait for it to expire.
    async fn acquire(&self, own: Option<i64>) -> i64 {
        let mut last: Option<(LeaseRow, Instant)> = None;
        let mut is_reported = false;
        loop {
            match self.try_acquire(own, &mut last).await {
                Ok(Some(token)) => return token,
                Ok(None) => {}
                Err(error) if is_reported => {
                    debug!(lease = self.name, %error, "Still cannot acquire the lease");
                }
                Err(error) => {
                    is_reported = true;
                    warn!(lease = self.name, %error, "Cannot acquire the lease; retrying until the database responds");
                }
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    async fn try_acquire(
        &self,
        own: Option<i64>,
        last: &mut Option<(LeaseRow, Instant)>,
    ) -> Result<Option<i64>, Error> {
        let row = self.db.read().await?.find_lease(self.name).await?;
        let Some(row) = row else {
            let mut tx = self.db.begin().await?;
            let is_created = tx.create_lease(self.name, &self.holder).await?;
            tx.commit().await?;
            return Ok(is_created.then_some(1));
        };
        let since = match last {
            Some((before, since)) if *before == row => *since,
            _ => {
                let now = Instant::now();
                *last = Some((row.clone(), now));
                now
            }
        };
        let is_free = row.holder.is_none() || own == Some(row.token);
        if !is_free && since.elapsed() < TTL {
            return Ok(None);
        }
        let mut tx = self.db.begin().await?;
        let is_acquired = tx.acquire_lease(self.name, &self.holder, &row).await?;
        tx.commit().await?;
        Ok(is_acquired.then_some(row.token + 1))
    }

    /// Renews the lease until another process has it or it has expired.
    async fn renew_until_lost(&self, token: i64, valid: &watch::Sender<Option<Instant>>) {
        loop {
            let before = Instant::now();
            let until = valid.borrow().unwrap_or(before);
            let renewed = tokio::time::timeout_at(until, self.renew(token)).await;
            match renewed {
                Ok(Ok(true)) => {
                    valid.send_replace(Some(before + VALID));
                }
                Ok(Ok(false)) | Err(_) => return,
                Ok(Err(error)) => debug!(lease = self.name, %error, "Could not renew the lease"),
            }
            if Instant::now() >= valid.borrow().unwrap_or(before) {
                return;
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    async fn renew(&self, token: i64) -> Result<bool, Error> {
        let mut tx = self.db.begin().await?;
        let is_ours = tx.renew_lease(self.name, token).await?;
        tx.commit().await?;
        Ok(is_ours)
    }

    /// Ends the validity first: after the release another process may hold the lease.
    async fn release(&self, token: i64, valid: &watch::Sender<Option<Instant>>) {
        valid.send_replace(None);
        let released = async {
            let mut tx = self.db.begin().await?;
            tx.release_lease(self.name, token).await?;
            tx.commit().await
        };
        match tokio::time::timeout(VALID, released).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                debug!(lease = self.name, %error, "Could not release the lease; it expires by itself");
            }
            Err(_) => debug!(
                lease = self.name,
                "Releasing the lease took too long; it expires by itself"
            ),
        }
    }
}

impl Tx {
    async fn find_lease(&mut self, name: &str) -> Result<Option<LeaseRow>, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_as(sql::SELECT)
                .bind(name)
                .fetch_optional(connection)
                .await?
        }))
    }

    async fn create_lease(&mut self, name: &str, holder: &str) -> Result<bool, Error> {
        let inserted = with_connection!(self, |connection| sqlx::query(sql::CREATE)
            .bind(name)
            .bind(holder)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(inserted == 1)
    }

    async fn acquire_lease(
        &mut self,
        name: &str,
        holder: &str,
        row: &LeaseRow,
    ) -> Result<bool, Error> {
        let acquired = with_connection!(self, |connection| sqlx::query(sql::ACQUIRE)
            .bind(name)
            .bind(holder)
            .bind(row.token)
            .bind(row.heartbeats)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(acquired == 1)
    }

    async fn renew_lease(&mut self, name: &str, token: i64) -> Result<bool, Error> {
        let renewed = with_connection!(self, |connection| sqlx::query(sql::RENEW)
            .bind(name)
            .bind(token)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(renewed == 1)
    }

    async fn release_lease(&mut self, name: &str, token: i64) -> Result<(), Error> {
        with_connection!(self, |connection| sqlx::query(sql::RELEASE)
            .bind(name)
            .bind(token)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(())
    }
}
