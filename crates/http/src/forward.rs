//! Passing requests on to the process that serves them (a gateway in the sense of RFC 9110, section 3.7).

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
use tracing::warn;
use url::Url;

use crate::body::too_slow;
use crate::problem::{problem, respond};

/// How long another process may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// How long an unused connection is kept; shorter than a server of ours lets one wait, so that none is used that is
/// about to be closed.
const POOLED: Duration = Duration::from_secs(15);
/// How this server calls itself in `Via`.
const VIA: &str = "taskwire";
/// Headers about one connection only, besides those that `Connection` names (RFC 9110, section 7.6.1).
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

/// The client with which requests are passed on: nothing is followed, decoded or asked twice. `silence` bounds the time
/// before a response and between two of its chunks; streams must send something more often. Each request carries
/// `headers` as well.
pub fn client(silence: Duration, headers: HeaderMap) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::none())
        // These are Taskwire's own processes, not the world.
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
    /// Its command, and the beginning of its option and its problem codes: `chat` or `mcp`.
    pub name: &'static str,
    /// Its name in sentences, such as `The chat`.
    pub title: &'static str,
    /// Its address: where the path of this server's route is found, without the path itself.
    pub base: Url,
    /// The path there, where it differs from the path here.
    pub path: Option<String>,
    /// Made by [`client`].
    pub http: reqwest::Client,
}

/// Forwards each request of a route, and streams back its response. When the caller disconnects, the request is
/// cancelled; when the other process ends, the response ends there.
pub fn forward<S: Clone + Send + Sync + 'static>(upstream: Upstream) -> MethodRouter<S> {
    any(forward_request).with_state(upstream)
}

async fn forward_request(State(upstream): State<Upstream>, request: Request) -> Response {
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
            let (mut parts, body) = http_response(answer).into_parts();
            drop_hop_by_hop(&mut parts.headers);
            Response::from_parts(parts, Body::new(body))
        }
        // The other process had to be silent: the rest of the request had not come.
        Err(error) if is_read_timeout(&error) && awaits_caller.load(Ordering::Relaxed) => {
            too_slow()
        }
        Err(error) => upstream.failed(&error),
    }
}

/// Whether a connection was there, and nothing came over it in time.
fn is_read_timeout(error: &reqwest::Error) -> bool {
    error.is_timeout() && !error.is_connect()
}

fn http_response(answer: reqwest::Response) -> axum::http::Response<reqwest::Body> {
    answer.into()
}

impl Upstream {
    /// The request as the other process gets it. `Host` stays as the caller sent it: the other process compares it
    /// with `Origin`, and holds it to the allowed names.
    /// `awaits_caller` says from then on whether the caller owes the next piece of the body.
    fn request(&self, request: Request, awaits_caller: &Arc<AtomicBool>) -> reqwest::Request {
        let (parts, body) = request.into_parts();
        let mut target = self.base.clone();
        target.set_path(self.path.as_deref().unwrap_or(parts.uri.path()));
        target.set_query(parts.uri.query());
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let mut headers = parts.headers;
        drop_hop_by_hop(&mut headers);
        // This server has already handled the expectation.
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
        warn!(error = %with_causes(error), upstream = name, "{title} did not respond");
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

/// Adds the address of the peer, and the host and scheme unless a gateway before this one has named them.
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

/// Adds to the end of a list.
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

/// A request's body on its way to the other process, trailers included.
struct Upload {
    /// The client wants a body that threads could share, which ours is not; it is only ever used by its one owner, so
    /// the lock is never taken.
    body: Mutex<Body>,
    length: SizeHint,
    /// Whether the last look for a piece found none.
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
