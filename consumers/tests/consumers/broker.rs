//! A relay and consumers, each with a fake sidecar.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use taskwire_client::Secret;
use taskwire_consumers::{Consumer, RelayDeps, Subscription, subscribe};
use taskwire_domain::EventKind;
use taskwire_messaging::dapr::{Publisher, Sidecar};
use taskwire_messaging::{CloudEvent, Topic};
use taskwire_store::Db;
use taskwire_testkit::sidecar::{App, Backends, FakeSidecar, Options};
use taskwire_testkit::{FixedClock, LocalServer, eventually, free_port};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::fixture::{LIMIT, Running, World};

pub(crate) const APP_TOKEN: &str = "the token of the app";
pub(crate) const API_TOKEN: &str = "the token of the sidecar";

/// A sidecar for the relay.
pub(crate) async fn relay_sidecar(backends: &Backends) -> FakeSidecar {
    let options = Options {
        api_token: Some(API_TOKEN.into()),
        ..Options::of("task-api")
    };
    FakeSidecar::start(backends, options).await
}

pub(crate) fn publisher(sidecar_url: &str, token: &str) -> Publisher {
    let headers = Sidecar::headers(Some(&Secret::new(token))).unwrap();
    let http = reqwest::Client::builder().build().unwrap();
    let sidecar = Sidecar::new(sidecar_url.parse().unwrap(), headers, http);
    Publisher::new(sidecar, "taskpubsub")
}

/// Starts a relay.
pub(crate) fn start_relay(db: &Db, sidecar: &FakeSidecar, holder: &str) -> Running {
    let cancel = CancellationToken::new();
    let relay = taskwire_consumers::relay(relay_deps(db, &sidecar.url(), holder, &cancel));
    Running::start(cancel, relay)
}

pub(crate) fn relay_deps(
    db: &Db,
    sidecar_url: &str,
    holder: &str,
    cancel: &CancellationToken,
) -> RelayDeps {
    RelayDeps {
        db: db.clone(),
        publisher: publisher(sidecar_url, API_TOKEN),
        clock: Arc::new(FixedClock::default()),
        cancel: cancel.clone(),
        seed: 1,
        holder: holder.into(),
    }
}

impl World {
    /// Appends this many events for each of this many tasks, in turn.
    pub(crate) async fn fill(&self, tasks: usize, each: usize) -> Vec<CloudEvent> {
        let tasks: Vec<_> = (0..tasks).map(|_| self.task(None)).collect();
        let mut events = Vec::new();
        for _ in 0..each {
            for task in &tasks {
                let event = self.event(EventKind::TaskUpdated, task.clone(), None);
                self.append(&event, &event.to_json()).await;
                events.push(event);
            }
        }
        events
    }

    pub(crate) async fn relay_position(&self) -> i64 {
        let mut tx = self.db.read().await.unwrap();
        tx.consumer_position("relay").await.unwrap()
    }

    pub(crate) async fn until_relay_position(&self, position: i64) {
        eventually(LIMIT, || async {
            (self.relay_position().await == position).then_some(())
        })
        .await;
    }
}

/// Waits until every event is on `task-events`.
pub(crate) async fn until_published(backends: &Backends, events: &[CloudEvent]) {
    eventually(LIMIT, || async {
        let ids: HashSet<String> = backends
            .records("task-events")
            .iter()
            .map(|record| record.json()["id"].as_str().unwrap_or_default().to_owned())
            .collect();
        events
            .iter()
            .all(|event| ids.contains(&event.id.to_string()))
            .then_some(())
    })
    .await;
}

/// Ids of the events on `task-events` by key, in the order of their first arrival.
pub(crate) fn first_by_key(backends: &Backends) -> HashMap<String, Vec<String>> {
    let mut keys: HashMap<String, Vec<String>> = HashMap::new();
    for record in backends.records("task-events") {
        let id = record.json()["id"].as_str().unwrap().to_owned();
        let of_key = keys.entry(record.key.unwrap()).or_default();
        if !of_key.contains(&id) {
            of_key.push(id);
        }
    }
    keys
}

/// Ids of these events by key.
pub(crate) fn by_key(events: &[CloudEvent]) -> HashMap<String, Vec<String>> {
    let mut keys: HashMap<String, Vec<String>> = HashMap::new();
    for event in events {
        let key = event.partitionkey.to_string();
        keys.entry(key).or_default().push(event.id.to_string());
    }
    keys
}

/// Publishes an event to its topics, like the relay.
pub(crate) fn publish(backends: &Backends, event: &CloudEvent, seq: i64) {
    let key = event.partitionkey.to_string();
    let text = event.clone().for_broker(Some(seq)).to_json();
    for topic in Topic::ALL.iter().filter(|topic| topic.includes(event)) {
        backends.append("task-api", topic.as_str(), Some(&key), text.clone());
    }
}

/// A consumer with its sidecar.
pub(crate) struct Consuming {
    pub(crate) sidecar: FakeSidecar,
    pub(crate) app: Option<LocalServer>,
    pub(crate) router: axum::Router,
    pub(crate) group: String,
    cancel: CancellationToken,
    background: JoinHandle<()>,
}

impl Consuming {
    pub(crate) async fn start(world: &World, backends: &Backends, consumer: Consumer) -> Self {
        Self::start_with(world, backends, consumer, |_| {}).await
    }

    pub(crate) async fn start_with(
        world: &World,
        backends: &Backends,
        consumer: Consumer,
        change: impl FnOnce(&mut Options),
    ) -> Self {
        Self::start_on(world, backends, consumer, None, change).await
    }

    /// The consumer of reminders, which makes jobs of them.
    pub(crate) async fn start_with_jobs(world: &World, backends: &Backends) -> Self {
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}").parse().unwrap();
        let http = reqwest::Client::builder().build().unwrap();
        let jobs = Sidecar::new(url, Sidecar::headers(None).unwrap(), http);
        let jobs = Some((jobs, port));
        Self::start_on(world, backends, Consumer::Reminder, jobs, |_| {}).await
    }

    async fn start_on(
        world: &World,
        backends: &Backends,
        consumer: Consumer,
        jobs: Option<(Sidecar, u16)>,
        change: impl FnOnce(&mut Options),
    ) -> Self {
        let cancel = CancellationToken::new();
        let (jobs, port) = jobs.unzip();
        let Subscription { router, background } = subscribe(
            consumer,
            world.deps(&cancel),
            "taskpubsub",
            Secret::new(APP_TOKEN),
            jobs,
        );
        let app = LocalServer::start(router.clone()).await;
        let group = format!("task-{}", consumer.as_str());
        let mut options = Options {
            app: Some(App::new(app.url(), APP_TOKEN)),
            ..Options::of(&group)
        };
        change(&mut options);
        let sidecar = FakeSidecar::start_at(port.unwrap_or(0), backends, options).await;
        Self {
            sidecar,
            app: Some(app),
            router,
            group,
            cancel,
            background,
        }
    }

    /// Waits until the consumer has handled every record of a topic.
    pub(crate) async fn until_done(&self, backends: &Backends, topic: &str) {
        eventually(LIMIT, || async {
            (backends.lag(&self.group, topic) == 0).then_some(())
        })
        .await;
    }

    pub(crate) async fn stop(mut self) {
        self.sidecar.stop().await;
        self.cancel.cancel();
        tokio::time::timeout(LIMIT, self.background)
            .await
            .unwrap()
            .unwrap();
    }
}

pub(crate) fn series() -> Uuid {
    Uuid::from_u128(77)
}
