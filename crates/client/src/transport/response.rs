//! What a response says besides its content.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderMap, StatusCode};
use taskwire_domain::contract::Problem;

use crate::Error;

/// The header of a response to an earlier request with the same idempotency key.
const REPLAYED: &str = "idempotency-replayed";

/// How many responses were those of an earlier request. Copies of a client share it.
#[derive(Clone, Debug, Default)]
pub(super) struct ReplayCount(Arc<AtomicU64>);

impl ReplayCount {
    pub(super) fn note(&self, headers: &HeaderMap) {
        if headers.contains_key(REPLAYED) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

pub(super) async fn answer(
    request: reqwest::RequestBuilder,
) -> reqwest::Result<(StatusCode, HeaderMap, Vec<u8>)> {
    let answer = request.send().await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    Ok((status, headers, answer.bytes().await?.to_vec()))
}

/// Whether the connection ended before the whole response was there: the server was stopped, or closed a connection that
/// was kept alive just when the request was sent. A server that accepts no connection, or that is slow, is not asked
/// again.
pub(super) fn is_cut(error: &reqwest::Error) -> bool {
    !error.is_connect()
        && !error.is_timeout()
        && (error.is_request() || error.is_body() || error.is_decode())
}

/// The error of a response from the API at `address` that is no success.
pub(super) fn problem_of(address: &str, status: StatusCode, bytes: &[u8]) -> Error {
    match serde_json::from_slice::<Problem>(bytes) {
        Ok(problem) => Error::Problem(Box::new(problem)),
        // The API itself always returns problem details: this is a proxy or a sidecar in between, which does not reach it
        // or does not let this process through.
        Err(_)
            if status.is_server_error()
                || matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) =>
        {
            Error::Unreachable(format!(
                "something at {address}, before it, responded with {status}"
            ))
        }
        Err(_) => Error::Unexpected(format!("{status} without problem details")),
    }
}
