//! Connections to a Postgres server, whose user and password may be replaced while the program runs.

use std::io;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgPool, Postgres};
use taskwire_domain::SharedSecret;
use tracing::{info, warn};

use super::options::{ACQUIRE_TIMEOUT, Options};
use crate::Error;

/// How long a server may take to accept the first connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause before a connection is tried again whose password was refused.
const PAUSE: Duration = Duration::from_millis(100);
/// Settings of a connection. A list reads a page, which takes less time than the workers of a parallel plan need to
/// start.
const SET: &str = "SELECT set_config('idle_in_transaction_session_timeout', $1, false),
    set_config('max_parallel_workers_per_gather', '0', false)";
/// Those for long reads: a plan for the values of each search, because one for any values may read all rows.
const SET_LONG: &str = "SELECT set_config('idle_in_transaction_session_timeout', $1, false),
    set_config('max_parallel_workers_per_gather', '0', false), set_config('plan_cache_mode', 'force_custom_plan', false)";
/// Has the server notice within a moment that a connection was closed. Versions before 14 and some systems cannot: there a
/// read that nobody waits for goes on.
const NOTICE_CLOSING: &str = "SELECT set_config('client_connection_check_interval', '200', false)";

/// A server, and the connections to it. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pool: PgPool,
    /// For long reads.
    long: PgPool,
    rotation: Option<Arc<Rotation>>,
}

/// An address that may be replaced.
#[derive(Debug)]
struct Rotation {
    address: SharedSecret,
    /// The version that new connections use.
    used: AtomicU64,
}

impl Server {
    pub(super) async fn connect(address: &str, options: &Options) -> Result<Self, Error> {
        check_parameters(address)?;
        let server = read(address)?;
        let limit = format!("{}ms", options.idle_in_transaction.as_millis());
        let is_pooled = is_pooled(&server);
        can_connect(&server).await?;
        let pool = |connections, set: &'static str| {
            let limit = limit.clone();
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                // The driver tests a connection before each use by default: a round trip per request. A broken one shows
                // itself at the first statement, and the request is then retried by its idempotency key.
                .test_before_acquire(false)
                .after_connect(move |connection, _| {
                    let limit = limit.clone();
                    Box::pin(async move {
                        // Behind a pooler a setting belongs to no connection. Not as a parameter of the connection: some
                        // poolers refuse those.
                        if !is_pooled {
                            sqlx::query(set)
                                .bind(limit)
                                .execute(&mut *connection)
                                .await?;
                            if set == SET_LONG {
                                let noticing = sqlx::query(NOTICE_CLOSING).execute(connection);
                                noticing.await.map(drop).unwrap_or_default();
                            }
                        }
                        Ok(())
                    })
                })
        };
        let long = pool(options.long_reads, SET_LONG).connect_lazy_with(server.clone());
        let pool = pool(options.connections, SET).connect_lazy_with(server);
        let rotation = options.rotating.clone().map(|address| {
            // What was given may be older than this by now; then it is replaced at the first use.
            Arc::new(Rotation {
                address,
                used: AtomicU64::new(0),
            })
        });
        Ok(Self {
            pool,
            long,
            rotation,
        })
    }

    pub(crate) fn pool(&self) -> &PgPool {
        self.use_newest();
        &self.pool
    }

    pub(super) fn long_pool(&self) -> &PgPool {
        &self.long
    }

    /// Closes all connections, waiting for those in use.
    pub(super) async fn close(&self) {
        self.long.close().await;
        self.pool.close().await;
    }

    /// A connection. Where the password was changed on the server and the new one is not known here yet, this waits for
    /// it as long as for a connection that is in use.
    pub(super) async fn acquire(&self) -> Result<PoolConnection<Postgres>, sqlx::Error> {
        self.acquire_from(&self.pool).await
    }

    /// The same for a long read.
    pub(super) async fn acquire_long(&self) -> Result<PoolConnection<Postgres>, sqlx::Error> {
        self.acquire_from(&self.long).await
    }

    async fn acquire_from(&self, pool: &PgPool) -> Result<PoolConnection<Postgres>, sqlx::Error> {
        let begun = Instant::now();
        loop {
            self.use_newest();
            match (pool.acquire().await, &self.rotation) {
                (Err(error), Some(rotation))
                    if is_refused(&error) && begun.elapsed() < ACQUIRE_TIMEOUT =>
                {
                    rotation.address.refused();
                    tokio::time::sleep(PAUSE).await;
                }
                (result, _) => return result,
            }
        }
    }

    /// Has new connections use the newest user and password. Open ones go on: the server has let them in.
    fn use_newest(&self) {
        let Some(rotation) = &self.rotation else {
            return;
        };
        let version = rotation.address.version();
        if rotation.used.load(Ordering::Acquire) == version {
            return;
        }
        let (address, version) = rotation.address.versioned();
        if rotation.used.swap(version, Ordering::AcqRel) == version {
            return;
        }
        let place = |options: &PgConnectOptions| {
            let database = options.get_database().map(ToOwned::to_owned);
            (options.get_host().to_owned(), options.get_port(), database)
        };
        match read(address.expose()) {
            Ok(new) if place(&new) == place(&self.pool.connect_options()) => {
                self.long.set_connect_options(new.clone());
                self.pool.set_connect_options(new);
                info!("New connections to the database use its new user and password");
            }
            Ok(_) => warn!(
                "The database's address now names another database; restart this process to use that one"
            ),
            // The error could quote it.
            Err(_) => warn!("The database's new address cannot be read; the previous one is used"),
        }
    }
}

/// The parameters of an address, in all spellings. `channel_binding` is in every address that Neon shows; the driver
/// authenticates without it.
const PARAMETERS: [&str; 19] = [
    "application_name",
    "channel_binding",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// Refuses an unknown parameter, which the driver would ignore, and log with its value: it could be a mistyped
/// `password`.
fn check_parameters(address: &str) -> Result<(), Error> {
    let (_, query) = address.split_once('?').unwrap_or_default();
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    for name in names.filter(|name| !name.is_empty()) {
        if !PARAMETERS.contains(&name) && !name.starts_with("options[") {
            return Err(Error::Address(format!(
                "The database address has a parameter {name}, which does not exist; remove it, or use one of {}.",
                PARAMETERS.join(", ")
            )));
        }
    }
    Ok(())
}

fn read(address: &str) -> Result<PgConnectOptions, sqlx::Error> {
    let server = PgConnectOptions::from_str(address)?.application_name("taskwire");
    Ok(if is_pooled(&server) {
        // Named prepared statements do not survive there.
        server.statement_cache_capacity(0)
    } else {
        server
    })
}

/// Whether it is Neon's pooled endpoint, PgBouncer in transaction mode.
fn is_pooled(server: &PgConnectOptions) -> bool {
    server.get_host().contains("-pooler.")
}

/// Whether the server did not take the user or the password.
fn is_refused(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.code().is_some_and(|code| code.starts_with("28")))
}

/// Connects once to get the error: a pool keeps retrying, and in the end reports only a timeout.
async fn can_connect(server: &PgConnectOptions) -> Result<(), sqlx::Error> {
    match tokio::time::timeout(CONNECT_TIMEOUT, server.connect()).await {
        Ok(connection) => connection?.close().await,
        Err(_) => Err(sqlx::Error::Io(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("no response within {} seconds", CONNECT_TIMEOUT.as_secs()),
        ))),
    }
}
