//! Forwards requests to the process that serves them (a gateway in the sense of RFC 9110, section 3.7).

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodRouter, any};
use http_body::{Frame, SizeHint};
use taskwire_domain::text::with_causes;
use taskwire_telemetry::OutageLog;
use url::Url;

use crate::body::too_slow;
use crate::problem::{problem, respond};

/// Longest wait for another process to accept a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// How long an unused connection is kept: shorter than the idle timeout of our servers, so that a connection is not
/// used when it is about to be closed.
const POOLED: Duration = Duration::from_secs(15);
/// This server's name in `Via`.
const VIA: &str = "taskwire";
/// Hop-by-hop headers, in addition to those that `Connection` names (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// The client for forwarded requests: it does not follow redirects, decode or retry. `silence` limits the time
/// before a response and between two of its chunks; streams must send something more often. Each request carries
/// `headers` too.
pub fn client(silence: Duration, headers: HeaderMap) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::none())
        // These are Taskwire's own processes, for which a proxy must not be used.
        .no_proxy()
        .connect_timeout(CONNECT)
        .read_timeout(silence)
        .pool_idle_timeout(POOLED)
        .tcp_nodelay(true)
        .build()
}

/// A process that serves some of this server's paths.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Its command, which is also the prefix of its option and its problem codes: `chat` or `mcp`.
    pub name: &'static str,
    /// Its name in sentences, such as `The chat`.
    pub title: &'static str,
    /// Its base address, without the path.
    pub base: Url,
    /// Its path, if it differs from the path of this server's route.
    pub path: Option<String>,
    /// Created by [`client`].
    pub http: reqwest::Client,
}

/// Forwards each request of a route, and streams back its response. When the caller disconnects, the request is
/// cancelled; when the other process ends, the response ends there.
pub fn forward<S: Clone + Send + Sync + 'static>(upstream: Upstream) -> MethodRouter<S> {
    let outages = Arc::new(OutageLog::new(upstream.name, "forward requests"));
    any(forward_request).with_state(Forward { upstream, outages })
}

#[derive(Clone)]
struct Forward {
    upstream: Upstream,
    outages: Arc<OutageLog>,
}

async fn forward_request(State(forward): State<Forward>, request: Request) -> Response {
    let Forward { upstream, outages } = forward;
    let has_been_here = request.headers().get_all(header::VIA).iter().any(|via| {
        let text = via.to_str().unwrap_or_default();
        text.split(',')
            .any(|hop| hop.split_whitespace().nth(1) == Some(VIA))
    });
    if has_been_here {
        return refuse(
            StatusCode::LOOP_DETECTED,
            &format!("{}_loop", upstream.name),
            format!(
                "{} is configured with the address of this server itself.",
                upstream.title
            ),
            format!(
                "Start this server with --{}-url and the other process's address.",
                upstream.name
            ),
        );
    }
    let awaits_caller = Arc::new(AtomicBool::new(false));
    let passed = upstream.request(request, &awaits_caller);
    match upstream.http.execute(passed).await {
        Ok(answer) => {
            outages.worked();
            let (mut parts, body) = http_response(answer).into_parts();
            drop_hop_by_hop(&mut parts.headers);
            Response::from_parts(parts, Body::new(body))
        }
        // The other process could not respond, because the rest of the request had not arrived.
        Err(error) if is_read_timeout(&error) && awaits_caller.load(Ordering::Relaxed) => {
            too_slow()
        }
        Err(error) => {
            outages.failed(&with_causes(&error));
            upstream.failed(&error)
        }
    }
}

/// Returns true if there was a connection, but nothing was received in time.
fn is_read_timeout(error: &reqwest::Error) -> bool {
    error.is_timeout() && !error.is_connect()
}

fn http_response(answer: reqwest::Response) -> axum::http::Response<reqwest::Body> {
    answer.into()
}

impl Upstream {
    /// The request for the other process. `Host` stays as the caller sent it: the other process compares it
    /// with `Origin` and with the allowed names.
    /// From then on, `awaits_caller` is true while the next piece of the body is awaited from the caller.
    fn request(&self, request: Request, awaits_caller: &Arc<AtomicBool>) -> reqwest::Request {
        let (parts, body) = request.into_parts();
        let mut target = self.base.clone();
        target.set_path(self.path.as_deref().unwrap_or(parts.uri.path()));
        target.set_query(parts.uri.query());
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let mut headers = parts.headers;
        drop_hop_by_hop(&mut headers);
        // This server has already handled `Expect`.
        headers.remove(header::EXPECT);
        add_forwarding_headers(&mut headers, peer.map(|ConnectInfo(peer)| *peer));
        let mut passed = reqwest::Request::new(parts.method, target);
        *passed.headers_mut() = headers;
        if !body.is_end_stream() {
            *passed.body_mut() = Some(reqwest::Body::wrap(Upload {
                length: body.size_hint(),
                body: Mutex::new(body),
                awaits_caller: Arc::clone(awaits_caller),
            }));
        }
        passed
    }

    fn failed(&self, error: &reqwest::Error) -> Response {
        let Self { name, title, .. } = self;
        if is_read_timeout(error) {
            return refuse(
                StatusCode::GATEWAY_TIMEOUT,
                &format!("{name}_timeout"),
                format!("{title} did not respond in time."),
                "The request may still take effect: check before you try again.".into(),
            );
        }
        let hint = if error.is_connect() {
            format!(
                "Nothing was changed. Start `taskwire {name}`, or set its address with --{name}-url."
            )
        } else {
            "The request may have taken effect: check before you try again.".into()
        };
        refuse(
            StatusCode::BAD_GATEWAY,
            &format!("{name}_unreachable"),
            format!("{title} cannot be reached."),
            hint,
        )
    }
}

fn refuse(status: StatusCode, code: &str, detail: String, hint: String) -> Response {
    let mut refused = problem(status, code, detail);
    refused.hint = Some(hint);
    respond(&refused)
}

fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

/// Adds the address of the peer, and the host and scheme unless a previous gateway has added them.
fn add_forwarding_headers(headers: &mut HeaderMap, peer: Option<SocketAddr>) {
    if let Some(peer) = peer {
        append(
            headers,
            "x-forwarded-for",
            &peer.ip().to_canonical().to_string(),
        );
    }
    if let Some(host) = headers.get(header::HOST).cloned() {
        headers.entry("x-forwarded-host").or_insert(host);
    }
    headers
        .entry("x-forwarded-proto")
        .or_insert(HeaderValue::from_static("http"));
    append(headers, "via", &format!("1.1 {VIA}"));
}

/// Appends to a list header.
fn append(headers: &mut HeaderMap, name: &'static str, item: &str) {
    let before: Vec<&str> = headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let list = before.into_iter().chain([item]).collect::<Vec<_>>();
    if let Ok(value) = HeaderValue::from_str(&list.join(", ")) {
        headers.insert(name, value);
    }
}

/// A request's body being forwarded, including trailers.
struct Upload {
    /// The client requires a `Sync` body, which ours is not; it has only one owner, so
    /// the lock is never contended.
    body: Mutex<Body>,
    length: SizeHint,
    /// Whether the last poll returned no piece.
    awaits_caller: Arc<AtomicBool>,
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let body = self
            .body
            .get_mut()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let polled = Pin::new(body).poll_frame(cx);
        self.awaits_caller
            .store(polled.is_pending(), Ordering::Relaxed);
        polled
    }

    fn size_hint(&self) -> SizeHint {
        self.length
    }
}
