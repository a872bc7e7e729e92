//! Killed at any moment, the service loses nothing and does nothing twice.
//!
//! Several clients work at once and record the acknowledged changes; each repeats a request, with the same key,
//! until there is a response. During this the server is killed and started again, again and again. At the end the
//! server must have exactly what was acknowledged.

mod workers;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use taskwire_domain::{Clock, SystemClock};
use taskwire_testkit::eventually;

use crate::support::deployment::{Deployment, Model, Shape};
use crate::support::rest::Rest;
use crate::support::stream::{Event, Follower};
use crate::support::{LIMIT, model, record};
use workers::{Kept, Worker};

/// Number of kills in each test, instead of the default for an ordinary run.
const KILLS: &str = "TASKWIRE_TEST_KILLS";
/// Longest time between a start and the next kill, in milliseconds.
const LIFE_MAX: u64 = 300;
/// Makes a failed run as repeatable as the machine allows.
const SEED: &str = "TASKWIRE_TEST_SEED";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    live_dangerously(Shape::ServeSqlite, kills(100)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    live_dangerously(Shape::ServePostgres, kills(100)).await;
}

/// Any process, while the others continue.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes() {
    live_dangerously(Shape::Processes, kills(30)).await;
}

fn kills(usual: u32) -> u32 {
    match std::env::var(KILLS) {
        Ok(text) => text.parse().expect("how often to kill is a number"),
        Err(_) => usual,
    }
}

fn seed() -> u64 {
    let seed = match std::env::var(SEED) {
        Ok(text) => text.parse().expect("the seed is a number"),
        Err(_) => u64::try_from(SystemClock.now().as_microsecond()).unwrap(),
    };
    eprintln!("{SEED}={seed} repeats the moments of the kills");
    seed
}

async fn live_dangerously(shape: Shape, kills: u32) {
    let mut rng = StdRng::seed_from_u64(seed());
    let gemini = model::start().await;
    let mut deployment = Deployment::start(shape, Some(Model { url: gemini.url() })).await;
    let token = deployment.token("ana");
    let rest = deployment.rest(&token);
    let live = Follower::start(&rest, "0").await;

    let stop = Arc::new(AtomicBool::new(false));
    let acknowledged = Arc::new(AtomicI64::new(0));
    let working: Vec<_> = workers::Kind::ALL
        .iter()
        // The other kinds call the address of the API, which only serves them with `serve`.
        .filter(|kind| shape != Shape::Processes || kind.is_rest())
        .map(|kind| {
            let worker = Worker::new(
                rest.clone(),
                Arc::clone(&stop),
                Arc::clone(&acknowledged),
                rng.random(),
            );
            tokio::spawn(worker.run(*kind))
        })
        .collect();
    let begun = Instant::now();
    let mut killed = 0;
    // A busy machine acknowledges little between two kills, which then meet nothing.
    while killed < kills
        || (killed < 4 * kills && acknowledged.load(Ordering::SeqCst) <= i64::from(kills))
    {
        killed += 1;
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..LIFE_MAX))).await;
        deployment
            .kill(rng.random_range(0..deployment.killable()))
            .await;
    }
    let took = begun.elapsed();
    stop.store(true, Ordering::SeqCst);
    let mut kept = Vec::new();
    for worker in working {
        kept.extend(worker.await.expect("the worker met no wrong answer"));
    }
    let acknowledged: i64 = kept.iter().map(|kept| kept.changes).sum();
    eprintln!(
        "{shape:?}: {killed} kills in {took:.1?}, {acknowledged} changes acknowledged meanwhile"
    );
    assert!(
        acknowledged > i64::from(kills),
        "too few changes to have met a kill"
    );

    every_completion_has_one_successor(&rest).await;
    every_reminder_fired_once(&live).await;
    let events = record::replay(&rest).await;
    let last = events.last().unwrap().id();
    live.until("the last word", |event| event.id() == last)
        .await;
    // A reminder of a change that was never acknowledged may fire after the log was replayed.
    let mut followed = live.events();
    followed.truncate(events.len());
    assert_eq!(
        followed, events,
        "what was followed across the kills is what is replayed"
    );
    record::check_order(&events);
    record::audit(&rest, &events).await;
    everything_is_there_once(&rest, &kept, &events).await;
    assert_eq!(deployment.dead_letters().await, 0);
}

