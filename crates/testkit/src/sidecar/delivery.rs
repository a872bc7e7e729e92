//! Delivers records to the app, one at a time per partition.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, Method};
use bytes::Bytes;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use tokio::task::JoinSet;

use super::answers::{Verdict, verdict};
use super::backends::Record;
use super::envelope::{self, STRUCTURED};
use super::options::{App, HealthProbe};
use super::queue::Queue;
use super::shared::{Delivered, Shared, headers};
use super::subscriptions::{self, Subscription};

/// Pause before the next request to an app that does not listen yet.
const APP_PAUSE: Duration = Duration::from_millis(10);
/// Longest wait for the app's subscriptions.
const APP_TIMEOUT: Duration = Duration::from_secs(5);

/// Gets the app's subscriptions, and delivers until this is dropped.
pub(super) async fn run(shared: Arc<Shared>) {
    let Some(app) = shared.options.app.clone() else {
        return;
    };
    shared
        .backends
        .apps()
        .insert(shared.options.app_id.clone(), app.clone());
    let subscriptions = subscriptions_of(&shared, &app).await;
    let mut tasks = JoinSet::new();
    match app.health.clone() {
        Some(probe) => {
            tasks.spawn(watch_health(Arc::clone(&shared), app.clone(), probe));
        }
        None => {
            shared.is_healthy.send_replace(true);
        }
    }
    for (number, subscription) in subscriptions.iter().enumerate() {
        for partition in 0..shared.backends.partitions() {
            let seed = u64::try_from(number).unwrap_or(0) << 32 | u64::from(partition);
            let worker = Worker {
                shared: Arc::clone(&shared),
                app: app.clone(),
                subscription: subscription.clone(),
                partition,
                rng: StdRng::seed_from_u64(shared.options.seed ^ seed),
            };
            tasks.spawn(worker.run());
        }
    }
    let topics = subscriptions
        .into_iter()
        .map(|one| (one.topic, one.dead_letters))
        .collect();
    shared.topics.send_replace(Some(topics));
    while let Some(ended) = tasks.join_next().await {
        ended.expect("the fake sidecar delivers without panicking");
    }
}

async fn subscriptions_of(shared: &Shared, app: &App) -> Vec<Subscription> {
    let ask = async |path| {
        let (headers, none) = (HeaderMap::new(), Bytes::new());
        shared
            .call(app, Method::GET, path, headers, none, APP_TIMEOUT)
            .await
    };
    // The app may be started after its sidecar.
    while ask("/dapr/config").await.is_none() {
        tokio::time::sleep(APP_PAUSE).await;
    }
    match ask("/dapr/subscribe").await {
        Some((200, _, body)) => subscriptions::parse(&body, &shared.options.pubsub),
        _ => Vec::new(),
    }
}

/// Checks the app's health, for ever.
async fn watch_health(shared: Arc<Shared>, app: App, probe: HealthProbe) {
    let mut failures = 0_u32;
    loop {
        let answer = shared
            .call(
                &app,
                Method::GET,
                &probe.path,
                HeaderMap::new(),
                Bytes::new(),
                probe.timeout,
            )
            .await;
        if answer.is_some_and(|(status, ..)| (200..300).contains(&status)) {
            failures = 0;
            shared.is_healthy.send_replace(true);
        } else {
            failures = failures.saturating_add(1);
            if failures >= probe.threshold {
                shared.is_healthy.send_replace(false);
            }
        }
        tokio::time::sleep(probe.interval).await;
    }
}

/// Delivers one partition of a topic.
struct Worker {
    shared: Arc<Shared>,
    app: App,
    subscription: Subscription,
    partition: u32,
    rng: StdRng,
}

