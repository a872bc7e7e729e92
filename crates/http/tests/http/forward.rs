//! The gateway: requests forwarded to another process over real sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{any, get, post};
use futures::StreamExt;
use reqwest::StatusCode;
use serde_json::{Value, json};
use taskwire_http::{BodyLimits, ConnectionLimits, Upstream, client, forward, serve};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::support::{LIMIT, layered};

/// Notifies when it is dropped.
struct Gone(Arc<Notify>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

async fn listen(router: Router, stop: &CancellationToken) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = ConnectionLimits {
        shutdown_timeout: Duration::ZERO,
        ..ConnectionLimits::default()
    };
    tokio::spawn(serve(listener, router, limits, stop.clone()));
    address
}

/// A gateway in front of a process at `base`.
async fn gateway(base: &str, silence: Duration) -> String {
    let upstream = Upstream {
        name: "chat",
        title: "The chat",
        base: base.parse().unwrap(),
        path: None,
        http: client(silence, HeaderMap::new()).unwrap(),
    };
    let router = Router::new().route("/api/{*rest}", forward(upstream));
    let address = listen(
        layered(router, BodyLimits::default()),
        &CancellationToken::new(),
    )
    .await;
    format!("http://{address}")
}

struct Behind {
    gateway: String,
    /// The other process itself.
    base: String,
    /// Notified when the other process has dropped a request or a stream.
    gone: Arc<Notify>,
    /// Lets the stream continue.
    next: Arc<Notify>,
    /// Ends the other process.
    stop: CancellationToken,
}

async fn behind() -> Behind {
    let (gone, next) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let stop = CancellationToken::new();
    let never = {
        let gone = Arc::clone(&gone);
        move || {
            let gone = Gone(Arc::clone(&gone));
            async move {
                let _gone = gone;
                std::future::pending::<()>().await;
            }
        }
    };
    let stream = {
        let (gone, next) = (Arc::clone(&gone), Arc::clone(&next));
        move || {
            let state = (Gone(Arc::clone(&gone)), Arc::clone(&next), 0);
            async move {
                let frames = futures::stream::unfold(state, |(gone, next, count)| async move {
                    if count > 0 {
                        next.notified().await;
                    }
                    let frame = Bytes::from(format!("data: {count}\n\n"));
                    Some((Ok::<_, std::io::Error>(frame), (gone, next, count + 1)))
                });
                (
                    [("content-type", "text/event-stream")],
                    Body::from_stream(frames),
                )
            }
        }
    };
    let router = Router::new()
        .route("/api/show", any(show))
        .route("/api/never", get(never))
        .route("/api/stream", get(stream))
        .route(
            "/api/elsewhere",
            get(|| async { Redirect::to("/api/show") }),
        )
        .route(
            "/api/count",
            post(|body: Bytes| async move { body.len().to_string() }),
        )
        .route("/api/large", get(|| async { "task ".repeat(1000) }));
    let address = listen(layered(router, BodyLimits::default()), &stop).await;
    let base = format!("http://{address}");
    Behind {
        gateway: gateway(&base, LIMIT).await,
        base,
        gone,
        next,
        stop,
    }
}

/// Responds with the received request.
async fn show(request: Request) -> impl IntoResponse {
    let headers: serde_json::Map<String, Value> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
        .collect();
    let shown = json!({
        "method": request.method().as_str(),
        "target": request.uri().to_string(),
        "headers": headers,
    });
    let mut answer = HeaderMap::new();
    answer.insert("connection", "x-internal".parse().unwrap());
    answer.insert("x-internal", "1".parse().unwrap());
    answer.append("set-cookie", "a=1".parse().unwrap());
    answer.append("set-cookie", "b=2".parse().unwrap());
    (StatusCode::IM_A_TEAPOT, answer, axum::Json(shown))
}

fn http() -> reqwest::Client {
    client(LIMIT, HeaderMap::new()).unwrap()
}

async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, work)
        .await
        .expect("it takes too long")
}

#[tokio::test]
async fn a_request_and_its_answer_pass_as_they_are() {
    let behind = behind().await;
    let answer = http()
        .put(format!("{}/api/show?a=%20b&c", behind.gateway))
        .header("host", "tasks.example:8484")
        .header("origin", "http://tasks.example:8484")
        .header("authorization", "Bearer secret")
        .header("cookie", "taskwire_session=1")
        .header("x-request-id", "abc-1")
        .header("x-forwarded-for", "192.0.2.1")
        .header("x-forwarded-proto", "https")
        .header("connection", "x-hop")
        .header("x-hop", "1")
        .header("te", "trailers")
        .header("proxy-authorization", "Basic YTpi")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 418);
    assert_eq!(answer.headers()["x-request-id"], "abc-1");
    assert!(!answer.headers().contains_key("x-internal"));
    assert_eq!(answer.headers().get_all("set-cookie").iter().count(), 2);
    let shown: Value = answer.json().await.unwrap();
    assert_eq!(shown["method"], "PUT");
    assert_eq!(shown["target"], "/api/show?a=%20b&c");
    let headers = &shown["headers"];
    for (name, value) in [
        ("host", "tasks.example:8484"),
        ("origin", "http://tasks.example:8484"),
        ("authorization", "Bearer secret"),
        ("cookie", "taskwire_session=1"),
        ("x-request-id", "abc-1"),
        ("x-forwarded-for", "192.0.2.1, 127.0.0.1"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "tasks.example:8484"),
        ("via", "1.1 taskwire"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    for name in ["x-hop", "te", "proxy-authorization", "connection"] {
        assert!(headers.get(name).is_none(), "{name}: {headers}");
    }
}

#[tokio::test]
async fn a_redirect_is_the_callers_to_follow() {
    let behind = behind().await;
    let url = format!("{}/api/elsewhere", behind.gateway);
    let answer = http().get(url).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], "/api/show");
}

