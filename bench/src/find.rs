//! How long lists, filters, sorts, searches, counts and the agenda take with many tasks: 1,000,000 of one user among
//! 5,000,000 by default.
//!
//! The first tasks are created over HTTP; the database copies them with other numbers, dates and words.

use std::time::{Duration, Instant};

use anyhow::bail;
use clap::Args;
use serde_json::Value;

use crate::connection::Connection;
use crate::server::{Server, Store};

mod copies;
mod queries;

use copies::Copies;
use queries::{QUERIES, Query};

/// Tasks created over HTTP, from which the others are copied.
const TEMPLATES: usize = 2_000;

/// What is measured.
#[derive(Args)]
pub(crate) struct Options {
    /// Tasks of the user whose tasks are read.
    #[arg(long, default_value_t = 1_000_000)]
    tasks: usize,
    /// Other users, with as many tasks each.
    #[arg(long, default_value_t = 4)]
    others: usize,
    /// Requests of each kind.
    #[arg(long, default_value_t = 100)]
    requests: usize,
    /// Only the kinds whose name contains this.
    #[arg(long)]
    only: Option<String>,
    /// Only this database, `sqlite` or `postgres`.
    #[arg(long)]
    store: Option<String>,
}

/// Measures on each database and prints percentiles.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    for store in Store::all() {
        if options
            .store
            .as_deref()
            .is_none_or(|only| store.name().eq_ignore_ascii_case(only))
        {
            measure(store, options).await?;
        }
    }
    Ok(())
}

async fn measure(store: Store, options: &Options) -> anyhow::Result<()> {
    let begun = Instant::now();
    let server = Server::taskwire(store).await?;
    let database = server.database(store)?;
    create_templates(&server).await?;
    let folder = server.stop().await?;
    let copies = Copies {
        templates: TEMPLATES,
        tasks: options.tasks,
        others: options.others,
    };
    copies.make(store, &database).await?;
    let server = Server::taskwire_on(&database, folder).await?;
    println!(
        "{}: {} tasks of one user, {} of others, made in {} s; {} requests of each kind",
        store.name(),
        options.tasks,
        options.tasks * options.others,
        begun.elapsed().as_secs(),
        options.requests
    );
    println!(
        "{:<26}{:>10}{:>10}{:>10}{:>8}",
        "", "p50 ms", "p95 ms", "max ms", "items"
    );
    let mut connection = Connection::open(server.address, &server.token).await?;
    let (mut slow, mut failed, mut count) = (Vec::new(), Vec::new(), 0);
    for query in QUERIES {
        if options
            .only
            .as_deref()
            .is_some_and(|only| !query.name.contains(only))
        {
            continue;
        }
        let (times, items) = match ask(&mut connection, query, options).await {
            Ok(asked) => asked,
            Err(problem) => {
                println!("{:<26}{problem}", query.name);
                failed.push(query.name);
                connection = Connection::open(server.address, &server.token).await?;
                continue;
            }
        };
        let p95 = percentile(&times, 95);
        println!(
            "{:<26}{:>10.2}{:>10.2}{:>10.2}{:>8}",
            query.name,
            ms(percentile(&times, 50)),
            ms(p95),
            ms(percentile(&times, 100)),
            items
        );
        count += 1;
        if p95 >= Duration::from_millis(10) {
            slow.push(query.name);
        }
    }
    println!(
        "{}: {} of {count} kinds have a p95 of 10 ms or more: {}\n",
        store.name(),
        slow.len(),
        slow.join(", ")
    );
    if !failed.is_empty() {
        bail!("refused: {}", failed.join(", "));
    }
    Ok(())
}

/// The times of a kind of request, ascending, and the items of its last response.
async fn ask(
    connection: &mut Connection,
    query: &Query,
    options: &Options,
) -> anyhow::Result<(Vec<Duration>, usize)> {
    let mut times = Vec::with_capacity(options.requests);
    let mut items = 0;
    let mut cursor = None;
    for index in 0..options.requests {
        let (method, mut path, body) = query.request(index, options.tasks);
        if let Some(cursor) = cursor.take() {
            path = format!("{path}&cursor={cursor}");
        }
        let sent = Instant::now();
        let body = connection.request(method, &path, &body).await?;
        let took = sent.elapsed();
        times.push(took);
        let value: Value = serde_json::from_slice(body)?;
        items = value
            .get("items")
            .and_then(Value::as_array)
            .map_or(1, Vec::len);
        if query.is_paged {
            cursor = value
                .get("next_cursor")
                .and_then(Value::as_str)
                .map(str::to_owned);
        }
    }
    times.sort_unstable();
    Ok((times, items))
}

async fn create_templates(server: &Server) -> anyhow::Result<()> {
    let mut connection = Connection::open(server.address, &server.token).await?;
    connection
        .request("POST", "/api/v1/tags", r#"{"name":"unused"}"#)
        .await?;
    for index in 0..TEMPLATES {
        connection
            .request("POST", "/api/v1/tasks", &queries::template(index))
            .await?;
    }
    for number in (1..=TEMPLATES).filter(|number| number % 3 == 0) {
        if queries::is_recurring(number - 1) {
            continue;
        }
        let path = format!("/api/v1/tasks/{number}/complete");
        connection.request("POST", &path, "").await?;
    }
    // A deleted task in a hundred.
    for number in (1..=TEMPLATES).filter(|number| number % 100 == 1) {
        let path = format!("/api/v1/tasks/{number}");
        connection.request("DELETE", &path, "").await?;
    }
    Ok(())
}

fn percentile(times: &[Duration], percent: usize) -> Duration {
    let at = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(at).copied().unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