impl Worker {
    async fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        let (group, topic) = (&shared.options.app_id, self.subscription.topic.clone());
        let partition = self.partition;
        let mut committed = shared.backends.committed(group, &topic, partition);
        let mut queue = Queue::new(shared.options.disorder, committed);
        let mut appended = shared.backends.appended();
        loop {
            appended.mark_unchanged();
            for record in shared.backends.read(&topic, partition, queue.next_offset()) {
                queue.push(&record);
            }
            let Some(item) = queue.take(&mut self.rng) else {
                if appended.changed().await.is_err() {
                    return;
                }
                continue;
            };
            self.deliver_until_handled(&item.record).await;
            queue.finish(&item);
            let handled = queue.first_unhandled_offset();
            shared.handled(&topic, partition, handled);
            if handled - committed >= shared.options.commit_every {
                shared.backends.commit(group, &topic, partition, handled);
                committed = handled;
            }
        }
    }

    /// Delivers a record until it is handled or dead-lettered.
    async fn deliver_until_handled(&mut self, record: &Record) {
        let mut failures = 0;
        loop {
            self.until_healthy().await;
            let verdict = self.deliver(record).await;
            let is_stopped = !*self.shared.is_healthy.borrow();
            match verdict {
                Some(Verdict::Ack) => return,
                // The subscription has ended meanwhile, and with it the delivery.
                Some(Verdict::Retry) if is_stopped => failures = 0,
                Some(Verdict::Retry) if self.may_retry(failures) => {
                    failures += 1;
                    let inbound = self.shared.options.inbound.unwrap_or_default();
                    tokio::time::sleep(inbound.interval).await;
                }
                _ if self.dead_letter(record) => return,
                Some(Verdict::Drop) => return,
                // Returned to the broker's client, which delivers it again for ever.
                Some(Verdict::Retry) | None => {
                    failures = 0;
                    tokio::time::sleep(self.shared.options.component_retry).await;
                }
            }
        }
    }

    fn may_retry(&self, failures: u32) -> bool {
        self.shared.options.inbound.is_some_and(|inbound| {
            inbound
                .max_retries
                .is_none_or(|max_retries| failures < max_retries)
        })
    }

    fn dead_letter(&self, record: &Record) -> bool {
        let Some(topic) = &self.subscription.dead_letters else {
            return false;
        };
        let app_id = &self.shared.options.app_id;
        self.shared.backends.append_given_up(app_id, topic, record);
        true
    }

    async fn until_healthy(&self) {
        let mut is_healthy = self.shared.is_healthy.subscribe();
        // The sender lives as long as `self`.
        let _ = is_healthy.wait_for(|is_healthy| *is_healthy).await;
    }

    /// Delivers a record once; `None` if it cannot be delivered because it is not a CloudEvent.
    async fn deliver(&self, record: &Record) -> Option<Verdict> {
        let shared = &self.shared;
        let event = if self.subscription.is_raw {
            let id = shared.random_id();
            envelope::raw(&record.value, &record.topic, &shared.options.pubsub, &id)
        } else {
            let event: Value = serde_json::from_slice(&record.value).ok()?;
            event.is_object().then_some(event)?
        };
        let text = |name: &str| event[name].as_str().unwrap_or_default();
        let (topic, partition, offset) = record.told_place();
        let (partition, offset) = (partition.to_string(), offset.to_string());
        let headers = headers([
            ("content-type", STRUCTURED),
            ("traceparent", text("traceparent")),
            ("__topic", &topic),
            ("__partition", &partition),
            ("__offset", &offset),
            ("__key", record.key.as_deref().unwrap_or_default()),
            ("pubsubname", &shared.options.pubsub),
        ]);
        let answer = shared
            .call(
                &self.app,
                Method::POST,
                &self.subscription.route,
                headers,
                event.to_string().into(),
                shared.options.deliver_timeout,
            )
            .await;
        let status = answer.as_ref().map(|(status, ..)| *status);
        let verdict = answer.map_or(Verdict::Retry, |(status, _, body)| verdict(status, &body));
        let key = record.key.as_deref();
        shared.record(Delivered::new(
            &record.topic,
            key,
            text("id"),
            status,
            verdict,
        ));
        Some(verdict)
    }
}
