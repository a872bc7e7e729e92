//! A process that hangs in the middle of a transaction, as one that was stopped by a signal does.

use std::time::Duration;

use taskwire_store::{Db, Options, Outage};
use taskwire_testkit::{Kind, TestDb};

use crate::fixture::Store;

#[tokio::test]
async fn a_transaction_that_hangs_holds_its_locks_for_a_limited_time() {
    let store = Store::open(TestDb::create(Kind::Postgres)).await;
    let options = Options {
        connections: 1,
        idle_in_transaction: Duration::from_millis(300),
        ..Options::default()
    };
    let hangs = Db::connect(&store.test.address, &options).await.unwrap();
    let (request, print) = ("POST /api/v1/tasks", "print");
    let mut hung = hangs.begin().await.unwrap();
    hung.reserve_key(store.ada, "k", request, print, store.now())
        .await
        .unwrap();

    // Waits for the other one, of which nothing is left then.
    let mut waits = store.db.begin().await.unwrap();
    let kept = waits.reserve_key(store.ada, "k", request, print, store.now());
    assert!(kept.await.unwrap().is_none());
    waits.commit().await.unwrap();

    let error = hung.commit().await.unwrap_err();
    assert_eq!(error.outage(), Some(Outage::Unreachable), "{error}");
    // The pool has another connection in place of the one that was ended.
    let mut next = hangs.begin().await.unwrap();
    let kept = next.reserve_key(store.ada, "other", request, print, store.now());
    assert!(kept.await.unwrap().is_none());
    next.commit().await.unwrap();
}
