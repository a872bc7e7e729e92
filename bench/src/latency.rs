//! The latency of a response on a connection that is kept alive, and of an event on a stream, to show the effect of
//! `TCP_NODELAY`.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Requests of one measurement.
const COUNT: usize = 200;

/// A connection over which requests are sent one after another.
struct Caller {
    stream: TcpStream,
    host: String,
    token: String,
    buffer: Vec<u8>,
}

impl Caller {
    async fn open(host: &str, token: &str) -> anyhow::Result<Self> {
        Ok(Self {
            stream: TcpStream::connect(host).await?,
            host: host.to_owned(),
            token: token.to_owned(),
            buffer: Vec::new(),
        })
    }

    /// Sends a request, and reads until the text has arrived.
    async fn ask(&mut self, line: &str, body: &str, until: &[u8]) -> anyhow::Result<Duration> {
        let request = format!(
            "{line} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.host,
            self.token,
            body.len()
        );
        let begun = Instant::now();
        self.stream.write_all(request.as_bytes()).await?;
        self.read(until).await?;
        Ok(begun.elapsed())
    }

    async fn read(&mut self, until: &[u8]) -> anyhow::Result<()> {
        self.buffer.clear();
        while !self
            .buffer
            .windows(until.len())
            .any(|window| window == until)
        {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("closed: {}", String::from_utf8_lossy(&self.buffer));
            }
        }
        Ok(())
    }
}

/// Measures the server at `host`, such as `127.0.0.1:8484`, without a model, and prints medians.
pub(crate) async fn run(host: &str, token: &str) -> anyhow::Result<()> {
    let mut rest = Caller::open(host, token).await?;
    let mut created = Vec::new();
    let mut told = Vec::new();
    let mut events = Caller::open(host, token).await?;
    events.ask("GET /api/v1/events", "", b"connected").await?;
    for count in 0..COUNT {
        let title = format!("latency {count}.");
        let body = format!("{{\"title\":\"{title}\"}}");
        let begun = Instant::now();
        created.push(
            rest.ask("POST /api/v1/tasks", &body, b"\"version\":1")
                .await?,
        );
        events.read(title.as_bytes()).await?;
        told.push(begun.elapsed());
    }
    let mut spoken = Vec::new();
    let mut chat = Caller::open(host, token).await?;
    for count in 0..COUNT / 4 {
        let body = format!(
            "{{\"id\":\"latency\",\"trigger\":\"submit-message\",\"messages\":[{{\"id\":\"latency-{count}\",\
             \"role\":\"user\",\"parts\":[{{\"type\":\"text\",\"text\":\"help\"}}]}}]}}"
        );
        spoken.push(chat.ask("POST /api/v1/chat", &body, b"text-delta").await?);
        // A turn ends with its last chunk.
        if !chat.buffer.ends_with(b"0\r\n\r\n") {
            chat.read(b"0\r\n\r\n").await?;
        }
    }
    println!("create on a kept connection  {:>8.1?}", median(created)?);
    println!("create to its event          {:>8.1?}", median(told)?);
    println!("chat to its first text       {:>8.1?}", median(spoken)?);
    Ok(())
}

fn median(mut times: Vec<Duration>) -> anyhow::Result<Duration> {
    times.sort_unstable();
    times
        .get(times.len() / 2)
        .copied()
        .context("nothing was measured")
}
