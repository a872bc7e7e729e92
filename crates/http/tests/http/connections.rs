//! Slow and silent clients over real sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use taskwire_http::{
    BodyLimits, ConnectionLimits, Operations, Readiness, Scrape, internal_router, serve,
    serve_internal,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::support::{LIMIT, layered};

/// Long enough never to end within a test.
const NEVER: Duration = Duration::from_hours(1);
/// Short enough for a test to wait for.
const SOON: Duration = Duration::from_millis(200);

struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    served: tokio::task::JoinHandle<()>,
}

fn routes() -> Router {
    let ticks = || async {
        let frames = futures::stream::unfold(0, |count| async move {
            if count > 0 {
                std::future::pending::<()>().await;
            }
            Some((
                Ok::<_, std::io::Error>(Bytes::from("data: 1\n\n")),
                count + 1,
            ))
        });
        (
            [("content-type", "text/event-stream")],
            Body::from_stream(frames),
        )
    };
    Router::new()
        .route("/", get(|| async { "here" }))
        .route(
            "/body",
            post(|body: Bytes| async move { body.len().to_string() }),
        )
        .route("/stream", get(ticks))
}

async fn start(connections: ConnectionLimits, body: BodyLimits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let router = layered(routes(), body);
    let served = tokio::spawn(serve(listener, router, connections, stop.clone()));
    Running {
        address,
        stop,
        served,
    }
}

async fn send(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

/// Reads until the other side closes.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    // A reset connection is closed too.
    let _ = tokio::time::timeout(LIMIT, stream.read_to_end(&mut all))
        .await
        .expect("the connection stays open");
    String::from_utf8_lossy(&all).into_owned()
}

/// Reads until the text has arrived.
async fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let mut all = Vec::new();
    let mut piece = [0; 4096];
    while !String::from_utf8_lossy(&all).contains(text) {
        let read = tokio::time::timeout(LIMIT, stream.read(&mut piece)).await;
        let count = read.unwrap().unwrap();
        assert_ne!(count, 0, "closed after {:?}", String::from_utf8_lossy(&all));
        all.extend_from_slice(&piece[..count]);
    }
    String::from_utf8_lossy(&all).into_owned()
}

