//! Notifies readers of the event log of new events, and consumers of dead letters to replay, so that they need not poll
//! often.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tracing::{debug, warn};

/// Pause before the listener connects again after a failure.
const RECONNECT: Duration = Duration::from_secs(5);
/// Shortest time between two notifications to other processes: under load one stands for many commits.
const MIN_SEND_INTERVAL: Duration = Duration::from_millis(5);

/// Notifies when an event was committed, or the replay of a dead letter was requested: at once within this process, and
/// between processes through LISTEN/NOTIFY where the database has it. It is a hint only; readers also poll, so a lost
/// notification costs time, never an event. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CommitNotifier(Arc<Signals>);

#[derive(Debug)]
struct Signals {
    events: Signal,
    replays: Signal,
    /// The server process of this process's listener, 0 without one. It is sent along, so that the listener ignores what
    /// this process knew before.
    listener: AtomicI32,
}

/// One kind of notification.
#[derive(Debug)]
struct Signal {
    /// Its name between processes that share a Postgres database.
    channel: &'static str,
    /// Counts commits of this process.
    local: watch::Sender<u64>,
    /// Counts commits of this process and notifications from others.
    any: watch::Sender<u64>,
}

impl Default for CommitNotifier {
    fn default() -> Self {
        Self(Arc::new(Signals {
            events: Signal::new("taskwire_events"),
            replays: Signal::new("taskwire_replays"),
            listener: AtomicI32::new(0),
        }))
    }
}

impl CommitNotifier {
    /// Notifies after a commit of this process that appended events.
    pub(crate) fn notify(&self) {
        self.0.events.notify();
    }

    /// Notifies after a commit of this process that requested replays.
    pub(crate) fn notify_of_replays(&self) {
        self.0.replays.notify();
    }

    /// Subscribes; `changed()` resolves when an event may have been committed since the last call.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.0.events.any.subscribe()
    }

    /// Subscribes; `changed()` resolves when a replay may have been requested since the last look.
    pub fn subscribe_to_replays(&self) -> watch::Receiver<u64> {
        self.0.replays.any.subscribe()
    }

    /// Forwards notifications between processes until the future is dropped.
    pub(crate) async fn forward(&self, pool: PgPool) {
        let signals = [&self.0.events, &self.0.replays];
        tokio::join!(
            self.send(&self.0.events, &pool),
            self.send(&self.0.replays, &pool),
            self.receive(&signals, &pool)
        );
    }

    /// Receives what other processes say of replays until the future is dropped.
    pub(crate) async fn receive_replays(&self, pool: PgPool) {
        self.receive(&[&self.0.replays], &pool).await;
    }

    /// Tells other processes of requested replays, once.
    pub(crate) async fn announce_replays(&self, pool: &PgPool) {
        self.announce(&self.0.replays, pool).await;
    }

    /// Sends one notification for all commits since the last: outside their transactions, because NOTIFY inside
    /// locks the whole database at commit.
    async fn send(&self, signal: &Signal, pool: &PgPool) {
        let mut commits = signal.local.subscribe();
        while commits.changed().await.is_ok() {
            self.announce(signal, pool).await;
            tokio::time::sleep(MIN_SEND_INTERVAL).await;
        }
    }

    async fn announce(&self, signal: &Signal, pool: &PgPool) {
        let sender = self.0.listener.load(Ordering::Relaxed).to_string();
        let sent = sqlx::query("SELECT pg_notify($1, $2)")
            .bind(signal.channel)
            .bind(sender)
            .execute(pool)
            .await;
        if let Err(error) = sent {
            debug!(%error, channel = signal.channel, "Could not notify other processes; they find out when they poll");
        }
    }

    async fn receive(&self, signals: &[&Signal], pool: &PgPool) {
        loop {
            match self.listen(signals, pool).await {
                Ok(never) => match never {},
                Err(sqlx::Error::PoolClosed) => return,
                Err(error) => {
                    warn!(%error, "Cannot listen for notifications of other processes; polling instead");
                }
            }
            tokio::time::sleep(RECONNECT).await;
        }
    }

    async fn listen(
        &self,
        signals: &[&Signal],
        pool: &PgPool,
    ) -> Result<std::convert::Infallible, sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener
            .listen_all(signals.iter().map(|signal| signal.channel))
            .await?;
        loop {
            // Also after a lost connection, which the listener replaces by itself.
            let own: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
                .fetch_one(&mut listener)
                .await?;
            self.0.listener.store(own, Ordering::Relaxed);
            let own = own.to_string();
            while let Some(notification) = listener.try_recv().await? {
                if notification.payload() == own {
                    continue;
                }
                for signal in signals {
                    if signal.channel == notification.channel() {
                        signal
                            .any
                            .send_modify(|count| *count = count.wrapping_add(1));
                    }
                }
            }
        }
    }
}

impl Signal {
    fn new(channel: &'static str) -> Self {
        Self {
            channel,
            local: watch::Sender::new(0),
            any: watch::Sender::new(0),
        }
    }

    fn notify(&self) {
        self.any.send_modify(|count| *count = count.wrapping_add(1));
        self.local
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}
