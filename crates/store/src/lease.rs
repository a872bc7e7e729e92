//! Leases: work that one process does at a time, and another takes over when that one is gone.
//!
//! No two clocks are compared. The holder counts up a number in the lease's row; whoever wants the lease takes it when
//! the number has not moved for [`TTL`] on its own monotonic clock, and with the lease a higher token. A holder that
//! could not count up for [`VALID`], also because it was paused, begins nothing more before anyone else may begin; what
//! it still tries to write is refused because of its token. What it has sent elsewhere by then may still arrive.

use std::time::Duration;

use sqlx::FromRow;
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::{debug, info, warn};

use crate::tx::with_connection;
use crate::{Db, Error, Tx};

/// How long a lease must not have moved before another process takes it.
const TTL: Duration = Duration::from_secs(5);
/// How long a holder may work on after it last counted up; shorter than [`TTL`], so that two never work at once.
const VALID: Duration = Duration::from_secs(3);
/// How often the holder counts up, and the others look.
const INTERVAL: Duration = Duration::from_millis(500);
/// How long a process whose work has ended lets others take the lease first.
const YIELD: Duration = Duration::from_millis(1500);

#[derive(Clone, PartialEq, Eq, Debug, FromRow)]
struct Seen {
    holder: Option<String>,
    token: i64,
    beat: i64,
}

pub(crate) mod sql {
    //! Statements on `leases`, which belong to no owner.

    use crate::statements::statements;

    statements! {
        /// System: a lease is nobody's.
        SEE = "SELECT holder, token, beat FROM leases WHERE name = $1";
        /// System: a lease is nobody's.
        FIRST = "INSERT INTO leases (name, holder, token, beat) VALUES ($1, $2, 1, 0) ON CONFLICT DO NOTHING";
        /// System: a lease is nobody's; of several that saw the same row one succeeds.
        TAKE = "UPDATE leases SET holder = $2, token = token + 1, beat = 0 WHERE name = $1 AND token = $3 AND beat = $4";
        /// System: a lease is nobody's.
        COUNT_UP = "UPDATE leases SET beat = beat + 1 WHERE name = $1 AND token = $2";
        /// System: a lease is nobody's.
        RELEASE = "UPDATE leases SET holder = NULL, beat = beat + 1 WHERE name = $1 AND token = $2";
    }
}

/// A lease of this name, wanted by this process.
#[derive(Clone, Debug)]
pub struct Lease {
    db: Db,
    name: &'static str,
    /// Says who holds it, for people who look into the table.
    holder: String,
}

/// A lease that this process holds, or held.
#[derive(Clone, Debug)]
pub struct Held {
    token: i64,
    valid_until: watch::Receiver<Option<Instant>>,
}

impl Held {
    /// The number that fences what the holder writes: a later holder has a higher one.
    pub fn token(&self) -> i64 {
        self.token
    }

    /// Whether nobody else can hold the lease at this moment. Ask right before each effect.
    pub fn is_valid(&self) -> bool {
        self.valid_until
            .borrow()
            .is_some_and(|until| Instant::now() < until)
    }

    /// Returns when the lease is lost or given back.
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
    /// A lease named `name` in the database; `holder` says who wants it.
    pub fn new(db: Db, name: &'static str, holder: String) -> Self {
        Self { db, name, holder }
    }

