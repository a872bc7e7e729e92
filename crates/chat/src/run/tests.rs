use futures::StreamExt;
use rand::SeedableRng;
use taskwire_domain::{Ids, SystemClock};

use super::*;
use crate::turn_state::Timings;
use crate::turn_state::test_store::MemoryStore;

const QUIET: Duration = Duration::from_secs(15);

async fn begin(runs: &Runs, conversation: &str) -> Option<RunPermit> {
    runs.begin(Uuid::nil(), conversation).await.unwrap()
}

async fn here(runs: &Runs) -> Option<Arc<Run>> {
    match runs.find(Uuid::nil(), "c").await.unwrap()? {
        Running::Here(run) => Some(run),
        Running::Elsewhere(_) => None,
    }
}

#[tokio::test(start_paused = true)]
async fn late_readers_get_everything_and_keep_alives() {
    let runs = Runs::default();
    let permit = begin(&runs, "c").await.unwrap();
    assert!(begin(&runs, "c").await.is_none());
    assert!(begin(&runs, "d").await.is_some());
    permit.run.send(&Chunk::StartStep);
    let run = here(&runs).await.unwrap();
    let mut reader = Box::pin(run.subscribe(QUIET, QUIET));
    assert_eq!(reader.next().await.unwrap(), Chunk::StartStep.frame());
    assert_eq!(reader.next().await.unwrap(), KEEP_ALIVE);
    permit.run.send(&Chunk::FinishStep);
    permit.end().await;
    drop(permit);
    let rest: Vec<_> = reader.collect().await;
    assert_eq!(rest, [Chunk::FinishStep.frame(), DONE]);
    assert!(here(&runs).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_turn_without_readers_is_cancelled_after_the_timeout() {
    let runs = Runs::default();
    let permit = begin(&runs, "c").await.unwrap();
    let first = Box::pin(Arc::clone(&permit.run).subscribe(QUIET, QUIET));
    drop(first);
    tokio::time::sleep(Duration::from_secs(10)).await;
    let second = Box::pin(Arc::clone(&permit.run).subscribe(QUIET, QUIET));
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert!(!permit.run.cancel.is_cancelled());
    drop(second);
    permit.run.cancel.cancelled().await;
}

#[tokio::test]
async fn the_end_of_a_turn_leaves_the_conversation_free() {
    let runs = Runs::default();
    let permit = begin(&runs, "c").await.unwrap();
    permit.end().await;
    let next = begin(&runs, "c").await.expect("the first turn is over");
    drop(permit);
    assert!(
        begin(&runs, "c").await.is_none(),
        "the turn that follows is left alone"
    );
    drop(next);
    assert!(here(&runs).await.is_none());
}

#[tokio::test]
async fn a_lost_turn_ends_with_an_error() {
    let runs = Runs::default();
    let permit = begin(&runs, "c").await.unwrap();
    let run = Arc::clone(&permit.run);
    drop(permit);
    let frames: Vec<_> = run.subscribe(QUIET, QUIET).collect().await;
    assert_eq!(frames.len(), 2);
    assert_eq!(frames[1], DONE);
}

/// Turns shared through this store.
fn shared(store: &MemoryStore, seed: u64) -> Runs {
    Runs::new(Some(Shared {
        store: Arc::new(store.clone()),
        timings: Timings::default(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(Ids::new(rand::rngs::StdRng::seed_from_u64(seed))),
    }))
}

#[tokio::test(start_paused = true)]
async fn a_reader_on_another_replica_keeps_a_turn_alive() {
    let store = MemoryStore::default();
    let (near, far) = (shared(&store, 1), shared(&store, 2));
    let permit = begin(&near, "c").await.unwrap();
    assert!(begin(&far, "c").await.is_none());
    let first = Box::pin(Arc::clone(&permit.run).subscribe(QUIET, QUIET));
    let running = far.find(Uuid::nil(), "c").await.unwrap();
    let Some(Running::Elsewhere(run)) = running else {
        panic!("it runs on the other replica");
    };
    let mut second = Box::pin(run.subscribe(QUIET, QUIET));
    assert_eq!(second.next().await.unwrap(), KEEP_ALIVE);
    drop(first);
    for _ in 0..10 {
        assert_eq!(second.next().await.unwrap(), KEEP_ALIVE);
    }
    assert!(!permit.run.cancel.is_cancelled());
    drop(second);
    permit.run.cancel.cancelled().await;
    permit.end().await;
    assert!(begin(&far, "c").await.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_is_dropped_leaves_the_conversation_free_elsewhere() {
    let store = MemoryStore::default();
    let (near, far) = (shared(&store, 1), shared(&store, 2));
    let permit = begin(&near, "c").await.unwrap();
    permit.run.send(&Chunk::StartStep);
    let running = far.find(Uuid::nil(), "c").await.unwrap();
    let Some(Running::Elsewhere(run)) = running else {
        panic!("it runs on the other replica");
    };
    drop(permit);
    let frames: Vec<_> = run.subscribe(QUIET, QUIET).collect().await;
    let expected = [Chunk::StartStep.frame(), Chunk::interrupted().frame(), DONE];
    assert_eq!(frames, expected);
    assert!(begin(&far, "c").await.is_some());
}
