//! Deletes old rows, stores the words of tasks that have none, and adds up counts: each hour, in small batches, so that no request waits
//! for long.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::UserId;
use taskwire_store::{Erased, Error, HeldLease, Lease};
use tracing::{debug, info, warn};

use crate::service::{self, history, trash};
use crate::state::Api;

/// The lease under which one process at a time deletes.
const LEASE: &str = "housekeeping";
/// How long the response to a request with an idempotency key is kept.
const IDEMPOTENCY_TTL: SignedDuration = SignedDuration::from_hours(24);
/// Rows deleted in one transaction. SQLite's only writer is taken for a few milliseconds.
const BATCH: i64 = 500;
/// Tasks whose words are stored in one transaction.
const INDEXED: i64 = 100;
/// Tasks deleted for good in one transaction. Each takes several statements and an event.
const PURGE_BATCH: i64 = 50;
/// Failures after which deleting an account is left to the next round.
const ERASE_TRIES: u32 = 5;
/// Time between two tries.
const ERASE_PAUSE: Duration = Duration::from_secs(1);

/// When old rows are deleted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Schedule {
    /// Time until the first round.
    pub first: Duration,
    /// Time between two rounds.
    pub interval: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            // Also a process that is started often and does not run for long has a round.
            first: Duration::from_mins(5),
            interval: Duration::from_hours(1),
        }
    }
}

/// How many rows were deleted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pruned {
    /// Responses to requests with an idempotency key.
    pub answers: u64,
    /// Events.
    pub events: u64,
    /// Inbox rows of handled events.
    pub inbox: u64,
    /// Counts of failed deliveries.
    pub failures: u64,
    /// Deliveries of reminders.
    pub deliveries: u64,
    /// Notifications.
    pub notifications: u64,
    /// Tasks whose words were stored for the search: these are not deleted.
    pub indexed: u64,
    /// Tasks in the trash.
    pub trash: u64,
    /// Changes.
    pub changes: u64,
    /// Rows of closed accounts.
    pub accounts: u64,
    /// Users whose counts of tasks were added up: these are not deleted.
    pub counts: u64,
}

#[derive(Clone, Copy)]
enum Table {
    Answers,
    Events,
    Inbox,
    Failures,
    Deliveries,
    Notifications,
    Unindexed,
    Trash,
    Changes,
    Accounts,
}

impl Api {
    /// Deletes old rows by this schedule until the shutdown.
    pub async fn housekeep(&self, schedule: Schedule) {
        let mut pause = schedule.first;
        while self
            .shutdown
            .run_until_cancelled(tokio::time::sleep(pause))
            .await
            .is_some()
        {
            pause = schedule.interval;
            self.housekeep_once().await;
        }
    }

    /// One round, after those of other processes. The lease spares them from deleting the same rows at the same time;
    /// that a round may finish one more batch after it has lost the lease does no harm.
    async fn housekeep_once(&self) {
        let holder = format!("process {}", std::process::id());
        let lease = Lease::new(self.db.clone(), LEASE, holder);
        let done = self.shutdown.child_token();
        lease
            .run(done.cancelled(), |held| {
                let (api, done) = (self.clone(), done.clone());
                async move {
                    api.round(&held).await;
                    done.cancel();
                }
            })
            .await;
    }

    async fn round(&self, held: &HeldLease) {
        match self.prune_while(|| held.is_valid()).await {
            Ok(pruned) if pruned == Pruned::default() => {
                debug!("Nothing was old enough to be deleted");
            }
            Ok(pruned) => info!(
                answers = pruned.answers,
                events = pruned.events,
                inbox = pruned.inbox,
                failures = pruned.failures,
                deliveries = pruned.deliveries,
                notifications = pruned.notifications,
                trash = pruned.trash,
                changes = pruned.changes,
                indexed = pruned.indexed,
                accounts = pruned.accounts,
                counts = pruned.counts,
                "Deleted old rows, indexed tasks, and added up counts"
            ),
            Err(error) => warn!(%error, "Cannot delete old rows; trying again in the next round"),
        }
    }

    /// Deletes the rows that are too old now.
    pub async fn prune(&self) -> Result<Pruned, Error> {
        self.prune_while(|| true).await
    }

    async fn prune_while(&self, may_go_on: impl Fn() -> bool + Sync) -> Result<Pruned, Error> {
        let mut pruned = Pruned::default();
        for (table, total) in [
            (Table::Answers, &mut pruned.answers),
            (Table::Events, &mut pruned.events),
            (Table::Inbox, &mut pruned.inbox),
            (Table::Failures, &mut pruned.failures),
            (Table::Deliveries, &mut pruned.deliveries),
            (Table::Notifications, &mut pruned.notifications),
            (Table::Unindexed, &mut pruned.indexed),
            (Table::Trash, &mut pruned.trash),
            (Table::Changes, &mut pruned.changes),
            (Table::Accounts, &mut pruned.accounts),
        ] {
            // Between two batches, others that wait for the writer get their turn.
            while may_go_on() && !self.shutdown.is_cancelled() {
                let deleted = self.prune_batch(table).await?;
                if deleted == 0 {
                    break;
                }
                *total += deleted;
            }
        }
        pruned.counts = self.add_up_counts(may_go_on).await?;
        Ok(pruned)
    }

