//! Wherever a transaction is cancelled, the next one works, and the cancelled one is committed either completely or not
//! at all.

use std::task::Poll;

use taskwire_domain::{EventId, UserId};
use taskwire_store::{Db, Error};
use taskwire_testkit::{TestDb, both_databases};
use uuid::Uuid;

use crate::fixture::Store;

/// More polls than a transaction of the test usually takes.
const POLLS: usize = 40;

/// Polls a future this many times and drops it: at once, while it waits for its last request, or when that
/// has completed and it would continue. `None` if it was cut off.
pub(crate) async fn cut<T>(
    future: impl Future<Output = T>,
    polls: usize,
    at_once: bool,
) -> Option<T> {
    let mut future = Box::pin(future);
    let mut polled = 0;
    std::future::poll_fn(|context| {
        if polled == polls {
            return Poll::Ready(None);
        }
        polled += 1;
        match future.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if at_once && polled == polls => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Three events in one transaction.
async fn write(db: &Db, owner: UserId, first: u128) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.next_number(owner).await?;
    for number in first..first + 3 {
        let id = EventId(Uuid::from_u128(number));
        tx.append_event(id, owner, "task.updated.v1", Uuid::nil(), "{}")
            .await?;
    }
    tx.commit().await
}

async fn anywhere(db: TestDb) {
    let store = Store::open(db).await;
    let (mut cut_off, mut done) = (0, 0);
    for round in 0..2 * POLLS {
        let first = 10 * (u128::try_from(round).unwrap() + 1);
        match cut(
            write(&store.db, store.ada, first),
            round / 2,
            round % 2 == 0,
        )
        .await
        {
            Some(written) => {
                written.unwrap();
                done += 1;
            }
            None => cut_off += 1,
        }
        // The next one works, even if it has to wait for the rollback of the cancelled one.
        write(&store.db, store.ada, first + 5).await.unwrap();
    }
    // How many polls a transaction takes depends on how its results arrive.
    assert!(cut_off > 0 && done > 0, "cut off {cut_off}, done {done}");
    let mut tx = store.read().await;
    let events = tx.events_of(store.ada, 0, i64::MAX, 1000).await.unwrap();
    let numbers: Vec<u128> = events.iter().map(|event| event.id.0.as_u128()).collect();
    let mut whole = 0;
    for round in 0..2 * POLLS {
        let first = 10 * (u128::try_from(round).unwrap() + 1);
        let count = |from: u128| {
            let range = from..from + 3;
            numbers
                .iter()
                .filter(|number| range.contains(number))
                .count()
        };
        assert_eq!(count(first + 5), 3);
        assert!(
            [0, 3].contains(&count(first)),
            "round {round}: {}",
            count(first)
        );
        whole += usize::from(count(first) == 3);
    }
    assert!(whole >= done);
}

both_databases!(anywhere);
