//! Clients that create and complete tasks, and note what was acknowledged to them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use taskwire_domain::{Clock, SystemClock};
use tokio::task::JoinSet;

use super::availability::{Availability, Part};
use crate::rest::Rest;

/// A change without an acknowledgement for so long, however often it is sent, is a failure.
const ANSWER_LIMIT: Duration = Duration::from_mins(2);
/// Pause before a request that got no answer is sent again.
const AGAIN: Duration = Duration::from_millis(20);
/// When reminders are due, in milliseconds from their creation.
const DUE: std::ops::Range<i64> = 1_000..15_000;

/// How many clients there are, and how they work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Connections, shared out among the users.
    pub(crate) connections: usize,
    /// Pause of each connection between two tasks.
    pub(crate) pause: Duration,
}

/// A change that was acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct Acknowledged {
    /// Whose it is, as a place in the list of users.
    pub(crate) user: usize,
    /// Which event must tell of it.
    pub(crate) kind: &'static str,
    /// The task as it was answered.
    pub(crate) task: Value,
}

/// What callers have met so far.
#[derive(Default, Debug)]
pub(crate) struct Counts {
    pub(crate) acknowledged: AtomicU64,
    /// Answers 503.
    pub(crate) unavailable: AtomicU64,
    /// Requests without an answer.
    pub(crate) unanswered: AtomicU64,
    /// Longest time from the first request for a change to its acknowledgement, in milliseconds.
    pub(crate) slowest: AtomicU64,
}

/// The running clients.
pub(crate) struct Load {
    pub(crate) counts: Arc<Counts>,
    stop: Arc<AtomicBool>,
    clients: JoinSet<Vec<Acknowledged>>,
}

impl Load {
    /// Starts the clients of these users. They fail on any answer that `availability` does not explain.
    pub(crate) fn start(
        users: &[Rest],
        plan: Plan,
        availability: &Availability,
        rng: &mut StdRng,
    ) -> Self {
        let (counts, stop) = (Arc::<Counts>::default(), Arc::<AtomicBool>::default());
        let mut clients = JoinSet::new();
        for connection in 0..plan.connections {
            let user = connection % users.len();
            let client = Client {
                rest: Rest::new(&users[user].base, &users[user].token),
                user,
                name: format!("{user}.{connection}."),
                pause: plan.pause,
                availability: availability.clone(),
                counts: Arc::clone(&counts),
                stop: Arc::clone(&stop),
                rng: StdRng::seed_from_u64(rng.random()),
                acknowledged: Vec::new(),
            };
            clients.spawn(client.run());
        }
        Self {
            counts,
            stop,
            clients,
        }
    }

    /// Fails where a client has met an answer that it must not get.
    pub(crate) fn check(&mut self) {
        if let Some(ended) = self.clients.try_join_next() {
            ended.expect("no client meets a wrong answer");
        }
    }

    /// Lets the clients end, and answers what was acknowledged to all of them.
    pub(crate) async fn stop(mut self) -> Vec<Acknowledged> {
        self.stop.store(true, Ordering::SeqCst);
        let mut acknowledged = Vec::new();
        while let Some(ended) = self.clients.join_next().await {
            acknowledged.extend(ended.expect("no client meets a wrong answer"));
        }
        acknowledged
    }
}

struct Client {
    rest: Rest,
    user: usize,
    /// Differs from that of every other client, and is not part of one.
    name: String,
    pause: Duration,
    availability: Availability,
    counts: Arc<Counts>,
    stop: Arc<AtomicBool>,
    rng: StdRng,
    acknowledged: Vec<Acknowledged>,
}

/// What came back for one request.
struct Response {
    status: StatusCode,
    retry_after: Option<u64>,
    body: Vec<u8>,
}

