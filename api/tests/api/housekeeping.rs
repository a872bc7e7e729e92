//! Old rows are deleted, by one process at a time.

use std::time::Duration;

use serde_json::json;
use taskwire_api::Schedule;
use taskwire_domain::UserId;
use taskwire_store::Lease;
use taskwire_testkit::{TestDb, both_databases, eventually};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::support::App;

const LIMIT: Duration = Duration::from_secs(30);
/// Rounds follow each other at once.
const ALWAYS: Schedule = Schedule {
    first: Duration::ZERO,
    interval: Duration::from_millis(1),
};

async fn events_left(app: &App) -> usize {
    let mut tx = app.db.read().await.unwrap();
    let owner = UserId(app.ada.view.id);
    let events = tx.events_of(owner, 0, i64::MAX, 100).await.unwrap();
    events.len()
}

/// Makes events that are old enough to be deleted.
async fn grow(app: &App) {
    for title in ["one", "two"] {
        app.task(json!({"title": title})).await;
    }
    let mut tx = app.db.begin().await.unwrap();
    let end = tx.end_of_events().await.unwrap();
    for consumer in ["audit", "recurrence", "reminder"] {
        tx.advance_consumer(consumer, end).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn one_process_at_a_time_deletes_old_rows(db: TestDb) {
    let app = App::open(db).await;
    grow(&app).await;
    app.at("2027-12-31T12:00:00Z");
    // A process that is in the middle of its round.
    let (begun, mut rounds) = mpsc::unbounded_channel();
    let end = CancellationToken::new();
    let lease = Lease::new(app.db.clone(), "housekeeping", "the busy one".into());
    let busy = tokio::spawn({
        let end = end.clone();
        async move {
            lease
                .run(end.cancelled(), |held| {
                    let (begun, end) = (begun.clone(), end.clone());
                    async move {
                        begun.send(held.token()).unwrap();
                        end.cancelled().await;
                    }
                })
                .await;
        }
    });
    rounds.recv().await.unwrap();
    let others: Vec<_> = [app.api.clone(), app.api.clone()]
        .into_iter()
        .map(|api| tokio::spawn(async move { api.housekeep(ALWAYS).await }))
        .collect();
    // They have been there for as long as these requests take, and wait.
    for _ in 0..100 {
        app.get("/api/v1/tasks").await;
    }
    assert_eq!(events_left(&app).await, 2);
    end.cancel();
    busy.await.unwrap();
    eventually(LIMIT, || async {
        (events_left(&app).await == 0).then_some(())
    })
    .await;
    // The rounds go on.
    grow(&app).await;
    app.at("2028-12-31T12:00:00Z");
    eventually(LIMIT, || async {
        (events_left(&app).await == 0).then_some(())
    })
    .await;
    for other in others {
        other.abort();
    }
}

both_databases!(one_process_at_a_time_deletes_old_rows);