#[tokio::test]
async fn idle_connections_time_out() {
    let limits = ConnectionLimits {
        wait: SOON,
        ..ConnectionLimits::default()
    };
    let running = start(limits, BodyLimits::default()).await;
    let open = || TcpStream::connect(running.address);
    // Nothing sent; half a header; and a connection kept alive after a response.
    let mut silent = open().await.unwrap();
    let mut half = open().await.unwrap();
    let mut kept = open().await.unwrap();
    send(&mut half, "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    send(&mut kept, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    read_until(&mut kept, "here").await;
    until_closed(&mut silent).await;
    until_closed(&mut half).await;
    until_closed(&mut kept).await;
}

#[tokio::test]
async fn a_stream_lasts_longer_than_connections_wait() {
    let limits = ConnectionLimits {
        wait: SOON,
        most_waiting: 1,
        ..ConnectionLimits::default()
    };
    let running = start(limits, BodyLimits::default()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    send(&mut stream, "GET /stream HTTP/1.1\r\nhost: x\r\n\r\n").await;
    read_until(&mut stream, "data: 1").await;
    // Another connection times out, and a third replaces a fourth; the stream is not affected.
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    until_closed(&mut silent).await;
    let mut pushed = TcpStream::connect(running.address).await.unwrap();
    let mut last = TcpStream::connect(running.address).await.unwrap();
    until_closed(&mut pushed).await;
    until_closed(&mut last).await;
    let mut piece = [0; 16];
    let more = tokio::time::timeout(Duration::ZERO, stream.read(&mut piece)).await;
    assert!(more.is_err(), "the stream ended: {more:?}");
}

#[tokio::test]
async fn idle_connections_are_limited() {
    let limits = ConnectionLimits {
        wait: NEVER,
        most_waiting: 20,
        ..ConnectionLimits::default()
    };
    let running = start(limits, BodyLimits::default()).await;
    let mut half_sent = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        send(&mut stream, "POST / HTTP/1.1\r\n").await;
        half_sent.push(stream);
    }
    // A client that sends a request is served.
    let mut good = TcpStream::connect(running.address).await.unwrap();
    send(&mut good, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    read_until(&mut good, "here").await;
    for stream in &mut half_sent[..180] {
        until_closed(stream).await;
    }
}

#[tokio::test]
async fn a_body_that_stalls_is_refused() {
    let idle = BodyLimits {
        idle: SOON,
        whole: NEVER,
        ..BodyLimits::default()
    };
    let whole = BodyLimits {
        idle: NEVER,
        whole: SOON,
        ..BodyLimits::default()
    };
    for body in [idle, whole] {
        let running = start(ConnectionLimits::default(), body).await;
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        let head = "POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf";
        send(&mut stream, head).await;
        let answer = until_closed(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("\"code\":\"body_too_slow\""), "{answer}");
        assert!(answer.contains("\"request_id\":\""), "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whether_or_not_it_says_so() {
    let body = BodyLimits {
        max: 5,
        ..BodyLimits::default()
    };
    let running = start(ConnectionLimits::default(), body).await;
    for request in [
        "content-length: 6\r\n\r\nsix by",
        "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        let head = "POST /body HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";
        send(&mut stream, &format!("{head}{request}")).await;
        let answer = until_closed(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.contains("larger than 5 bytes"), "{answer}");
    }
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let head = "POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n12345";
    send(&mut stream, head).await;
    read_until(&mut stream, "\r\n\r\n5").await;
}

#[tokio::test]
async fn a_stop_ends_what_waits_at_once_and_cuts_streams_in_time() {
    let limits = ConnectionLimits {
        wait: NEVER,
        shutdown_timeout: SOON,
        ..ConnectionLimits::default()
    };
    let running = start(limits, BodyLimits::default()).await;
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    send(&mut stream, "GET /stream HTTP/1.1\r\nhost: x\r\n\r\n").await;
    read_until(&mut stream, "data: 1").await;
    running.stop.cancel();
    until_closed(&mut silent).await;
    until_closed(&mut stream).await;
    running.served.await.unwrap();
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn an_internal_port_closes_those_who_wait_longest() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let router = internal_router(Operations {
        readiness: Arc::new(Readiness::new(Vec::new(), stop.clone())),
        scrape: Scrape::new(|| async { "up 1\n".to_owned() }),
        version: "1.2.3",
    });
    let served = tokio::spawn(serve_internal(listener, router, stop.clone()));
    // Half a header each.
    let mut slow = Vec::new();
    for _ in 0..80 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        send(&mut stream, "GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
        slow.push(stream);
    }
    until_closed(&mut slow[0]).await;
    let mut probe = TcpStream::connect(address).await.unwrap();
    send(&mut probe, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    read_until(&mut probe, "\"ok\"").await;
    stop.cancel();
    tokio::time::timeout(LIMIT, served).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_request_on_its_way_to_a_server_that_stops_is_answered() {
    let limits = ConnectionLimits {
        drain: NEVER,
        shutdown_timeout: NEVER,
        ..ConnectionLimits::default()
    };
    let running = start(limits, BodyLimits::default()).await;
    let mut kept = TcpStream::connect(running.address).await.unwrap();
    send(&mut kept, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let answer = read_until(&mut kept, "here").await;
    assert!(!answer.contains("connection: close"), "{answer}");
    // Perhaps accepted by the system only.
    let mut new = TcpStream::connect(running.address).await.unwrap();
    running.stop.cancel();
    for stream in [&mut kept, &mut new] {
        send(stream, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let answer = until_closed(stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
    }
    running.served.await.unwrap();
}

#[tokio::test]
async fn a_connection_without_a_request_does_not_delay_a_stop_for_long() {
    let limits = ConnectionLimits {
        wait: NEVER,
        drain: SOON,
        shutdown_timeout: NEVER,
        ..ConnectionLimits::default()
    };
    let running = start(limits, BodyLimits::default()).await;
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    let mut half = TcpStream::connect(running.address).await.unwrap();
    send(&mut half, "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    running.stop.cancel();
    assert_eq!(until_closed(&mut silent).await, "");
    assert_eq!(until_closed(&mut half).await, "");
    running.served.await.unwrap();
}
