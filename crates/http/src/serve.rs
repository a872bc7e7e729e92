//! Accepts connections and serves them with a router.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, header};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use tracing::{debug, warn};

use crate::active::{ActiveRequests, CountedRequest};
use crate::idle::{ActiveRequest, ConnectionSlot, IdleConnections};

/// Pause after the system could not accept a connection, for example because it has no file descriptors left.
const PAUSE: Duration = Duration::from_millis(100);

/// Limits of idle connections. An idle connection has no request in progress: it was just opened, or
/// has sent half a header, or is kept alive. An event stream is a request in progress and may last.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Longest wait for the end of the next request's header.
    pub wait: Duration,
    /// Maximum number of idle connections; for one more, the longest idle is closed.
    pub most_waiting: usize,
    /// How long an idle connection stays open after the stop: its next request may be on its way.
    pub drain: Duration,
    /// Longest wait for requests in progress after the stop.
    pub shutdown_timeout: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            wait: Duration::from_secs(30),
            // Half of the 1,024 descriptors that a process has by default.
            most_waiting: 512,
            drain: Duration::from_secs(1),
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}

/// The limits of an internal port: its callers are a few probes and collectors.
const INTERNAL_LIMITS: ConnectionLimits = ConnectionLimits {
    wait: Duration::from_secs(15),
    most_waiting: 64,
    // They ask again.
    drain: Duration::ZERO,
    shutdown_timeout: Duration::from_secs(1),
};

/// Serves until `stop`, then answers what is on its way. Handlers find the caller's address in
/// `ConnectInfo<SocketAddr>`.
///
/// No request is lost by a stop, as long as clients connect elsewhere from then on: connections that the system has
/// already accepted are served, and a connection that is kept alive is closed by a response that says so, or after a
/// while without a request.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    stop: CancellationToken,
) {
    accept(listener, router, limits, stop, Some(ActiveRequests::new())).await;
}

/// Serves an internal port like [`serve()`], but does not count its requests: they are about this process.
pub async fn serve_internal(listener: TcpListener, router: Router, stop: CancellationToken) {
    accept(listener, router, INTERNAL_LIMITS, stop, None).await;
}

async fn accept(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    stop: CancellationToken,
    active: Option<ActiveRequests>,
) {
    let waiting = IdleConnections::new(limits.most_waiting);
    let connections = TaskTracker::new();
    let cut = CancellationToken::new();
    let start = |stream, peer| {
        let connection = Connection {
            router: router.clone(),
            limits,
            slot: waiting.add(),
            stop: stop.clone(),
            active: active.clone(),
        };
        let served = connection.serve(stream, peer);
        connections.spawn(cut.clone().run_until_cancelled_owned(served));
    };
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => start(stream, peer),
            Err(error) if is_peer_error(error.kind()) => {}
            Err(error) => {
                warn!(%error, "Cannot accept a connection; closing an idle one");
                waiting.close_longest_idle();
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    while let Ok(Ok((stream, peer))) = timeout(Duration::ZERO, listener.accept()).await {
        start(stream, peer);
    }
    drop(listener);
    connections.close();
    if timeout(limits.shutdown_timeout, connections.wait())
        .await
        .is_err()
    {
        warn!("Some requests did not finish in time and were aborted");
        cut.cancel();
    }
}

/// Returns true if the error is that of a connection that failed before it was accepted.
fn is_peer_error(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    )
}

struct Connection {
    router: Router,
    limits: ConnectionLimits,
    slot: Arc<ConnectionSlot>,
    stop: CancellationToken,
    active: Option<ActiveRequests>,
}

impl Connection {
    async fn serve(self, stream: TcpStream, peer: SocketAddr) {
        // Sends each piece of a stream at once: without this, a small one waits up to 40 ms for the
        // acknowledgement of the previous one. An error here does not prevent serving.
        let _ = stream.set_nodelay(true);
        let service = service_fn(|request: Request<Incoming>| {
            let under_way = self.slot.begin();
            let counted = self
                .active
                .as_ref()
                .map(|active| active.begin(request.method()));
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = self.router.clone().oneshot(request);
            let stop = self.stop.clone();
            async move {
                answer.await.map(|mut response| {
                    if stop.is_cancelled() {
                        let close = HeaderValue::from_static("close");
                        response.headers_mut().insert(header::CONNECTION, close);
                    }
                    response.map(|body| Tracked {
                        body,
                        _active: under_way,
                        _counted: counted,
                    })
                })
            }
        });
        let mut connection = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                // Runs from the opening or the last response to the end of the next header.
                .header_read_timeout(self.limits.wait)
                .serve_connection(TokioIo::new(stream), service)
        );
        tokio::select! {
            ended = connection.as_mut() => return log_end(ended),
            () = self.slot.closed() => return,
            () = self.stop.cancelled() => {}
        }
        if self.slot.is_idle() {
            tokio::select! {
                ended = connection.as_mut() => return log_end(ended),
                () = self.slot.closed() => return,
                () = tokio::time::sleep(self.limits.drain) => {}
            }
        }
        if !self.slot.is_idle() {
            connection.as_mut().graceful_shutdown();
            log_end(connection.await);
        }
    }
}

fn log_end(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        debug!(%error, "Connection closed unexpectedly");
    }
}

/// A response's body, which keeps the request in progress.
struct Tracked {
    body: Body,
    _active: ActiveRequest,
    _counted: Option<CountedRequest>,
}

impl HttpBody for Tracked {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
