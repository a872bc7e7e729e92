//! Resident memory under failed sign-ins, each with its own name and address, so that none is paused.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::server::{Server, Store};

/// Concurrent sign-ins.
const CONCURRENT: usize = 200;
/// Number of rounds.
const ROUNDS: usize = 3;

/// Measures the whole of Taskwire on SQLite.
pub(crate) async fn run() -> anyhow::Result<()> {
    let server = Server::taskwire(Store::Sqlite).await?;
    let mib = |kib: u32| f64::from(kib) / 1024.0;
    println!("resident when idle: {:.1} MiB", mib(server.resident_kib()?));
    for round in 0..ROUNDS {
        let mut tries = JoinSet::new();
        for n in 0..CONCURRENT {
            tries.spawn(wrong(server.address, round * CONCURRENT + n));
        }
        let mut answers: BTreeMap<String, usize> = BTreeMap::new();
        let mut peak = 0;
        while let Some(answer) = tries.join_next().await {
            *answers.entry(answer??).or_default() += 1;
            peak = peak.max(server.resident_kib()?);
        }
        println!(
            "{CONCURRENT} failed sign-ins at once: peak {:.1} MiB, after {:.1} MiB, responses by status {answers:?}",
            mib(peak),
            mib(server.resident_kib()?)
        );
    }
    Ok(())
}

/// A failed sign-in; returns the status.
async fn wrong(address: SocketAddr, n: usize) -> anyhow::Result<String> {
    let body = format!("{{\"name\":\"nobody {n}\",\"password\":\"a wrong password\"}}");
    let from = format!("198.51.{}.{}", n / 250, n % 250);
    let request = format!(
        "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {from}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer);
    Ok(text.split(' ').nth(1).unwrap_or("none").to_owned())
}
