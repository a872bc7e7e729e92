//! Sends requests as fast as responses arrive.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::connection::Connection;
use crate::server::Server;

/// Tasks that exist before the measurement.
pub(crate) const SEED: usize = 2_000;
/// Tasks completed in one round.
const COMPLETIONS: usize = 2_000;

/// The measured operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Plan {
    Create,
    Get,
    List,
    Complete,
}

impl Plan {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Get => "get",
            Self::List => "list of 50",
            Self::Complete => "complete",
        }
    }
}

/// One measurement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Requests a second.
    pub(crate) rate: f64,
    /// 95th percentile of the time to the response.
    pub(crate) p95: Duration,
}

/// The sample with the median rate.
pub(crate) fn median(mut samples: Vec<Sample>) -> Sample {
    samples.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    let middle = samples.len() / 2;
    samples.get(middle).copied().unwrap_or(Sample {
        rate: 0.0,
        p95: Duration::ZERO,
    })
}

const TASK: &str = r#"{"title":"Write the quarterly report for the board","notes":"Numbers from finance, draft by Tuesday.","priority":"medium","due":"2027-01-04T09:00"}"#;

/// Creates tasks to work on.
pub(crate) async fn seed(server: &Server, count: usize, connections: usize) -> anyhow::Result<()> {
    run(server, Plan::Create, connections, Until::Count(count)).await?;
    Ok(())
}

/// Measures one plan for one round.
pub(crate) async fn measure(
    server: &Server,
    plan: Plan,
    connections: usize,
    length: Duration,
) -> anyhow::Result<Sample> {
    if plan == Plan::Complete {
        // A task is completed only once, so this round has a number of tasks instead of a time.
        let first = server.made();
        seed(server, COMPLETIONS, connections).await?;
        let range = Until::Range {
            first,
            count: COMPLETIONS,
        };
        return run(server, plan, connections, range).await;
    }
    run(server, plan, connections, Until::Time(length)).await
}

#[derive(Clone, Copy)]
enum Until {
    Time(Duration),
    Count(usize),
    Range { first: usize, count: usize },
}

async fn run(
    server: &Server,
    plan: Plan,
    connections: usize,
    until: Until,
) -> anyhow::Result<Sample> {
    let issued = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut workers = Vec::new();
    for _ in 0..connections {
        let mut connection = Connection::open(server.address, &server.token).await?;
        let (issued, made) = (Arc::clone(&issued), server.counter());
        workers.push(tokio::spawn(async move {
            let mut times = Vec::new();
            loop {
                let index = issued.fetch_add(1, Ordering::Relaxed);
                let (end, limit, offset) = match until {
                    Until::Time(length) => (Some(length), usize::MAX, 0),
                    Until::Count(count) => (None, count, 0),
                    Until::Range { first, count } => (None, count, first),
                };
                if index >= limit || end.is_some_and(|end| begun.elapsed() >= end) {
                    return anyhow::Ok(times);
                }
                let sent = Instant::now();
                match plan {
                    Plan::Create => {
                        connection.request("POST", "/api/v1/tasks", TASK).await?;
                        made.fetch_add(1, Ordering::Relaxed);
                    }
                    Plan::Get => {
                        let path = format!("/api/v1/tasks/{}", index % SEED + 1);
                        connection.request("GET", &path, "").await?;
                    }
                    Plan::List => {
                        connection
                            .request("GET", "/api/v1/tasks?limit=50", "")
                            .await?;
                    }
                    Plan::Complete => {
                        let path = format!("/api/v1/tasks/{}/complete", offset + index + 1);
                        connection.request("POST", &path, "").await?;
                    }
                }
                times.push(sent.elapsed());
            }
        }));
    }
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await??);
    }
    let took = begun.elapsed().as_secs_f64();
    times.sort();
    let at = times.len() * 95 / 100;
    Ok(Sample {
        rate: f64::from(u32::try_from(times.len())?) / took,
        p95: times.get(at).copied().unwrap_or_default(),
    })
}