impl Client {
    async fn run(mut self) -> Vec<Acknowledged> {
        let series = format!("every day {}", self.name);
        self.create(
            &json!({"title": series, "due": "2031-01-07", "recurrence": {"rrule": "FREQ=DAILY"}}),
        )
        .await;
        for round in 0_u32.. {
            if self.stop.load(Ordering::SeqCst) {
                break;
            }
            let title = format!("task {}{round}", self.name);
            match round % 4 {
                0 => self.complete_occurrence(&series).await,
                1 => {
                    let wait = SignedDuration::from_millis(self.rng.random_range(DUE));
                    let at: Timestamp = SystemClock.now() + wait;
                    let reminders = json!([{"at": at.to_string()}]);
                    self.create(&json!({"title": title, "reminders": reminders}))
                        .await;
                }
                _ => {
                    let task = self.create(&json!({"title": title})).await;
                    self.complete(&task).await;
                }
            }
            tokio::time::sleep(self.pause).await;
        }
        self.acknowledged
    }

    /// Completes the open occurrence of a series, if the next one is there already.
    async fn complete_occurrence(&mut self, title: &str) {
        let path = format!("/api/v1/tasks?q={}", title.replace(' ', "%20"));
        let found = self.send(Method::GET, &path, None).await;
        match found["items"].as_array().unwrap().as_slice() {
            [] => {}
            [open] => drop(self.complete(open).await),
            several => panic!("several open occurrences: {several:#?}"),
        }
    }

    async fn create(&mut self, task: &Value) -> Value {
        self.change("task.created.v1", "/api/v1/tasks", task).await
    }

    async fn complete(&mut self, task: &Value) -> Value {
        let path = format!("/api/v1/tasks/{}/complete", task["number"]);
        let body = json!({"occurrence": task["occurrence"]});
        self.change("task.completed.v1", &path, &body).await
    }

    async fn change(&mut self, kind: &'static str, path: &str, body: &Value) -> Value {
        let task = self.send(Method::POST, path, Some(body)).await;
        self.counts.acknowledged.fetch_add(1, Ordering::Relaxed);
        self.acknowledged.push(Acknowledged {
            user: self.user,
            kind,
            task: task.clone(),
        });
        task
    }

    /// Sends a request until it succeeds, under one key.
    async fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let key = format!("{:032x}", self.rng.random::<u128>());
        let begun = Instant::now();
        loop {
            let sent = Instant::now();
            let pause = match self.try_send(&method, path, body, &key).await {
                Ok(answer) if answer.status.is_success() => {
                    let took = u64::try_from(begun.elapsed().as_millis()).unwrap();
                    self.counts.slowest.fetch_max(took, Ordering::Relaxed);
                    return serde_json::from_slice(&answer.body).unwrap();
                }
                Ok(answer) if answer.status == StatusCode::SERVICE_UNAVAILABLE => {
                    let text = String::from_utf8_lossy(&answer.body);
                    assert!(
                        self.availability.was_away(Part::Database, sent),
                        "{method} {path}: 503 although the database is there: {text}"
                    );
                    self.counts.unavailable.fetch_add(1, Ordering::Relaxed);
                    let seconds = answer.retry_after.expect("a 503 has Retry-After");
                    Duration::from_secs(seconds)
                }
                Ok(answer) => panic!(
                    "{method} {path}: {} {}",
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                ),
                Err(error) => {
                    assert!(
                        self.availability.was_away(Part::Replica, sent),
                        "{method} {path}: no answer after {:?} although no replica was away: {error:?}",
                        sent.elapsed()
                    );
                    self.counts.unanswered.fetch_add(1, Ordering::Relaxed);
                    AGAIN
                }
            };
            assert!(
                begun.elapsed() < ANSWER_LIMIT,
                "{method} {path}: not answered within {ANSWER_LIMIT:?}"
            );
            tokio::time::sleep(pause).await;
        }
    }

    async fn try_send(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        key: &str,
    ) -> reqwest::Result<Response> {
        let mut request = self
            .rest
            .http
            .request(method.clone(), format!("{}{path}", self.rest.base))
            .bearer_auth(&self.rest.token)
            .timeout(Duration::from_secs(30));
        if let Some(body) = body {
            request = request.json(body).header("idempotency-key", key);
        }
        let answer = request.send().await?;
        let retry_after = answer.headers().get("retry-after");
        Ok(Response {
            status: answer.status(),
            retry_after: retry_after.and_then(|seconds| seconds.to_str().ok()?.parse().ok()),
            body: answer.bytes().await?.to_vec(),
        })
    }
}
