//! Changes, and what becomes of them in the audit log.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use taskwire_domain::{Clock, EventId, Ids, SystemClock, UserId};
use taskwire_store::{Db, StoredEvent};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};
use uuid::Uuid;

use super::cpu::{Cost, Used};
use super::installation::Installation;
use super::lines::Lines;
use super::numbers::count;
use crate::connection::Connection;

/// Tasks that change, which are the keys of the events.
pub(crate) const KEYS: usize = 64;
/// Connections that send changes.
const CONNECTIONS: usize = 16;
/// How often the audit log is looked at for how far it is.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(20);
/// Without a new line for so long it does not go on.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);

/// Measures one installation.
pub(crate) struct Flow<'a> {
    installation: &'a Installation,
    db: Db,
    lines: Lines,
    tasks: Vec<Task>,
    ids: Ids,
}

#[derive(Clone, Copy, Debug)]
struct Task {
    id: Uuid,
    number: i64,
    version: i64,
}

/// A round at a rate that was given.
pub(crate) struct Steady {
    /// From the response to the line, ascending.
    latencies: Vec<Duration>,
    pub(crate) most_behind: usize,
    pub(crate) rate: f64,
    pub(crate) cost: Cost,
}

impl Steady {
    /// The latency below which this share of the events is, in milliseconds.
    pub(crate) fn latency(&self, share: f64) -> f64 {
        let at = (count(self.latencies.len()) * share).floor();
        // A share of a number of events.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is an index"
        )]
        let at = at as usize;
        let latency = self.latencies.get(at).or(self.latencies.last());
        latency.map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
    }
}

/// A round of as many changes as the API takes.
pub(crate) struct FlatOut {
    /// Changes a second.
    pub(crate) accepted: f64,
    /// Lines a second in the same time.
    pub(crate) audited: f64,
    pub(crate) most_behind: usize,
    /// From the last change to its line.
    pub(crate) catch_up: Duration,
}

/// A round in which events wait.
pub(crate) struct Backlog {
    /// Lines a second, between a tenth and nine tenths of them.
    pub(crate) rate: f64,
    pub(crate) cost: Cost,
}

/// A change and when the API answered.
struct Change {
    task: Uuid,
    version: i64,
    answered: Instant,
}

/// How many changes to make, and when.
#[derive(Clone, Copy)]
enum Pace {
    /// So many, with this time between them.
    Steady { changes: usize, every: Duration },
    /// Until this instant.
    Until(Instant),
}

/// What was seen in the audit log.
#[derive(Default)]
struct Seen {
    lines: HashMap<(Uuid, i64), Instant>,
    most_behind: usize,
    /// Lines when the changes ended.
    at_end: usize,
}

impl<'a> Flow<'a> {
    pub(crate) async fn begin(installation: &'a Installation) -> anyhow::Result<Self> {
        let mut connection = Connection::open(installation.address, &installation.token).await?;
        let mut tasks = Vec::new();
        for key in 0..KEYS {
            let body = format!(
                r#"{{"title":"Write the quarterly report for the board, part {key}","notes":"Numbers from finance.","priority":"medium","due":"2027-01-04T09:00"}}"#
            );
            let answer = connection.request("POST", "/api/v1/tasks", &body).await?;
            tasks.push(Task::read(answer)?);
        }
        let mut flow = Self {
            installation,
            db: Db::connect(&installation.database, &taskwire_store::Options::default()).await?,
            lines: Lines::open(&installation.database).await?,
            tasks,
            ids: Ids::new(StdRng::seed_from_u64(1)),
        };
        flow.until_lines(KEYS, PROGRESS_INTERVAL).await?;
        Ok(flow)
    }

    /// Looks until there are so many new lines; answers when there were how many.
    async fn until_lines(
        &mut self,
        count: usize,
        every: Duration,
    ) -> anyhow::Result<Vec<(Instant, usize)>> {
        let mut progress = vec![(Instant::now(), 0)];
        let mut seen = 0;
        while seen < count {
            seen += self.lines.look().await?.len();
            let now = Instant::now();
            match progress.last() {
                Some((at, before)) if *before == seen => {
                    if now.duration_since(*at) > STALL_TIMEOUT {
                        bail!("the audit log does not go on: {seen} of {count} lines");
                    }
                }
                _ => progress.push((now, seen)),
            }
            sleep(every).await;
        }
        Ok(progress)
    }

    /// Makes changes at a rate.
    pub(crate) async fn steady(&mut self, rate: u32, length: Duration) -> anyhow::Result<Steady> {
        let every = Duration::from_secs(1) / rate;
        let changes = usize::try_from(length.as_nanos() / every.as_nanos())?;
        let pace = Pace::Steady { changes, every };
        let before = Used::now(&self.installation.groups)?;
        let begun = Instant::now();
        let (made, seen) = self.change(pace).await?;
        let rate = count(made.len()) / begun.elapsed().as_secs_f64();
        let cost = Used::now(&self.installation.groups)?.since(&before, made.len());
        let mut latencies = Vec::new();
        for Change {
            task,
            version,
            answered,
        } in made
        {
            let line = seen
                .lines
                .get(&(task, version))
                .context("a line is missing")?;
            latencies.push(line.saturating_duration_since(answered));
        }
        latencies.sort_unstable();
        Ok(Steady {
            latencies,
            most_behind: seen.most_behind,
            rate,
            cost,
        })
    }

    /// Makes as many changes as the API takes.
    pub(crate) async fn flat_out(&mut self, length: Duration) -> anyhow::Result<FlatOut> {
        let (made, seen) = self.change(Pace::Until(Instant::now() + length)).await?;
        let last = made.iter().map(|change| change.answered).max();
        let last = last.context("no change was made")?;
        let end = seen.lines.values().max().context("no line was seen")?;
        let seconds = length.as_secs_f64();
        Ok(FlatOut {
            accepted: count(made.len()) / seconds,
            audited: count(seen.at_end) / seconds,
            most_behind: seen.most_behind,
            catch_up: end.saturating_duration_since(last),
        })
    }

