//! A broker at its worst: every event comes three times, to any replica, in any order across keys, and old ones after
//! newer ones of their key. Only the first copies of a key are in order.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use taskwire_messaging::{CloudEvent, Topic};
use taskwire_parts::{App, AppId, Broker, Cluster, DatabaseChoice, Plan};
use taskwire_store::{Db, LogReader, Options};
use taskwire_testkit::{Kind, TestDb};
use uuid::Uuid;

use super::availability::Availability;
use super::{end_state, load, seed};
use crate::rest::{self, Rest};
use crate::world::is_installed;

/// How often each event is delivered.
const COPIES: usize = 3;
/// Deliveries at the same time.
const AT_ONCE: usize = 8;
/// How long clients work.
const WORK: Duration = Duration::from_secs(5);

/// What delivers, in place of a broker and its sidecars.
struct Deliverer {
    /// The replicas of the consumer of each topic.
    replicas: HashMap<&'static str, Vec<String>>,
    token: String,
    http: reqwest::Client,
    reader: LogReader,
    rng: StdRng,
    stop: Arc<AtomicBool>,
    delivered: Arc<AtomicUsize>,
}

/// An event for one consumer, and how often it is still to be delivered.
struct Copies {
    topic: &'static str,
    body: String,
    left: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_three_times_and_shuffled() {
    if !is_installed(Broker::Redis) {
        return;
    }
    let database = TestDb::create(Kind::Postgres);
    let choice = DatabaseChoice::At(database.address.clone());
    let mut plan = Plan::new(env!("CARGO_BIN_EXE_taskwire"), Broker::Redis, choice)
        .with_replicas(AppId::Audit, 2)
        .with_replicas(AppId::Recurrence, 2)
        .with_replicas(AppId::Reminder, 2)
        // Nothing is published.
        .with_replicas(AppId::Relay, 0);
    plan.can_grow = true;
    plan.replicas
        .retain(|id, _| !matches!(id, AppId::Mcp | AppId::Chat));
    let cluster = Cluster::start(&plan).await.unwrap();
    let db = Db::connect(cluster.database_url(), &Options::default())
        .await
        .unwrap();
    let mut users = Vec::new();
    for name in ["ana", "ben"] {
        let token = cluster.token(name).await.unwrap();
        users.push(Rest::new(&cluster.url(), &token));
    }
    let mut rng = StdRng::seed_from_u64(seed());
    let deliverer = Deliverer::new(&cluster, &db, rng.random());
    let (stop, count) = (
        Arc::clone(&deliverer.stop),
        Arc::clone(&deliverer.delivered),
    );
    let delivering = tokio::spawn(deliverer.run());

    let plan = load::Plan {
        connections: 4,
        pause: Duration::from_millis(100),
    };
    let mut load = load::Load::start(&users, plan, &Availability::default(), &mut rng);
    let begun = Instant::now();
    while begun.elapsed() < WORK {
        load.check();
        assert!(
            !delivering.is_finished(),
            "the deliverer met a wrong answer"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let acknowledged = load.stop().await;
    for (user, rest) in users.iter().enumerate() {
        let own: Vec<_> = acknowledged
            .iter()
            .filter(|change| change.user == user)
            .collect();
        end_state::check(rest, &own).await;
    }
    stop.store(true, Ordering::SeqCst);
    delivering.await.unwrap();
    let letters = db.read().await.unwrap().dead_letters(None, None, 10).await;
    assert_eq!(letters.unwrap(), []);
    eprintln!(
        "{} changes, {} deliveries",
        acknowledged.len(),
        count.load(Ordering::Relaxed)
    );
    db.close().await;
}

impl Deliverer {
    fn new(cluster: &Cluster, db: &Db, seed: u64) -> Self {
        let of = |topic: Topic, id: AppId| {
            let replicas = cluster.apps(id).map(App::url).collect();
            (topic.as_str(), replicas)
        };
        Self {
            replicas: HashMap::from([
                of(Topic::TaskEvents, AppId::Audit),
                of(Topic::TaskUpdates, AppId::Recurrence),
                of(Topic::Reminders, AppId::Reminder),
            ]),
            token: cluster.app_token().to_owned(),
            http: rest::http(),
            reader: LogReader::new(db.clone(), 0),
            rng: StdRng::seed_from_u64(seed),
            stop: Arc::default(),
            delivered: Arc::default(),
        }
    }

    /// Delivers what comes into the log, some events at a time.
    async fn run(mut self) {
        while !self.stop.load(Ordering::SeqCst) {
            let events = self.reader.next(100).await.unwrap();
            let mut keys: HashMap<(Uuid, &'static str), VecDeque<Copies>> = HashMap::new();
            for event in events {
                let (key, seq) = (event.key, event.seq);
                let event = CloudEvent::parse(&event.payload)
                    .unwrap()
                    .for_broker(Some(seq));
                for topic in Topic::ALL.iter().filter(|topic| topic.includes(&event)) {
                    keys.entry((key, topic.as_str()))
                        .or_default()
                        .push_back(Copies {
                            topic: topic.as_str(),
                            body: event.to_json(),
                            left: COPIES,
                        });
                }
            }
            if keys.is_empty() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            self.deliver(keys).await;
        }
    }

    async fn deliver(&mut self, mut waiting: HashMap<(Uuid, &'static str), VecDeque<Copies>>) {
        // A turn of a key is one delivery of any of its events that has come before, or of the next one.
        let mut turns: Vec<_> = waiting
            .iter()
            .flat_map(|(key, events)| std::iter::repeat_n(*key, COPIES * events.len()))
            .collect();
        turns.sort_unstable();
        turns.shuffle(&mut self.rng);
        let mut begun: HashMap<_, Vec<Copies>> = HashMap::new();
        let mut batch: Vec<(String, String)> = Vec::new();
        let mut firsts = Vec::new();
        for key in turns {
            let (next, again) = (
                waiting.entry(key).or_default(),
                begun.entry(key).or_default(),
            );
            let choice = self
                .rng
                .random_range(0..again.len() + usize::from(!next.is_empty()));
            let is_first = choice == again.len();
            // The next event of a key waits until the one before was handled.
            if batch.len() == AT_ONCE || (is_first && firsts.contains(&key)) {
                self.send(std::mem::take(&mut batch)).await;
                firsts.clear();
            }
            if is_first {
                again.extend(next.pop_front());
                firsts.push(key);
            }
            let copies = &mut again[choice];
            copies.left -= 1;
            let replicas = &self.replicas[copies.topic];
            let replica = &replicas[self.rng.random_range(0..replicas.len())];
            batch.push((
                format!("{replica}/events/{}", copies.topic),
                copies.body.clone(),
            ));
            if copies.left == 0 {
                again.remove(choice);
            }
        }
        self.send(batch).await;
    }

    async fn send(&self, batch: Vec<(String, String)>) {
        self.delivered.fetch_add(batch.len(), Ordering::Relaxed);
        join_all(batch.iter().map(|(url, body)| self.post(url, body))).await;
    }

    /// Delivers until it is handled, as a sidecar does.
    async fn post(&self, url: &str, body: &str) {
        loop {
            let request = self.http.post(url).header("dapr-api-token", &self.token);
            let answer = request.body(body.to_owned()).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{url}");
            let answer: Value = answer.json().await.unwrap();
            match answer["status"].as_str().unwrap() {
                "SUCCESS" => return,
                "RETRY" => tokio::time::sleep(Duration::from_millis(50)).await,
                other => panic!("{url}: {other}"),
            }
        }
    }
}
