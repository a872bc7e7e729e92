//! A cluster under load, and what is done to it.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use taskwire_messaging::Topic;
use taskwire_parts::{AppId, Broker, Cluster, DatabaseChoice, Plan, Process};
use taskwire_store::{Db, Error, Options};

use super::availability::{Availability, Away, Part};
use super::end_state;
use super::load::{self, Load};
use super::observer::Observer;
use super::supervisor::bring_up;
use crate::rest::Rest;

/// Those that have replicas, and are killed at random.
pub(crate) const REPLICATED: [AppId; 5] = [
    AppId::Api,
    AppId::Relay,
    AppId::Audit,
    AppId::Recurrence,
    AppId::Reminder,
];
/// Longest time until everything works again after a fault.
const RECOVERY_LIMIT: Duration = Duration::from_mins(3);
/// How often it is looked whether it does.
const EVERY: Duration = Duration::from_millis(50);

/// A cluster, the clients that use it, and what is known of it from outside.
pub(crate) struct Installation {
    observer: Observer,
    pub(crate) cluster: Cluster,
    pub(crate) rng: StdRng,
    load: Load,
    users: Vec<Rest>,
    availability: Availability,
    db: Db,
    broker: Broker,
    begun: Instant,
    /// Sidecars that ended by themselves and were started again, as a supervisor does.
    ended: usize,
}

impl Installation {
    /// Starts two replicas of each part on a database of their own, and the clients.
    pub(crate) async fn start(
        broker: Broker,
        database: DatabaseChoice,
        users: usize,
        load: load::Plan,
        seed: u64,
    ) -> Self {
        let mut plan = Plan {
            can_grow: true,
            ..Plan::new(env!("CARGO_BIN_EXE_taskwire"), broker, database)
        };
        plan.replicas = REPLICATED.map(|id| (id, 2)).into();
        let begun = Instant::now();
        let cluster = Cluster::start(&plan).await.unwrap();
        let observer = Observer::start(&cluster).await;
        eprintln!(
            "{broker:?}: the cluster is up after {:.1?}",
            begun.elapsed()
        );
        let db = Db::connect(cluster.database_url(), &Options::default())
            .await
            .unwrap();
        let mut rests = Vec::new();
        for user in 0..users {
            let token = cluster.token(&format!("user{user}")).await.unwrap();
            rests.push(Rest::new(&cluster.url(), &token));
        }
        let mut rng = StdRng::seed_from_u64(seed);
        let availability = Availability::default();
        let load = Load::start(&rests, load, &availability, &mut rng);
        Self {
            observer,
            cluster,
            rng,
            load,
            users: rests,
            availability,
            db,
            broker,
            begun: Instant::now(),
            ended: 0,
        }
    }

    /// Lets the clients work.
    pub(crate) async fn wait(&mut self, time: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < time {
            self.load.check();
            tokio::time::sleep(EVERY.min(time)).await;
        }
    }

    /// Waits until each replica of the API reaches its database.
    pub(crate) async fn until_api_is_ready(&mut self) {
        let urls: Vec<String> = self
            .cluster
            .apps(AppId::Api)
            .map(|app| format!("{}/readyz", app.url()))
            .collect();
        for url in urls {
            let begun = Instant::now();
            while !self.users[0]
                .http
                .get(&url)
                .send()
                .await
                .unwrap()
                .status()
                .is_success()
            {
                assert!(begun.elapsed() < RECOVERY_LIMIT, "{url}");
                self.wait(EVERY).await;
            }
        }
    }

