//! How to open a database.

use std::path::PathBuf;
use std::time::Duration;

use taskwire_domain::SharedSecret;

/// How long a request waits for a connection, or for SQLite's writer, before it fails.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// How to open a database.
#[derive(Clone, Debug)]
pub struct Options {
    /// Most connections: of the pool on Postgres, of the readers on SQLite.
    pub connections: u32,
    /// Most connections for long reads, such as searches, besides those.
    pub long_reads: u32,
    /// Whether the file of an SQLite database is created if it does not exist.
    pub create: bool,
    /// How long a transaction may wait for its next statement before Postgres ends it, with its connection. Otherwise a
    /// process that hangs would hold its locks for ever, and everybody else would wait for them.
    pub idle_in_transaction: Duration,
    /// The address, where it may be replaced: new connections to Postgres take its newest user and password.
    pub rotating: Option<SharedSecret>,
    /// A folder with migrations that follow those of this program, in `sqlite` and `postgres`: what a later version has,
    /// to rehearse an upgrade.
    pub later_migrations: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 8,
            long_reads: half_of_the_cores(),
            create: true,
            idle_in_transaction: Duration::from_secs(30),
            rotating: None,
            later_migrations: None,
        }
    }
}

/// So many long reads leave the other cores to everybody else.
fn half_of_the_cores() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u32::try_from(cores / 2).unwrap_or(1).clamp(1, 4)
}
