use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rand::SeedableRng;
use taskwire_domain::{Clock, Ids};
use taskwire_testkit::LogLines;

use super::*;
use crate::turn_state::test_store::{Connection, MemoryStore};
use crate::turn_state::{Timings, lease_key};

#[derive(Debug)]
struct TestClock(Mutex<Timestamp>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

fn replica(store: &Connection, clock: &Arc<TestClock>, seed: u64) -> Shared {
    Shared {
        store: Arc::new(store.clone()),
        timings: Timings::default(),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        ids: Arc::new(Ids::new(rand::rngs::StdRng::seed_from_u64(seed))),
    }
}

/// A store, the connection of the first replica to it, two replicas, and their clock.
fn replicas() -> ((MemoryStore, Connection), [Shared; 2], Arc<TestClock>) {
    let clock = Arc::new(TestClock(Mutex::new(
        "2026-11-20T10:00:00Z".parse().unwrap(),
    )));
    let store = MemoryStore::default();
    let [near, far] = [0, 1].map(|_| Connection::new(Arc::new(store.clone())));
    let shared = [replica(&near, &clock, 1), replica(&far, &clock, 2)];
    ((store, near), shared, clock)
}

fn key() -> String {
    lease_key(Uuid::nil(), "c1")
}

async fn acquire(shared: &Shared) -> Option<Lease> {
    Lease::acquire(shared, key()).await.unwrap()
}

/// Renews a lease; returns the token that cancels its turn, and a function that ends the renewals.
fn keep(lease: &Lease) -> (CancellationToken, impl AsyncFnOnce()) {
    let (cancel, end) = (CancellationToken::new(), CancellationToken::new());
    let keeper = tokio::spawn(lease.clone().keep(cancel.clone(), end.clone()));
    (cancel, async move || {
        end.cancel();
        keeper.await.unwrap();
    })
}

/// Has an effect every 100 ms, and counts them.
async fn effects(lease: &Lease, count: &AtomicUsize) {
    loop {
        lease.ensure().await;
        count.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn one_replica_holds_the_lease_until_it_gives_it_back() {
    let (_, [a, b], _) = replicas();
    let lease = acquire(&a).await.unwrap();
    let (_, end) = keep(&lease);
    for _ in 0..20 {
        assert!(acquire(&b).await.is_none());
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    assert!(lease.is_held());
    assert_eq!(
        Lease::holder(&b, &key()).await.unwrap(),
        lease.shared().map(|(_, turn)| turn)
    );
    end().await;
    lease.release().await;
    assert!(!lease.is_held());
    let next = acquire(&b).await.unwrap();
    // A late release does not affect the next lease.
    lease.release().await;
    assert!(next.is_held());
    assert!(acquire(&a).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_holder_without_the_store_has_no_effect_once_another_may_take_over() {
    let ((_, near), [a, b], _) = replicas();
    let lease = acquire(&a).await.unwrap();
    let _keeper = keep(&lease);
    tokio::time::sleep(Duration::from_secs(30)).await;
    near.cut();
    let count = AtomicUsize::new(0);
    let work = lease.while_held(effects(&lease, &count));
    let takeover = async {
        loop {
            if let Some(lease) = acquire(&b).await {
                return (lease, count.load(Ordering::SeqCst));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let (ended, (taken, before)) = tokio::join!(work, takeover);
    assert!(ended.is_none());
    assert!(
        before > 50,
        "a store that is away for a while interrupts nothing: {before}"
    );
    assert_eq!(count.load(Ordering::SeqCst), before);
    assert!(taken.is_held());
    // The store is back, but the old holder does not regain the lease.
    near.reconnect();
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(!lease.is_held());
    assert_eq!(
        Lease::holder(&b, &key()).await.unwrap(),
        taken.shared().map(|(_, turn)| turn)
    );
}

#[tokio::test(start_paused = true)]
async fn a_holder_that_was_paused_sees_it_before_its_next_effect() {
    let ((store, _), [a, b], _) = replicas();
    // Nobody renews it: the process was stopped. Its own clock may have been stopped too.
    let lease = acquire(&a).await.unwrap();
    store.lose("turn:");
    let taken = acquire(&b).await.unwrap();
    assert!(lease.is_held(), "by its own clock it still holds it");
    let count = AtomicUsize::new(0);
    assert!(lease.while_held(effects(&lease, &count)).await.is_none());
    assert_eq!(count.load(Ordering::SeqCst), 0);
    assert!(taken.is_held());
}

#[tokio::test(start_paused = true)]
async fn the_clock_is_read_at_each_step_and_not_only_by_timers() {
    let (_, [a, _], _) = replicas();
    let lease = acquire(&a).await.unwrap();
    let count = AtomicUsize::new(0);
    let (lines, _logging) = LogLines::capture();
    let work = std::pin::pin!(lease.while_held(effects(&lease, &count)));
    // The time passes while nothing runs; no timer has fired when the work continues.
    tokio::time::advance(Duration::from_secs(11)).await;
    assert!(work.await.is_none());
    assert_eq!(count.load(Ordering::SeqCst), 0);
    // Told by the work that ends, which may see it before the task that renews the lease.
    let told = lines.take();
    assert_eq!(
        told.matches("Lost the lease of a chat turn").count(),
        1,
        "{told}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_renewal_of_a_lease_that_another_has_taken_ends_both_safely() {
    let ((store, _), [a, b], _) = replicas();
    let lease = acquire(&a).await.unwrap();
    store.lose("turn:");
    let taken = acquire(&b).await.unwrap();
    // Both etags are "1": a write by the etag alone would be accepted.
    let held = lease.0.as_ref().unwrap();
    held.renew().await.unwrap();
    assert!(!lease.is_held());
    assert_eq!(
        Lease::holder(&b, &key()).await.unwrap(),
        taken.shared().map(|(_, turn)| turn)
    );
}

#[tokio::test(start_paused = true)]
async fn a_lease_without_an_expiry_is_taken_over_in_the_end() {
    let (_, [mut a, b], clock) = replicas();
    a.timings.lease_ttl = Duration::from_hours(24 * 365);
    acquire(&a).await.unwrap();
    tokio::time::sleep(Duration::from_hours(2)).await;
    assert!(acquire(&b).await.is_none());
    *clock.0.lock().unwrap() += SignedDuration::from_mins(61);
    assert!(acquire(&b).await.is_some());
    assert!(acquire(&b).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_another_replica_is_asked_for_cancels_the_turn() {
    let (_, [a, b], _) = replicas();
    let lease = acquire(&a).await.unwrap();
    let (cancel, _end) = keep(&lease);
    let (_, turn) = lease.shared().unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(!cancel.is_cancelled());
    b.request_stop(turn).await.unwrap();
    cancel.cancelled().await;
    assert!(
        lease.is_held(),
        "it ends as a stopped turn, not as an interrupted one"
    );
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_store_does_not_mean_a_free_conversation() {
    let ((_, near), [a, b], _) = replicas();
    let lease = acquire(&b).await.unwrap();
    near.cut();
    assert!(Lease::acquire(&a, key()).await.is_err());
    assert!(Lease::holder(&a, &key()).await.is_err());
    drop(lease);
}