/// The tasks are exactly those that were acknowledged, in their last acknowledged state.
async fn everything_is_there_once(rest: &Rest, kept: &[Kept], events: &[Event]) {
    let tasks = rest.all("/api/v1/tasks?status=all").await;
    let mut by_id: HashMap<&str, &Value> = tasks
        .iter()
        .map(|task| (task["id"].as_str().unwrap(), task))
        .collect();
    assert_eq!(by_id.len(), tasks.len());
    for kept in kept {
        let id = kept.task["id"].as_str().unwrap();
        let task = by_id
            .remove(id)
            .unwrap_or_else(|| panic!("lost: {:#}", kept.task));
        assert_eq!(plain(task), plain(&kept.task), "changed without a request");
        assert_eq!(task["version"], kept.changes, "each change once: {task:#}");
        let told = events
            .iter()
            .filter(|event| event.kind.starts_with("task.") && event.subject() == id)
            .count();
        assert_eq!(
            i64::try_from(told).unwrap(),
            kept.changes,
            "one event per change of {task:#}"
        );
    }
    // The rest was created by the service itself, or is the last state.
    let mut titles = HashSet::new();
    for task in by_id.values() {
        let is_marker = task["title"] == "the last word";
        let is_successor = !task["series"].is_null() && task["status"] == "open";
        let is_unanswered_chat = task["title"].as_str().unwrap().starts_with("chat ");
        assert!(
            is_marker || is_successor || is_unanswered_chat,
            "nobody asked for {task:#}"
        );
    }
    for task in tasks.iter().filter(|task| task["series"].is_null()) {
        assert!(
            titles.insert(task["title"].as_str().unwrap()),
            "twice: {task:#}"
        );
    }
}

/// A task without fields that depend on the time of reading.
fn plain(task: &Value) -> Value {
    let mut task = task.clone();
    let fields = task.as_object_mut().unwrap();
    fields.remove("is_overdue");
    fields.remove("warnings");
    fields.remove("changed");
    task
}

/// Each series has its completed occurrences and one open one, a week apart and without a gap.
async fn every_completion_has_one_successor(rest: &Rest) {
    let series = eventually(LIMIT, || async {
        let mut series: BTreeMap<String, Vec<(Date, String)>> = BTreeMap::new();
        for task in rest.all("/api/v1/tasks?status=all").await {
            if let Some(id) = task["series"].as_str() {
                let due = task["due"].as_str().unwrap().parse().unwrap();
                let status = task["status"].as_str().unwrap().to_owned();
                series.entry(id.to_owned()).or_default().push((due, status));
            }
        }
        let has_open = |rows: &Vec<(Date, String)>| rows.iter().any(|(_, status)| status == "open");
        series.values().all(has_open).then_some(series)
    })
    .await;
    assert!(!series.is_empty());
    for (id, mut rows) in series {
        rows.sort();
        for pair in rows.windows(2) {
            assert_eq!(pair[1].0, pair[0].0 + 7.days(), "{id}: {rows:#?}");
        }
        let (open, completed) = rows.split_last().unwrap();
        assert_eq!(open.1, "open", "{id}: {rows:#?}");
        assert!(
            completed.iter().all(|row| row.1 == "completed"),
            "{id}: {rows:#?}"
        );
    }
}

/// Each reminder whose time has passed has fired once, and no other.
async fn every_reminder_fired_once(live: &Follower) {
    let now = SystemClock.now();
    let of = |kind: &str| -> Vec<String> {
        let events = live.events().into_iter().filter(|event| event.kind == kind);
        let reminders = events.map(|event| event.data["data"]["reminder"].clone());
        let past = reminders.filter(|reminder| {
            reminder["at"]
                .as_str()
                .unwrap()
                .parse::<Timestamp>()
                .unwrap()
                <= now
        });
        let mut ids: Vec<String> = past
            .map(|reminder| reminder["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    eventually(LIMIT, || async {
        (of("reminder.due.v1").len() >= of("reminder.scheduled.v1").len()).then_some(())
    })
    .await;
    assert!(!of("reminder.due.v1").is_empty());
    assert_eq!(of("reminder.due.v1"), of("reminder.scheduled.v1"));
}
