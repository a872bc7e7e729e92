//! What a call of a tool over HTTP costs beyond the request that it makes of the API.

use std::time::{Duration, Instant};

use anyhow::Context;

use crate::connection::Connection;
use crate::load::{SEED, seed};
use crate::server::{Server, Store};

/// Length of one measurement.
const LENGTH: Duration = Duration::from_secs(3);
/// Measurements of each kind, alternating; the median counts.
const ROUNDS: usize = 5;
/// Connections that send one call after another.
const CONNECTIONS: [usize; 2] = [1, 16];
/// Clients at once, each with a connection of its own.
const CLIENTS: usize = 1_000;
/// Calls of each of them.
const CALLS: usize = 5;

/// A request of the API, and the call of a tool that makes it.
struct Pair {
    tool: &'static str,
    rest: &'static str,
    mcp: &'static str,
}

const PAIRS: [Pair; 2] = [
    Pair {
        tool: "tasks_find, one task",
        rest: "/api/v1/tasks/7",
        mcp: r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"tasks_find","arguments":{"numbers":[7]}}}"#,
    },
    Pair {
        tool: "tasks_find, 20 tasks",
        rest: "/api/v1/tasks?limit=20",
        mcp: r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"tasks_find","arguments":{}}}"#,
    },
];

/// Half and 95 % of the calls take no longer.
struct Times {
    p50: Duration,
    p95: Duration,
}

impl Times {
    fn of(mut times: Vec<Duration>) -> anyhow::Result<Self> {
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 100).copied();
        Ok(Self {
            p50: at(50).context("nothing was measured")?,
            p95: at(95).context("nothing was measured")?,
        })
    }
}

/// Prints the times of calls over HTTP, beside those of the API's own.
pub(crate) async fn run() -> anyhow::Result<()> {
    let server = Server::taskwire(Store::Sqlite).await?;
    seed(&server, SEED, 8).await?;
    println!(
        "{:<22}{:>12}{:>20}{:>20}{:>12}",
        "", "connections", "API p50, p95", "MCP p50, p95", "beyond p50"
    );
    for pair in PAIRS {
        for connections in CONNECTIONS {
            let (mut api, mut mcp) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                api.push(measure(&server, connections, pair.rest, None).await?);
                mcp.push(measure(&server, connections, "/mcp", Some(pair.mcp)).await?);
            }
            let (api, mcp) = (median(api)?, median(mcp)?);
            println!(
                "{:<22}{connections:>12}{:>11.2}, {:>4.2} ms{:>11.2}, {:>4.2} ms{:>9.2} ms",
                pair.tool,
                ms(api.p50),
                ms(api.p95),
                ms(mcp.p50),
                ms(mcp.p95),
                ms(mcp.p50) - ms(api.p50),
            );
        }
    }
    crowd(&server).await
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median(mut rounds: Vec<Times>) -> anyhow::Result<Times> {
    rounds.sort_by_key(|round| round.p50);
    let middle = rounds.len() / 2;
    rounds
        .into_iter()
        .nth(middle)
        .context("nothing was measured")
}

/// Sends the same request for a time over each of the connections.
async fn measure(
    server: &Server,
    connections: usize,
    path: &'static str,
    body: Option<&'static str>,
) -> anyhow::Result<Times> {
    let begun = Instant::now();
    let mut workers = Vec::new();
    for _ in 0..connections {
        let mut connection = Connection::open(server.address, &server.token).await?;
        workers.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < LENGTH {
                let sent = Instant::now();
                send(&mut connection, path, body).await?;
                times.push(sent.elapsed());
            }
            anyhow::Ok(times)
        }));
    }
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await??);
    }
    Times::of(times)
}

async fn send(connection: &mut Connection, path: &str, body: Option<&str>) -> anyhow::Result<()> {
    match body {
        Some(body) => {
            let answer = connection.request("POST", path, body).await?;
            let failed = br#""isError":true"#;
            anyhow::ensure!(
                !answer.windows(failed.len()).any(|part| part == failed),
                "{}",
                String::from_utf8_lossy(answer)
            );
        }
        None => {
            connection.request("GET", path, "").await?;
        }
    }
    Ok(())
}

/// Many clients at once: none may get an error.
async fn crowd(server: &Server) -> anyhow::Result<()> {
    let [_, pair] = PAIRS;
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let (address, token) = (server.address, server.token.clone());
        clients.push(tokio::spawn(async move {
            let mut connection = Connection::open(address, &token).await?;
            let mut times = Vec::new();
            for _ in 0..CALLS {
                let sent = Instant::now();
                send(&mut connection, "/mcp", Some(pair.mcp)).await?;
                times.push(sent.elapsed());
            }
            anyhow::Ok(times)
        }));
    }
    let begun = Instant::now();
    let (mut times, mut errors) = (Vec::new(), 0_usize);
    for client in clients {
        match client.await? {
            Ok(done) => times.extend(done),
            Err(error) => {
                errors += 1;
                if errors == 1 {
                    println!("the first error: {error:#}");
                }
            }
        }
    }
    let took = begun.elapsed();
    let times = Times::of(times)?;
    println!(
        "{CLIENTS} clients at once, {CALLS} calls each: {errors} clients with an error, p50 {:.0}, p95 {:.0} ms, {:.1} s in all",
        ms(times.p50),
        ms(times.p95),
        took.as_secs_f64(),
    );
    Ok(())
}
