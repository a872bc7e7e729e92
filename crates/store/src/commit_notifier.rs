//! Notifies readers of the event log of new events, so that they need not poll often.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tracing::{debug, warn};

/// Channel of the notification between processes that share a Postgres database.
const CHANNEL: &str = "taskwire_events";
/// Pause before the listener connects again after a failure.
const RECONNECT: Duration = Duration::from_secs(5);

/// Notifies after an event was committed: at once within this process, and between processes through LISTEN/NOTIFY
/// where the database supports it. It is only a hint; readers also poll, so a lost notification costs time, never an
/// event.
#[derive(Clone, Debug)]
pub struct CommitNotifier {
    /// Counts commits of this process.
    local: watch::Sender<u64>,
    /// Counts commits of this process and notifications from others.
    any: watch::Sender<u64>,
}

impl Default for CommitNotifier {
    fn default() -> Self {
        Self {
            local: watch::Sender::new(0),
            any: watch::Sender::new(0),
        }
    }
}

impl CommitNotifier {
    /// Notifies after a commit of this process.
    pub(crate) fn notify(&self) {
        self.any.send_modify(|count| *count = count.wrapping_add(1));
        self.local
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Subscribes; `changed()` resolves when an event may have been committed since the last call.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.any.subscribe()
    }

    /// Forwards notifications between processes until the future is dropped.
    pub(crate) async fn forward(&self, pool: PgPool) {
        tokio::join!(self.send(&pool), self.receive(&pool));
    }

    /// Sends one notification for all commits since the last: outside their transactions, because NOTIFY inside
    /// locks the whole database at commit.
    async fn send(&self, pool: &PgPool) {
        let mut commits = self.local.subscribe();
        while commits.changed().await.is_ok() {
            if let Err(error) = sqlx::query("SELECT pg_notify($1, '')")
                .bind(CHANNEL)
                .execute(pool)
                .await
            {
                debug!(%error, "Could not notify other processes of a new event; they find it when they poll");
            }
        }
    }

    async fn receive(&self, pool: &PgPool) {
        loop {
            match self.listen(pool).await {
                Ok(never) => match never {},
                Err(error) => {
                    warn!(%error, "Cannot listen for new events of other processes; polling instead");
                }
            }
            tokio::time::sleep(RECONNECT).await;
        }
    }

    async fn listen(&self, pool: &PgPool) -> Result<std::convert::Infallible, sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        loop {
            listener.recv().await?;
            self.any.send_modify(|count| *count = count.wrapping_add(1));
        }
    }
}
