//! Writes with many connections to separate processes on Postgres and compares, at the end, the event log with the
//! audit log and with what was seen on the event streams. Asserts that nothing is missing and nothing comes twice.

mod processes;
mod subscriber;
mod writer;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use processes::Processes;
use subscriber::Seen;

/// Number of users who write, and whose streams are read.
const USERS: usize = 4;
/// Number of writing connections.
const CONNECTIONS: usize = 16;
/// Interval between two checks of the progress.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Events that have not arrived after this long without progress are missing.
const STALL_TIMEOUT: Duration = Duration::from_mins(1);
/// Longest time between two kills.
const LIFETIME_MAX: Duration = Duration::from_secs(3);
/// Seeds the choice of the process to kill, and when.
const SEED: u64 = 7;

/// Options of the soak test.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Options {
    /// Stop writing after this many events.
    #[arg(long, default_value_t = 200_000)]
    events: i64,
    /// Kill and restart one of the processes this many times
    #[arg(long, default_value_t = 0)]
    kills: u32,
}

/// The progress of all parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Progress {
    events: i64,
    audited: i64,
    seen: usize,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let mut processes = Processes::start().await?;
    let mut database = PgConnection::connect(&processes.database).await?;
    let seen = Arc::new(Seen::default());
    let stop = Arc::new(AtomicBool::new(false));
    let mut tokens = Vec::new();
    for user in 0..USERS {
        tokens.push(processes.token(&format!("user{user}")).await?);
    }
    let mut readers = tokio::task::JoinSet::new();
    for token in &tokens {
        readers.spawn(subscriber::follow(
            processes.url(),
            token.clone(),
            Arc::clone(&seen),
        ));
    }
    let mut writers = tokio::task::JoinSet::new();
    for (connection, token) in tokens.iter().cycle().take(CONNECTIONS).enumerate() {
        writers.spawn(writer::write(
            processes.url(),
            token.clone(),
            connection,
            Arc::clone(&stop),
        ));
    }
    let begun = Instant::now();
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut killed = 0;
    loop {
        tokio::time::sleep(rng.random_range(POLL_INTERVAL / 2..LIFETIME_MAX)).await;
        if killed < options.kills {
            println!("killed {}", processes.kill(&mut rng).await?);
            killed += 1;
        }
        let now = progress(&mut database, &seen).await?;
        println!(
            "{:>6} s  {} events, {} audited, {} seen on streams",
            begun.elapsed().as_secs(),
            now.events,
            now.audited,
            now.seen
        );
        if now.events >= options.events && killed >= options.kills {
            break;
        }
        if let Some(ended) = writers.try_join_next() {
            ended??;
            bail!("a writer ended early");
        }
    }
    stop.store(true, Ordering::Relaxed);
    let wrote = begun.elapsed();
    while let Some(ended) = writers.join_next().await {
        ended??;
    }
    wait_until_caught_up(&mut database, &seen).await?;
    println!(
        "{CONNECTIONS} connections of {USERS} users wrote for {} s; {killed} processes were killed.",
        wrote.as_secs()
    );
    let verdict = compare(&mut database, &seen).await;
    readers.abort_all();
    verdict
}

async fn progress(database: &mut PgConnection, seen: &Seen) -> anyhow::Result<Progress> {
    let (events, audited) =
        sqlx::query_as("SELECT (SELECT COUNT(*) FROM events), (SELECT COUNT(*) FROM audit_log)")
            .fetch_one(database)
            .await?;
    Ok(Progress {
        events,
        audited,
        seen: seen.count(),
    })
}

/// Waits until everything has arrived, or there is no more progress.
async fn wait_until_caught_up(database: &mut PgConnection, seen: &Seen) -> anyhow::Result<()> {
    let mut last = progress(database, seen).await?;
    let mut moved = Instant::now();
    while moved.elapsed() < STALL_TIMEOUT {
        tokio::time::sleep(POLL_INTERVAL).await;
        let now = progress(database, seen).await?;
        let expected: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM events WHERE kind NOT LIKE 'reminder.%'")
                .fetch_one(&mut *database)
                .await?;
        let is_complete =
            now.audited == expected && i64::try_from(now.seen).is_ok_and(|seen| seen == now.events);
        if now != last {
            (last, moved) = (now, Instant::now());
        } else if is_complete {
            break;
        }
    }
    Ok(())
}

async fn compare(database: &mut PgConnection, seen: &Seen) -> anyhow::Result<()> {
    let events: Vec<(Uuid, i64)> = sqlx::query_as("SELECT id, seq FROM events ORDER BY seq")
        .fetch_all(&mut *database)
        .await?;
    let unaudited: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM events WHERE kind NOT LIKE 'reminder.%'
            AND NOT EXISTS (SELECT 1 FROM audit_log WHERE audit_log.event_id = events.id)",
    )
    .fetch_one(&mut *database)
    .await?;
    let unfounded: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM audit_log
            WHERE NOT EXISTS (SELECT 1 FROM events WHERE events.id = audit_log.event_id)",
    )
    .fetch_one(&mut *database)
    .await?;
    let dead: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM dead_letters")
        .fetch_one(&mut *database)
        .await?;
    let known: HashMap<Uuid, i64> = events.iter().copied().collect();
    let stream = seen.judge(&known);
    let last = events.last().map_or(0, |(_, seq)| *seq);
    println!(
        "{} events, {} numbers rolled back\n\
         audit log:     {unaudited} missing, {unfounded} without an event\n\
         event streams: {} missing, {} twice, {} out of order, {} without an event\n\
         dead letters:  {dead}",
        events.len(),
        last - i64::try_from(events.len()).context("many events")?,
        stream.missing,
        stream.twice,
        stream.unordered,
        stream.unknown,
    );
    let wrong = unaudited + unfounded + dead;
    if wrong > 0 || stream.is_wrong() {
        bail!("events were lost, repeated or dead-lettered");
    }
    Ok(())
}
