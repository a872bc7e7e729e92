//! Processor time of processes, from `/proc`.

use std::fmt::Write as _;

use anyhow::Context;
use taskwire_parts::{Kafka, Process, Redis};

use super::numbers::{count, median};

/// Clock ticks a second, which Linux shows to programs on every machine (`USER_HZ`).
const TICKS: f64 = 100.0;

/// Processes that are one part of an installation.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    name: &'static str,
    pids: Vec<u32>,
}

/// Processor time of each group since its processes began, in seconds.
pub(crate) struct Used(Vec<(&'static str, f64)>);

/// Microseconds of processor time per event, by group.
#[derive(Clone, Debug)]
pub(crate) struct Cost(Vec<(&'static str, f64)>);

impl Group {
    pub(crate) fn new(name: &'static str, pids: impl IntoIterator<Item = u32>) -> Self {
        Self {
            name,
            pids: pids.into_iter().collect(),
        }
    }

    /// The broker, whichever is there.
    pub(crate) fn broker(kafka: Option<&Kafka>, redis: Option<&Redis>) -> Self {
        let servers = [
            kafka.map(|kafka| &kafka.process),
            redis.map(|redis| &redis.process),
        ];
        Self::new(
            "broker",
            servers.into_iter().flatten().filter_map(Process::pid),
        )
    }
}

impl Used {
    pub(crate) fn now(groups: &[Group]) -> anyhow::Result<Self> {
        let parents = parents()?;
        let mut used = Vec::new();
        for group in groups {
            let mut ticks = 0.0;
            for pid in &group.pids {
                ticks += self::ticks(*pid).with_context(|| format!("{} has ended", group.name))?;
                // Those of Postgres, one per connection.
                let children = parents.iter().filter(|(_, parent)| parent == pid);
                ticks += children
                    .filter_map(|(child, _)| self::ticks(*child).ok())
                    .sum::<f64>();
            }
            used.push((group.name, ticks / TICKS));
        }
        Ok(Self(used))
    }

    /// What so many events took since `before`.
    pub(crate) fn since(&self, before: &Self, events: usize) -> Cost {
        let events = count(events).max(1.0);
        let pairs = self.0.iter().zip(&before.0);
        Cost(
            pairs
                .map(|((name, after), (_, before))| (*name, (after - before) * 1e6 / events))
                .collect(),
        )
    }
}

impl Cost {
    /// The medians of several rounds as text.
    pub(crate) fn medians(rounds: &[&Self]) -> String {
        let names = rounds.first().map(|round| &round.0);
        let mut text = String::new();
        let mut sum = 0.0;
        for (index, (name, _)) in names.into_iter().flatten().enumerate() {
            let of_rounds = rounds
                .iter()
                .filter_map(|round| round.0.get(index).map(|(_, micros)| *micros));
            let micros = median(of_rounds);
            sum += micros;
            let _ = write!(text, ", {name} {micros:.0}");
        }
        format!("{sum:.0} µs{text}")
    }
}

/// The fields of a process's `stat` after its name, which may contain blanks.
fn stat(pid: u32) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = text.rsplit_once(')').context("no name in /proc/PID/stat")?;
    Ok(fields.split_whitespace().map(ToOwned::to_owned).collect())
}

/// Ticks of a process in user and system mode, with those of its children that have ended.
fn ticks(pid: u32) -> anyhow::Result<f64> {
    let stat = stat(pid)?;
    let fields = stat.get(11..15).context("/proc/PID/stat is short")?;
    let mut sum = 0.0;
    for field in fields {
        sum += field.parse::<f64>()?;
    }
    Ok(sum)
}

/// Every process with its parent.
fn parents() -> anyhow::Result<Vec<(u32, u32)>> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // It may have ended meanwhile.
        let Ok(stat) = stat(pid) else {
            continue;
        };
        if let Some(parent) = stat.get(1).and_then(|field| field.parse().ok()) {
            parents.push((pid, parent));
        }
    }
    Ok(parents)
}
