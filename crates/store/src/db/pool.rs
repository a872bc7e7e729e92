//! What is known of a pool of connections: how many there are, and who waits for one.

use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{Database, Pool};

/// The state of a pool at one moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PoolState {
    /// Its name: `postgres`, or `writer` and `readers` on SQLite, and `long_reads`.
    pub name: &'static str,
    /// Open connections that nobody uses.
    pub idle: u64,
    /// Connections in use.
    pub used: u64,
    /// Most connections.
    pub max: u64,
    /// How many wait for a connection.
    pub pending: u64,
    /// How many got none in time, since the start.
    pub timeouts: u64,
}

impl PoolState {
    pub(super) fn of<D: Database>(name: &'static str, pool: &Pool<D>, waits: &[&Wait]) -> Self {
        let options = pool.options();
        let idle = u64::try_from(pool.num_idle()).unwrap_or(u64::MAX);
        let sum = |of: fn(&Wait) -> &AtomicU64| {
            let counts = waits.iter().map(|wait| of(wait).load(Ordering::Relaxed));
            counts.sum()
        };
        Self {
            name,
            idle,
            // Read at another moment than the idle ones.
            used: u64::from(pool.size()).saturating_sub(idle),
            max: u64::from(options.get_max_connections()),
            pending: sum(|wait| &wait.pending),
            timeouts: sum(|wait| &wait.timeouts),
        }
    }
}

/// Those who wait for a connection: to write, to read, or for a long read.
#[derive(Debug, Default)]
pub(super) struct Waits {
    pub(super) writer: Wait,
    pub(super) readers: Wait,
    pub(super) long: Wait,
}

/// Counts those who wait.
#[derive(Debug, Default)]
pub(super) struct Wait {
    pending: AtomicU64,
    timeouts: AtomicU64,
}

/// One that waits, until this is dropped.
pub(super) struct Waiting<'a>(&'a Wait);

impl Wait {
    /// Begins to count one that waits. No future around that of the connection: those are large, and each copy counts.
    pub(super) fn begin(&self) -> Waiting<'_> {
        self.pending.fetch_add(1, Ordering::Relaxed);
        Waiting(self)
    }
}

impl Waiting<'_> {
    /// The wait is over, with this result.
    pub(super) fn end<T>(self, result: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if matches!(result, Err(sqlx::Error::PoolTimedOut)) {
            self.0.timeouts.fetch_add(1, Ordering::Relaxed);
        }
        result
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.pending.fetch_sub(1, Ordering::Relaxed);
    }
}