    /// Makes changes, and looks for their lines until all are there.
    async fn change(&mut self, pace: Pace) -> anyhow::Result<(Vec<Change>, Seen)> {
        self.lines.skip().await?;
        let begun = Instant::now();
        let issued = Arc::new(AtomicUsize::new(0));
        let answered = Arc::new(AtomicUsize::new(0));
        let mut writers = JoinSet::new();
        let Installation { address, token, .. } = self.installation;
        for _ in 0..CONNECTIONS {
            let mut connection = Connection::open(*address, token).await?;
            let (issued, answered) = (Arc::clone(&issued), Arc::clone(&answered));
            let tasks = self.tasks.clone();
            writers.spawn(async move {
                let mut made = Vec::new();
                loop {
                    let index = issued.fetch_add(1, Ordering::Relaxed);
                    match pace {
                        Pace::Steady { changes, .. } if index >= changes => break,
                        Pace::Steady { every, .. } => {
                            sleep_until(begun + every * u32::try_from(index)?).await;
                        }
                        Pace::Until(end) if Instant::now() >= end => break,
                        Pace::Until(_) => {}
                    }
                    let task = tasks.get(index % KEYS).context("there are tasks")?;
                    let path = format!("/api/v1/tasks/{}", task.number);
                    let body = format!(r#"{{"notes":"Numbers from finance, draft {index}."}}"#);
                    let answer = connection.request("PATCH", &path, &body).await?;
                    let at = Instant::now();
                    let task = Task::read(answer)?;
                    answered.fetch_add(1, Ordering::Relaxed);
                    made.push(Change {
                        task: task.id,
                        version: task.version,
                        answered: at,
                    });
                }
                anyhow::Ok(made)
            });
        }
        let mut made = Vec::new();
        let mut seen = Seen::default();
        let mut last_line = Instant::now();
        let mut versions: HashMap<Uuid, i64> = self
            .tasks
            .iter()
            .map(|task| (task.id, task.version))
            .collect();
        let mut looks = interval(self.installation.look_interval);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !writers.is_empty() || seen.lines.len() < made.len() {
            tokio::select! {
                biased;
                Some(writer) = writers.join_next() => {
                    made.extend(writer??);
                    seen.at_end = seen.lines.len();
                }
                _ = looks.tick() => {
                    let new = self.lines.look().await?;
                    let now = Instant::now();
                    if !new.is_empty() {
                        last_line = now;
                    }
                    for task in new {
                        // Lines of one task come in the order of its versions.
                        let version = versions.get_mut(&task).context("a line of an unknown task")?;
                        *version += 1;
                        seen.lines.insert((task, *version), now);
                    }
                    let behind = answered.load(Ordering::Relaxed).saturating_sub(seen.lines.len());
                    seen.most_behind = seen.most_behind.max(behind);
                    if now.duration_since(last_line) > STALL_TIMEOUT {
                        bail!("the audit log does not go on: {} of {} lines", seen.lines.len(), made.len());
                    }
                }
            }
        }
        for task in &mut self.tasks {
            task.version = versions.get(&task.id).copied().unwrap_or(task.version);
        }
        Ok((made, seen))
    }

    /// Commits so many events at once, and waits until they are audited.
    pub(crate) async fn backlog(&mut self, events: usize) -> anyhow::Result<Backlog> {
        self.lines.skip().await?;
        let owner = UserId(self.lines.owner);
        let limit = i64::try_from(KEYS)?;
        let templates = self
            .db
            .read()
            .await?
            .events_of(owner, 0, i64::MAX, limit)
            .await?;
        let before = Used::now(&self.installation.groups)?;
        let mut tx = self.db.begin().await?;
        for template in templates.iter().cycle().take(events) {
            let (id, payload) = self.like(template)?;
            let (kind, key) = ("task.updated.v1", template.key);
            tx.append_event(id, owner, kind, key, &payload).await?;
        }
        tx.commit().await?;
        let progress = self.until_lines(events, PROGRESS_INTERVAL).await?;
        let cost = Used::now(&self.installation.groups)?.since(&before, events);
        let reached = |share: usize| {
            let target = events * share / 10;
            progress.iter().find(|(_, lines)| *lines >= target).copied()
        };
        let (from, to) = reached(1).zip(reached(9)).context("no line was seen")?;
        let lines = to.1.saturating_sub(from.1);
        Ok(Backlog {
            rate: count(lines) / to.0.duration_since(from.0).as_secs_f64(),
            cost,
        })
    }

    /// Another event of the same task.
    fn like(&self, template: &StoredEvent) -> anyhow::Result<(EventId, String)> {
        let id = EventId(self.ids.uuid(SystemClock.now()));
        let mut event: Value = serde_json::from_str(&template.payload)?;
        for (name, value) in [("id", id.to_string()), ("type", "task.updated.v1".into())] {
            let attribute = event.get_mut(name).context("not a CloudEvent")?;
            *attribute = value.into();
        }
        Ok((id, event.to_string()))
    }
}

impl Task {
    fn read(body: &[u8]) -> anyhow::Result<Self> {
        let task: Value = serde_json::from_slice(body)?;
        let id = task.get("id").and_then(Value::as_str).context("no id")?;
        let number = |name: &str| task.get(name).and_then(Value::as_i64);
        Ok(Self {
            id: id.parse()?,
            number: number("number").context("no number")?,
            version: number("version").context("no version")?,
        })
    }
}
