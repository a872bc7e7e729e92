//! Benchmarks: Taskwire compared with a minimal Axum and sqlx handler that runs the same SQL, in the same run, because
//! machines are noisy. Prints medians and ratios; asserts nothing.
//!
//! `taskwire-bench` measures everything, `taskwire-bench dates` only what needs no server, `taskwire-bench latency` how
//! soon one caller of a running server gets a response, and `taskwire-bench sign-in` the memory that failed sign-ins
//! take; `taskwire-bench mcp` what calls of tools cost; `taskwire-bench reminders` how late many reminders reach a channel; `taskwire-bench size` measures how much room changes take in the database; `taskwire-bench events` measures the
//! way from a change to the audit log, also over brokers; `taskwire-bench find` measures lists and searches with millions of
//! tasks. `taskwire-bench soak` measures nothing, but checks that no event
//! is lost. `TASKWIRE_TEST_POSTGRES` is the address of a Postgres whose user may create databases; without it only SQLite
//! is measured.
#![expect(clippy::print_stdout, reason = "a program whose output is its report")]

mod baseline;
mod connection;
mod dates;
mod events;
mod find;
mod latency;
mod load;
mod mcp;
mod reminders;
mod server;
mod sign_in;
mod size;
mod soak;

use std::time::Duration;

use clap::{Parser, Subcommand};
use load::{Plan, measure};
use server::{Server, Store};

/// Rounds of each measurement; the median counts.
const ROUNDS: usize = 5;
/// Length of one round.
const ROUND: Duration = Duration::from_secs(2);
/// Connections that send requests one after another.
const CONNECTIONS: usize = 16;

/// Compares Taskwire with a minimal handler.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// Measure only what needs no server.
    Dates,
    /// Measure how soon one caller of a running server gets a response.
    Latency {
        /// Its `HOST:PORT`.
        host: String,
        /// A token of a user.
        token: String,
    },
    /// Measure how soon changes are in the audit log and what that costs, embedded and over brokers.
    Events(events::Options),
    /// Measure lists, filters, sorts and searches with many tasks.
    Find(find::Options),
    /// Measure what calls of tools over HTTP cost beyond the API's own requests.
    Mcp,
    /// Measure how late reminders reach a channel when many are due, and check that none is lost or repeated.
    Reminders(reminders::Options),
    /// Measure the memory that failed sign-ins take.
    SignIn,
    /// Measure how much room events and audit lines take.
    Size {
        /// How many tasks are created, changed and completed.
        #[arg(long, default_value_t = 2000)]
        tasks: usize,
    },
    /// Check on Postgres, with a process per part, that no event is lost.
    Soak(soak::Options),
    /// Serve the baseline handler.
    #[command(hide = true)]
    Baseline {
        /// The address to listen on.
        listen: String,
        /// The database.
        database: String,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().part {
        None => {}
        Some(Part::Dates) => return dates::run(),
        Some(Part::Latency { host, token }) => return latency::run(&host, &token).await,
        Some(Part::Events(options)) => return events::run(&options).await,
        Some(Part::Find(options)) => return find::run(&options).await,
        Some(Part::Mcp) => return mcp::run().await,
        Some(Part::Reminders(options)) => return reminders::run(options).await,
        Some(Part::SignIn) => return sign_in::run().await,
        Some(Part::Size { tasks }) => return size::run(tasks).await,
        Some(Part::Soak(options)) => return soak::run(options).await,
        Some(Part::Baseline { listen, database }) => {
            return baseline::serve(&listen, &database).await;
        }
    }
    dates::run()?;
    println!(
        "\n{CONNECTIONS} connections, {ROUNDS} rounds of {} s each, alternating; medians.\n",
        ROUND.as_secs()
    );
    for store in Store::all() {
        compare(store).await?;
    }
    Ok(())
}

/// Measures both servers on one kind of database.
async fn compare(store: Store) -> anyhow::Result<()> {
    let ours = Server::taskwire(store).await?;
    let idle = ours.resident_kib()?;
    let baseline = Server::baseline(store).await?;
    println!(
        "{}: first response {} ms after start, {:.1} MiB resident when idle",
        store.name(),
        ours.first_answer.as_millis(),
        kib(idle)
    );
    for server in [&ours, &baseline] {
        load::seed(server, load::SEED, CONNECTIONS).await?;
    }
    println!(
        "{:<14}{:>12}{:>12}{:>9}{:>14}{:>14}",
        "", "taskwire/s", "baseline/s", "ratio", "taskwire p95", "baseline p95"
    );
    for plan in [Plan::Create, Plan::Get, Plan::List, Plan::Complete] {
        let (mut mine, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            mine.push(measure(&ours, plan, CONNECTIONS, ROUND).await?);
            theirs.push(measure(&baseline, plan, CONNECTIONS, ROUND).await?);
        }
        let (mine, theirs) = (load::median(mine), load::median(theirs));
        println!(
            "{:<14}{:>12.0}{:>12.0}{:>8.0}%{:>11.2} ms{:>11.2} ms",
            plan.name(),
            mine.rate,
            theirs.rate,
            100.0 * mine.rate / theirs.rate,
            mine.p95.as_secs_f64() * 1e3,
            theirs.p95.as_secs_f64() * 1e3
        );
    }
    println!(
        "resident after the load: taskwire {:.1} MiB, baseline {:.1} MiB\n",
        kib(ours.resident_kib()?),
        kib(baseline.resident_kib()?)
    );
    Ok(())
}

fn kib(kib: u32) -> f64 {
    f64::from(kib) / 1024.0
}