    /// Changes that were acknowledged so far.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.load.counts.acknowledged.load(Ordering::Relaxed)
    }

    /// From now on this may be noticed by clients.
    pub(crate) fn lose(&self, part: Part) -> Away {
        self.availability.lose(part)
    }

    /// The broker's process.
    pub(crate) fn broker(&mut self) -> &mut Process {
        match self.broker {
            Broker::Kafka => &mut self.cluster.kafka.as_mut().unwrap().process,
            Broker::Redis => &mut self.cluster.redis.as_mut().unwrap().process,
        }
    }

    /// Kills every sidecar, one after another; each is started again at once.
    pub(crate) async fn kill_sidecars(&mut self, which: impl Fn(AppId) -> bool) {
        for app in &mut self.cluster.apps {
            if which(app.id) {
                app.sidecar.process.kill();
                self.ended += bring_up(&mut app.sidecar.process).await;
            }
            self.load.check();
        }
    }

    /// Kills the sidecar of the observer, which starts again at once.
    pub(crate) async fn kill_observer(&mut self) {
        self.observer.sidecar.process.kill();
        self.ended += bring_up(&mut self.observer.sidecar.process).await;
    }

    /// Kills a replica of a part, with or without its sidecar, and starts it again.
    pub(crate) async fn kill_app(&mut self, id: AppId, with_sidecar: bool) {
        let which = self.rng.random_range(0..self.cluster.apps(id).count());
        let mut replicas = self.cluster.apps.iter_mut().filter(|app| app.id == id);
        let _away = (id == AppId::Api).then(|| self.availability.lose(Part::Replica));
        let app = replicas.nth(which).unwrap();
        if with_sidecar {
            app.kill();
            self.ended += bring_up(&mut app.process).await;
            self.ended += bring_up(&mut app.sidecar.process).await;
        } else {
            app.process.kill();
            self.ended += bring_up(&mut app.process).await;
            // It was not told to stop, and delivers again when its app is back.
            app.sidecar.process.until_ready().await.unwrap();
        }
        self.load.check();
    }

    /// Kills replicas at random until the time is over. Answers how many.
    pub(crate) async fn kill_at_random(&mut self, time: Duration) -> u32 {
        let (begun, mut kills) = (Instant::now(), 0);
        while begun.elapsed() < time {
            let pause = self.rng.random_range(500..3_000);
            self.wait(Duration::from_millis(pause)).await;
            let id = *REPLICATED.choose(&mut self.rng).unwrap();
            let with_sidecar = self.rng.random();
            self.kill_app(id, with_sidecar).await;
            kills += 1;
        }
        kills
    }

    /// The relay that publishes.
    pub(crate) async fn working_relay(&mut self) -> usize {
        let begun = Instant::now();
        let before = self.published().await;
        loop {
            self.wait(EVERY).await;
            let now = self.published().await;
            let more = before
                .iter()
                .zip(&now)
                .position(|(before, now)| now > before);
            if let Some(relay) = more {
                return relay;
            }
            assert!(begun.elapsed() < RECOVERY_LIMIT, "no relay publishes");
        }
    }

    /// How many events each relay has published.
    async fn published(&self) -> Vec<u64> {
        let mut published = Vec::new();
        for relay in self.cluster.apps(AppId::Relay) {
            published.push(published_by(&self.users[0], &relay.url()).await);
        }
        published
    }

    /// Pauses the relay that publishes for this long, which another one takes over; then lets it go on, and checks that
    /// nothing comes twice or late from then on.
    pub(crate) async fn pause_relay(&mut self, time: Duration) {
        let which = self.working_relay().await;
        let begun = Instant::now();
        self.relay(which).pause().unwrap();
        self.recover("relay paused").await;
        self.wait(time.saturating_sub(begun.elapsed())).await;
        let before = self.observer.deliveries();
        self.relay(which).resume().unwrap();
        self.relay(which)
            .until_logged("Lost the lease")
            .await
            .unwrap();
        let url = self.cluster.apps(AppId::Relay).nth(which).unwrap().url();
        let published = published_by(&self.users[0], &url).await;
        self.wait(Duration::from_secs(3)).await;
        let after = self.observer.deliveries();
        assert!(after.all > before.all, "nobody publishes");
        assert_eq!(after.repeated, before.repeated, "published twice");
        assert_eq!(after.overtaken, before.overtaken, "published late");
        assert_eq!(published_by(&self.users[0], &url).await, published);
        eprintln!("    it went on after {time:.0?}, and published nothing");
    }

    fn relay(&mut self, which: usize) -> &mut Process {
        let mut relays = self
            .cluster
            .apps
            .iter_mut()
            .filter(|app| app.id == AppId::Relay);
        &mut relays.nth(which).unwrap().process
    }

    /// Waits until what was there when the fault was over has been published and handled, and says how long it took.
    pub(crate) async fn recover(&mut self, fault: &str) {
        let begun = Instant::now();
        let mut end = None;
        while end.is_none() {
            self.wait(EVERY).await;
            end = end_of_events(&self.db).await.ok();
        }
        let end = end.unwrap_or_default();
        while !is_published(&self.db, end).await.unwrap_or(false) {
            assert!(begun.elapsed() < RECOVERY_LIMIT, "{fault}: not published");
            self.wait(EVERY).await;
        }
        let published = begun.elapsed();
        while !is_handled(&self.db, end).await.unwrap_or(false) {
            assert!(begun.elapsed() < RECOVERY_LIMIT, "{fault}: not handled");
            self.wait(EVERY).await;
        }
        let handled = begun.elapsed();
        let counts = &self.load.counts;
        let slowest = counts.slowest.swap(0, Ordering::Relaxed);
        let deliveries = self.observer.deliveries();
        eprintln!(
            "{:>6.1?} {fault}: published after {published:.1?}, handled after {handled:.1?}; so far {} changes, {} answers 503, {} without an answer, slowest since the last line {slowest} ms, {} deliveries, {} of them again",
            self.begun.elapsed(),
            self.acknowledged(),
            counts.unavailable.load(Ordering::Relaxed),
            counts.unanswered.load(Ordering::Relaxed),
            deliveries.all,
            deliveries.repeated,
        );
    }

    /// Ends the load, and checks that everything is there once and in order.
    pub(crate) async fn finish(mut self) {
        self.load.check();
        let wrote = self.begun.elapsed();
        let counts = std::sync::Arc::clone(&self.load.counts);
        let acknowledged = self.load.stop().await;
        let stopped = Instant::now();
        let mut audited = std::collections::HashSet::new();
        for (user, rest) in self.users.iter().enumerate() {
            let own: Vec<_> = acknowledged
                .iter()
                .filter(|change| change.user == user)
                .collect();
            let events = end_state::check(rest, &own).await;
            let ids = events
                .iter()
                .filter(|event| !event.kind.starts_with("reminder."));
            audited.extend(ids.map(|event| event.id().to_owned()));
        }
        // The relay notes what it has published a little later.
        taskwire_testkit::eventually(crate::LIMIT, || async {
            let metrics = self.users[0]
                .send(reqwest::Method::GET, "/metrics", None)
                .await
                .text();
            let has = |line: &str| metrics.lines().any(|other| other == line);
            (has("taskwire_outbox_events 0") && has("taskwire_outbox_oldest_age_seconds 0"))
                .then_some(())
        })
        .await;
        let dead = self
            .db
            .read()
            .await
            .unwrap()
            .dead_letters(None, None, 10)
            .await
            .unwrap();
        assert!(dead.is_empty(), "{dead:#?}");
        let deliveries = self.observer.deliveries();
        assert_eq!(deliveries.overtaken, Vec::<String>::new(), "out of order");
        assert_eq!(
            self.observer.ids(Topic::TaskEvents),
            audited,
            "what the broker carried"
        );
        for app in &mut self.cluster.apps {
            app.process.check_running().unwrap();
        }
        eprintln!(
            "{:?}: {} changes in {wrote:.0?} led to {} audited events, all once and in order; checked within {:.1?}; {} deliveries to the observer, {} of them again; {} answers 503, {} requests without an answer; {} sidecars ended by themselves",
            self.broker,
            acknowledged.len(),
            audited.len(),
            stopped.elapsed(),
            deliveries.all,
            deliveries.repeated,
            counts.unavailable.load(Ordering::Relaxed),
            counts.unanswered.load(Ordering::Relaxed),
            self.ended,
        );
        self.db.close().await;
    }
}

async fn end_of_events(db: &Db) -> Result<i64, Error> {
    db.read().await?.end_of_events().await
}

async fn is_published(db: &Db, end: i64) -> Result<bool, Error> {
    Ok(db.read().await?.consumer_position("relay").await? >= end)
}

/// Whether an event at this place, or one of the next, is in the inbox of its consumer.
async fn is_handled(db: &Db, end: i64) -> Result<bool, Error> {
    let mut tx = db.read().await?;
    for before in end - 1..end + 9 {
        if let Some(event) = tx.first_event_after(before).await?
            // A reminder's new time is only a hint, and is in no inbox.
            && (tx.was_received("audit", event).await? || tx.was_received("reminder", event).await?)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many events the relay at this address has published.
async fn published_by(rest: &Rest, url: &str) -> u64 {
    let answer = rest
        .http
        .get(format!("{url}/metrics"))
        .send()
        .await
        .unwrap();
    let text = answer.text().await.unwrap();
    let counts = text.lines().filter(|line| {
        line.starts_with("messaging_client_sent_messages_total{") && !line.contains("error_type")
    });
    counts
        .map(|line| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap())
        .sum()
}
