//! Leases.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use taskwire_store::{HeldLease, Lease};
use taskwire_testkit::{TestDb, both_databases};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::fixture::Store;

/// A process that wants the lease.
struct Process {
    /// Receives the lease each time it is acquired.
    held: mpsc::UnboundedReceiver<HeldLease>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Process {
    fn start(store: &Store, name: &str, working: &Arc<AtomicUsize>) -> Self {
        let lease = Lease::new(store.db.clone(), "relay", name.into());
        let (sender, held) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let working = Arc::clone(working);
        let task = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            let (stop_work, _) = tokio::sync::broadcast::channel::<()>(1);
            let stopping = async {
                stopped.await;
                let _ = stop_work.send(());
            };
            lease
                .run(stopping, |held: HeldLease| {
                    let (sender, working) = (sender.clone(), Arc::clone(&working));
                    let mut stop = stop_work.subscribe();
                    async move {
                        assert_eq!(working.fetch_add(1, Ordering::SeqCst), 0, "two at once");
                        let _ = sender.send(held.clone());
                        tokio::select! {
                            () = held.lost() => {}
                            _ = stop.recv() => {}
                        }
                        working.fetch_sub(1, Ordering::SeqCst);
                    }
                })
                .await;
        });
        Self { held, stop, task }
    }

    async fn holds(&mut self) -> HeldLease {
        let limit = Duration::from_mins(1);
        tokio::time::timeout(limit, self.held.recv())
            .await
            .unwrap()
            .unwrap()
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        self.task.await.unwrap();
    }
}

async fn one_works_and_another_takes_over(db: TestDb) {
    let store = Store::open(db).await;
    let working = Arc::default();
    let mut first = Process::start(&store, "first", &working);
    let held = first.holds().await;
    assert!(held.is_valid());
    let mut second = Process::start(&store, "second", &working);
    assert!(second.held.try_recv().is_err());
    first.stop().await;
    let next = second.holds().await;
    assert!(next.token() > held.token());
    assert!(next.is_valid() && !held.is_valid());
    second.stop().await;
}

async fn a_lease_that_is_not_renewed_goes_to_another(db: TestDb) {
    let store = Store::open(db).await;
    let working = Arc::default();
    let mut first = Process::start(&store, "first", &working);
    let held = first.holds().await;
    // Killed: it neither renews nor releases.
    first.task.abort();
    let _ = first.task.await;
    working.store(0, Ordering::SeqCst);
    let mut second = Process::start(&store, "second", &working);
    let next = second.holds().await;
    assert!(next.token() > held.token());
    assert!(!held.is_valid());
    // Later writes of the first holder are refused.
    let mut tx = store.db.begin().await.unwrap();
    tx.advance_consumer("relay", 1).await.unwrap();
    tx.advance_fenced("relay", 9, held.token()).await.unwrap();
    assert_eq!(tx.consumer_position("relay").await.unwrap(), 1);
    tx.advance_fenced("relay", 5, next.token()).await.unwrap();
    tx.advance_fenced("relay", 3, next.token()).await.unwrap();
    assert_eq!(tx.consumer_position("relay").await.unwrap(), 5);
    tx.commit().await.unwrap();
    second.stop().await;
}

both_databases!(
    one_works_and_another_takes_over,
    a_lease_that_is_not_renewed_goes_to_another,
);