#[tokio::test]
async fn a_stream_passes_piece_by_piece_and_ends_with_its_reader() {
    let behind = behind().await;
    let url = format!("{}/api/stream", behind.gateway);
    let mut pieces = http().get(url).send().await.unwrap().bytes_stream();
    assert_eq!(within(pieces.next()).await.unwrap().unwrap(), "data: 0\n\n");
    behind.next.notify_one();
    assert_eq!(within(pieces.next()).await.unwrap().unwrap(), "data: 1\n\n");
    drop(pieces);
    within(behind.gone.notified()).await;
}

#[tokio::test]
async fn a_request_without_an_answer_ends_with_its_caller() {
    let behind = behind().await;
    let url = format!("{}/api/never", behind.gateway);
    let asked = tokio::spawn(http().get(url).send());
    // A second request follows on the same runtime: by the time of its response the first has been forwarded, or is
    // dropped unsent.
    within(http().get(format!("{}/api/show", behind.gateway)).send())
        .await
        .unwrap();
    asked.abort();
    let url = format!("{}/api/never", behind.gateway);
    let second = tokio::time::timeout(Duration::from_millis(300), http().get(url).send()).await;
    assert!(second.is_err());
    within(behind.gone.notified()).await;
}

#[tokio::test]
async fn a_stream_ends_when_the_other_process_does() {
    let behind = behind().await;
    let url = format!("{}/api/stream", behind.gateway);
    let mut pieces = http().get(url).send().await.unwrap().bytes_stream();
    assert!(within(pieces.next()).await.unwrap().is_ok());
    behind.stop.cancel();
    // Aborted, not ended properly: the reader must see that something is missing.
    assert!(within(pieces.next()).await.unwrap().is_err());
}

#[tokio::test]
async fn bodies_pass_and_are_bounded() {
    let behind = behind().await;
    let url = format!("{}/api/count", behind.gateway);
    let send = |body: reqwest::Body| http().post(&url).body(body).send();
    let pieces = |count: usize| {
        let pieces = (0..count).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 1024])));
        reqwest::Body::wrap_stream(futures::stream::iter(pieces.collect::<Vec<_>>()))
    };
    assert_eq!(
        send("12345".into()).await.unwrap().text().await.unwrap(),
        "5"
    );
    assert_eq!(send("".into()).await.unwrap().text().await.unwrap(), "0");
    assert_eq!(
        send(pieces(1000)).await.unwrap().text().await.unwrap(),
        "1024000"
    );
    assert_eq!(send(pieces(1025)).await.unwrap().status(), 413);
}

#[tokio::test]
async fn an_answer_is_compressed_once() {
    let behind = behind().await;
    let url = format!("{}/api/large", behind.gateway);
    let answer = http()
        .get(url)
        .header("accept-encoding", "gzip")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(answer.headers().get_all("vary").iter().count(), 1);
    let bytes = answer.bytes().await.unwrap();
    assert!(bytes.starts_with(&[0x1f, 0x8b]) && bytes.len() < 500);
}

#[tokio::test]
async fn an_unreachable_process_is_named() {
    let behind = behind().await;
    behind.stop.cancel();
    let url = format!("{}/api/show", behind.gateway);
    let answer = within(async {
        loop {
            let answer = http()
                .get(&url)
                .header("x-request-id", "abc-1")
                .send()
                .await
                .unwrap();
            // Until the other process has closed its listener.
            if answer.status() == 502 {
                break answer;
            }
        }
    })
    .await;
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "chat_unreachable");
    assert_eq!(problem["request_id"], "abc-1");
}

#[tokio::test]
async fn a_process_that_is_silent_is_named() {
    // The system accepts connections, but nothing ever responds.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", silent.local_addr().unwrap());
    let gateway = gateway(&base, Duration::from_millis(100)).await;
    let answer = within(http().get(format!("{gateway}/api/show")).send())
        .await
        .unwrap();
    assert_eq!(answer.status(), 504);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "chat_timeout");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_the_callers_fault() {
    let behind = behind().await;
    // The other process is silent because it is still reading.
    let gateway = gateway(&behind.base, Duration::from_millis(100)).await;
    let first = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from("12"))]);
    let body = reqwest::Body::wrap_stream(first.chain(futures::stream::pending()));
    let answer = within(
        http()
            .post(format!("{gateway}/api/count"))
            .body(body)
            .send(),
    )
    .await
    .unwrap();
    assert_eq!(answer.status(), 408);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "body_too_slow");
}

#[tokio::test]
async fn a_forwarding_loop_is_detected() {
    let behind = behind().await;
    let round = gateway(&behind.gateway, LIMIT).await;
    let answer = http()
        .get(format!("{round}/api/show"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 508);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "chat_loop");
}
