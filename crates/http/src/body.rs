//! Limits of request bodies: size, and time.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::problem::{problem, respond};

/// Largest request body, in bytes: enough for a hundred tasks with long notes.
pub const BODY_MAX: usize = 1024 * 1024;

/// The limits of a request body.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Maximum number of bytes.
    pub max: usize,
    /// Longest time between two pieces.
    pub idle: Duration,
    /// Longest time in total.
    pub whole: Duration,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            max: BODY_MAX,
            idle: Duration::from_secs(10),
            whole: Duration::from_mins(1),
        }
    }
}

const WITHIN_LIMITS: u8 = 0;
const TOO_LARGE: u8 = 1;
const TOO_SLOW: u8 = 2;

/// Enforces the limits of the body. The reader gets an error if one is exceeded, and the response is replaced by one
/// that says which.
pub(crate) async fn bound(
    State(limits): State<BodyLimits>,
    request: Request,
    next: Next,
) -> Response {
    let body = request.body();
    if body.is_end_stream() {
        return next.run(request).await;
    }
    let max = u64::try_from(limits.max).unwrap_or(u64::MAX);
    if body.size_hint().lower() > max {
        return too_large(limits.max);
    }
    let verdict = Arc::new(AtomicU8::new(WITHIN_LIMITS));
    let request = request.map(|inner| {
        Body::new(Bounded {
            inner,
            limits,
            received: 0,
            timer: None,
            whole_until: None,
            verdict: Arc::clone(&verdict),
        })
    });
    let response = next.run(request).await;
    match verdict.load(Ordering::Relaxed) {
        TOO_LARGE => too_large(limits.max),
        TOO_SLOW => too_slow(),
        _ => response,
    }
}

fn too_large(max: usize) -> Response {
    let mut refused = problem(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body_too_large",
        format!("The body is larger than {max} bytes."),
    );
    refused.hint = Some(format!("Send at most {max} bytes."));
    respond(&refused)
}

pub(crate) fn too_slow() -> Response {
    let mut refused = problem(
        StatusCode::REQUEST_TIMEOUT,
        "body_too_slow",
        "Timed out while reading the body.",
    );
    refused.hint = Some("Send the request again.".into());
    let mut response = respond(&refused);
    // The rest of the body has not been read, so nothing else can be read from this connection.
    response
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A body that ends with an error at the first limit it breaks.
struct Bounded {
    inner: Body,
    limits: BodyLimits,
    received: usize,
    /// Set while a chunk is awaited; most bodies arrive at once and need no timer.
    timer: Option<Pin<Box<Sleep>>>,
    /// Set when the first piece is awaited.
    whole_until: Option<Instant>,
    verdict: Arc<AtomicU8>,
}

#[derive(Debug)]
struct OverLimit;

impl std::fmt::Display for OverLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the request body is over a limit")
    }
}

impl std::error::Error for OverLimit {}

impl Bounded {
    fn fail<T>(&self, why: u8) -> Poll<Option<Result<T, axum::Error>>> {
        self.verdict.store(why, Ordering::Relaxed);
        Poll::Ready(Some(Err(axum::Error::new(OverLimit))))
    }
}

impl HttpBody for Bounded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        match Pin::new(&mut this.inner).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                this.timer = None;
                this.received += frame.data_ref().map_or(0, Bytes::len);
                if this.received > this.limits.max {
                    return this.fail(TOO_LARGE);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(end) => Poll::Ready(end),
            Poll::Pending => {
                let limits = this.limits;
                let whole = *this
                    .whole_until
                    .get_or_insert_with(|| Instant::now() + limits.whole);
                let timer = this.timer.get_or_insert_with(|| {
                    Box::pin(sleep_until(whole.min(Instant::now() + limits.idle)))
                });
                if timer.as_mut().poll(cx).is_ready() {
                    return this.fail(TOO_SLOW);
                }
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