    /// Runs `work` while this process holds the lease, again each time it gets it; until the future is dropped or
    /// `stop` returns. `work` must end soon after [`Held::lost`] does; on `stop` too, after which the lease is given back.
    pub async fn run<F>(&self, stop: impl Future<Output = ()>, mut work: impl FnMut(Held) -> F)
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
            last = Some(token);
            let began = Instant::now();
            let (valid, valid_until) = watch::channel(Some(began + VALID));
            let held = Held { token, valid_until };
            info!(lease = self.name, token, "Took the lease");
            let is_stopped = {
                let work = work(held.clone());
                tokio::pin!(work);
                let is_stopped = tokio::select! {
                    () = &mut stop => true,
                    () = self.keep(token, &valid) => false,
                    () = &mut work => {
                        self.release(token).await;
                        debug!(lease = self.name, token, "The work under the lease ended");
                        tokio::select! {
                            () = &mut stop => return,
                            () = tokio::time::sleep(YIELD) => {}
                        }
                        continue;
                    }
                };
                if is_stopped {
                    // The lease lasts while the work comes to its end.
                    tokio::select! {
                        () = work => {}
                        () = self.keep(token, &valid) => {}
                    }
                } else {
                    valid.send_replace(None);
                    warn!(lease = self.name, token, "Lost the lease");
                    work.await;
                }
                is_stopped
            };
            if is_stopped {
                self.release(token).await;
                info!(lease = self.name, token, "Gave the lease back");
                return;
            }
        }
    }

    /// Waits until the lease is free or its holder silent, and takes it. `own` is the token under which this process held
    /// it last: its work has ended, so nobody needs to wait for it.
    async fn acquire(&self, own: Option<i64>) -> i64 {
        let mut last: Option<(Seen, Instant)> = None;
        let mut is_reported = false;
        loop {
            match self.try_take(own, &mut last).await {
                Ok(Some(token)) => return token,
                Ok(None) => {}
                Err(error) if is_reported => {
                    debug!(lease = self.name, %error, "Still cannot ask for the lease");
                }
                Err(error) => {
                    is_reported = true;
                    warn!(lease = self.name, %error, "Cannot ask for the lease; trying until the database answers");
                }
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    async fn try_take(
        &self,
        own: Option<i64>,
        last: &mut Option<(Seen, Instant)>,
    ) -> Result<Option<i64>, Error> {
        let seen = self.db.read().await?.see_lease(self.name).await?;
        let Some(seen) = seen else {
            let mut tx = self.db.begin().await?;
            let is_first = tx.first_lease(self.name, &self.holder).await?;
            tx.commit().await?;
            return Ok(is_first.then_some(1));
        };
        let since = match last {
            Some((before, since)) if *before == seen => *since,
            _ => {
                let now = Instant::now();
                *last = Some((seen.clone(), now));
                now
            }
        };
        let is_free = seen.holder.is_none() || own == Some(seen.token);
        if !is_free && since.elapsed() < TTL {
            return Ok(None);
        }
        let mut tx = self.db.begin().await?;
        let is_taken = tx.take_lease(self.name, &self.holder, &seen).await?;
        tx.commit().await?;
        Ok(is_taken.then_some(seen.token + 1))
    }

    /// Counts up until another has the lease or it has run out.
    async fn keep(&self, token: i64, valid: &watch::Sender<Option<Instant>>) {
        loop {
            let before = Instant::now();
            let until = valid.borrow().unwrap_or(before);
            let counted = tokio::time::timeout_at(until, self.count_up(token)).await;
            match counted {
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

    async fn count_up(&self, token: i64) -> Result<bool, Error> {
        let mut tx = self.db.begin().await?;
        let is_ours = tx.count_up_lease(self.name, token).await?;
        tx.commit().await?;
        Ok(is_ours)
    }

    async fn release(&self, token: i64) {
        let released = async {
            let mut tx = self.db.begin().await?;
            tx.release_lease(self.name, token).await?;
            tx.commit().await
        };
        match tokio::time::timeout(VALID, released).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                debug!(lease = self.name, %error, "Could not give the lease back; it runs out by itself");
            }
            Err(_) => debug!(
                lease = self.name,
                "Giving the lease back took too long; it runs out by itself"
            ),
        }
    }
}

impl Tx {
    async fn see_lease(&mut self, name: &str) -> Result<Option<Seen>, Error> {
        Ok(with_connection!(self, |connection| {
            sqlx::query_as(sql::SEE)
                .bind(name)
                .fetch_optional(connection)
                .await?
        }))
    }

    async fn first_lease(&mut self, name: &str, holder: &str) -> Result<bool, Error> {
        let inserted = with_connection!(self, |connection| sqlx::query(sql::FIRST)
            .bind(name)
            .bind(holder)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(inserted == 1)
    }

    async fn take_lease(&mut self, name: &str, holder: &str, seen: &Seen) -> Result<bool, Error> {
        let taken = with_connection!(self, |connection| sqlx::query(sql::TAKE)
            .bind(name)
            .bind(holder)
            .bind(seen.token)
            .bind(seen.beat)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(taken == 1)
    }

    async fn count_up_lease(&mut self, name: &str, token: i64) -> Result<bool, Error> {
        let counted = with_connection!(self, |connection| sqlx::query(sql::COUNT_UP)
            .bind(name)
            .bind(token)
            .execute(connection)
            .await?
            .rows_affected());
        Ok(counted == 1)
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
