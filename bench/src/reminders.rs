//! Many reminders due within a short time: how late each is handed over to a webhook, and whether each is, once.

mod receiver;
mod replicas;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use taskwire_domain::{Clock, SystemClock};

use crate::server::Store;
use receiver::{Receiver, Told};
use replicas::Replicas;

/// Number of people, each with a webhook of their own.
const USERS: usize = 20;
/// Tasks that are created by one request.
const BATCH: usize = 100;
/// The time for creating tasks, for each of them.
const PREPARATION: Duration = Duration::from_millis(5);
/// Interval between two looks.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Interval between two kills.
const LIFETIME: Duration = Duration::from_secs(5);
/// Messages that have not arrived after this long without progress are lost.
const STALL_TIMEOUT: Duration = Duration::from_mins(2);
/// Seeds the times of the reminders.
const SEED: u64 = 7;

/// Options of the measurement.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Options {
    /// How many reminders are due
    #[arg(long, default_value_t = 10_000)]
    reminders: usize,
    /// Within how many seconds
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Kill and restart a process every 5 seconds while they are due
    #[arg(long)]
    kill: bool,
}

/// Measures one process on SQLite, and two on Postgres.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    for store in Store::all() {
        let count = if store == Store::Postgres { 2 } else { 1 };
        measure(store, count, options).await?;
    }
    Ok(())
}

async fn measure(store: Store, count: usize, options: Options) -> anyhow::Result<()> {
    let receiver = Receiver::start().await?;
    let mut replicas = Replicas::start(store, count).await?;
    let begin = SystemClock.now()
        + SignedDuration::try_from(
            Duration::from_secs(10) + PREPARATION * count_of(options.reminders)?,
        )?;
    let due = prepare(&replicas, &receiver, begin, options).await?;
    ensure!(
        SystemClock.now() < begin,
        "this machine is too slow to prepare so many"
    );
    println!(
        "{}, {count} process{}: {} reminders of {USERS} people within {} s{}",
        store.name(),
        if count == 1 { "" } else { "es" },
        due.len(),
        options.seconds,
        if options.kill { ", with kills" } else { "" },
    );
    let end = begin + SignedDuration::from_secs(options.seconds.into());
    let (mut kills, mut killed_at) = (0_usize, Instant::now());
    let (mut seen, mut moved) = (0, Instant::now());
    while receiver.distinct() < due.len() && moved.elapsed() < STALL_TIMEOUT {
        tokio::time::sleep(POLL_INTERVAL).await;
        let now = SystemClock.now();
        if options.kill && now > begin && now < end && killed_at.elapsed() >= LIFETIME {
            replicas.kill(kills).await?;
            kills += 1;
            killed_at = Instant::now();
        }
        let distinct = receiver.distinct();
        if distinct != seen || now < end {
            (seen, moved) = (distinct, Instant::now());
        }
    }
    report(&due, &receiver.told(), kills)
}

fn count_of(count: usize) -> anyhow::Result<u32> {
    u32::try_from(count).context("too many reminders")
}

/// Creates people, their channels, and tasks with reminders; returns when each is due, by the title of its task.
async fn prepare(
    replicas: &Replicas,
    receiver: &Receiver,
    begin: Timestamp,
    options: Options,
) -> anyhow::Result<BTreeMap<String, Timestamp>> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut due = BTreeMap::new();
    for user in 0..USERS {
        let token = replicas.token(&format!("user{user}")).await?;
        let post = async |path: &str, body: &Value| {
            let sent = http
                .post(format!("{}{path}", replicas.url()))
                .bearer_auth(&token);
            let answer = sent.json(body).send().await?;
            ensure!(answer.status().is_success(), "{}", answer.text().await?);
            Ok(())
        };
        let hook = json!({"kind": "webhook", "address": format!("{}/{user}", receiver.base)});
        post("/api/v1/channels", &hook).await?;
        let own = options.reminders / USERS;
        for first in (0..own).step_by(BATCH) {
            let operations: Vec<Value> = (first..own.min(first + BATCH))
                .map(|index| {
                    let after = rng.random_range(0..i64::from(options.seconds) * 1000);
                    let at = begin + SignedDuration::from_millis(after);
                    let title = format!("{user}/{index}");
                    due.insert(title.clone(), at);
                    json!({"op": "create", "body": {"title": title, "reminders": [{"at": at.to_string()}]}})
                })
                .collect();
            post("/api/v1/tasks/batch", &json!({"operations": operations})).await?;
        }
    }
    Ok(due)
}

fn report(due: &BTreeMap<String, Timestamp>, told: &[Told], kills: usize) -> anyhow::Result<()> {
    let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut first: BTreeMap<&str, Timestamp> = BTreeMap::new();
    for one in told {
        ids.entry(&one.title).or_default().insert(&one.id);
        let at = first.entry(&one.title).or_insert(one.at);
        *at = one.at.min(*at);
    }
    let mut late: Vec<f64> = first
        .iter()
        .filter_map(|(title, at)| Some(at.duration_since(*due.get(*title)?).as_secs_f64() * 1e3))
        .collect();
    late.sort_by(f64::total_cmp);
    let at = |permille: usize| {
        late.get((late.len() * permille / 1000).min(late.len().saturating_sub(1)))
    };
    let (p50, p99, most) = (at(500), at(990), late.last());
    let early = late.iter().filter(|late| **late < 0.0).count();
    let twice = ids.values().filter(|ids| ids.len() > 1).count();
    let lost = due.len() - first.len();
    println!(
        "  late: p50 {:.1}, p99 {:.1}, most {:.1} ms; {lost} lost, {twice} told as two messages, {early} early, \
         {} requests repeated, {kills} kills",
        p50.copied().unwrap_or_default(),
        p99.copied().unwrap_or_default(),
        most.copied().unwrap_or_default(),
        told.len() - first.len(),
    );
    ensure!(
        lost == 0 && twice == 0 && early == 0,
        "reminders were lost, repeated or too early"
    );
    Ok(())
}
