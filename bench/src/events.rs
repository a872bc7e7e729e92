//! From the commit of a change to its line in the audit log: how soon, how many, and at what cost; embedded and over
//! brokers with real sidecars.
//!
//! Everything runs on one machine and takes its processors from the others, the requests and the looks of this program
//! included. The figures of one run compare with each other.

mod carrier;
mod ceiling;
mod cpu;
mod flow;
mod installation;
mod lines;
mod numbers;

use std::time::Duration;

use clap::{Args, ValueEnum as _};

use carrier::Carrier;
use ceiling::Ceiling;
use cpu::Cost;
use flow::{Backlog, FlatOut, Flow, Steady};
use installation::Installation;
use numbers::{count, median};

/// Which installations to measure, and how long.
#[derive(Args)]
pub(crate) struct Options {
    /// What carries the events; everything by default
    #[arg(long, value_enum)]
    over: Vec<Carrier>,
    /// Changes a second
    #[arg(long, default_value_t = 500)]
    rate: u32,
    /// Length of one round, in seconds
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Rounds of each measurement; medians count
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Events that wait when the measurement of the rate begins
    #[arg(long, default_value_t = 20_000)]
    backlog: usize,
}

/// Measures and prints.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    let carriers = if options.over.is_empty() {
        Carrier::value_variants().to_vec()
    } else {
        options.over.clone()
    };
    println!(
        "{} keys; {} rounds of {} s; medians. Postgres without fsync.",
        flow::KEYS,
        options.rounds,
        options.seconds
    );
    for carrier in carriers {
        println!("\n{}", carrier.name());
        let ceiling = match carrier.broker() {
            Some(broker) => Some(Ceiling::measure(broker).await?),
            None => None,
        };
        measure(carrier, options, ceiling).await?;
    }
    Ok(())
}

async fn measure(
    carrier: Carrier,
    options: &Options,
    ceiling: Option<Ceiling>,
) -> anyhow::Result<()> {
    let installation = Installation::start(carrier).await?;
    let mut flow = Flow::begin(&installation).await?;
    let length = Duration::from_secs(options.seconds);
    let (mut steady, mut flat_out, mut backlog) = (Vec::new(), Vec::new(), Vec::new());
    // Machines and caches get warm.
    flow.steady(options.rate, Duration::from_secs(3)).await?;
    for _ in 0..options.rounds {
        steady.push(flow.steady(options.rate, length).await?);
        flat_out.push(flow.flat_out(length).await?);
        backlog.push(flow.backlog(options.backlog).await?);
    }
    let one = |what: fn(&Steady) -> f64| median(steady.iter().map(what));
    println!(
        "  {} changes/s: commit to audit line, looked at each {} ms: p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms; at most {:.0} events behind; {:.0}/s reached",
        options.rate,
        carrier.look_interval().as_millis(),
        one(|round| round.latency(0.50)),
        one(|round| round.latency(0.95)),
        one(|round| round.latency(0.99)),
        one(|round| count(round.most_behind)),
        one(|round| round.rate),
    );
    let one = |what: fn(&FlatOut) -> f64| median(flat_out.iter().map(what));
    println!(
        "  as many changes as the API takes: {:.0}/s accepted, {:.0}/s audited, at most {:.0} events behind, caught up after {:.2} s",
        one(|round| round.accepted),
        one(|round| round.audited),
        one(|round| count(round.most_behind)),
        one(|round| round.catch_up.as_secs_f64()),
    );
    let rate = median(backlog.iter().map(|round: &Backlog| round.rate));
    println!("  {} events waiting: {rate:.0}/s", options.backlog);
    if let Some(ceiling) = ceiling {
        ceiling.print(rate);
    }
    for (what, cost) in [
        (
            "at the steady rate",
            steady.iter().map(|round| &round.cost).collect(),
        ),
        (
            "with events waiting",
            backlog.iter().map(|round| &round.cost).collect::<Vec<_>>(),
        ),
    ] {
        println!(
            "  processor time per event {what}: {}",
            Cost::medians(&cost)
        );
    }
    Ok(())
}