    /// Adds up the counts of each user once. Those who write meanwhile spread theirs again.
    async fn add_up_counts(&self, may_go_on: impl Fn() -> bool + Sync) -> Result<u64, Error> {
        let (mut users, mut after) = (0, None);
        while may_go_on() && !self.shutdown.is_cancelled() {
            let mut tx = self.db.begin().await?;
            let added = tx.add_up_counts(after, BATCH).await?;
            tx.commit().await?;
            match added {
                None => break,
                Some((_, false)) => {}
                Some((user, true)) => {
                    users += 1;
                    after = Some(user);
                }
            }
        }
        Ok(users)
    }

    async fn prune_batch(&self, table: Table) -> Result<u64, Error> {
        let kept = &self.retention;
        let consumers = &*self.consumers;
        if matches!(table, Table::Trash) {
            return self.purge_trash().await;
        }
        let mut tx = self.db.begin().await?;
        let deleted = match table {
            Table::Answers => {
                tx.delete_expired_responses(self.before(IDEMPOTENCY_TTL), BATCH)
                    .await?
            }
            Table::Events => {
                let before = self.before(kept.events);
                let pruned = tx
                    .prune_events(before, consumers, BATCH, history::line)
                    .await?;
                if let (0, Some(consumer)) = (pruned.deleted, &pruned.waits_for) {
                    warn!(
                        consumer,
                        "Old events are kept because a consumer has not read them"
                    );
                }
                pruned.deleted
            }
            Table::Inbox => {
                let before = self.before(kept.inbox);
                tx.prune_inbox(before, consumers, BATCH).await?
            }
            Table::Failures => tx.prune_failures(self.before(kept.inbox), BATCH).await?,
            Table::Notifications => {
                let before = self.before(kept.notifications);
                tx.prune_notifications(before, BATCH).await?
            }
            Table::Unindexed => tx.index_tasks(INDEXED).await?,
            Table::Changes => tx.prune_changes(self.before(kept.changes), BATCH).await?,
            // Handled above: each task is deleted with an event.
            Table::Trash => 0,
            // One whose deletion was interrupted.
            Table::Accounts => match tx.next_closed_account().await? {
                None => 0,
                Some(user) => match tx.erase_account(user, BATCH).await? {
                    Erased::Rows(deleted) => deleted,
                    Erased::User => 1,
                },
            },
            Table::Deliveries => {
                let before = self.before(kept.deliveries);
                tx.prune_deliveries(before, BATCH).await?
            }
        };
        tx.commit().await?;
        Ok(deleted)
    }

    /// Deletes tasks for good that have been in the trash for long enough.
    async fn purge_trash(&self) -> Result<u64, Error> {
        let (now, before) = (self.clock.now(), self.before(self.retention.trash));
        match trash::purge_old(&self.db, &self.ids, now, before, PURGE_BATCH).await {
            Ok((purged, _)) => Ok(purged),
            Err(service::Error::Store(failure)) => Err(failure),
            Err(other) => {
                warn!(error = %other, "Cannot empty the trash; trying again in the next round");
                Ok(0)
            }
        }
    }

    /// Deletes all rows of a closed account. If that fails or the process ends, housekeeping goes on later.
    pub(crate) async fn erase(&self, user: UserId) {
        let mut failures = 0;
        while failures < ERASE_TRIES && !self.shutdown.is_cancelled() {
            match self.erase_batch(user).await {
                Ok(Erased::Rows(_)) => {}
                Ok(Erased::User) => {
                    info!(user.id = %user, "Deleted an account");
                    return;
                }
                Err(error) => {
                    failures += 1;
                    warn!(%error, user.id = %user, "Cannot delete rows of an account; trying again");
                    tokio::time::sleep(ERASE_PAUSE).await;
                }
            }
        }
    }

    async fn erase_batch(&self, user: UserId) -> Result<Erased, Error> {
        let mut tx = self.db.begin().await?;
        let erased = tx.erase_account(user, BATCH).await?;
        tx.commit().await?;
        Ok(erased)
    }

    /// The instant this long ago.
    fn before(&self, age: SignedDuration) -> Timestamp {
        // Before the earliest instant: nothing is that old.
        self.clock.now().checked_sub(age).unwrap_or(Timestamp::MIN)
    }
}
